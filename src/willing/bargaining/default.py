"""`default`: where a decision comes to lie, as a distribution fitted to real decisions.

With probability `exact` the outcome is a position somebody stated; otherwise the position that
prevails is shaded, evenly, toward the weighted mean. See docs/theory/default.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from willing.bargaining._negotiation import Course, Negotiation
from willing.bargaining._outlook import Outlook
from willing.bargaining._still import resting
from willing.data.bargaining import read
from willing.errors import UsageError

Array = NDArray[np.float64]

LEAST_SALIENCE = 0.02  # an actor who takes part cares at least this much
NEAR = 5.0  # positions nearer than this (points of 100) support each other
_CHUNK = 4_000_000  # pairs of actors held at once


@dataclass(frozen=True, slots=True)
class DefaultParameters:
    """The parameters of `default`; the values shipped come with their fit.

    salience_powers, influence_powers: weight of an actor = salience^a * influence^b.
    support_powers: mass of a position = (share of weight behind it + floor)^g.
        Nobody knows the powers: the forecast is the even average over all combinations.
    floor: share that every stated position has.
    exact: probability that the outcome is exactly a stated position.
    middle: log of how much likelier a position between two others is.
    reference: log of how much likelier the reference point is under unanimity.
    """

    salience_powers: tuple[float, ...] = (0.0, 1.0, 2.0)
    influence_powers: tuple[float, ...] = (0.0, 0.5, 1.0)
    support_powers: tuple[float, ...] = (0.0, 0.5, 1.0)
    floor: float = 0.01
    exact: float = 0.5
    middle: float = 0.0
    reference: float = 0.0

    @classmethod
    def read(cls, document: dict[str, Any]) -> DefaultParameters:
        """Build from the shipped document (`parameters` holds a number, or a list, a field)."""
        values = document["parameters"]
        unknown = set(values) - {f.name for f in fields(cls)}
        if unknown:
            raise UsageError(f"parameters of `default`: unknown {', '.join(sorted(unknown))}")
        read: dict[str, Any] = {
            k: tuple(map(float, v)) if isinstance(v, list | tuple) else float(v)
            for k, v in values.items()
        }
        return cls(**read)


@cache
def shipped() -> DefaultParameters:
    """Parameters that come with the package, fitted to DEU III (see the file for the fit)."""
    return DefaultParameters.read(json.loads(read("default.json")))


def weights(salience: Array, influence: Array, p: DefaultParameters) -> Array:
    """Share of each actor in the decision (ways, ..., n), a way for each pair of powers.

    Salience 0-1, influence in any unit (..., n); an actor absent from a draw has influence NaN.
    Equal where nobody has any influence.
    """
    there = np.isfinite(influence)
    s = np.maximum(salience, LEAST_SALIENCE)
    c = np.where(there, influence, 0.0)
    c = c / np.maximum(c.max(axis=-1, keepdims=True), 1e-300)  # squares must not overflow
    ways = []
    for a, b in product(p.salience_powers, p.influence_powers):
        w = np.where(c > 0, s**a * c**b, 0.0)
        w = np.where(w.sum(axis=-1, keepdims=True) > 0, w, there.astype(float))
        ways.append(w / w.sum(axis=-1, keepdims=True))
    return np.stack(ways)


@dataclass(frozen=True, slots=True)
class Field:
    """What does not hang on the fitted parameters: the same table serves many of them.

    raw (ways, draws, n): mass of each actor's position by weights and support alone.
    between, at_reference (draws, n): whether the position lies between others, or at the
    reference point where all must agree. centre (draws,): weighted mean, averaged over ways.
    """

    raw: Array
    between: NDArray[np.bool_]
    at_reference: NDArray[np.bool_]
    centre: Array

    def masses(self, p: DefaultParameters) -> Array:
        """Mass of each actor's position (draws, n), averaged over the ways."""
        tilted = self.raw * np.exp(p.middle * self.between + p.reference * self.at_reference)
        return np.asarray((tilted / tilted.sum(axis=2, keepdims=True)).mean(axis=0))


