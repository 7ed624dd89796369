"""How long from the mandate to half strength: a log-normal with what is known at the mandate.

Size, a force in theatre that can change hats, and Africa (distance from the depots, few ports
and roads) move the median; the spread is learned. Half of the peak within 36 months cannot be
reached later than that, so the forecast ends there. Source: Lawless (2003), "Statistical models and
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

__all__ = ["WINDOW", "DeploymentSpeed", "fit_deployment_speed"]

#: Months after the mandate in which the peak, of which half is meant, is looked for.
WINDOW = 36.0
FEWEST = 2

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
    mean_africa: float
    trained_until: date

    def predict(self, missions: Sequence[MissionSpeed]) -> tuple[Array, Array]:
        """Mean and sd of log months to half strength. Reads nothing that came afterwards."""
        means = (self.mean_log_size, self.mean_predecessor, self.mean_africa)
        return self.regression.predict(_design(missions, means))


def fit_deployment_speed(
    missions: Sequence[MissionSpeed], *, before: date | None = None
) -> DeploymentSpeed:
    """Fit on missions that had reached half strength by a day. Raises UsageError below two."""
    known = [m for m in missions if m.reached_by(before or date.max)]
    if len(known) < FEWEST:
        raise UsageError(f"{len(known)} missions with a known speed: too few")
    means = (
        _mean([float(np.log(m.peak)) for m in known], float(np.log(5000.0))),
        _mean([m.predecessor for m in known], 0.5),
        _mean([m.africa for m in known], 0.5),
    )
    regression = fit_lognormal(
        _design(known, means),
        np.array([m.months_to_half for m in known]),
        prior_sd=[10.0, FEATURE_SD, FEATURE_SD, FEATURE_SD],
        prior_s=RESIDUAL_SD,
        prior_weight=RESIDUAL_WEIGHT,
    )
    return DeploymentSpeed(regression, *means, max(m.half_strength_on() for m in known))


def _mean(values: Sequence[float], otherwise: float) -> float:
    seen = [value for value in values if value == value]
    return float(np.mean(seen)) if seen else otherwise


def _design(missions: Sequence[MissionSpeed], means: tuple[float, float, float]) -> Array:
    told = [(np.log(m.peak), m.predecessor, m.africa) for m in missions]
    rows = []
    for values in told:
        size, before, africa = (v if v == v else m for v, m in zip(values, means, strict=True))
        rows.append([1.0, (size - means[0]) / LOG_SIZE_UNIT, before, africa])
    return np.array(rows)
