"""Proper scores and what goes with them: discrimination, calibration, paired differences.

Sources: Brier (1950); Gneiting and Raftery (2007), "Strictly proper scoring rules, prediction,
and estimation"; Wilson (1927) for the intervals of shares; Efron and Tibshirani (1993),
"An introduction to the bootstrap", for clusters drawn with replacement.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from willing.errors import UsageError

Array = NDArray[np.float64]

__all__ = [
    "CalibrationBin",
    "PairedGain",
    "auc",
    "bounded",
    "brier",
    "calibration",
    "crps",
    "log_scores",
    "paired_bootstrap",
    "wilson",
]

# A probability of 0 or 1 that fails would cost infinity: it is scored as one in a million.
FLOOR = 1e-6


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Forecasts of like size: their mean, the share that came true, its 90 % Wilson interval."""

    forecast: float
    observed: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class PairedGain:
    """Mean loss of a rival minus ours (positive is better), its 5th and 95th percentile.

    `better` is the share of resamples of whole clusters in which ours was better.
    """

    gain: float
    low: float
    high: float
    better: float
    clusters: int


def bounded(p: float, n: float) -> float:
    """Keep a probability half a case in `n` training cases away from 0 and 1.

    What never happened in n cases is not impossible; a half is Jeffreys' (1946) prior count.
    """
    edge = 0.5 / (n + 1.0)
    return min(max(p, edge), 1.0 - edge)


def brier(p: Array, y: Array) -> Array:
    """Squared error of each forecast."""
    return np.asarray((p - y) ** 2)


def log_scores(p: Array, y: Array) -> Array:
    """Minus the log of the probability given to what happened (natural log)."""
    q = np.clip(p, FLOOR, 1 - FLOOR)
    return np.asarray(-(y * np.log(q) + (1 - y) * np.log(1 - q)))


def auc(p: Array, y: Array) -> float | None:
    """Chance that an event was given more than a non-event; None where one of them is absent."""
    ones, zeros = p[y > 0.5], p[y <= 0.5]
    if len(ones) == 0 or len(zeros) == 0:
        return None
    ordered = np.sort(zeros)
    below = np.searchsorted(ordered, ones, side="left")
    ties = np.searchsorted(ordered, ones, side="right") - below
    return float((below + 0.5 * ties).sum() / (len(ones) * len(zeros)))


def crps(points: Array, y: float) -> float:
    """Continuous ranked probability score of equally likely amounts, in their units.

    E|X - y| - E|X - X'| / 2 with `points` sorted, in one pass (Gneiting and Raftery 2007, eq. 21).
    """
    n = len(points)
    spread = float(np.sum((2 * np.arange(n) + 1 - n) * points)) / n**2
    return float(np.abs(points - y).mean()) - spread


def wilson(successes: float, n: int, z: float = 1.6449) -> tuple[float, float]:
    """Wilson's score interval of a share; 90 % by default. Raises UsageError for n = 0."""
    if n <= 0:
        raise UsageError("no cases, no share")
    share = successes / n
    centre = share + z * z / (2 * n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return float(max(0.0, (centre - half) / scale)), float(min(1.0, (centre + half) / scale))


def calibration(p: Array, y: Array, bins: int | None = None) -> list[CalibrationBin]:
    """Group forecasts into bins of equal number (about 15 each, 3 to 10 bins)."""
    n = len(p)
    if n == 0:
        return []
    count = bins or int(np.clip(n // 15, 3, 10))
    order = np.argsort(p, kind="stable")
    found = []
    for part in np.array_split(order, min(count, n)):
        low, high = wilson(float(y[part].sum()), len(part))
        found.append(
            CalibrationBin(float(p[part].mean()), float(y[part].mean()), low, high, len(part))
        )
    return found


def paired_bootstrap(
    ours: Array,
    rival: Array,
    clusters: Sequence[Hashable],
    *,
    rng: np.random.Generator,
    n_resamples: int = 4000,
) -> PairedGain:
    """Resample whole clusters and compare the mean losses of two forecasts of the same rows."""
    if not len(ours) == len(rival) == len(clusters) or len(ours) == 0:
        raise UsageError("a paired comparison needs the same rows on both sides")
    names = {name: i for i, name in enumerate(dict.fromkeys(clusters))}
    index = np.array([names[c] for c in clusters])
    totals = np.bincount(index, weights=rival - ours, minlength=len(names))
    sizes = np.bincount(index, minlength=len(names)).astype(float)
    drawn = rng.integers(0, len(names), (n_resamples, len(names)))
    gains = totals[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(gains, [0.05, 0.95])
    return PairedGain(
        gain=float((rival - ours).mean()),
        low=float(low),
        high=float(high),
        better=float((gains > 0).mean()),
        clusters=len(names),
    )
