"""From counts to probabilities with intervals that reflect parameter uncertainty only.

Draws come in sets that share their parameters. The spread of the sets' frequencies holds both
parameter uncertainty and chance; chance is known (binomial) and is taken out. What is left is the
variance of a Beta distribution with the overall mean (method of moments for the beta-binomial,
Kleinman 1973), whose 5th and 95th percentiles are shown. More draws make the interval steadier,
not narrower.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

__all__ = ["Band", "band", "difference", "reached_by"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Band:
    """A probability with its 5th and 95th percentile over parameter sets."""

    probability: float
    low: float
    high: float


def reached_by(first: NDArray[np.int16], week: int) -> NDArray[np.bool_]:
    """Return which draws reached something by a week; `first` has shape (..., draws)."""
    return np.asarray(first <= week)


def _by_set(hits: NDArray[np.bool_] | Floats, inner: int) -> tuple[Floats, Floats]:
    """Return means and sizes of the sets, in order."""
    starts = np.arange(0, hits.size, inner)
    sizes = np.diff([*starts, hits.size]).astype(float)
    return np.add.reduceat(hits.astype(float), starts) / sizes, sizes


def band(hits: NDArray[np.bool_], inner: int) -> Band:
    """Return the probability of `hits` (one per draw) and its interval.

    Parameters
    ----------
    hits
        Shape (draws,), sets of `inner` consecutive draws share their parameters.
    """
    mean = float(hits.mean())
    if mean in (0.0, 1.0) or hits.size <= inner:
        return Band(mean, mean, mean)
    rates, sizes = _by_set(hits, inner)
    chance = float(np.mean(rates * (1 - rates) / np.maximum(sizes - 1, 1)))
    between = max(float(rates.var(ddof=1)) - chance, 0.0)
    # few draws can hide the spread altogether: the error of their number is the least there is
    return _beta(mean, max(between, mean * (1 - mean) / hits.size))


def _beta(mean: float, variance: float) -> Band:
    """Return the 5th and 95th percentile of the Beta of a mean and a variance."""
    if variance <= 0:
        return Band(mean, mean, mean)
    precision = max(mean * (1 - mean) / variance - 1, 1e-3)
    a, b = mean * precision, (1 - mean) * precision
    low, high = (float(betaincinv(a, b, q)) for q in (0.05, 0.95))
    return Band(mean, min(low, mean), max(high, mean))


def difference(with_it: NDArray[np.bool_], without: NDArray[np.bool_], inner: int) -> Band:
    """Return the change in probability between two runs with common random numbers.

    Draws that newly succeed and draws that newly fail are two shares with an interval each; what
    makes nothing worse in any draw never shows an interval below zero. The few draws of such runs
    leave an error of their own, which is kept in the interval.
    """
    up = _share(with_it & ~without, inner)
    down = _share(without & ~with_it, inner)
    return Band(up.probability - down.probability, up.low - down.high, up.high - down.low)


def _share(hits: NDArray[np.bool_], inner: int) -> Band:
    """Return a share with its interval: between the sets, and of the finite number of draws."""
    mean = float(hits.mean())
    if mean in (0.0, 1.0):
        return Band(mean, mean, mean)
    rates, sizes = _by_set(hits, inner)
    chance = float(np.mean(rates * (1 - rates) / np.maximum(sizes - 1, 1)))
    spread = float(rates.var(ddof=1)) if rates.size > 1 else 0.0
    return _beta(mean, max(spread - chance, 0.0) + mean * (1 - mean) / hits.size)