def field(
    positions: Array,
    shares: Array,
    reference: Array,
    unanimous: NDArray[np.bool_],
    p: DefaultParameters,
) -> Field:
    """Lay out positions (draws, n) on 0-100 with shares (ways, draws, n).

    `reference` (draws,) may be NaN; `unanimous` (draws,) says whether the rule is unanimity.
    """
    there: NDArray[np.bool_] = np.any(shares > 0, axis=0)
    x = np.where(there, positions, 0.0)
    near = np.maximum(0.0, 1 - np.abs(x[:, :, None] - x[:, None, :]) / NEAR)
    near *= there[:, None, :]
    raw = []
    for share in shares:
        support = (near @ share[:, :, None])[:, :, 0]
        each = np.divide(share, support, out=np.zeros_like(share), where=support > 0)
        raw += [each * (support + p.floor) ** g for g in p.support_powers]
    low = np.where(there, x, np.inf).min(axis=1, keepdims=True)
    high = np.where(there, x, -np.inf).max(axis=1, keepdims=True)
    return Field(
        np.stack(raw),
        (x > low + NEAR) & (x < high - NEAR),
        # never, where the reference point is NaN
        unanimous[:, None] & (np.abs(x - reference[:, None]) < NEAR),
        np.asarray((shares * x).sum(axis=2).mean(axis=0)),
    )


def masses(
    positions: Array,
    shares: Array,
    reference: Array,
    unanimous: NDArray[np.bool_],
    p: DefaultParameters,
) -> tuple[Array, Array]:
    """Mass of each actor's position (draws, n), and the weighted mean (draws,), on 0-100."""
    laid = field(positions, shares, reference, unanimous, p)
    return laid.masses(p), laid.centre


def outlook(
    positions: Array,
    salience: Array,
    influence: Array,
    p: DefaultParameters,
    reference: float | None = None,
    unanimous: bool = False,
) -> Outlook:
    """Where the outcome lies on 0-100, over all draws.

    positions, salience, influence: (draws, n). Draws weigh the same.
    """
    draws, n = positions.shape
    mass, centre = np.empty((draws, n)), np.empty(draws)
    step = max(1, _CHUNK // n**2)
    for k in range(0, draws, step):
        rows = slice(k, k + step)
        some = len(positions[rows])
        mass[rows], centre[rows] = masses(
            positions[rows],
            weights(salience[rows], influence[rows], p),
            np.full(some, np.nan if reference is None else reference),
            np.full(some, unanimous),
            p,
        )
    x = np.where(mass > 0, positions, 0.0)
    to = np.broadcast_to(centre[:, None], x.shape)
    return Outlook.of(
        np.stack([x, x]), np.stack([x, to]), np.stack([p.exact * mass, (1 - p.exact) * mass])
    )


def score(positions: Array, mass: Array, centre: Array, exact: float, outcome: Array) -> Array:
    """CRPS of the outcome in each row (draws,), in closed form: E|Y - y| - E|Y - Y'| / 2."""
    e = np.where(mass > 0, positions - centre[:, None], 0.0)
    y = (outcome - centre)[:, None]
    lost = mass * (exact * np.abs(e - y) + (1 - exact) * _to_stretch(y, e))
    a, b = e[:, :, None], e[:, None, :]
    apart = (
        exact**2 * np.abs(a - b)
        + 2 * exact * (1 - exact) * _to_stretch(a, b)
        + (1 - exact) ** 2 * _between_stretches(a, b)
    )
    spread = (mass[:, :, None] * mass[:, None, :] * apart).sum(axis=(1, 2))
    return np.asarray(lost.sum(axis=1) - spread / 2)


def _to_stretch(a: Array, e: Array) -> Array:
    """Mean distance of `a` from a value even on the stretch from 0 to `e`."""
    far, length = np.abs(a), np.maximum(np.abs(e), 1e-12)
    same = a * e > 0
    within = same & (far < length)
    beyond = far + np.where(same, -length, length) / 2
    return np.where(within, (far**2 + (length - far) ** 2) / (2 * length), beyond)


def _between_stretches(a: Array, b: Array) -> Array:
    """Mean distance of two values, even on the stretches from 0 to `a` and from 0 to `b`."""
    long = np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-12)
    short = np.minimum(np.abs(a), np.abs(b))
    return np.where(a * b > 0, (long - short) / 2 + short**2 / (3 * long), (long + short) / 2)


def default(negotiation: Negotiation, parameters: DefaultParameters | None = None) -> Course:
    """Forecast a distribution on each dimension; nobody moves.

    `parameters` are those shipped with their fit unless given.
    """
    p = shipped() if parameters is None else parameters
    n = negotiation
    unit = 100 * n.unit_positions
    outlooks = []
    for k in range(len(n.dimensions)):
        low, high = n.scale[k]
        width = high - low if high > low else 1.0
        reference = 100 * (n.reference[k] - low) / width
        o = outlook(
            unit[:, :, k],
            n.salience[:, :, k],
            n.influence,
            p,
            None if np.isnan(reference) else float(reference),
            n.unanimous,
        )
        outlooks.append(Outlook.of(low + o.low * width / 100, low + o.high * width / 100, o.mass))
    return resting(
        "default",
        n,
        tuple(outlooks),
        "fitted to decisions of the European Union; other tables may differ",
    )
