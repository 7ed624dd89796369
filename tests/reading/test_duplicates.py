from datetime import date

import pytest

from willing.case import load
from willing.errors import FaultsError
from willing.reading import Document, RuleExtractor
from willing.reading._duplicates import duplicates
from willing.reading._statements import to_statements


def test_the_article_repeats_the_record(article: str, parsed: RuleExtractor) -> None:
    """The shipped record holds the founding article's statements: they are recognised, rightly."""
    case = load("ukraine-2025")
    document = Document.from_text(article, published=date(2025, 4, 5))
    candidates = [s for s in parsed.read(document).statements if s.kind == "actor" and s.said_at]
    right = 0
    for candidate in candidates:
        found = duplicates(candidate, document, case.statements)
        right += bool(found) and found[0].statement.startswith(("ART-", "ST-", "NEW-"))
        assert all(
            s.actor in candidate.actor
            for d in found
            for s in case.statements
            if s.id == d.statement
        )
    assert right >= 0.6 * len(candidates)


def test_another_speaker_another_day_or_another_actor_is_another_utterance(
    surface: RuleExtractor,
) -> None:
    case = load("ukraine-2025")
    words = "Donald Tusk said that Poland would not send soldiers but would help with logistics."

    def found(text: str, day: date) -> list[str]:
        document = Document.from_text(text, published=day)
        (candidate,) = surface.read(document).statements
        return [d.statement for d in duplicates(candidate, document, case.statements)]

    assert found(words, date(2025, 2, 17))
    assert not found(words, date(2025, 1, 5))
    assert not found(words.replace("Donald Tusk", "Andrzej Duda"), date(2025, 2, 17))
    assert not found(words.replace("Donald Tusk", "Viktor Orban"), date(2025, 2, 17))


def test_an_accepted_candidate_becomes_a_statement_with_its_place(surface: RuleExtractor) -> None:
    from willing.data.reading import gazetteer

    text = "On Monday Donald Tusk said that Poland would not send troops."
    document = Document.from_text(text, "https://example.org/x", date(2025, 2, 19))
    (candidate,) = surface.read(document).statements
    (made,) = to_statements(
        candidate,
        document,
        ids=[],
        summary="No Polish troops.",
        publisher="Example",
        gazetteer=gazetteer(),
    )
    assert (made.actor, made.stance, made.rank, made.role) == (
        "POL",
        "decline",
        "head",
        "Prime Minister",
    )
    assert made.date == date(2025, 2, 17)
    assert made.published == date(2025, 2, 19)
    assert made.document == document.sha256
    assert text[made.span_start : made.span_start + made.span_length] == candidate.span.of(text)  # type: ignore[operator,index]
    again = to_statements(candidate, document, ids=[made.id], summary="x", publisher="Example")
    assert again[0].id != made.id


def test_nothing_is_guessed_on_the_way_into_a_case(surface: RuleExtractor) -> None:
    document = Document.from_text("Donald Tusk said that Poland would not send troops.")
    (candidate,) = surface.read(document).statements
    with pytest.raises(FaultsError) as caught:
        to_statements(candidate.with_(actor=()), document, ids=[], summary="x", publisher=" ")
    assert len(caught.value.faults) == 3
