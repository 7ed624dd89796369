"""Texts in five styles: those written with the rules, and those the rules have never seen."""

from pathlib import Path

import pytest

from willing.reading import RuleExtractor
from willing.reading.score import report

from .coding import DEVELOPMENT, FRESH, OUT_OF_SAMPLE, explicit_only, run


def test_development_texts(parsed: RuleExtractor) -> None:
    """Pooled; and no text of them is passed over, whatever its style."""
    done = {path.stem: run(path, parsed)[2] for path in DEVELOPMENT}
    out = report(list(done.values()))
    assert out["recall"] >= 0.75
    assert out["precision"] >= 0.90
    assert out["holder"] >= 0.85
    assert out["stance"] >= 3 * out["baseline"]["stance"]
    assert {name: m for name, m in done.items() if len(m.pairs) < 0.5 * len(m.missed)} == {}


@pytest.mark.parametrize("path", [*DEVELOPMENT, *FRESH, *OUT_OF_SAMPLE], ids=lambda p: p.stem)
def test_spans_reproduce_the_text(path: Path, parsed: RuleExtractor) -> None:
    reading, _, _ = run(path, parsed)
    text = reading.document.text
    for s in reading.statements:
        assert s.span.of(text).strip()
        assert s.cue_span is None or s.cue_span.of(text) == s.cue


def test_out_of_sample(parsed: RuleExtractor) -> None:
    """Floors well under the figures of the theory page: a change that breaks them broke
    something.
    """
    assert OUT_OF_SAMPLE, "the texts by others are part of the project"
    done = [run(path, parsed) for path in OUT_OF_SAMPLE]
    assert report([run(path, parsed)[2] for path in FRESH])["f1"] > 0.6
    everything = report([m for _, _, m in done])
    explicit = report(
        [explicit_only([p for p, _ in m.pairs] + list(m.spurious), gold) for _, gold, m in done]
    )
    assert everything["f1"] > 0.65
    assert explicit["f1"] > 0.6
    assert everything["holder"] > everything["baseline"]["holder"]
    assert everything["stance"] > everything["baseline"]["stance"]
