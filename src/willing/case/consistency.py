"""Does the case hang together? Faults that no single field shows, and contradictions.

Pure: works on a whole :class:`~willing.case.Case` or on the draft of one that has faults.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from willing.case._draft import Draft, Finding
from willing.case._logic import check_expressions, check_foundations
from willing.case._references import check_actors, check_ids, check_presence, check_references
from willing.case._rows import check_effects, check_questions, check_rows
from willing.case.case import Case
from willing.case.tables import Question, Statement

__all__ = ["Contradiction", "contradictions", "findings", "question_findings"]


def findings(draft: Draft) -> Iterator[Finding]:
    """Yield everything that does not hang together in a draft."""
    yield from check_presence(draft)
    yield from check_ids(draft)
    yield from check_actors(draft)
    yield from check_references(draft)
    yield from check_effects(draft)
    yield from check_expressions(draft)
    yield from check_foundations(draft)
    yield from check_rows(draft)


def question_findings(case: Case, numbered: Sequence[tuple[int, Question]]) -> Iterator[Finding]:
    """Yield what does not fit a case in questions from outside its folder, by their numbers."""
    draft = Draft.of(case)
    draft.items["questions"], draft.items["resolutions"] = list(numbered), []
    yield from (f for f in check_ids(draft) if f.path[0] == "questions")
    yield from check_questions(draft)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One actor, one day, one issue and domain, and more than one stance.

    `statements` pairs each statement's id with its stance.
    """

    actor: str
    date: date
    issue: str
    domain: str
    statements: tuple[tuple[str, str], ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the contradiction as a JSON-ready mapping."""
        said = [{"id": id, "stance": stance} for id, stance in self.statements]
        return {**asdict(self), "date": self.date.isoformat(), "statements": said}

    def __str__(self) -> str:
        said = ", ".join(f"{stance} ({id})" for id, stance in self.statements)
        return f"{self.actor} on {self.date}, {self.issue}, {self.domain}: {said}"


def contradictions(case: Case) -> list[Contradiction]:
    """Return where an actor took two stances on one day, on one issue and domain.

    What an author forecasts of an actor is left out: it is a different voice, about another day.
    Order: day, actor, issue, domain.
    """
    return among(case.statements)


def among(statements: Iterable[Statement]) -> list[Contradiction]:
    """Return the contradictions among some statements; see :func:`contradictions`."""
    groups: dict[tuple[date, str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for s in statements:
        if s.kind != "forecast":
            groups[s.date, s.actor, s.issue, s.domain].append((s.id, s.stance))
    return [
        Contradiction(actor, day, issue, domain, tuple(said))
        for (day, actor, issue, domain), said in sorted(groups.items())
        if len({stance for _, stance in said}) > 1
    ]
