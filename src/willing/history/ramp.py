"""From the first soldiers to the full force: a log-normal, fitted to months known as intervals.

Full strength is coded by the month, often by the year alone, so each mission says only that its
duration lies between two values. Source: Lawless (2003), "Statistical models and methods for
lifetime data", ch. 6 (interval-censored log-location-scale models).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import numba
import numpy as np
from numpy.typing import NDArray

from willing.data.missions import ProposedMission
from willing.errors import UsageError
from willing.history.features import known_by
from willing.statistics.grid_posterior import grid_posterior

Array = NDArray[np.float64]

__all__ = ["Ramp", "RampPrior", "ramp_prior"]

# Priors: a median of 13 weeks give or take a factor of e; a spread of 0.8, a factor of 1.6 either
# way.
MEDIAN_WEEKS, LEVEL_SD = 13.0, 1.0
SPREAD, SPREAD_SD = 0.8, 0.5
_ROOT_2 = math.sqrt(2.0)


@dataclass(frozen=True, slots=True)
class Ramp:
    """Parameter draws of a log-normal duration: `mu` and `sigma` of log weeks, both (n_draws,)."""

    mu: Array
    sigma: Array
    n: int

    def predictive(self, rng: np.random.Generator) -> Array:
        """One duration in weeks for each draw of the parameters."""
        return np.asarray(np.exp(self.mu + self.sigma * rng.standard_normal(len(self.mu))))

    @property
    def median_weeks(self) -> float:
        """Median of the median over the draws."""
        return float(np.exp(np.median(self.mu)))


@dataclass(frozen=True, slots=True)
class RampPrior:
    """Durations up to full strength.

    `from_arrival` and `from_authorisation` run to full strength, which stands for 90 %, over
    missions of our table that reached it (the latter on demand).
    """

    from_arrival: Ramp
    from_authorisation: Ramp | None


def ramp_prior(
    missions: Iterable[ProposedMission],
    *,
    as_of: date,
    exclude_countries: Collection[str] = (),
    n_draws: int,
    rng: np.random.Generator,
    authorisation: bool = True,
) -> RampPrior:
    """Fit on missions known to stand in full on a day.

    Only missions that reached full strength count, so the durations hold given that it is
    reached. Without `authorisation` the durations from authorisation are left out. Raises
    UsageError for fewer than five.
    """
    known = [
        (m.arrived, m.authorised or m.proposed, m.full_strength)
        for m in known_by(missions, as_of, exclude_countries)
        if m.full_strength and m.arrived and m.realised == "yes"
    ]
    if len(known) < 5:
        raise UsageError(f"{len(known)} missions in full strength known by {as_of}: too few")
    arrival = [_interval(arrived, full) for arrived, _, full in known]
    authorised = [_interval(begun, full) for _, begun, full in known]
    return RampPrior(
        from_arrival=_fit(arrival, n_draws, rng),
        from_authorisation=_fit(authorised, n_draws, rng) if authorisation else None,
    )


def _interval(start: date, full: tuple[date, date]) -> tuple[float, float]:
    """Shortest and longest duration in weeks; at least one day, and not before the start."""
    first, last = full
    low = max((first - start).days, 0)
    high = max((last - start).days + 1, low + 1)
    return low / 7, high / 7


def _fit(intervals: list[tuple[float, float]], n_draws: int, rng: np.random.Generator) -> Ramp:
    low = np.array([i[0] for i in intervals])
    high = np.array([i[1] for i in intervals])
    with np.errstate(divide="ignore"):
        log_low, log_high = np.log(low), np.log(high)

    def likelihood(z: Array) -> Array:
        return np.asarray(_targets(z, log_low, log_high))

    z = grid_posterior(likelihood, n_draws=n_draws, rng=rng)
    mu = np.log(MEDIAN_WEEKS) + LEVEL_SD * z[:, 0]
    sigma = SPREAD * np.exp(SPREAD_SD * z[:, 1])
    return Ramp(np.asarray(mu), np.asarray(sigma), len(intervals))


@numba.njit(cache=True)
def _targets(z: Array, log_low: Array, log_high: Array) -> Array:
    """Log-likelihood of the intervals at standard normals `z` (n, 2): level, log spread."""
    found = np.zeros(z.shape[0])
    for k in range(z.shape[0]):
        mu = np.log(MEDIAN_WEEKS) + LEVEL_SD * z[k, 0]
        sigma = SPREAD * np.exp(SPREAD_SD * z[k, 1])
        for i in range(log_low.size):
            low, high = (log_low[i] - mu) / sigma, (log_high[i] - mu) / sigma
            if low > 0.0:  # the same chance seen from the other side, where nothing cancels
                low, high = -high, -low
            inside = 0.5 * (math.erfc(-high / _ROOT_2) - math.erfc(-low / _ROOT_2))
            found[k] += np.log(max(inside, 1e-300))
    return found
