"""A forecast as a set of questions that forecasting platforms take, and their answers back.

One CSV row a question, in the terms platforms share (title, background, resolution criteria,
opening, closing and resolution time, probability). Answers come back as `id` and `resolution`: yes,
no, or ambiguous and annulled, which leave a question open.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date

from willing.case import Case, Question, Resolution
from willing.errors import Fault, FaultsError, nearest

__all__ = ["COLUMNS", "question_set", "resolved", "wording"]

COLUMNS = (
    "id",
    "type",
    "title",
    "background",
    "resolution_criteria",
    "open_time",
    "scheduled_close_time",
    "scheduled_resolve_time",
    "probability",
    "resolution",
)
_YES, _NO = {"yes", "1", "true", "1.0"}, {"no", "0", "false", "0.0"}
#: what platforms call a question that cannot be answered: it stays open
_OPEN = {"", "ambiguous", "annulled", "n/a", "na", "cancel", "canceled", "cancelled"}


def wording(case: Case, question: Question) -> tuple[str, str]:
    """Return a question's title and its resolution criteria in words."""
    day = f"{question.by.day} {question.by:%B %Y}"
    if question.kind == "stance_at_least":
        name = next((a.name for a in case.actors if a.id == question.actor), question.actor)
        where = "in any domain" if question.domain == "any" else f"in {question.domain} forces"
        rung = question.target.replace("_", " ")
        return (
            f"Will {name}'s latest stated stance on taking part {where} be '{rung}' or firmer "
            f"by {day}?",
            f"Yes if the latest public statement of {name} on or before {day} stands at "
            f"'{rung}' or higher on the ladder: threaten, oppose, decline, support but no troops, "
            "undecided, consider, conditional, commit, lead.",
        )
    if question.kind == "milestone":
        label = next(m.label for m in case.milestones if m.id == question.target)
        return (
            f"{case.title}: by {day}, will this have happened? {label}",
            f"Yes if, on or before {day}: {label}",
        )
    label = next(c.label for c in case.conditions if c.id == question.target)
    return (
        f"{case.title}: will this hold on {day}? {label}",
        f"Yes if this holds on {day} itself: {label}",
    )


def question_set(
    case: Case, questions: Sequence[Question], probability: Callable[[Question], float]
) -> str:
    """Return questions with their probabilities as CSV."""
    out = io.StringIO()
    rows = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    rows.writeheader()
    for q in questions:
        title, criteria = wording(case, q)
        rows.writerow(
            {
                "id": f"{case.id}:{q.id}",
                "type": "binary",
                "title": " ".join(title.split()),
                "background": " ".join((case.summary or case.question).split()),
                "resolution_criteria": " ".join(criteria.split()),
                "open_time": f"{case.as_of.isoformat()}T00:00:00Z",
                "scheduled_close_time": f"{q.by.isoformat()}T23:59:59Z",
                "scheduled_resolve_time": f"{q.by.isoformat()}T23:59:59Z",
                "probability": f"{probability(q):.4f}",
                "resolution": {1: "yes", 0: "no"}.get(q.outcome, "")
                if q.outcome is not None
                else "",
            }
        )
    return out.getvalue()


def resolved(case: Case, text: str, file: str, today: date) -> tuple[Case, int, int]:
    """Take answers back into a case: outcomes of questions, and how each was resolved.

    Parameters
    ----------
    text
        CSV with the columns `id` and `resolution`, and if there `resolved` (a day; else `today`),
        `source_url` and `note`; others are left alone.

    Returns
    -------
    The case with outcomes, how many questions were answered, and how many stay open.

    Raises
    ------
    FaultsError
        Every unknown question, answer and day at once; nothing is taken then.
    """
    try:
        reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
        header, rows = list(reader.fieldnames or []), list(reader)
    except csv.Error as error:
        raise FaultsError(
            [Fault(file, 1, 1, str(error), "a table of comma-separated values")]
        ) from None
    missing = [name for name in ("id", "resolution") if name not in header]
    if missing:
        raise FaultsError(
            [
                Fault(file, 1, 1, ", ".join(header) or "no columns", f"a column {name}")
                for name in missing
            ]
        )
    known = {q.id: q for q in case.questions}
    answers: dict[str, Resolution] = {}
    faults: list[Fault] = []
    left = 0
    for line, row in enumerate(rows, start=2):
        id = (row["id"] or "").removeprefix(f"{case.id}:")
        said = (row["resolution"] or "").strip().lower()
        if id not in known:
            faults.append(
                Fault(
                    file,
                    line,
                    header.index("id") + 1,
                    repr(row["id"]),
                    "a question of the case",
                    nearest(id, list(known)),
                )
            )
            continue
        if said in _OPEN:
            left += 1
            continue
        if said not in _YES | _NO:
            faults.append(
                Fault(
                    file,
                    line,
                    header.index("resolution") + 1,
                    repr(said),
                    "yes, no, ambiguous or annulled",
                    nearest(said, ["yes", "no"]),
                )
            )
            continue
        try:
            day = date.fromisoformat((row.get("resolved") or "")[:10] or today.isoformat())
        except ValueError:
            faults.append(
                Fault(
                    file,
                    line,
                    header.index("resolved") + 1,
                    repr(row["resolved"]),
                    "a day such as 2025-10-01",
                )
            )
            continue
        answers[id] = Resolution(
            question=id,
            outcome=int(said in _YES),
            resolved=day,
            source_url=row.get("source_url") or "",
            note=row.get("note") or "",
        )
    if faults:
        raise FaultsError(faults)
    before = {r.question: r for r in case.resolutions}
    questions = tuple(
        q.model_copy(update={"outcome": answers[q.id].outcome}) if q.id in answers else q
        for q in case.questions
    )
    kept = tuple({**before, **answers}.values())
    return (
        case.model_copy(update={"questions": questions, "resolutions": kept}),
        len(answers),
        left,
    )
