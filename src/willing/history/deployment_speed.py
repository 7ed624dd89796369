"""How long from the mandate to half strength: a build-up, and where needed a wait before it.

A force builds up to half of its peak in a time whose logarithm is a Student's t: most missions
build alike, and a few change hats in a week or are obstructed for a year. Where half of the peak is
more than the founding mandate allows, it waits first for another decision of the Council: a
log-normal, added. The sum is what is fitted, so that both are learned from all missions. Half of
the peak within 36 months cannot be reached later than that, so the forecast ends there.

At the mandate nobody knows whether the mission will outgrow it. A logit on the strength authorised
says how likely that is, and the forecast mixes both. Sources: Lawless (2003), "Statistical models
and methods for lifetime data", ch. 6, log-location-scale models; Lange, Little, Taylor (1989),
"Robust statistical modeling using the t distribution", JASA 84:881-896; Murray, Adams, MacKay
(2010), "Elliptical slice sampling", for the draws.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtri

from willing.data.loaders.deployment_speed import SOONEST, MissionSpeed
from willing.errors import UsageError
from willing.statistics.elliptical_slice import elliptical_slice
from willing.statistics.penalised_logit import penalised_logit

Array = NDArray[np.float64]

__all__ = ["WINDOW", "DeploymentSpeed", "fit_deployment_speed"]

#: Months after the mandate in which the peak, of which half is meant, is looked for.
WINDOW = 36.0
FEWEST = 2

# Priors, set before looking at the times. The UN's own standard is 90 days to deploy (report of
# the panel on peace operations, A/55/305); mandates run for six months, and are changed
# when they are renewed. Both times or divided by e. The spread is that of `ramp`.
BUILD, WAIT, LEVEL_SD = math.log(3.0), math.log(6.0), 1.0
SPREAD, SPREAD_SD = 0.8, 0.5
# Degrees of freedom beyond one: 4 times or divided by e, so from all but Cauchy to all but normal.
TAIL, TAIL_SD = math.log(4.0), 1.0
# Outgrowing the mandate: even chances, less or more of them by the power of ten authorised.
OUTGROWN_SD = np.array([1.5, 1.0])

N_DRAWS, WARMUP, THIN, REPEATS = 400, 300, 5, 25
SEED = 20250405
_NODES = np.asarray(ndtri((np.arange(32) + 0.5) / 32))


@dataclass(frozen=True, slots=True)
class DeploymentSpeed:
    """Posterior draws, (n_draws,): log months of the build-up and of the wait, and their spreads.

    `tail` (n_draws,) has the degrees of freedom of the build-up.
    `outgrown` (n_draws, 2) has level and slope of the logit of outgrowing the mandate, on powers
    of ten authorised beyond `size`. `beyond` is the training mean, for missions that do not tell.
    """

    build: Array
    build_spread: Array
    tail: Array
    wait: Array
    wait_spread: Array
    outgrown: Array
    beyond: float
    size: float
    n: int
    trained_until: date

    def predict(self, mission: MissionSpeed, *, at_mandate: bool = False) -> Array:
        """Months to half strength: equally likely amounts, sorted, from SOONEST to WINDOW.

        Reads no time that was taken. With `at_mandate` the peak is not read either; where it or
        the strength authorised is blank, it cannot be.
        """
        rng = np.random.default_rng(SEED)  # the same for every mission: they differ by what is told
        shape = (REPEATS, len(self.build))
        z_build, z_wait = rng.standard_t(self.tail, shape), rng.standard_normal(shape)
        u = rng.random(shape)
        with np.errstate(over="ignore"):  # infinite months lie beyond the window as well
            months = np.exp(self.build + self.build_spread * z_build)
        beyond = math.nan if at_mandate else _beyond(mission)
        share = beyond if beyond == beyond else (u < self.chance_outgrown(mission))
        months = months + share * np.exp(self.wait + self.wait_spread * z_wait)
        return np.sort(np.maximum(months[months <= WINDOW], SOONEST))

    def chance_outgrown(self, mission: MissionSpeed) -> Array:
        """P(the peak lies beyond the founding mandate), as it stands at the mandate, by draw."""
        if mission.authorised != mission.authorised:
            return np.full(len(self.build), self.beyond)
        size = math.log10(mission.authorised) - self.size
        return np.asarray(expit(self.outgrown[:, 0] + self.outgrown[:, 1] * size))


def fit_deployment_speed(
    missions: Sequence[MissionSpeed], *, before: date | None = None
) -> DeploymentSpeed:
    """Fit on missions that had reached half strength by a day. Raises UsageError below two."""
    known = [m for m in missions if m.reached_by(before or date.max)]
    if len(known) < FEWEST:
        raise UsageError(f"{len(known)} missions with a known speed: too few")
    beyond = np.array([_beyond(m) for m in known])
    told = ~np.isnan(beyond)
    mean = float(beyond[told].mean()) if told.any() else 0.0
    beyond = np.where(told, beyond, mean)
    months = np.array([m.months_to_half for m in known])
    if (months <= 0).any():
        raise UsageError("durations must be positive")
    rng = np.random.default_rng(SEED)
    z = elliptical_slice(
        lambda z: float(_log_likelihood(z, months, beyond, _NODES)),
        5,
        n_draws=N_DRAWS,
        rng=rng,
        warmup=WARMUP,
        thin=THIN,
    )
    outgrown, size = _outgrown(known, rng)
    return DeploymentSpeed(
        build=BUILD + LEVEL_SD * z[:, 0],
        build_spread=SPREAD * np.exp(SPREAD_SD * z[:, 1]),
        tail=1.0 + np.exp(TAIL + TAIL_SD * z[:, 4]),
        wait=WAIT + LEVEL_SD * z[:, 2],
        wait_spread=SPREAD * np.exp(SPREAD_SD * z[:, 3]),
        outgrown=outgrown,
        beyond=mean,
        size=size,
        n=len(known),
        trained_until=max(m.half_strength_on() for m in known),
    )


def _beyond(mission: MissionSpeed) -> float:
    """Return how far the peak lies beyond the founding mandate: the share of the wait it brings.

    0 where the mandate allows all of it, 1 where it allows half or less: then half strength itself
    waits for another decision. In between by the logarithm. NaN where either is unknown.
    """
    return float(np.clip(np.log2(mission.peak / mission.authorised), 0.0, 1.0))


def _outgrown(known: Sequence[MissionSpeed], rng: np.random.Generator) -> tuple[Array, float]:
    """Draws (n_draws, 2) of the logit of `_beyond` on the strength authorised, and its centre.

    By the normal approximation at the mode.
    """
    told = [m for m in known if _beyond(m) == _beyond(m)]
    sizes = np.array([math.log10(m.authorised) for m in told])
    centre = float(sizes.mean()) if told else 3.0
    mode, curvature, _ = penalised_logit(
        np.column_stack([np.ones(len(told)), sizes - centre]),
        np.array([_beyond(m) for m in told]),
        np.zeros(2),
        OUTGROWN_SD**-2,
    )
    root = np.linalg.cholesky(np.linalg.inv(curvature))
    return mode + rng.standard_normal((N_DRAWS, 2)) @ root.T, centre


@numba.njit(cache=True)
def _log_likelihood(z: Array, months: Array, beyond: Array, nodes: Array) -> float:
    """Log-likelihood at standard normal `z` (5,): build-up, its spread, wait, its spread, tail.

    The density of the sum is the mean of the build-up's over equally likely waits.
    """
    build, wait = BUILD + LEVEL_SD * z[0], WAIT + LEVEL_SD * z[2]
    build_spread = SPREAD * math.exp(SPREAD_SD * z[1])
    waits = np.exp(wait + SPREAD * math.exp(SPREAD_SD * z[3]) * nodes)
    tail = 1.0 + math.exp(TAIL + TAIL_SD * z[4])
    power = 0.5 * (tail + 1.0)
    scale = math.exp(math.lgamma(power) - math.lgamma(0.5 * tail)) / math.sqrt(math.pi * tail)
    scale /= build_spread
    total = 0.0
    for i in range(months.size):
        density = 0.0
        for k in range(waits.size if beyond[i] > 0.0 else 1):
            rest = months[i] - beyond[i] * waits[k] if beyond[i] > 0.0 else months[i]
            if rest > 0.0:
                x = (math.log(rest) - build) / build_spread
                density += scale * math.exp(-power * math.log1p(x * x / tail)) / rest
        if beyond[i] > 0.0:
            density /= waits.size
        total += math.log(density + 1e-300)
    return total
