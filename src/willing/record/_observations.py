"""Statements -> arrays: what was known, each event once, sorted by actor and day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from willing.case import LEVEL, STANCES, Domain, Statement
from willing.record.noise import NoiseModel, grade

#: the domains that have an offset, in the order of the state vector after the level
OFFSET_DOMAINS: Final[tuple[Domain, ...]] = (
    "land",
    "air",
    "sea",
    "air_defence",
    "training",
    "finance",
)
PARTICIPATION: Final = "participation"
_PLACE: Final = {domain: k for k, domain in enumerate(OFFSET_DOMAINS)} | {"any": -1}
_RUNG: Final = {stance: k for k, stance in enumerate(STANCES)}
_LEVELS: Final = np.array([LEVEL[stance] for stance in STANCES])


@dataclass(frozen=True, slots=True)
class Observations:
    """One issue's statements as columns, sorted by (actor, day, grade, id).

    `start[a]:start[a + 1]` are the rows of actor `a`. `place` is the offset a row observes, -1
    for the level. `dropped` maps the id of a report that does not count to the id that does;
    `reports` are all statements, those among them.
    """

    actors: tuple[str, ...]
    start: NDArray[np.int64]
    actor: NDArray[np.int64]
    day: NDArray[np.float64]
    value: NDArray[np.float64]
    rung: NDArray[np.int64]
    place: NDArray[np.int64]
    grade: NDArray[np.float64]
    statements: tuple[Statement, ...]
    dropped: Mapping[str, str]
    reports: tuple[Statement, ...]

    def __len__(self) -> int:
        return len(self.statements)

    def variance(self, model: NoiseModel) -> NDArray[np.float64]:
        """Return the noise variance of every row, shape (n,)."""
        sd = model.noise * model.indirect**self.grade
        return np.asarray(sd * sd)


def known(statements: Iterable[Statement], as_of: date) -> list[Statement]:
    """Return what could be known on a day: neither dated nor published later.

    (`Statement.known` is the later of the two.)
    """
    return [s for s in statements if s.known <= as_of]


def once(statements: Iterable[Statement]) -> tuple[list[Statement], dict[str, str]]:
    """Keep one statement of each event: the better graded, then the earlier known, then by id.

    Rows of one event that speak of different actors, issues or domains are different statements.
    Returns those kept, and for each report that does not count the id of the one that does.
    """
    best: dict[tuple[str, str, str, str], Statement] = {}
    kept: list[Statement] = []
    rest: list[tuple[Statement, tuple[str, str, str, str]]] = []
    for s in statements:
        if not s.event:
            kept.append(s)
            continue
        key = (s.actor, s.issue, s.domain, s.event)
        other = best.get(key)
        if other is None:
            best[key] = s
        elif (grade(s), s.known, s.id) < (grade(other), other.known, other.id):
            best[key] = s
            rest.append((other, key))
        else:
            rest.append((s, key))
    return kept + list(best.values()), {s.id: best[key].id for s, key in rest}


def observe(
    statements: Iterable[Statement],
    *,
    as_of: date,
    issue: str = PARTICIPATION,
    actors: Sequence[str] | None = None,
) -> Observations:
    """Return one issue's statements as known on a day, as columns.

    `actors` fixes the order; statements of others are an error (ValueError), never dropped.
    """
    reports = tuple(s for s in known(statements, as_of) if s.issue == issue)
    kept, dropped = once(reports)
    names = tuple(sorted({s.actor for s in kept}) if actors is None else actors)
    place = {name: k for k, name in enumerate(names)}
    strangers = sorted({s.actor for s in kept} - place.keys())
    if strangers:
        raise ValueError(f"statements of actors that are not listed: {', '.join(strangers)}")
    who = np.array([place[s.actor] for s in kept], dtype=np.int64)
    day = np.array([s.date.toordinal() for s in kept], dtype=np.int64)
    grades = np.array([grade(s) for s in kept], dtype=np.float64)
    order = np.lexsort((np.array([s.id for s in kept], dtype=np.str_), grades, day, who))
    who, kept = who[order], [kept[k] for k in order.tolist()]
    scalar = issue != PARTICIPATION
    rung = np.array([_RUNG[s.stance] for s in kept], dtype=np.int64)
    return Observations(
        actors=names,
        start=np.searchsorted(who, np.arange(len(names) + 1)).astype(np.int64),
        actor=who,
        day=day[order].astype(np.float64),
        value=_LEVELS[rung],
        rung=rung,
        place=np.array([-1 if scalar else _PLACE[s.domain] for s in kept], dtype=np.int64),
        grade=grades[order],
        statements=tuple(kept),
        dropped=dropped,
        reports=reports,
    )
