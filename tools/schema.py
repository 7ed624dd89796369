"""Write the published JSON Schema of `case.yaml` anew from the nouns."""

from pathlib import Path

from willing.case.schema import schema_text

TARGET = Path(__file__).resolve().parent.parent / "src/willing/data/schema/case.schema.json"


def main() -> None:
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(schema_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
