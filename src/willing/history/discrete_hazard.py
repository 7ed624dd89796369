"""Discrete-time hazard with a logit link: bin intercepts, features, and their posterior draws.

Weekly hazard = expit(intercept of the bin + features . beta). Intercepts are shrunk to the pooled
hazard of their bin; coefficients have half-normal priors where theory fixes the sign and normal
ones elsewhere, so that a sign holds in every draw. Sources: Cox (1972), "Regression models and
life-tables", section 5; Allison (1982), "Discrete-time methods for the analysis of event
histories".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numba
import numpy as np
from numpy.typing import NDArray

from willing.errors import UsageError
from willing.statistics.elliptical_slice import THIN, WARMUP

Array = NDArray[np.float64]

__all__ = ["DiscreteHazard", "Duration", "fit_discrete_hazard", "log_likelihood", "person_weeks"]

# Priors, stated once, on the logit of a week's hazard. The level of each bin is the pooled hazard
# of that bin give or take LEVEL_SD jointly and BIN_SD each; a coefficient of 1 about trebles odds.
LEVEL_SD = 1.5
BIN_SD = 1.0
COEFFICIENT_SD = 1.0


@dataclass(frozen=True, slots=True)
class Duration:
    """Weeks from a start to an event, or to the day until which nothing had happened."""

    weeks: int
    happened: bool


@dataclass(frozen=True, slots=True)
class DiscreteHazard:
    """A fitted hazard.

    `edges_weeks` has n_bins + 1 entries, weeks since the start; after the last the hazard is
    zero. `coefficients` has shape (n_draws, n_bins + len(names)): intercepts, then beta.
    """

    names: tuple[str, ...]
    edges_weeks: tuple[int, ...]
    coefficients: Array
    n: int
    events: int

    @property
    def n_bins(self) -> int:
        """Number of bins of time."""
        return len(self.edges_weeks) - 1

    def hazard(self, x: Array, weeks: int | None = None) -> Array:
        """Weekly hazard for features `x` (len(names),): shape (n_draws, last edge in weeks).

        With `weeks`, the first so many only.
        """
        bins = np.repeat(np.arange(self.n_bins), np.diff(self.edges_weeks))[:weeks]
        intercepts = self.coefficients[:, : self.n_bins]
        eta = intercepts + (self.coefficients[:, self.n_bins :] @ x)[:, None]
        return np.asarray((1.0 / (1.0 + np.exp(-eta)))[:, bins])

    def events_by_week(self, x: Array, weeks: int | None = None) -> Array:
        """P(the event falls in week w), shape (n_draws, last edge in weeks); see `hazard`."""
        hazard = self.hazard(x, weeks)
        survived = np.cumprod(1.0 - hazard, axis=1)
        before = np.concatenate([np.ones((len(hazard), 1)), survived[:, :-1]], axis=1)
        return np.asarray(before * hazard)


def person_weeks(durations: Sequence[Duration], edges: Sequence[int]) -> tuple[Array, Array]:
    """Weeks at risk and events of each row in each bin, both of shape (n, n_bins)."""
    at_risk = np.zeros((len(durations), len(edges) - 1))
    events = np.zeros_like(at_risk)
    for i, duration in enumerate(durations):
        for k, (start, end) in enumerate(pairwise(edges)):
            if duration.weeks < start:
                break
            last = duration.weeks < end
            exposed = duration.weeks - start + int(duration.happened) if last else end - start
            at_risk[i, k] = exposed
            events[i, k] = float(last and duration.happened)
    return at_risk, events


@numba.njit(cache=True)
def log_likelihood(
    intercepts: Array, beta: Array, x: Array, at_risk: Array, events: Array
) -> float:
    """Sum over rows and bins of events . eta - weeks at risk . log(1 + exp(eta))."""
    total = 0.0
    for i in range(x.shape[0]):
        linear = 0.0
        for j in range(x.shape[1]):
            linear += x[i, j] * beta[j]
        for k in range(intercepts.shape[0]):
            if at_risk[i, k] == 0.0:
                continue
            eta = intercepts[k] + linear
            softplus = eta + np.log1p(np.exp(-eta)) if eta > 0 else np.log1p(np.exp(eta))
            total += events[i, k] * eta - at_risk[i, k] * softplus
    return total


@numba.njit(cache=True)
def _unfold(z: Array, pooled: Array, sign: Array) -> tuple[Array, Array]:
    """From standard normals (1 + n_bins + n_features) to intercepts and signed coefficients."""
    n_bins = pooled.shape[0]
    intercepts = pooled + LEVEL_SD * z[0] + BIN_SD * z[1 : n_bins + 1]
    beta = COEFFICIENT_SD * z[n_bins + 1 :]
    return intercepts, np.where(sign == 0, beta, sign * np.abs(beta))


@numba.njit(cache=True)
def _target(z: Array, pooled: Array, sign: Array, x: Array, at_risk: Array, events: Array) -> float:
    intercepts, beta = _unfold(z, pooled, sign)
    return log_likelihood(intercepts, beta, x, at_risk, events)


@numba.njit(cache=True)
def _chain(
    rng: np.random.Generator,
    n_draws: int,
    pooled: Array,
    sign: Array,
    x: Array,
    at_risk: Array,
    events: Array,
) -> Array:
    """Return the draws of `elliptical_slice`, number by number, thirty times as fast."""
    state = np.zeros(1 + pooled.size + x.shape[1])
    level = _target(state, pooled, sign, x, at_risk, events)
    draws = np.empty((n_draws, state.size))
    for step in range(WARMUP + n_draws * THIN):
        direction = rng.standard_normal(state.size)
        threshold = level + math.log(1.0 - rng.random())
        angle = rng.random() * 2 * math.pi
        low, high = angle - 2 * math.pi, angle
        while True:
            proposal = state * math.cos(angle) + direction * math.sin(angle)
            level = _target(proposal, pooled, sign, x, at_risk, events)
            if level > threshold:
                break
            if angle < 0:
                low = angle
            else:
                high = angle
            angle = low + rng.random() * (high - low)
        state = proposal
        if step >= WARMUP and (step - WARMUP) % THIN == 0:
            draws[(step - WARMUP) // THIN] = state
    return draws


def fit_discrete_hazard(
    x: Array,
    durations: Sequence[Duration],
    *,
    names: Sequence[str],
    signs: Sequence[int],
    edges_weeks: Sequence[int],
    n_draws: int,
    rng: np.random.Generator,
) -> DiscreteHazard:
    """Draw from the posterior. `x` (n, k) in the order of `names`, `signs` +1, 0 or -1.

    Raises UsageError for fewer than two rows.
    """
    if len(durations) < 2 or x.shape != (len(durations), len(names)):
        raise UsageError(f"a hazard needs at least two rows of {len(names)} features")
    at_risk, events = person_weeks(durations, edges_weeks)
    rate = (events.sum(axis=0) + 0.5) / (at_risk.sum(axis=0) + 1.0)
    pooled = np.log(rate / (1.0 - rate))
    sign = np.asarray(signs, dtype=float)
    centre = x.mean(axis=0)
    # rows with the same features count together
    patterns, row = np.unique(x, axis=0, return_inverse=True)
    together = (row == np.arange(len(patterns))[:, None]).astype(float)
    weeks, ends = together @ at_risk, together @ events
    centred = np.ascontiguousarray(patterns - centre)

    draws = _chain(rng, n_draws, pooled, sign, centred, weeks, ends)
    unfolded = [_unfold(z, pooled, sign) for z in draws]
    coefficients = np.array([np.r_[a - centre @ beta, beta] for a, beta in unfolded])
    return DiscreteHazard(
        names=tuple(names),
        edges_weeks=tuple(edges_weeks),
        coefficients=coefficients,
        n=len(durations),
        events=int(events.sum()),
    )
