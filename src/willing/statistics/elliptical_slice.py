"""Elliptical slice sampling: posterior draws under a standard normal prior, nothing to tune.

Source: Murray, Adams, MacKay (2010), "Elliptical slice sampling", AISTATS 9:541-548.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

__all__ = ["effective_size", "elliptical_slice"]

# Steps thrown away before the first draw, and steps from one draw kept to the next.
WARMUP, THIN = 500, 8


def elliptical_slice(
    log_likelihood: Callable[[Array], float],
    dimension: int,
    *,
    n_draws: int,
    rng: np.random.Generator,
    warmup: int = WARMUP,
    thin: int = THIN,
) -> Array:
    """Draw from prior x likelihood, the prior being N(0, I) in `dimension` unknowns.

    `log_likelihood` takes an array of shape (dimension,). Returns (n_draws, dimension).
    Sign constraints and prior scales belong in the likelihood's own transformation: with
    `b = s * |z|` a standard normal z gives a half-normal b of sign s.
    """
    state = np.zeros(dimension)
    level = log_likelihood(state)
    draws = np.empty((n_draws, dimension))
    for step in range(warmup + n_draws * thin):
        direction = rng.standard_normal(dimension)
        threshold = level + math.log(1.0 - rng.random())
        angle = rng.random() * 2 * math.pi
        low, high = angle - 2 * math.pi, angle
        while True:
            proposal = state * math.cos(angle) + direction * math.sin(angle)
            level = log_likelihood(proposal)
            if level > threshold:
                break
            if angle < 0:
                low = angle
            else:
                high = angle
            angle = low + rng.random() * (high - low)
        state = proposal
        if step >= warmup and (step - warmup) % thin == 0:
            draws[(step - warmup) // thin] = state
    return draws


def effective_size(draws: Array) -> Array:
    """Effective number of independent draws per column (initial positive sequence, Geyer 1992)."""
    n = len(draws)
    centred = draws - draws.mean(axis=0)
    padded = np.fft.rfft(centred, 2 * n, axis=0)
    autocovariance = np.fft.irfft(padded * padded.conj(), axis=0)[:n] / n
    rho = autocovariance / np.maximum(autocovariance[0], 1e-300)
    pairs = rho[: n // 2 * 2].reshape(n // 2, 2, -1).sum(axis=1)
    positive = np.cumprod(pairs > 0, axis=0)
    time = np.maximum(2 * (pairs * positive).sum(axis=0) - 1, 1.0 / n)
    return np.asarray(n / time)
