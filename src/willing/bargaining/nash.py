"""`nash`: the bargain with the greatest product of gains over no agreement.

Two disagreement points: one that is bad for everyone alike (costly), and the reference point. See
docs/theory/nash.md. Sources: Nash (1950); Achen (2006) on costly disagreement.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from willing.bargaining._negotiation import Course, Negotiation
from willing.bargaining._still import still
from willing.errors import UsageError

Array = NDArray[np.float64]

COSTLY = -1.0  # utility of no agreement, where the best is 1 and the far end of the scale is 0
FLOOR = 0.05  # below this gain the logarithm goes on as a straight line: losing has a price
_GRID = 201
_CHUNK = 20_000_000  # numbers held at once


def nash(negotiation: Negotiation, disagreement: str = "costly") -> Course:
    """Forecast the weighted Nash bargain by dimension; `disagreement` is costly or reference."""
    if disagreement not in ("costly", "reference"):
        raise UsageError(f"disagreement: found {disagreement!r}; expected costly or reference")
    if disagreement == "reference" and np.isnan(negotiation.reference).any():
        raise UsageError("nash with the reference point as disagreement needs a reference point")
    model = "nash" if disagreement == "costly" else "nash_reference"
    return still(model, negotiation, bargain_point(negotiation, disagreement == "reference"))


def bargain_point(negotiation: Negotiation, against_reference: bool = False) -> Array:
    """Point (draws, dims) with the greatest weighted sum of log gains."""
    x, w = negotiation.unit_positions, negotiation.weights()
    width = np.ptp(negotiation.scale, axis=1)
    reference = (negotiation.reference - negotiation.scale[:, 0]) / np.where(width > 0, width, 1)
    out = np.empty((len(x), x.shape[2]))
    step = max(1, _CHUNK // (_GRID * x.shape[1]))
    for k in range(x.shape[2]):
        r = float(reference[k]) if against_reference else None
        for a in range(0, len(x), step):
            rows = slice(a, a + step)
            out[rows, k] = _best(x[rows, :, k], w[rows, :, k], r)
    return negotiation.from_unit(out)


def _best(x: Array, w: Array, reference: float | None) -> Array:
    """Best point on 0-1 a draw: a grid, then smaller grids around its best point."""
    low, high = np.zeros(len(x)), np.ones(len(x))
    best = low
    for _ in range(5):
        points = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, _GRID)
        best = points[np.arange(len(x)), _worth(points, x, w, reference).argmax(axis=1)]
        span = (high - low) / (_GRID - 1)
        low, high = np.maximum(best - span, 0), np.minimum(best + span, 1)
    return best


def _worth(points: Array, x: Array, w: Array, reference: float | None) -> Array:
    """Weighted log gain (draws, points); utility falls with the square of distance."""
    utility = 1 - (points[:, :, None] - x[:, None, :]) ** 2
    if reference is None:
        worth = np.log(utility - COSTLY)
    else:
        gain = utility - (1 - (reference - x[:, None, :]) ** 2)
        kept = np.maximum(FLOOR, gain)
        worth = np.log(kept) + (gain - kept) / FLOOR
    return np.asarray((w[:, None, :] * worth).sum(axis=2))
