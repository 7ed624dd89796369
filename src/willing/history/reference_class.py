"""Reference class forecasting: what happened to missions like this one, before any story of it.

The probability of arrival by each horizon from the proportional-odds model, with the interval
its parameters leave, beside the two-stage composition, the bare base rate and what the figure
would be if realised missions were over-recorded. Source of the idea: Kahneman and Tversky
(1979), "Intuitive prediction: biases and corrective procedures".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from willing.errors import UsageError
from willing.history.features import feature_row
from willing.history.two_stage import HORIZONS, TwoStageModel, arrival_by

__all__ = ["CAVEATS", "HorizonProbability", "prior_shift", "reference_class"]

CAVEATS = (
    "The codes of consent, US stance and risk were set by coders who knew the outcomes.",
    "Realised missions are over-recorded: the base rate is a product of what was listed. "
    "See the prior-shift variants.",
    "Few and clustered cases, coded once: the intervals are too narrow.",
    "About a dozen wars between states have ended since 1989: whatever is said of such a war rests "
    "on a handful of cases.",
)

# Shares of proposals that ever go, should the list hold too many that went (assumption: the
# recorded share is an upper bound, a fifth a low guess; nobody has counted the denominator).
SHIFTED_BASE_RATES = (0.4, 0.3, 0.2)


@dataclass(frozen=True, slots=True)
class HorizonProbability:
    """P(first arrival within `days` of the proposal): mean, 5th and 95th percentile of draws.

    `two_stage` is the composition of the two hazards for the same features, `base_rate` the
    training share, `shifted` the probability were a lower share of proposals ever to go
    {share: probability}.
    """

    horizon: str
    days: int
    probability: float
    low: float
    high: float
    two_stage: float
    base_rate: float
    shifted: Mapping[float, float]


def reference_class(
    features: Mapping[str, float], model: TwoStageModel
) -> dict[str, HorizonProbability]:
    """Return the probability by each horizon of HORIZONS for a mission with these features."""
    draws = model.reference.probability(feature_row(features, model.reference.names))
    mean = draws.mean(axis=0)
    low, high = np.quantile(draws, [0.05, 0.95], axis=0)
    weeks = [
        min(round(days / 7), model.authorisation.edges_weeks[-1]) for days in HORIZONS.values()
    ]
    composed = arrival_by(model, features, weeks).mean(axis=0)
    result = {}
    for h, (name, days) in enumerate(HORIZONS.items()):
        result[name] = HorizonProbability(
            horizon=name,
            days=days,
            probability=float(mean[h]),
            low=float(min(low[h], mean[h])),
            high=float(max(high[h], mean[h])),
            two_stage=float(composed[h]),
            base_rate=model.base_rates[name],
            shifted={
                to: prior_shift(float(mean[h]), model.base_rates["ever"], to)
                for to in SHIFTED_BASE_RATES
            },
        )
    return result


def prior_shift(probability: float, base_rate: float, to: float) -> float:
    """Move a probability to another base rate, the features' likelihood ratios held.

    Source: King and Zeng (2001), "Logistic regression in rare events data", prior correction.
    """
    for name, value in (("probability", probability), ("base rate", base_rate), ("target", to)):
        if not 0.0 < value < 1.0:
            raise UsageError(f"{name} {value} is not strictly between 0 and 1")
    odds = probability / (1 - probability) * (to / (1 - to)) * ((1 - base_rate) / base_rate)
    return odds / (1 + odds)
