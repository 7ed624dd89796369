"""Three numbers for a package: as pledged, if nobody re-plans, and the best re-plan.

Each draw decides for every pledge how much comes and when (the delivery mixture) and how large it
was to begin with (its published range). The plan as made then covers what is still there of it;
the best re-plan is bounded by the dual cuts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from willing.force._nouns import Offer, Plan, Requirement, Rules
from willing.force._schedule import schedule
from willing.force.delivery import Mixture
from willing.force.dual_cuts import Cuts, rank_correlation
from willing.force.evaluate import counts_for, coverage, covered
from willing.force.package import Effort, package

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean, 10th and 90th percentile over the draws."""

    mean: float
    p10: float
    p90: float


@dataclass(frozen=True, slots=True)
class Delivered:
    """What comes of each pledge in each draw.

    `share` is what is there on time, `delay` the months until the rest of a late pledge, `size`
    how large the pledge turns out (1 as stated), each of shape (draws, offers).
    """

    share: Array
    delay: Array
    size: Array

    def average(self, offers: Sequence[Offer], months: int) -> Array:
        """Return the share of each pledge over the months it could serve, (draws, offers)."""
        could = np.array([max(1.0, float(months - min(o.ready_month, months - 1))) for o in offers])
        waited = np.minimum(self.delay, could)
        late = np.where(self.delay > 0, 1.0 - (1.0 - self.share) * waited / could, self.share)
        result: Array = late * self.size
        return result


def draw_delivery(
    offers: Sequence[Offer],
    mixtures: Sequence[Mixture],
    *,
    draws: int,
    rng: np.random.Generator,
    sizes: Sequence[tuple[float, float]] = (),
) -> Delivered:
    """Draw what comes of each pledge, pledges independent of each other.

    Parameters
    ----------
    mixtures : one for each offer.
    sizes : low and high end of each pledge as a share of its number; triangular between them.
    """
    share, delay = np.ones((draws, len(offers))), np.zeros((draws, len(offers)))
    size = np.ones((draws, len(offers)))
    for o, mixture in enumerate(mixtures):
        share[:, o], delay[:, o] = mixture.draw(rng, draws)
        if sizes and sizes[o][1] > sizes[o][0]:
            size[:, o] = rng.triangular(sizes[o][0], 1.0, sizes[o][1], draws)
    return Delivered(share, delay, size)


def without_replanning(
    requirement: Requirement,
    offers: Sequence[Offer],
    plan: Plan,
    delivered: Delivered,
    *,
    frameworks: bool = False,
    block: int = 200,
) -> Array:
    """Return the coverage of the plan as made when pledges fail, shape (draws,).

    `frameworks` says that a sector counts only under its framework nation: it is lost in draws in
    which nothing of that nation comes.
    """
    place = {offer.id: o for o, offer in enumerate(offers)}
    months = np.arange(requirement.months)
    draws = len(delivered.share)
    result = np.zeros(draws)
    for begin in range(0, draws, block):
        part = slice(begin, min(draws, begin + block))
        count = part.stop - part.start
        supplied = np.zeros((count, len(requirement.lines), requirement.months))
        for chain in plan.chains:
            o = place[chain.offer]
            offer = offers[o]
            when = schedule(offer, chain.start, chain.tours, requirement.months)
            adds = counts_for(offer, chain.sector, requirement) * chain.units
            wait = delivered.delay[part, o][:, None]
            arrived = (wait > 0) & (months[None, :] >= when.start + wait)
            here = np.where(arrived, 1.0, delivered.share[part, o][:, None])
            here = here * delivered.size[part, o][:, None]
            here[:, : when.start] = 0.0
            here[:, when.end :] = 0.0
            for at in np.flatnonzero(adds):
                supplied[:, at] += adds[at] * here
        if frameworks:
            own = {
                sector: [o for o, x in enumerate(offers) if x.actor == actor]
                for sector, actor in plan.frameworks.items()
            }
            for row, line in enumerate(requirement.lines):
                if line.sector:
                    leaders = own.get(line.sector, [])
                    came = delivered.share[part][:, leaders].max(axis=1, initial=0.0)
                    supplied[:, row] *= (came > 0)[:, None]
        result[part] = coverage(requirement, covered(requirement, supplied))
    return result


def spread(values: Array) -> Spread:
    """Return mean, P10 and P90."""
    low, high = np.quantile(values, [0.1, 0.9])
    return Spread(float(values.mean()), float(low), float(high))


def best_replan(cuts: Cuts, average: Array, fixed: Array) -> Array:
    """Return the bound on the best re-plan, (draws,): never under the plan nobody changed."""
    bound: Array = np.maximum(cuts.coverage(average)[..., 0], fixed)
    return bound


@dataclass(frozen=True, slots=True)
class ReplanCheck:
    """The cuts against plans made anew for some draws: how far above them they lie (shares).

    The true best re-plan lies between the two.
    """

    draws: int
    mean: float
    worst: float
    rank_correlation: float


def scaled(offers: Sequence[Offer], average: Array) -> tuple[Offer, ...]:
    """Return the offers of one draw: units shrunk to what comes of them, or none."""
    return tuple(
        replace(
            offer,
            number=offer.number if share > 1e-9 else 0,
            quantity=offer.quantity * max(float(share), 1e-9),
            persons=None if offer.persons is None else offer.persons * float(share),
            cost_month=offer.cost_month * float(share),
        )
        for offer, share in zip(offers, average, strict=True)
    )


def check_replans(
    requirement: Requirement,
    offers: Sequence[Offer],
    rules: Rules,
    bound: Array,
    average: Array,
    *,
    draws: int = 20,
    seed: int = 0,
) -> ReplanCheck:
    """Make plans anew for the first draws and compare the cuts with them."""
    quick = Effort(steps=150_000, rounds=0, nodes=20)
    count = min(draws, len(average))
    made = np.array(
        [
            package(
                requirement, scaled(offers, average[d]), rules, seed=seed, effort=quick
            ).coverage
            for d in range(count)
        ]
    )
    above = bound[:count] - made
    same = rank_correlation(bound[:count], made)
    return ReplanCheck(count, float(above.mean()), float(above.max()), same)
