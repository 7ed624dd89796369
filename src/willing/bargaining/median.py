"""`median`: the position that neither side outweighs, by salience times influence.

Exact more often than any mean, and further off when wrong. See docs/theory/median.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from willing.bargaining._negotiation import Course, Negotiation
from willing.bargaining._still import still

Array = NDArray[np.float64]


def weighted_median(negotiation: Negotiation, weighted: bool = True) -> Array:
    """Median position (draws, dims): half way between two where both sides weigh the same."""
    x = negotiation.positions
    w = negotiation.weights() if weighted else np.full_like(x, 1 / x.shape[1])
    order = np.argsort(x, axis=1, kind="stable")
    xs = np.take_along_axis(x, order, axis=1)
    reached = np.take_along_axis(w, order, axis=1).cumsum(axis=1)
    low = _at(xs, (reached < 0.5 - 1e-12).sum(axis=1))
    high = _at(xs, (reached <= 0.5 + 1e-12).sum(axis=1))
    return (low + high) / 2


def _at(xs: Array, place: NDArray[np.int64]) -> Array:
    place = np.minimum(place, xs.shape[1] - 1)[:, None, :]
    return np.asarray(np.take_along_axis(xs, place, axis=1)[:, 0, :])


def median(negotiation: Negotiation, weighted: bool = True) -> Course:
    """Forecast the weighted median; nobody moves."""
    return still("median", negotiation, weighted_median(negotiation, weighted))
