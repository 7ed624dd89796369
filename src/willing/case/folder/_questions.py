"""A questions file of its own, outside a case folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from willing.case.case import Case
from willing.case.consistency import question_findings
from willing.case.folder._parse import Parsed, read_table
from willing.case.folder._source import read_text
from willing.case.tables import Question
from willing.errors import Fault, FaultsError, UnreadableError

__all__ = ["load_questions"]


def load_questions(path: str | Path, case: Case | None = None) -> tuple[Question, ...]:
    """Read questions from a CSV file with the columns of a case's `questions.csv`.

    With a case, what they ask about must be known to it.

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
    where = read_table("questions", read_text(place, place.parent), parsed)
    if case is not None:
        for one in question_findings(case, parsed.draft.items["questions"]):
            parsed.faults.append(Fault(*where(one), one.found, one.expected, one.suggestion))
    if parsed.faults:
        in_order = sorted(parsed.faults, key=lambda f: (f.line, f.column))
        raise FaultsError([replace(f, file=str(path)) for f in in_order])
    return tuple(q for _, q in parsed.draft.items["questions"])
