"""Reading at speed and on texts it has not seen.

`pytest benchmarks/bench_reading.py` measures; `python benchmarks/bench_reading.py` prints words per
second of processor time, growth with length, peak memory and how true it is; `--score` prints
precision, recall and accuracies beside baselines for every set of codings; `--million` has the
statistical parser read a million words too (the plain one always does).
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date
from functools import partial
from time import process_time
from typing import Any

import pytest

from benchmarks.report import ROOT, cost, curve, figure, shared, skip

sys.path.insert(0, str(ROOT / "tests"))

from reading.coding import (
    DEVELOPMENT,
    FRESH,
    OUT_OF_SAMPLE,
    explicit_only,
    predicted,
    run,
)

from willing.reading import Document, RuleExtractor, default_extractor
from willing.reading.score import coding, match, report

DAY = date(2025, 4, 5)


def corpus() -> str:
    """The texts of the tests, about two thousand words."""
    return "\n\n".join(
        p.with_suffix(".txt").read_text("utf-8") for p in [*DEVELOPMENT, *OUT_OF_SAMPLE]
    )


def spent(extractor: RuleExtractor, text: str, times: int) -> float:
    """Processor seconds for the corpus so many times over, streaming."""
    document = Document.from_text((text + "\n\n") * times, published=DAY)
    start = process_time()
    for _ in extractor.stream(document):
        pass
    return process_time() - start


def memory() -> float:
    """Peak resident memory so far, megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def speed(million: bool) -> None:
    text = corpus()
    words = len(text.split())
    curves = []
    for parser, name in (("plain", "plain"), ("auto", "parse and rules")):
        extractor = default_extractor(parser)
        spent(extractor, text, 1)  # warm
        times = [1, 4, 8] if parser == "auto" else [1, 4, 16, 1_000_000 // words + 1]
        if million and parser == "auto":
            times.append(1_000_000 // words + 1)
        found = [spent(extractor, text, n) for n in times]
        curves.append((name, [n * words for n in times], found))
        goal = ">= 1500" if parser == "auto" else ""
        speed = words * times[-1] / found[-1]
        figure(f"reading, {name}", speed, "words/s", goal=goal, note=extractor.name)
        note = f"a text of {words * times[-1]:,} words, streamed"
        figure("the same, memory of the whole process", memory(), "MB", goal="<= 600", note=note)
    seed = article()
    if seed is None:
        skip("the founding article", "its text is not beside this copy")
    else:
        extractor, document = default_extractor(), Document.from_text(seed)
        figure(
            "the founding article, warm", cost(partial(extractor.read, document)), "s", goal="<= 2"
        )
    for name, sizes, each in curves:
        curve(name, "words", sizes, each)


def article() -> str | None:
    data = shared()
    file = data.parent / "seed" / "article.txt" if data else None
    return file.read_bytes().decode() if file and file.exists() else None


def truth() -> None:
    """How much of what was said is found, and how much of what is found was said."""
    extractor = default_extractor()
    done = [run(path, extractor) for path in OUT_OF_SAMPLE]
    found = report([m for _, _, m in done])
    note = f"{len(done)} texts by others, {found['coded']} statements, never used for the rules"
    figure("texts by others, precision", found["precision"], "", note=note)
    for what in ("recall", "holder", "stance"):
        base = found["baseline"].get(what)
        note = f"commonest value {base:.2f}" if base is not None else ""
        figure(f"texts by others, {what}", found[what], "", note=note)
    text = article()
    if text is None:
        return
    gold = json.loads((ROOT / "tests/reading/gold/seed_article.json").read_text("utf-8"))
    reading = extractor.read(Document.from_text(text, published=DAY))
    found = report([explicit_only(predicted(reading), coding(gold, text))])
    for what, goal in (("recall", 0.85), ("precision", 0.80), ("holder", 0.90)):
        name = f"founding article, explicit statements, {what}"
        figure(name, found[what], "", goal=f">= {goal}")


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
    text, place = article(), shared()
    if text is not None and place is not None:
        from reading.petrarch import evaluate

        gold = json.loads((ROOT / "tests/reading/gold/seed_article.json").read_text("utf-8"))
        coded = coding(gold, text)
        read = extractor.read(Document.from_text(text, published=DAY))
        out["article"] = report([match(predicted(read), coded)])
        out["article_explicit"] = report([explicit_only(predicted(read), coded)])
        if (place / "petrarch2").is_dir():
            out["event_coded_sentences"] = evaluate(place, parser)
    return out


@pytest.mark.parametrize("parser", ["auto", "plain"])
def test_read_a_text(benchmark: Any, parser: str) -> None:
    extractor = default_extractor(parser)
    document = Document.from_text(corpus(), published=DAY)
    benchmark(lambda: extractor.read(document))


def main() -> None:
    if "--score" in sys.argv:
        print(json.dumps(scores("plain" if "--plain" in sys.argv else "auto"), indent=1))
        return
    speed("--million" in sys.argv)
    truth()


if __name__ == "__main__":
    main()
