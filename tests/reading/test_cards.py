"""How candidates look in a terminal: what is known, what is a guess, what was left open."""

import io
from datetime import date

from rich.console import Console

from willing.cli._candidates import card, facts, summary, unresolved, words
from willing.reading import Document, RuleExtractor

TEXT = (
    "Poland's foreign minister said on Monday that his country would not send soldiers to "
    "Ukraine.\n\nSweden's government **confirmed** that it would decide by the end of April."
)


def rows(extractor: RuleExtractor, published: date | None) -> list[dict[str, object]]:
    document = Document.from_text(TEXT, published=published)
    return list(extractor.read(document).as_dict()["statements"])


def test_a_card_says_who_which_way_and_when(surface: RuleExtractor) -> None:
    out = Console(file=io.StringIO(), width=200, color_system=None)
    out.print(card(rows(surface, date(2025, 4, 3))[0], TEXT))
    shown = out.file.getvalue()  # type: ignore[attr-defined]
    assert "Poland (POL)  decline  land  said" in shown
    assert "said 31 Mar 2025" in shown
    assert "would not send soldiers" in shown


def test_marks_of_emphasis_are_not_shown_and_words_stay_whole() -> None:
    assert words("a **very** plain_name\n  _so_") == "a very plain_name so"


def test_dates_without_a_publication_date_are_named_as_open(surface: RuleExtractor) -> None:
    undated = rows(surface, None)
    assert any("not placed" in fact for row in undated for fact in facts(row))
    assert any("could not be placed" in line for line in unresolved(undated))
    dated = rows(surface, date(2025, 4, 3))
    assert not any("could not be placed" in line for line in unresolved(dated))


def test_the_summary_counts(surface: RuleExtractor) -> None:
    assert summary([]) == "No candidate statements found."
    assert summary(rows(surface, None)).startswith("2 candidate statements of 2 actors: 2 said")
