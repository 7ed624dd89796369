"""What a simulation leaves behind: first weeks and counts, additive over draws."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from willing.forecast.model import DOMAINS, Model, Never

__all__ = ["PARTS", "Outcome"]

#: coverage is added up in whole parts of this size
PARTS = 1_000_000


@dataclass(slots=True)
class Outcome:
    """Results of `draws` simulated futures.

    Attributes
    ----------
    draws, inner
        Number of draws, and draws that share one parameter set.
    first
        First week each milestone was reached, `Never` where it was not; shape (milestones, draws).
    opened
        First week each route opened; shape (routes, draws).
    holds
        Draws in which each condition holds, by week; shape (weeks + 1, conditions).
    agreed
        Draws in which each route's expression holds, by week; shape (weeks + 1, routes).
    joins, wants
        Draws in which an actor takes part, and would if its conditions held, by week; last place
        is any domain; shape (weeks + 1, actors, domains + 1).
    stance
        Draws on each rung at the report weeks; shape (reports, actors, domains + 1, 9).
    votes
        Draws in which each forum would pass the proposal; shape (weeks + 1, votes).
    coverage
        Sum over draws of coverage as pledged by the willing and as could be sent by those taking
        part, in whole millionths so that sums do not depend on their order; shape
        (weeks + 1, 2, domains).
    """

    draws: int
    inner: int
    first: NDArray[np.int16]
    opened: NDArray[np.int16]
    holds: NDArray[np.int64]
    agreed: NDArray[np.int64]
    joins: NDArray[np.int64]
    wants: NDArray[np.int64]
    stance: NDArray[np.int64]
    votes: NDArray[np.int64]
    coverage: NDArray[np.int64]

    @classmethod
    def empty(cls, model: Model, draws: int, inner: int) -> Outcome:
        """Return an outcome with nothing counted yet."""
        weeks, actors, d = model.weeks + 1, len(model.actors), len(DOMAINS)

        def counts(*shape: int) -> NDArray[np.int64]:
            return np.zeros(shape, dtype=np.int64)

        return cls(
            draws=draws,
            inner=inner,
            first=np.full((len(model.milestones), draws), Never, dtype=np.int16),
            opened=np.full((len(model.routes), draws), Never, dtype=np.int16),
            holds=counts(weeks, len(model.conditions)),
            agreed=counts(weeks, len(model.routes)),
            joins=counts(weeks, actors, d + 1),
            wants=counts(weeks, actors, d + 1),
            stance=counts(len(model.report_weeks), actors, d + 1, 9),
            votes=counts(weeks, len(model.votes)),
            coverage=counts(weeks, 2, d),
        )

    def add(self, part: Outcome, at: int) -> None:
        """Add the counts of a part whose draws begin at `at`."""
        for f in fields(self):
            if f.name in {"draws", "inner"}:
                continue
            mine, its = getattr(self, f.name), getattr(part, f.name)
            if f.name in {"first", "opened"}:
                mine[:, at : at + part.draws] = its
            else:
                mine += its
