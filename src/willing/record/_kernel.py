"""The filter of `local_level` for many actors and statements at once, compiled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from willing.record._observations import Observations
from willing.record.local_level import Prior
from willing.record.noise import NoiseModel

Array = NDArray[np.float64]


@njit(cache=True)
def _filter(
    start: NDArray[np.int64],
    day: Array,
    value: Array,
    place: NDArray[np.int64],
    variance: Array,
    m: Array,
    s: Array,
    om: Array,
    os: Array,
    phi: float,
    end: float,
    gains: Array,
    surprise: Array,
    spread: Array,
) -> tuple[Array, Array, float]:
    actors, size = len(m), 1 + len(om)
    means = np.empty((actors, size))
    covs = np.zeros((actors, size, size))
    ph = np.empty(size)
    likelihood = 0.0
    for a in range(actors):
        mean, P = means[a], covs[a]
        mean[0] = m[a]
        P[0, 0] = s[a] * s[a]
        for j in range(1, size):
            mean[j] = om[j - 1]
            P[j, j] = os[j - 1] * os[j - 1]
        now = -1.0
        for k in range(start[a], start[a + 1] + 1):
            last = k == start[a + 1]
            to = end if last else day[k]
            if now >= 0.0 and to > now:
                f = phi ** ((to - now) / 7.0)
                mean[0] = m[a] + f * (mean[0] - m[a])
                P[0, 0] = f * f * P[0, 0] + s[a] * s[a] * (1.0 - f * f)
                for j in range(1, size):
                    P[0, j] *= f
                    P[j, 0] *= f
            if last:
                break
            now = to
            p = place[k] + 1
            for i in range(size):
                ph[i] = P[i, 0]
            h = mean[0]
            if p > 0:
                for i in range(size):
                    ph[i] += P[i, p]
                h += mean[p]
            S = ph[0] + variance[k]
            if p > 0:
                S += ph[p]
            v = value[k] - h
            for i in range(size):
                gains[k, i] = ph[i] / S
                mean[i] += ph[i] * v / S
            for i in range(size):
                for j in range(i + 1):
                    P[i, j] -= ph[i] * ph[j] / S
                    P[j, i] = P[i, j]
            surprise[k] = v
            spread[k] = S
            likelihood -= 0.5 * (np.log(2.0 * np.pi * S) + v * v / S)
    return means, covs, likelihood


@dataclass(frozen=True, slots=True)
class Filtered:
    """What the filter gives: states on the day, and per row gain, innovation and its variance.

    `mean` (A, S), `cov` (A, S, S), `gain` (n, S), `innovation` (n,), `spread` (n,), `loglik`.
    """

    mean: Array
    cov: Array
    gain: Array
    innovation: Array
    spread: Array
    loglik: float


def run(model: NoiseModel, prior: Prior, obs: Observations, day: float) -> Filtered:
    """Filter all actors up to a day (an ordinal no earlier than any row)."""
    n, size = len(obs.day), 1 + len(prior.offset_mean)
    gain, innovation, spread = np.empty((n, size)), np.empty(n), np.empty(n)
    mean, cov, loglik = _filter(
        obs.start,
        obs.day,
        obs.value,
        obs.place,
        obs.variance(model),
        prior.mean,
        prior.sd,
        prior.offset_mean,
        prior.offset_sd,
        model.phi,
        float(day),
        gain,
        innovation,
        spread,
    )
    return Filtered(mean, cov, gain, innovation, spread, float(loglik))
