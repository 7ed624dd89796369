"""A questions file of its own, outside a case folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from willing.case.folder._parse import Parsed, read_table
from willing.case.folder._source import read_text
from willing.case.tables import Question
from willing.errors import FaultsError, UnreadableError

__all__ = ["load_questions"]


def load_questions(path: str | Path) -> tuple[Question, ...]:
    """Read questions from a CSV file with the columns of a case's `questions.csv`.

    Raises
    ------
    FaultsError
        Every fault at once, with line and column.
    UnreadableError
        Where the file is missing, too large or not UTF-8.
    """
    place = Path(path)
    if not place.exists():
        raise UnreadableError(f"{place}: found nothing there; expected a CSV file of questions")
    parsed = Parsed()
    parsed.draft.items["questions"], parsed.draft.ids["questions"] = [], set()
    read_table("questions", read_text(place, place.parent), parsed)
    if parsed.faults:
        raise FaultsError([replace(f, file=str(path)) for f in parsed.faults])
    return tuple(q for _, q in parsed.draft.items["questions"])
