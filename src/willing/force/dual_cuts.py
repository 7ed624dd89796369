"""Coverage as a concave function of what is delivered: outer approximation by LP dual cuts.

The best coverage the offers allow is a linear programme in which a delivered share only moves the
limits of the pool rows. Its value is concave and increasing in the shares, and each solve's duals
give a plane that lies above it everywhere (Kelley 1960; Benders 1962). The lowest of a few dozen
planes costs one matrix product a draw. See `docs/theory/dual_cuts.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from willing.errors import UsageError
from willing.force._milp import Highs
from willing.force._model import POINTS, Model
from willing.force._nouns import Offer, Requirement, Rules
from willing.force._schedule import places
from willing.force.chains import build

Array = NDArray[np.float64]
#: openings above which coverage is scored in every other month
MANY = 3_000
Say = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class CutError:
    """How far the cuts lie above the programme they stand for, on draws held out (shares)."""

    mean: float
    worst: float
    rank_correlation: float
    draws: int


@dataclass(frozen=True, slots=True)
class Cuts:
    """Upper bounds of coverage, by domain, as planes over the delivered shares.

    `coverage(avail)[d] = min(1, min over k of constant[d][k] + coefficient[d][k] @ avail)`.

    Attributes
    ----------
    domains : names, in the order of the other fields.
    offers : ids of the offers, in the order of `avail`.
    constant : by domain, shape (cuts,).
    coefficient : by domain, shape (cuts, offers); never negative.
    error : by domain, against full solves of the relaxation on held-out draws.
    """

    domains: tuple[str, ...]
    offers: tuple[str, ...]
    constant: tuple[Array, ...]
    coefficient: tuple[Array, ...]
    error: tuple[CutError, ...]

    def coverage(self, avail: Array) -> Array:
        """Return coverage for delivered shares: (..., offers) -> (..., domains), each in 0-1."""
        avail = np.asarray(avail, dtype=float)
        found = [
            (constant + avail @ coefficient.T).min(axis=-1)
            for constant, coefficient in zip(self.constant, self.coefficient, strict=True)
        ]
        shares: Array = np.clip(np.stack(found, axis=-1), 0.0, 1.0)
        return shares


class Relaxation:
    """The relaxed package model, solved again and again as pools shrink."""

    def __init__(self, model: Model) -> None:
        self.model = model
        for chain in range(len(model.chains)):
            # the pool rows bind; a second limit on the column would hide part of the price
            model.milp.upper[chain] = float("inf")
        self._highs = Highs(model.milp, relax=True)
        # the first by interior points, the others from the basis before
        self._highs.option("solver", "ipm")
        self.row_dual: Array = np.zeros(0)
        self._rows = [(o, row, limit) for o, rows in enumerate(model.pool) for row, limit in rows]

    def price_of_field(self) -> Array:
        """Return the last solve's gain per unit that arrives and stays, by line and month."""
        shape = self.model.flow.shape
        if not self.row_dual.size or not self.model.flow.size:
            return np.zeros(shape)
        prices: Array = self.row_dual[self.model.flow] / POINTS
        return prices

    def solve(self, avail: Array) -> tuple[float, Array]:
        """Return coverage and its slope in each offer's share, shape (offers,)."""
        for o, row, limit in self._rows:
            self._highs.limit_row(row, -float("inf"), limit * float(avail[o]))
        found = self._highs.run()
        self._highs.option("solver", "simplex")
        if found.status == "Empty":
            return 0.0, np.zeros(len(self.model.offers))
        if found.x is None or found.row_dual is None:
            raise UsageError(f"the relaxation could not be solved: {found.status}")
        self.row_dual = np.maximum(found.row_dual, 0.0)
        slope = np.zeros(len(self.model.offers))
        for o, row, limit in self._rows:
            slope[o] += limit * max(0.0, float(found.row_dual[row]))
        return found.gain / POINTS, slope / POINTS


