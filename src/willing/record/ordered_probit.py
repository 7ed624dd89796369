"""From a position to stances: the ordered probit over the ladder's cut points.

The ladder is ordinal; its spacing is an assumption. `estimate_cuts` fits the cut points instead
(McKelvey and Zavoina 1975) and says how much better they explain what was said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import chdtrc, ndtr, ndtri

from willing.case import CUTS, STANCES

Array = NDArray[np.float64]
DEFAULT_CUTS: Final[Array] = np.array(CUTS)
_POINTS: Final = 4096
_PRIMES: Final = (2, 3, 5, 7, 11, 13, 17, 19)


def stance_probabilities(mean: ArrayLike, sd: ArrayLike, cuts: ArrayLike = DEFAULT_CUTS) -> Array:
    """Return the probability of every rung, threaten to lead, shape (..., 9).

    `mean` and `sd` (levels) broadcast; an sd of 0 puts all on one rung. `cuts` are the 8 upper
    ends of the rungs, ascending.
    """
    m, s = (
        np.asarray(mean, dtype=np.float64)[..., None],
        np.asarray(sd, dtype=np.float64)[..., None],
    )
    c = np.asarray(cuts, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(s > 0, (c - m) / s, np.where(c > m, np.inf, -np.inf))
    below = ndtr(z)
    edge = np.zeros((*below.shape[:-1], 1))
    return np.asarray(np.diff(np.concatenate((edge, below, edge + 1.0), axis=-1), axis=-1))


@cache
def _halton(size: int) -> Array:
    """Return normal scores of the Halton sequence (Halton 1960), shape (points, size): fixed."""
    out = np.empty((_POINTS, size))
    for j in range(size):
        base, index = _PRIMES[j], np.arange(1, _POINTS + 1)
        value, share = np.zeros(_POINTS), 1.0
        while index.any():
            share /= base
            value += share * (index % base)
            index = index // base
        out[:, j] = value
    return np.asarray(ndtri(out))


def highest_probabilities(mean: Array, cov: Array, cuts: ArrayLike = DEFAULT_CUTS) -> Array:
    """Return the probability of every rung for the highest of some positions, shape (9,).

    `mean` (K,) and `cov` (K, K) are jointly Gaussian positions in K domains (K at most 8). The
    integral is a fixed quasi-random one of 4,096 points: an error of about 0.002, the same bytes
    every time.
    """
    values, vectors = np.linalg.eigh(cov)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    highest = (mean + _halton(len(mean)) @ root.T).max(axis=1)
    below = np.searchsorted(np.sort(highest), np.asarray(cuts), side="right") / _POINTS
    return np.asarray(np.diff(np.concatenate(([0.0], below, [1.0]))))


@dataclass(frozen=True, slots=True)
class CutPoints:
    """Estimated cut points beside the assumed ones.

    `p_value` is that of the likelihood-ratio test of the assumed spacing (eight degrees of
    freedom, large-sample); `counts` says how often each rung was stated.
    """

    assumed: tuple[float, ...]
    estimated: tuple[float, ...]
    counts: tuple[int, ...]
    n: int
    loglik_assumed: float
    loglik_estimated: float
    p_value: float


def _loglik(cuts: Array, mean: Array, sd: Array, rung: NDArray[np.int64]) -> float:
    p = stance_probabilities(mean, sd, cuts)[np.arange(len(rung)), rung]
    return float(np.log(np.maximum(p, 1e-12)).sum())


def estimate_cuts(
    mean: Sequence[float] | Array,
    sd: Sequence[float] | Array,
    rung: Sequence[int] | NDArray[np.int64],
    *,
    shrink: float = 0.5,
) -> CutPoints:
    """Estimate the cut points from predicted statements and the rungs then stated.

    `mean`, `sd` (n,) predict each statement before it was made. The widths of the rungs are
    searched on the log scale, with a pull of weight `shrink` towards the assumed widths (a rung
    that nobody used has no width otherwise).
    """
    m, s = np.asarray(mean, dtype=np.float64), np.asarray(sd, dtype=np.float64)
    k = np.asarray(rung, dtype=np.int64)
    widths = np.diff(DEFAULT_CUTS)

    def cuts_at(x: Array) -> Array:
        return np.concatenate(([x[0]], x[0] + np.cumsum(widths * np.exp(x[1:]))))

    def loss(x: Array) -> float:
        pull = float(((x[0] - DEFAULT_CUTS[0]) / 12.5) ** 2 + np.sum(x[1:] ** 2))
        return 0.5 * shrink * pull - _loglik(cuts_at(x), m, s, k)

    start = np.concatenate(([DEFAULT_CUTS[0]], np.zeros(len(widths))))
    bounds = [(-40.0, 60.0), *[(-3.0, 1.5)] * len(widths)]
    best = cuts_at(minimize(loss, start, method="L-BFGS-B", bounds=bounds).x) if len(k) else None
    estimated = DEFAULT_CUTS if best is None else best
    before, after = _loglik(DEFAULT_CUTS, m, s, k), _loglik(estimated, m, s, k)
    return CutPoints(
        assumed=CUTS,
        estimated=tuple(float(c) for c in estimated),
        counts=tuple(int(c) for c in np.bincount(k, minlength=len(STANCES))),
        n=len(k),
        loglik_assumed=before,
        loglik_estimated=after,
        p_value=float(chdtrc(len(DEFAULT_CUTS), max(0.0, 2 * (after - before)))),
    )
