"""From a range (low, likely, high) to numbers: two-piece distributions with closed quantiles.

`likely` is read as the median and `low` and `high` as the 5th and 95th percentiles. Numbers that
cannot be negative follow a two-piece log-normal, shares a two-piece logit-normal. A lower end of
zero is read as a twentieth of the likely value (shares: 0.001), since neither scale reaches zero.
The choice is ours; it is smooth, keeps the stated median, and needs one normal number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from willing.case import Range

__all__ = ["Spread", "positive", "share"]

Z95 = 1.6448536269514722
_EDGE = 1e-3


class Spread:
    """A two-piece distribution on a log or logit scale.

    `at(z)` maps standard normal numbers to values; it is increasing in `z`. Two that do so alike
    are equal.
    """

    __slots__ = ("logit", "median", "sd_high", "sd_low")

    def __init__(self, low: float, likely: float, high: float, *, logit: bool) -> None:
        self.logit = logit
        if logit:
            low, likely, high = (min(max(v, _EDGE), 1 - _EDGE) for v in (low, likely, high))
            scale = [float(np.log(v / (1 - v))) for v in (low, likely, high)]
        else:
            likely = max(likely, 1e-9)
            low, high = max(low, likely / 20), max(high, likely)
            scale = [float(np.log(v)) for v in (low, likely, high)]
        self.median = scale[1]
        self.sd_low = max(scale[1] - scale[0], 0.0) / Z95
        self.sd_high = max(scale[2] - scale[1], 0.0) / Z95

    def _key(self) -> tuple[bool, float, float, float]:
        return self.logit, self.median, self.sd_low, self.sd_high

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spread) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def at(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values for standard normal `z`, same shape."""
        y = self.median + z * np.where(z < 0, self.sd_low, self.sd_high)
        return np.asarray(1 / (1 + np.exp(-y)) if self.logit else np.exp(y))


def positive(value: Range) -> Spread:
    """Return the spread of a number that is not negative."""
    return Spread(value.low, value.likely, value.high, logit=False)


def share(value: Range) -> Spread:
    """Return the spread of a number within 0-1."""
    return Spread(value.low, value.likely, value.high, logit=True)