def sampled_shares(rng: np.random.Generator, draws: int, offers: int) -> Array:
    """Draw delivered shares that span few to all offers, shape (draws, offers).

    The first draw is all offers in full. The others take part with a chance drawn per draw, and
    a third of those that do deliver only part.
    """
    chance = rng.uniform(0.1, 1.0, size=(draws, 1))
    here = rng.random((draws, offers)) < chance
    part = np.where(rng.random((draws, offers)) < 1 / 3, rng.random((draws, offers)), 1.0)
    shares = np.where(here, part, 0.0)
    shares[:1] = 1.0
    return shares


def nearest_first(points: Array) -> list[int]:
    """Return an order that begins at the first point and always goes on to the nearest left.

    A solve that starts from the basis of a similar one takes a fraction of the steps.
    """
    left = list(range(1, len(points)))
    order = [0] if len(points) else []
    while left:
        apart = np.abs(points[left] - points[order[-1]]).sum(axis=1)
        order.append(left.pop(int(apart.argmin())))
    return order


def _fit(relaxation: Relaxation, train: Array, held_out: Array) -> tuple[Array, Array, CutError]:
    points = np.vstack([train, held_out])
    value, slope = np.zeros(len(points)), np.zeros_like(points)
    for place in nearest_first(points):
        value[place], slope[place] = relaxation.solve(points[place])
    planes, exact = slope[: len(train)], value[len(train) :]
    height = np.maximum(0.0, value[: len(train)] - (planes * train).sum(axis=1))
    if not len(held_out):
        return height, planes, CutError(0.0, 0.0, 1.0, 0)
    guess = np.minimum(1.0, (height + held_out @ planes.T).min(axis=1))
    above = guess - np.minimum(1.0, exact)
    return (
        height,
        planes,
        CutError(
            float(above.mean()), float(above.max()), rank_correlation(guess, exact), len(exact)
        ),
    )


def rank_correlation(one: Array, other: Array) -> float:
    """Spearman's rank correlation; 1 where both are constant."""
    from scipy.stats import rankdata  # half a second to import, and few need it

    a, b = rankdata(one), rankdata(other)
    if a.std() == 0 or b.std() == 0:
        return 1.0 if a.std() == b.std() else 0.0
    a, b = a - a.mean(), b - b.mean()
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def coverage_cuts(
    requirement: Requirement,
    offers: Sequence[Offer],
    rules: Rules,
    *,
    rng: np.random.Generator,
    shares: Array | None = None,
    sampled_months: int | None = None,
    solves: int = 30,
    held_out: int = 20,
    say: Say = lambda fraction, note: None,
) -> Cuts:
    """Return cuts on the whole requirement's coverage (one domain named `all`).

    Coverage is scored in `sampled_months` months spread evenly; by default in all of them, or in
    every other one where there are more than `MANY` openings to choose from. `shares` (draws,
    offers) are draws like those the cuts will be used on; without them :func:`sampled_shares`
    serves.
    """
    horizon = requirement.months
    if sampled_months is None:
        openings = horizon * sum(len(places(o, requirement)) for o in offers)
        sampled_months = horizon if openings <= MANY else (horizon + 1) // 2
    count = min(sampled_months, horizon)
    months = [int((k + 0.5) * horizon / count) for k in range(count)]
    model = build(requirement, offers, rules, political=False, months=months, lumps=False)
    needed = solves - 1 + held_out
    drawn = sampled_shares(rng, needed, len(offers)) if shares is None else shares[:needed]
    # few draws are shared out: two thirds to build, the rest to measure
    cut = min(solves - 1, (2 * len(drawn)) // 3)
    train = np.vstack([np.ones((1, len(offers))), drawn[:cut]])
    test = drawn[cut : cut + held_out]
    say(0.0, "cuts")
    height, planes, error = _fit(Relaxation(model), train, test)
    ids = tuple(offer.id for offer in offers)
    return Cuts(("all",), ids, (height,), (planes,), (error,))
