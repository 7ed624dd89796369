"""`default`: where a decision comes to lie, as a distribution fitted to real decisions.

With probability `exact` the outcome is a position somebody stated; otherwise the position that
prevails is shaded, evenly, toward the weighted mean. See docs/theory/default.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cache
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


@dataclass(frozen=True, slots=True)
class DefaultParameters:
    """The parameters of `default`; the values shipped come with their fit.

    salience_power, influence_power: weight of an actor = salience^a * influence^b.
    support_power: mass of a position = (share of weight behind it + floor)^g.
    floor: share that every stated position has.
    exact: probability that the outcome is exactly a stated position.
    middle: log of how much likelier a position between two others is.
    reference: log of how much likelier the reference point is under unanimity.
    """

    salience_power: float = 1.0
    influence_power: float = 0.5
    support_power: float = 0.5
    floor: float = 0.01
    exact: float = 0.5
    middle: float = 0.0
    reference: float = 0.0

    @classmethod
    def read(cls, document: dict[str, Any]) -> DefaultParameters:
        """Build from the shipped document (`parameters` holds one number a field)."""
        values = document["parameters"]
        unknown = set(values) - {f.name for f in fields(cls)}
        if unknown:
            raise UsageError(f"parameters of `default`: unknown {', '.join(sorted(unknown))}")
        return cls(**{k: float(v) for k, v in values.items()})


@cache
def shipped() -> DefaultParameters:
    """Parameters that come with the package, fitted to DEU III (see the file for the fit)."""
    return DefaultParameters.read(json.loads(read("default.json")))


def weights(salience: Array, influence: Array, p: DefaultParameters) -> Array:
    """Share of each actor (..., n) in the decision; equal where nobody has any influence.

    Salience 0-1, influence in any unit; an actor absent from a draw has influence NaN.
    """
    there = np.isfinite(influence)
    w = np.where(
        there,
        np.maximum(salience, LEAST_SALIENCE) ** p.salience_power
        * np.where(there, influence, 0.0) ** p.influence_power,
        0.0,
    )
    w = np.where(w.sum(axis=-1, keepdims=True) > 0, w, there.astype(float))
    return np.asarray(w / w.sum(axis=-1, keepdims=True))


def masses(
    positions: Array,
    share: Array,
    reference: Array,
    unanimous: NDArray[np.bool_],
    p: DefaultParameters,
) -> tuple[Array, Array]:
    """Mass of each actor's position (draws, n), and the weighted mean (draws,), on 0-100.

    `reference` (draws,) may be NaN; `unanimous` (draws,) says whether the rule is unanimity.
    """
    there = share > 0
    x = np.where(there, positions, 0.0)
    near = np.maximum(0.0, 1 - np.abs(x[:, :, None] - x[:, None, :]) / NEAR)
    support = (near * share[:, None, :]).sum(axis=2)
    mass = share * (support + p.floor) ** p.support_power / np.where(there, support, 1.0)
    low = np.where(there, x, np.inf).min(axis=1, keepdims=True)
    high = np.where(there, x, -np.inf).max(axis=1, keepdims=True)
    between = (x > low + NEAR) & (x < high - NEAR)
    near_reference = np.abs(x - reference[:, None]) < NEAR  # never, where it is NaN
    at_reference = unanimous[:, None] & near_reference
    mass = mass * np.exp(p.middle * between + p.reference * at_reference)
    return mass / mass.sum(axis=1, keepdims=True), (share * x).sum(axis=1)


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
    share = weights(salience, influence, p)
    draws = len(positions)
    mass, centre = masses(
        positions,
        share,
        np.full(draws, np.nan if reference is None else reference),
        np.full(draws, unanimous),
        p,
    )
    x = np.where(share > 0, positions, 0.0)
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
