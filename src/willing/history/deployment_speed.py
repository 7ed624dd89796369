"""How long from the mandate to half strength: a log-normal with what is known at the mandate.

Size, a force in theatre that can change hats, and Africa (distance from the depots, few ports
and roads) move the median; the spread is learned. Source: Lawless (2003), "Statistical models and
methods for lifetime data", ch. 6, log-location-scale regression.
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

__all__ = ["DeploymentSpeed", "fit_deployment_speed"]

# Priors on log months: half a unit (x 0.6-1.65) for each of the features, residual sd 0.9 worth
# four missions (assumptions, set before looking at the later missions).
FEATURE_SD, RESIDUAL_SD, RESIDUAL_WEIGHT = 0.5, 0.9, 4.0
LOG_SIZE_UNIT = np.log(10.0)


@dataclass(frozen=True, slots=True)
class DeploymentSpeed:
    """A fitted model, with the means that fill what a mission does not tell."""

    regression: LogNormalRegression
    mean_log_size: float
    mean_predecessor: float
    trained_until: date

    def predict(self, missions: Sequence[MissionSpeed]) -> tuple[Array, Array]:
        """Mean and sd of log months to half strength. Reads nothing that came afterwards."""
        return self.regression.predict(_design(missions, self.mean_log_size, self.mean_predecessor))


def fit_deployment_speed(
    missions: Sequence[MissionSpeed], *, before: date | None = None
) -> DeploymentSpeed:
    """Fit on missions that had reached half strength by a day. Raises UsageError below five."""
    known = [m for m in missions if m.reached_by(before or date.max)]
    if len(known) < 5:
        raise UsageError(f"{len(known)} missions with a known speed: too few")
    log_size = float(np.nanmean([np.log(m.peak) for m in known]))
    coded = [m.predecessor for m in known if m.predecessor == m.predecessor]
    predecessor = float(np.mean(coded)) if coded else 0.5
    regression = fit_lognormal(
        _design(known, log_size, predecessor),
        np.array([m.months_to_half for m in known]),
        prior_sd=[10.0, FEATURE_SD, FEATURE_SD, FEATURE_SD],
        prior_s=RESIDUAL_SD,
        prior_weight=RESIDUAL_WEIGHT,
    )
    return DeploymentSpeed(
        regression, log_size, predecessor, max(m.half_strength_on() for m in known)
    )


def _design(missions: Sequence[MissionSpeed], log_size: float, predecessor: float) -> Array:
    rows = []
    for m in missions:
        size = np.log(m.peak) if m.peak == m.peak else log_size
        before = m.predecessor if m.predecessor == m.predecessor else predecessor
        rows.append([1.0, (size - log_size) / LOG_SIZE_UNIT, before, float(m.africa)])
    return np.array(rows)
