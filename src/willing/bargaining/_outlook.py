"""A predictive distribution on a scale: atoms at points and uniform stretches between points.

The distribution function is piecewise linear with jumps, so that quantiles and the continuous
ranked probability score are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Array = NDArray[np.float64]

_SLACK = 1e-9  # a window reaches the atoms that stand exactly at its ends

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """Mass `mass[k]` spread evenly over [low[k], high[k]]; an atom where the two are equal.

    Values in units of the issue's scale; masses are positive and sum to one.
    """

    low: Array
    high: Array
    mass: Array

    @classmethod
    def of(cls, low: Array, high: Array, mass: Array) -> Outlook:
        """Build from any shapes; ends are put in order, empty pieces dropped, mass made one."""
        low, high, mass = (
            np.asarray(v, float).ravel() for v in np.broadcast_arrays(low, high, mass)
        )
        keep = mass > 0
        if not keep.any():
            raise ValueError("a distribution needs mass")
        low, high, mass = low[keep], high[keep], mass[keep]
        return cls(np.minimum(low, high), np.maximum(low, high), mass / mass.sum())

    @classmethod
    def points(cls, values: Array, mass: Array | None = None) -> Outlook:
        """Build from points, of equal mass unless told."""
        values = np.asarray(values, float)
        return cls.of(values, values, np.ones_like(values) if mass is None else mass)

    @classmethod
    def normal(cls, mean: float, sd: float, low: float, high: float, slices: int = 400) -> Outlook:
        """Build a normal truncated to [low, high] from slices of equal probability."""
        ends = ndtr((np.array([low, high]) - mean) / sd)
        cuts = np.clip(mean + sd * ndtri(np.linspace(ends[0], ends[1], slices + 1)), low, high)
        return cls.of(cuts[:-1], cuts[1:], np.full(slices, 1 / slices))

    @classmethod
    def mixture(cls, parts: list[tuple[float, Outlook]]) -> Outlook:
        """Mix distributions by weight."""
        return cls.of(
            np.concatenate([o.low for _, o in parts]),
            np.concatenate([o.high for _, o in parts]),
            np.concatenate([w * o.mass for w, o in parts]),
        )

    @property
    def mean(self) -> float:
        """Mean."""
        return float(self.mass @ (self.low + self.high) / 2)

    @property
    def median(self) -> float:
        """Least value that half of the mass does not exceed."""
        return self.quantile(0.5)

    def likeliest(self, within: float) -> tuple[float, float]:
        """Point with the most mass at a distance of `within` or less, and that mass.

        The middle of the stretch of such points; of several stretches the one nearest the median.
        """
        knots, left, right = self._curve()
        ends = np.clip(np.concatenate([knots - within, knots + within]), knots[0], knots[-1])
        at = np.unique(np.concatenate([ends, knots[[0, -1]]]))
        curve = (knots, left, right)

        def mass(points: Array) -> Array:
            above = _cdf(curve, points + within + _SLACK)
            return above - _cdf(curve, points - within - _SLACK)

        found = mass(at)
        best = float(found.max())
        kept = at[found >= best - 1e-9]
        breaks = np.flatnonzero(mass((kept[1:] + kept[:-1]) / 2) < best - 1e-9)
        middle = [(a[0] + a[-1]) / 2 for a in np.split(kept, breaks + 1)]
        return float(min(middle, key=lambda m: abs(m - self.median))), best

    @property
    def sd(self) -> float:
        """Standard deviation."""
        second = (self.low**2 + self.low * self.high + self.high**2) / 3
        return float(max(0.0, float(self.mass @ second) - self.mean**2) ** 0.5)

    def cdf(self, at: Array) -> Array:
        """P(value <= at), at each point."""
        return _cdf(self._curve(), np.asarray(at, float))

    def quantile(self, p: float) -> float:
        """Least value that share `p` of the mass does not exceed."""
        return self.quantiles((p,))[0]

    def quantiles(self, shares: Sequence[float]) -> list[float]:
        """Least values that these shares of the mass do not exceed."""
        knots, left, right = self._curve()
        out = []
        for share in shares:
            p = share - 1e-12  # a sum of rounded masses must not step over an atom
            k = int(np.searchsorted(right, p))
            if k >= len(knots):
                out.append(float(knots[-1]))
            elif k == 0 or p > left[k]:
                out.append(float(knots[k]))
            else:
                rise = left[k] - right[k - 1]
                part = (p - right[k - 1]) / rise if rise > 0 else 1.0
                out.append(float(knots[k - 1] + part * (knots[k] - knots[k - 1])))
        return out

    def crps(self, outcome: float) -> float:
        """Continuous ranked probability score of an outcome, in units of the scale; less is better.

        Integral of (F(y) - [y >= outcome])^2 (Gneiting and Raftery 2007).
        """
        knots, left, right = self._curve()
        if not knots[0] <= outcome <= knots[-1]:
            near = knots[0] if outcome < knots[0] else knots[-1]
            return abs(outcome - float(near)) + self.crps(float(near))
        a, b = right[:-1], left[1:]  # F at both ends of each stretch between knots
        width = np.diff(knots)
        whole = np.where(
            knots[1:] <= outcome,
            _square(a, b),
            _square(1 - a, 1 - b),
        )
        total = float(whole @ width)
        k = int(np.searchsorted(knots, outcome, side="left"))
        if k and knots[k] != outcome:  # the outcome cuts a stretch in two
            share = (outcome - knots[k - 1]) / width[k - 1]
            middle = a[k - 1] + share * (b[k - 1] - a[k - 1])
            total += float(
                width[k - 1]
                * (
                    share * _square(a[k - 1], middle)
                    + (1 - share) * _square(1 - middle, 1 - b[k - 1])
                    - whole[k - 1]
                )
            )
        return total

    def _curve(self) -> tuple[Array, Array, Array]:
        """Knots, and the distribution function just left of and at each."""
        knots = np.unique(np.concatenate([self.low, self.high]))
        jump, slope = np.zeros(len(knots)), np.zeros(len(knots))
        start, end = np.searchsorted(knots, self.low), np.searchsorted(knots, self.high)
        atom = start == end
        np.add.at(jump, start[atom], self.mass[atom])
        rate = self.mass[~atom] / (self.high - self.low)[~atom]
        np.add.at(slope, start[~atom], rate)
        np.add.at(slope, end[~atom], -rate)
        rise = np.concatenate([[0.0], np.cumsum(slope)[:-1] * np.diff(knots)])
        right = np.cumsum(np.maximum(rise, 0) + jump)
        left = right - jump
        return knots, np.clip(left / right[-1], 0, 1), np.clip(right / right[-1], 0, 1)


def _cdf(curve: tuple[Array, Array, Array], at: Array) -> Array:
    knots, left, right = curve
    place = np.searchsorted(knots, at, side="right")
    out = np.zeros(at.shape)
    inside = (place > 0) & (place < len(knots))
    k = place[inside]
    share = (at[inside] - knots[k - 1]) / (knots[k] - knots[k - 1])
    out[inside] = right[k - 1] + share * (left[k] - right[k - 1])
    out[place == len(knots)] = 1.0
    return out


def _square(a: Array, b: Array) -> Array:
    """Mean of a squared line between its values at both ends."""
    return (a * a + a * b + b * b) / 3
