"""The founding article against our own coding, written before any rule."""

import json
from datetime import date
from pathlib import Path

import pytest

from willing.reading import Document, Reading, RuleExtractor
from willing.reading.score import Coded, coding, match, report

from .coding import explicit_only, predicted

GOLD = json.loads((Path(__file__).parent / "gold" / "seed_article.json").read_text("utf-8"))
PUBLISHED = date(2025, 4, 5)


@pytest.fixture(scope="module")
def reading(article: str, parsed: RuleExtractor) -> Reading:
    return parsed.read(Document.from_text(article, published=PUBLISHED))


@pytest.fixture(scope="module")
def gold(article: str) -> list[Coded]:
    return coding(GOLD, article)


def test_the_coding_is_of_this_text(article: str, gold: list[Coded]) -> None:
    assert len(article) == GOLD["document"]["characters"]
    assert len(gold) == len(GOLD["statements"])


def test_explicit_statements(reading: Reading, gold: list[Coded]) -> None:
    out = report([explicit_only(predicted(reading), gold)])
    assert out["recall"] >= 0.85
    assert out["precision"] >= 0.80
    assert out["holder"] >= 0.90
    assert out["stance"] > out["baseline"]["stance"]


def test_what_the_author_ascribes_is_found_and_kept_apart(
    reading: Reading, gold: list[Coded]
) -> None:
    out = report([match(predicted(reading), gold)])
    assert out["recall"] >= 0.70
    assert out["precision"] >= 0.80
    assert out["kind"] >= 0.90


def test_every_span_reproduces_the_text(reading: Reading, article: str) -> None:
    for s in reading.statements:
        assert s.cue_span is None or s.cue_span.of(article) == s.cue
        assert s.span.of(article).strip() == s.span.of(article)
        for span in (s.span, s.cue_span, s.speaker_span, s.condition_span):
            assert span is None or 0 <= span.start < span.end <= len(article)
        for when in (s.said_at, s.due):
            words = when and " ".join(when.span.of(article).split())
            assert when is None or words == when.text


def test_germany_is_a_forecast_copied_from_the_statement_before(reading: Reading) -> None:
    (germany,) = [s for s in reading.statements if s.actor == ("DEU",)]
    assert (germany.kind, germany.stance, germany.domain) == ("forecast", "decline", "land")
    (italy,) = [s for s in reading.statements if s.actor == ("ITA",)]
    assert germany.inferred_from == italy.id
    assert germany.due is not None
    assert germany.due.iso == "2025-04-05/2025-04-30"


def test_rubio_speaks_in_the_paragraph_after_and_putin_does_not(
    reading: Reading, article: str
) -> None:
    (quote,) = [s for s in reading.statements if s.span.of(article).startswith('"The Russians')]
    assert quote.actor == ("USA",)
    assert quote.speaker == "Marco Rubio"
    assert quote.via == "inherited"


def test_two_speech_verbs_in_one_sentence_are_two_statements(reading: Reading) -> None:
    assert {s.speaker for s in reading.statements if s.stance == "threaten"} == {
        "Sergei Lavrov",
        "Vasily Nebenzya",
    }


def test_without_a_publication_date_nothing_is_guessed(article: str, parsed: RuleExtractor) -> None:
    for s in parsed.read(Document.from_text(article)).statements:
        for when in (s.said_at, s.due):
            assert when is None or when.iso is None
            assert s.as_dict()["due"] is None


def test_dates_of_the_article(reading: Reading) -> None:
    said = {s.said_at.text: s.said_at.iso for s in reading.statements if s.said_at}
    due = {s.due.text: s.due.iso for s in reading.statements if s.due}
    assert said["last weekend"] == "2025-03-29/2025-03-30"
    assert said["on Friday"] == "2025-04-04"
    assert said["in mid-March"] == "2025-03-11/2025-03-20"
    assert due["in about a month"] == "2025-04-27/2025-05-13"
    assert due["in a matter of weeks, not months"].startswith("2025-04-12/")


def test_the_fallback_finds_most_and_says_what_it_is(
    article: str, surface: RuleExtractor, gold: list[Coded]
) -> None:
    reading = surface.read(Document.from_text(article, published=PUBLISHED))
    out = report([explicit_only(predicted(reading), gold)])
    assert out["recall"] >= 0.6
    assert out["precision"] >= 0.6
    assert all(s.extractor == "rules-1/plain" for s in reading.statements)
    assert max(s.confidence["holder"] for s in reading.statements) <= 0.8
