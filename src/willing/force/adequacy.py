"""Whether what comes of the pledges is enough: cuts on what can be kept up, by domain.

The steady state's level is concave and rising in what is delivered, so each solve's duals give a
plane above it everywhere (Kelley 1960). Planes are added where those there are lie too high, and
the error is measured on solves held out. Where nothing but the supply limits a domain, its plane is
known without a solve. See `docs/theory/steady_state.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from willing.errors import UsageError
from willing.force._nouns import Offer, Requirement, Rules
from willing.force._schedule import places
from willing.force.evaluate import check_gates, counts_for
from willing.force.steady_state import SteadyState, presence, quantities

Array = NDArray[np.float64]
#: planes are added where those there are lie this far above a solve (shares)
TOLERANCE = 1e-3
#: the level at which a force stands (that of `full_strength`): on which side of it the cuts fall
STANDS = 0.9
#: weeks within which lift is asked about
BUILDUP = 78.0


@dataclass(frozen=True, slots=True)
class Bound:
    """An upper bound of a level of coverage, as planes over what comes of each offer.

    `level(avail, weeks) = min(1, min over k of constant[k] + coefficient[k] @ avail
    + pace[k] * weeks)`; without weeks the planes with a pace are left out.

    Attributes
    ----------
    name : the domain judged, or `together` where all are judged at once.
    judged : by domain the share that counts as all of it; the level is the least over them.
    constant, pace : shape (planes,).
    coefficient : shape (planes, offers); never negative.
    solves, held_out : solves that made the planes, and that measured their error.
    mean, worst : how far the planes lie above the held-out solves (shares).
    wrong : share of the held-out solves that the planes put on the other side of `STANDS`.
    """

    name: str
    judged: Mapping[str, float]
    constant: Array
    coefficient: Array
    pace: Array
    solves: int = 0
    held_out: int = 0
    mean: float = 0.0
    worst: float = 0.0
    wrong: float = 0.0

    def level(self, avail: Array, weeks: Array | float | None = None) -> Array:
        """Return the level (0-1) of what is there: (..., offers) and weeks since -> (...)."""
        keep = np.ones(len(self.pace), dtype=np.bool_) if weeks is not None else self.pace == 0
        planes = self.constant[keep] + np.asarray(avail, dtype=float) @ self.coefficient[keep].T
        if weeks is not None:
            planes = planes + np.asarray(weeks, dtype=float)[..., None] * self.pace
        found: Array = np.minimum(1.0, planes.min(axis=-1, initial=1.0))
        return found


def adequacy_cuts(
    requirement: Requirement,
    offers: Sequence[Offer],
    rules: Rules,
    *,
    least: Mapping[str, float],
    rng: np.random.Generator,
    kept: int,
    most: Sequence[float] = (),
    solves: int = 48,
    held_out: int = 24,
) -> tuple[Bound, ...]:
    """Return bounds on the coverage that can be kept up: one a domain, and all domains together.

    Whether a pledge comes, its conditions and when it is ready are the caller's: they decide what
    is asked about. Where domains share something (lift, budget, burdens, caps), two more bounds
    judge them together: all in full, and all at their least.

    Parameters
    ----------
    least : by domain judged, its minimum as a share of the requirement (0-1).
    kept : months for which the force must be kept.
    most : by offer, the largest size to be expected as a share of its number; 1 by default.
    solves, held_out : solves for each bound, and to measure its error.
    """
    check_gates(requirement)
    need = quantities(requirement)
    needed = {x.domain for x, n in zip(requirement.lines, need, strict=True) if x.weight > 0 < n}
    for domain in least:
        if domain not in needed:
            known = ", ".join(sorted(needed)) or "nothing"
            raise UsageError(f"{requirement.id!r} needs nothing of {domain!r}; it needs {known}")
    sizes = np.maximum(1.0, np.asarray(most, dtype=float)) if len(most) else np.ones(len(offers))
    shared = _shared(rules)
    wanted: list[tuple[str, dict[str, float]]] = [(d, {d: 1.0}) for d in least]
    if shared and len(least) > 1:
        wanted.append(("together", dict.fromkeys(least, 1.0)))
        minimum = {d: m for d, m in least.items() if m > 0}
        if minimum:
            wanted.append(("together", minimum))
    points = _points(rng, solves + held_out, offers, sizes)
    weeks = np.where(
        rng.random(len(points)) < 0.5,
        np.inf,
        np.exp(rng.uniform(0.0, np.log(BUILDUP), len(points))),
    )
    weeks[0] = np.inf
    found = []
    for name, judged in wanted:
        planes = [_supply(requirement, offers, d, kept) / judged[d] for d in judged]
        start = [(0.0, plane, 0.0) for plane in planes]
        if shared or any(_limited(requirement, offers, rules, d) for d in judged):
            programme = SteadyState(requirement, offers, rules, judged, kept=kept, most=sizes)
            found.append(_fit(name, judged, programme, start, points, weeks, solves))
        else:
            found.append(_bound(name, judged, start))
    return tuple(found)


Plane = tuple[float, Array, float]


def _bound(name: str, judged: Mapping[str, float], planes: Sequence[Plane]) -> Bound:
    constant, coefficient, pace = zip(*planes, strict=True)
    return Bound(name, judged, np.array(constant), np.array(coefficient), np.array(pace))


def _fit(
    name: str,
    judged: Mapping[str, float],
    programme: SteadyState,
    start: list[Plane],
    points: Array,
    weeks: Array,
    solves: int,
) -> Bound:
    planes = list(start)
    above, wrong = np.zeros(len(points) - solves), np.zeros(len(points) - solves)
    for place, (avail, since) in enumerate(zip(points, weeks, strict=True)):
        value, slope, rest, pace = programme.solve(avail, since)
        guess = min([1.0, *(_at(plane, avail, since) for plane in planes)])
        if place >= solves:
            above[place - solves] = max(0.0, guess - value)
            wrong[place - solves] = (guess >= STANDS - 1e-9) != (value >= STANDS - 1e-9)
        elif guess > value + TOLERANCE:
            planes.append((rest, slope, pace))
    made = _bound(name, judged, _needed(planes, len(start), points[:solves], weeks[:solves]))
    return Bound(
        name,
        judged,
        made.constant,
        made.coefficient,
        made.pace,
        solves,
        len(above),
        float(above.mean()) if len(above) else 0.0,
        float(above.max()) if len(above) else 0.0,
        float(wrong.mean()) if len(above) else 0.0,
    )


def _at(plane: Plane, avail: Array, weeks: float) -> float:
    rest, slope, pace = plane
    return rest + float(slope @ avail) + (pace * weeks if pace else 0.0)


def _needed(planes: list[Plane], sure: int, points: Array, weeks: Array) -> list[Plane]:
    """Return the first `sure` planes, and of the others those that are lowest at some point."""
    heights = np.array(
        [[_at(plane, a, w) for plane in planes] for a, w in zip(points, weeks, strict=True)]
    )
    kept = list(range(len(planes)))
    for one in reversed(range(sure, len(planes))):
        rest = [k for k in kept if k != one]
        lowest = np.minimum(1.0, heights[:, kept].min(axis=1))
        if (np.minimum(1.0, heights[:, rest].min(axis=1)) <= lowest + 1e-9).all():
            kept = rest
    return [planes[k] for k in kept]


def _shared(rules: Rules) -> bool:
    """Whether offers of different domains draw on something they share."""
    amounts = (rules.lift_in, rules.lift_out, rules.budget, rules.burden_share)
    return any(amount is not None for amount in amounts) or bool(rules.actor_cap)


def _limited(requirement: Requirement, offers: Sequence[Offer], rules: Rules, domain: str) -> bool:
    """Whether anything but the supply limits a domain: a gate, or who may be in which sector."""
    lines = [x for x in requirement.lines if x.domain == domain and x.weight > 0]
    named = {x.id for x in lines}
    sectors = {x.sector for x in lines if x.sector}
    return any(named & set(gate.gated) for gate in requirement.gates) or (
        bool(sectors)
        and (
            rules.nations_per_sector is not None
            or bool(rules.framework)
            or any(o.sectors is not None and not sectors <= o.sectors for o in offers)
        )
    )


def _supply(requirement: Requirement, offers: Sequence[Offer], domain: str, kept: int) -> Array:
    """Return what each offer in full adds to a domain's coverage when nothing else limits it."""
    need = quantities(requirement)
    rows = [i for i, x in enumerate(requirement.lines) if x.domain == domain and x.weight > 0]
    total = float(need[rows].sum())
    plane = np.zeros(len(offers))
    for o, offer in enumerate(offers):
        each = max(
            (counts_for(offer, s, requirement)[rows].sum() for s in places(offer, requirement)),
            default=0.0,
        )
        if total > 0:
            plane[o] = each * offer.number * presence(offer, kept) / total
    return plane


def _points(rng: np.random.Generator, count: int, offers: Sequence[Offer], sizes: Array) -> Array:
    """Draw what comes of the offers, from few contributors to all, shape (count, offers).

    The first is all as stated; else a contributor comes with a chance drawn per point, with nine
    in ten of its offers, each between half and the largest of its size.
    """
    actors = list(dict.fromkeys(o.actor for o in offers))
    of = np.array([actors.index(o.actor) for o in offers], dtype=np.int64)
    here = rng.random((count, len(actors))) < rng.uniform(0.1, 1.0, (count, 1))
    comes = here[:, of] & (rng.random((count, len(offers))) < 0.9)
    size = rng.uniform(0.5, sizes, (count, len(offers)))
    points: Array = np.where(comes, size, 0.0)
    points[:1] = 1.0
    return points
