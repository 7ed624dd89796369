"""Whether a candidate reports an utterance the record already has, perhaps from another source.

Evidence is added up: same holder is needed; day, speaker, stance, domain and words each count. The
weights are assumptions, checked by tests on the shipped record's own pairs, never a probability.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from willing.case.ladder import STANCES
from willing.case.tables import Statement
from willing.reading._types import Candidate, Document
from willing.reading._view import fold

__all__ = ["Duplicate", "duplicates"]

_STOP = frozenset(
    """
    the a an of to in on for and or that is was be will would not no with by at as it its his her
    their has have had this which from are were but said says than more
    """.split()  # noqa: SIM905 - a list of words reads better so
)
#: days between an utterance and a report of it that still count as one
_DAYS = 3


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A statement of the record that a candidate may repeat. `score` 0 to 1, 0.6 and more
    counts.
    """

    statement: str
    event: str
    score: float


def _words(text: str) -> frozenset[str]:
    return frozenset(
        w[:6] for w in re.findall(r"[a-z]{3,}|\d+", fold(text)) if w not in _STOP
    )  # stems of six letters: "troops", "soldie", "contri"


def _surname(name: str) -> str:
    words = fold(name).split()
    return words[-1] if words else ""


def _day(candidate: Candidate, document: Document) -> tuple[date, date] | None:
    when = candidate.said_at
    if when is not None and when.earliest is not None and when.latest is not None:
        return when.earliest, when.latest
    if document.published is not None:
        return document.published, document.published
    return None


def _near(low: date, high: date, day: date) -> float | None:
    """1 on the day, falling to 0 beyond the tolerance; None where too far to be one utterance."""
    gap = max((low - day).days, (day - high).days, 0)
    return None if gap > _DAYS else 1.0 - gap / (_DAYS + 1)


def duplicates(
    candidate: Candidate, document: Document, record: Iterable[Statement], threshold: float = 0.6
) -> list[Duplicate]:
    """Statements of a record that a candidate may repeat, best first."""
    when = _day(candidate, document)
    words = _words(candidate.span.of(document.text))
    found: list[Duplicate] = []
    for statement in record:
        if statement.actor not in candidate.actor:
            continue
        if statement.kind == "forecast" != candidate.kind:  # an author's guess is no utterance
            continue
        close = 0.5 if when is None else _near(*when, statement.date)
        if close is None:
            continue
        speaker = _surname(candidate.speaker or "")
        same = 0.5
        if speaker and statement.speaker and not statement.speaker.startswith("("):
            same = 1.0 if speaker == _surname(statement.speaker) else 0.0
        rungs = abs(STANCES.index(candidate.stance) - STANCES.index(statement.stance))
        stance = {0: 1.0, 1: 0.6}.get(rungs, 0.0)
        domain = (
            1.0
            if candidate.domain == statement.domain
            else (0.6 if "any" in {candidate.domain, statement.domain} else 0.0)
        )
        other = _words(f"{statement.summary} {statement.condition} {statement.about}")
        shared = len(words & other) / max(1, min(len(words), len(other)))
        score = (
            0.25 * close + 0.25 * same + 0.2 * stance + 0.1 * domain + 0.2 * min(1.0, 2 * shared)
        )
        if same == 0.0:
            score = min(score, 0.5)
        if score >= threshold:
            found.append(Duplicate(statement.id, statement.event, round(score, 3)))
    return sorted(found, key=lambda d: (-d.score, d.statement))
