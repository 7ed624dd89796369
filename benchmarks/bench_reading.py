"""Reading at speed and on texts it has not seen.

`pytest benchmarks/bench_reading.py` measures; `python benchmarks/bench_reading.py` prints words per
second of processor time, growth with length and peak memory; `--score` prints precision, recall and
accuracies beside baselines for every set of codings; `--million` adds the million-word text.
"""

from __future__ import annotations

import resource
import sys
from datetime import date
from pathlib import Path
from time import process_time
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from reading.coding import (  # noqa: E402
    DEVELOPMENT,
    FRESH,
    OUT_OF_SAMPLE,
    explicit_only,
    predicted,
    run,
)

from willing.reading import Document, RuleExtractor, default_extractor  # noqa: E402
from willing.reading.score import coding, match, report  # noqa: E402

DAY = date(2025, 4, 5)


def shared() -> Path | None:
    place = ROOT.parent / "shared"
    return place if (place / "seed" / "article.txt").exists() else None


def corpus() -> str:
    """The texts of the tests, about two thousand words."""
    return "\n\n".join(
        p.with_suffix(".txt").read_text("utf-8") for p in [*DEVELOPMENT, *OUT_OF_SAMPLE]
    )


def words_per_second(extractor: RuleExtractor, text: str, times: int) -> float:
    """Words a second of processor time, streaming."""
    document = Document.from_text((text + "\n\n") * times, published=DAY)
    start = process_time()
    for _ in extractor.stream(document):
        pass
    return len(document.text.split()) / (process_time() - start)


def memory() -> float:
    """Peak resident memory so far, megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def speed(million: bool) -> dict[str, Any]:
    text = corpus()
    words = len(text.split())
    out: dict[str, Any] = {"words_of_corpus": words}
    for parser in ("auto", "plain"):
        extractor = default_extractor(parser)
        words_per_second(extractor, text, 1)  # warm
        small, large = (words_per_second(extractor, text, n) for n in (4, 16))
        out[extractor.name] = {
            "words_per_second": round(large),
            "four_times_the_text_takes": round(4 * small / large, 2),
            "peak_megabytes": round(memory()),
        }
        if million:
            times = 1_000_000 // words + 1
            out[extractor.name]["million_words_per_second"] = round(
                words_per_second(extractor, text, times)
            )
            out[extractor.name]["peak_megabytes_at_a_million"] = round(memory())
    place = shared()
    if place is not None:
        article = Document.from_text((place / "seed" / "article.txt").read_text("utf-8"))
        extractor = default_extractor()
        extractor.read(article)
        start = process_time()
        extractor.read(article)
        out["article_seconds_warm"] = round(process_time() - start, 2)
    return out


def scores(parser: str) -> dict[str, Any]:
    import json

    extractor = default_extractor(parser)
    out: dict[str, Any] = {"extractor": extractor.name}
    sets = (("development", DEVELOPMENT), ("fresh", FRESH), ("out_of_sample", OUT_OF_SAMPLE))
    for name, paths in sets:
        done = [run(path, extractor) for path in paths]
        if not done:
            continue
        out[name] = report([m for _, _, m in done])
        out[f"{name}_explicit"] = report([explicit_only(predicted(r), g) for r, g, _ in done])
        out[f"{name}_by_text"] = {
            path.stem: {k: report([m])[k] for k in ("precision", "recall", "holder", "stance")}
            for path, (_, _, m) in zip(paths, done, strict=True)
        }
    place = shared()
    if place is not None:
        from reading.petrarch import evaluate

        text = (place / "seed" / "article.txt").read_bytes().decode()
        gold = json.loads((ROOT / "tests/reading/gold/seed_article.json").read_text("utf-8"))
        coded = coding(gold, text)
        read = extractor.read(Document.from_text(text, published=DAY))
        out["article"] = report([match(predicted(read), coded)])
        out["article_explicit"] = report([explicit_only(predicted(read), coded)])
        if (place / "data" / "petrarch2").is_dir():
            out["event_coded_sentences"] = evaluate(place / "data", parser)
    return out


@pytest.mark.parametrize("parser", ["auto", "plain"])
def test_read_a_text(benchmark: Any, parser: str) -> None:
    extractor = default_extractor(parser)
    document = Document.from_text(corpus(), published=DAY)
    benchmark(lambda: extractor.read(document))


if __name__ == "__main__":
    import json

    if "--score" in sys.argv:
        kind = "plain" if "--plain" in sys.argv else "auto"
        print(json.dumps(scores(kind), indent=1))
    else:
        print(json.dumps(speed("--million" in sys.argv), indent=1))
