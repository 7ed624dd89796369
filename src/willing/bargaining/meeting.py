"""One calendar meeting: those at the table are drawn toward what the table as a whole wants.

Small enough to be restated in a compiled simulation. See docs/theory/meeting.md.

    m   = sum(salience * influence * x) / sum(salience * influence)
    x_i = x_i + rate * (1 - resistance_i) * (m - x_i)

Raising any position lowers nobody's afterwards. How hard an actor resists follows from what
waiting costs it (Rubinstein 1982; Binmore, Rubinstein and Wolinsky 1986): of two who split a
gain, each gives way in proportion to its own impatience.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number nobody has measured: its value, the range it may have, and why."""

    value: float
    low: float
    high: float
    unit: str
    reason: str


RATE: Final = Assumption(
    0.2,
    0.05,
    0.5,
    "share of the way to the mean, a meeting",
    "no data on positions before and after meetings; at 0.2 five meetings close two thirds of "
    "the way for an actor that does not resist at all",
)
PRESSURE_WEEKS: Final = Assumption(
    4.0,
    1.0,
    12.0,
    "weeks before a deadline at which its pressure has fallen to 1/e",
    "agreements crowd into the last moments in the laboratory (Roth, Murnighan and Schoumaker "
    "1988); in diplomacy the scale is weeks, not minutes",
)
URGENCY: Final = Assumption(
    2.0,
    0.5,
    5.0,
    "impatience a deadline adds at the day, where no agreement costs everything",
    "an actor for whom failure at the deadline is ruinous gives way several times as readily",
)
_LEAST = 0.05  # nobody is perfectly patient: keeps the ratio defined


def impatience(
    gains_by_waiting: Array,
    cost_of_no_agreement: Array,
    weeks_to_deadline: Array | float = np.inf,
    pressure_weeks: float = PRESSURE_WEEKS.value,
    urgency: float = URGENCY.value,
) -> Array:
    """How much delay costs each actor, 1 for one that neither gains nor fears.

    gains_by_waiting: -1 to 1, what time does for the actor: a clock that runs for it, a veto that
    keeps what it has, a battlefield that improves (1); losing ground (-1).
    cost_of_no_agreement: 0 to 1, what is lost if the deadline passes without agreement.
    weeks_to_deadline: infinity where there is none.
    """
    near = np.exp(-np.maximum(weeks_to_deadline, 0.0) / pressure_weeks)
    cost = 1 - np.asarray(gains_by_waiting, float) + urgency * cost_of_no_agreement * near
    return np.asarray(np.maximum(cost, _LEAST))


def resistance(own: Array, salience: Array, influence: Array) -> Array:
    """How hard each actor (..., n) resists, 0 to 1, from everyone's impatience.

    An actor faces the table: the others' impatience, by salience times influence. It keeps the
    others' share of the sum, so half where all are alike.
    """
    own = np.asarray(own, float)
    w = np.broadcast_to(salience * influence, own.shape)
    others = w.sum(axis=-1, keepdims=True) - w
    faced = np.where(
        others > 0,
        ((w * own).sum(axis=-1, keepdims=True) - w * own) / np.where(others > 0, others, 1),
        own,
    )
    return np.asarray(faced / (own + faced))


def pressed(
    resistance: Array,
    cost_of_no_agreement: Array,
    weeks_to_deadline: Array | float,
    pressure_weeks: float = PRESSURE_WEEKS.value,
    urgency: float = URGENCY.value,
) -> Array:
    """Return resistance (0 to 1) with a deadline ahead.

    For one whose resistance is stated rather than derived: the deadline multiplies its own
    impatience, and with it the odds of giving way, by 1 + urgency * cost * exp(-weeks / scale).
    Who does not resist, or does not move at all, stays so. Parameters as for :func:`impatience`.
    """
    k = np.asarray(resistance, float)
    near = np.exp(-np.maximum(weeks_to_deadline, 0.0) / pressure_weeks)
    push = 1 + urgency * np.asarray(cost_of_no_agreement, float) * near
    return np.asarray(np.where(k > 0, k / np.maximum(k + (1 - k) * push, 1e-300), 0.0))


def meeting(
    positions: Array, salience: Array, influence: Array, resistance: Array | float, rate: float
) -> Array:
    """Positions (..., n) after one meeting of all actors given.

    resistance: 0 to 1 each, or one for all; rate: share of the way to the weighted mean an actor
    goes that does not resist. Where nobody has weight, nobody moves.
    """
    w = np.broadcast_to(np.asarray(salience) * influence, np.shape(positions))
    most = w.max(axis=-1, keepdims=True, initial=0.0)
    # as shares of the heaviest: products of the smallest numbers would be rounded away
    w = np.divide(w, most, out=np.zeros(w.shape), where=most > 0)
    total = w.sum(axis=-1, keepdims=True)
    mean = (w * positions).sum(axis=-1, keepdims=True) / np.where(total > 0, total, 1.0)
    step = rate * (1 - np.asarray(resistance))
    return np.asarray(np.where(total > 0, positions + step * (mean - positions), positions))
