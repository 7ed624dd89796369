"""How long from the mandate to half strength: a log-normal with what is known of the mandate.

Half of a peak that the founding mandate does not allow waits for another decision of the Council:
how far the peak lies beyond that mandate is what moves the median most. Size, a force in theatre
that can change hats, and Africa (distance from the depots, few ports and roads) move it less; the
spread is learned. Half of the peak within 36 months cannot be reached later than that, so the
forecast ends there. Source: Lawless (2003), "Statistical models and methods for lifetime data",
ch. 6, log-location-scale regression.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from willing.data.loaders.deployment_speed import MissionSpeed
from willing.errors import UsageError
from willing.statistics.lognormal import LogNormalRegression, fit_lognormal

Array = NDArray[np.float64]

__all__ = ["WINDOW", "DeploymentSpeed", "fit_deployment_speed"]

#: Months after the mandate in which the peak, of which half is meant, is looked for.
WINDOW = 36.0
FEWEST = 2

# Priors on log months: half a unit (x 0.6-1.65) for each of the features, residual sd 0.9 worth
# four missions (assumptions, set before looking at the later missions).
FEATURE_SD, RESIDUAL_SD, RESIDUAL_WEIGHT = 0.5, 0.9, 4.0

# What a feature is taken to be where no training mission tells it: 5,000 soldiers, even chances,
# a peak within the founding mandate.
UNTOLD = (float(np.log10(5000.0)), 0.5, 0.5, 0.0)


@dataclass(frozen=True, slots=True)
class DeploymentSpeed:
    """A fitted model, with the means that fill what a mission does not tell.

    `at_mandate` says that it reads nothing which is known only later: not the peak.
    """

    regression: LogNormalRegression
    means: tuple[float, ...]
    at_mandate: bool
    trained_until: date

    def predict(self, missions: Sequence[MissionSpeed]) -> tuple[Array, Array]:
        """Mean and sd of log months to half strength. Reads no time that was taken."""
        return self.regression.predict(_design(missions, self.means, self.at_mandate))


def fit_deployment_speed(
    missions: Sequence[MissionSpeed], *, before: date | None = None, at_mandate: bool = False
) -> DeploymentSpeed:
    """Fit on missions that had reached half strength by a day. Raises UsageError below two.

    With `at_mandate` the authorised strength stands for the peak, and whether the peak will lie
    beyond the mandate is not known.
    """
    known = [m for m in missions if m.reached_by(before or date.max)]
    if len(known) < FEWEST:
        raise UsageError(f"{len(known)} missions with a known speed: too few")
    told = np.array([_features(m, at_mandate) for m in known])
    means = tuple(
        float(column[seen].mean()) if (seen := ~np.isnan(column)).any() else otherwise
        for column, otherwise in zip(told.T, UNTOLD, strict=True)
    )
    regression = fit_lognormal(
        _design(known, means, at_mandate),
        np.array([m.months_to_half for m in known]),
        prior_sd=[10.0, *[FEATURE_SD] * len(means)],
        prior_s=RESIDUAL_SD,
        prior_weight=RESIDUAL_WEIGHT,
    )
    return DeploymentSpeed(regression, means, at_mandate, max(m.half_strength_on() for m in known))


def _beyond(mission: MissionSpeed) -> float:
    """Return how far the peak lies beyond the founding mandate.

    0 where the mandate allows all of it, 1 where it allows half or less: then half strength itself
    waits for another decision. In between by the logarithm. NaN where either is unknown.
    """
    return float(np.clip(np.log2(mission.peak / mission.authorised), 0.0, 1.0))


def _features(mission: MissionSpeed, at_mandate: bool) -> tuple[float, float, float, float]:
    size = mission.authorised if at_mandate else mission.peak
    beyond = 0.0 if at_mandate else _beyond(mission)
    return float(np.log10(size)), mission.predecessor, mission.africa, beyond


def _design(missions: Sequence[MissionSpeed], means: Sequence[float], at_mandate: bool) -> Array:
    told = np.array([_features(m, at_mandate) for m in missions]).reshape(-1, len(means))
    filled = np.where(np.isnan(told), means, told)
    filled[:, 0] -= means[0]
    return np.column_stack([np.ones(len(filled)), filled])
