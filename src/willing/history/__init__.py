"""History: the reference class of past missions.

`fit_two_stage` learns from the missions known on a day, `reference_class` and `analogues` set a
case beside them, `ramp_prior` tells how long forces take from first arrival to full strength. All
figures rest on codes set by coders who knew the outcomes, and on a list in which realised
missions are over-recorded (`reference_class.CAVEATS`).
"""

from willing.history.analogues import Analogue, analogues
from willing.history.discrete_hazard import DiscreteHazard
from willing.history.features import FEATURES, SIGNS, mission_features
from willing.history.ramp import Ramp, RampPrior, ramp_prior
from willing.history.reference_class import (
    CAVEATS,
    HorizonProbability,
    prior_shift,
    reference_class,
)
from willing.history.two_stage import (
    HORIZONS,
    TwoStageModel,
    arrival_by,
    feature_weights,
    fit_two_stage,
)

__all__ = [
    "CAVEATS",
    "FEATURES",
    "HORIZONS",
    "SIGNS",
    "Analogue",
    "DiscreteHazard",
    "HorizonProbability",
    "Ramp",
    "RampPrior",
    "TwoStageModel",
    "analogues",
    "arrival_by",
    "feature_weights",
    "fit_two_stage",
    "mission_features",
    "prior_shift",
    "ramp_prior",
    "reference_class",
]
