"""`mean`: the mean of stated positions, weighed by salience times influence.

The best point forecast of EU decisions in mean absolute error, and the bar for every other model.
See docs/theory/mean.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from willing.bargaining._negotiation import Course, Negotiation
from willing.bargaining._still import still

Array = NDArray[np.float64]


def weighted_mean(negotiation: Negotiation, weighted: bool = True) -> Array:
    """Mean position (draws, dims); all count alike unless `weighted`."""
    if not weighted:
        return np.asarray(negotiation.positions.mean(axis=1))
    return np.asarray((negotiation.weights() * negotiation.positions).sum(axis=1))


def mean(negotiation: Negotiation, weighted: bool = True) -> Course:
    """Forecast the weighted mean; nobody moves."""
    return still("mean", negotiation, weighted_mean(negotiation, weighted))
