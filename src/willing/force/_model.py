"""The package model: the programme, and what its columns and rows stand for."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from willing.force._conditions import holds
from willing.force._milp import Milp
from willing.force._nouns import Chain, Offer, Requirement, Rules
from willing.force._schedule import Schedule

Array = NDArray[np.float64]
#: the programme's gain is coverage times this: solvers lose coefficients much smaller than 1
POINTS = 1e5
#: money enters rows in millions, for the same reason
MILLION = 1e6


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the model: how many units open a tour of an offer, where and when."""

    offer: int
    sector: str
    start: int
    when: Schedule


@dataclass(slots=True)
class Model:
    """The programme, and what its columns and rows stand for."""

    requirement: Requirement
    offers: tuple[Offer, ...]
    rules: Rules
    milp: Milp
    chains: list[Column] = field(default_factory=list)
    covered: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    #: rows whose upper limit is `number` of the offer, by offer: (row, limit)
    pool: list[list[tuple[int, float]]] = field(default_factory=list)
    #: rows that tie a line's covered quantity to what is in the field, by (line, month)
    filled: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    #: rows in which what is in the field changes, by (line, month)
    flow: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    #: chain columns, and political columns, by contributor
    by_actor: dict[str, list[int]] = field(default_factory=dict)
    framework: dict[tuple[str, str], int] = field(default_factory=dict)
    present: dict[tuple[str, str], int] = field(default_factory=dict)
    joined: dict[str, int] = field(default_factory=dict)
    cost: list[float] = field(default_factory=list)

    def plan_chains(self, x: Array) -> tuple[Chain, ...]:
        """Read the chains off a solution: tours that follow one another are joined."""
        opened: dict[tuple[int, str], dict[int, int]] = {}
        for i, c in enumerate(self.chains):
            if round(x[i]) > 0:
                opened.setdefault((c.offer, c.sector), {})[c.start] = round(x[i])
        found: list[Chain] = []
        for (o, sector), tours in opened.items():
            found += joined(self.offers[o], sector, tours, self.requirement.months)
        return tuple(found)

    def allowed(self, o: int) -> bool:
        """Whether an offer's conditions can hold at all, as far as facts from outside go."""
        return holds(self.offers[o].requires, self.rules.holds) is not False

    def depends(self, offer: Offer) -> bool:
        """Whether an offer's conditions depend on the plan itself."""
        return holds(offer.requires, self.rules.holds) is None

    def plan_frameworks(self, x: Array) -> dict[str, str]:
        """Read the framework nations off a solution."""
        return {sector: actor for (actor, sector), i in self.framework.items() if x[i] > 0.5}


def joined(offer: Offer, sector: str, tours: dict[int, int], horizon: int) -> list[Chain]:
    """Join an offer's tours (start -> units) into chains: each is relieved by the next on its end.

    A chain cannot be longer than the pledge's longest stay, so joining stops there.
    """
    left = dict(tours)
    found = []
    for start in sorted(left):
        while left[start]:
            count, month = 0, start
            while left.get(month, 0) and month - start + offer.tour_months <= max(
                offer.max_months, offer.tour_months
            ):
                count += 1
                month += offer.tour_months
            units = min(left[start + k * offer.tour_months] for k in range(count))
            for k in range(count):
                left[start + k * offer.tour_months] -= units
            found.append(Chain(offer.id, sector, start, count, units))
    return found
