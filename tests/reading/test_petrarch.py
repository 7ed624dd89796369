"""The event-coded sentences: figures are reported, and must not fall through the floor."""

from pathlib import Path

from willing.reading import RuleExtractor

from .petrarch import evaluate


def test_event_coded_sentences(shared_data: Path, parsed: RuleExtractor) -> None:
    out = evaluate(shared_data)
    assert out["sentences"] == 284
    assert out["holder_precision"] > 0.75
    assert out["cue_recall"] > 0.35
    assert out["source_recall"] > 0.3
    # the stance rules speak of forces, these sentences mostly do not: see docs/theory/reading.md
    assert 0.0 <= out["stance_accuracy"] <= 1.0
