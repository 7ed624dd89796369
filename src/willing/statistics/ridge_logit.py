"""The plain logit with a ridge, the baseline every other model is compared with.

Features are standardised on the training rows, missing values take the training mean, the
intercept is not shrunk. Source: le Cessie and van Houwelingen (1992), "Ridge estimators in
logistic regression", Applied Statistics 41(1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from willing.errors import UsageError
from willing.statistics.penalised_logit import penalised_logit

Array = NDArray[np.float64]

__all__ = ["RidgeLogit", "fit_ridge_logit"]


@dataclass(frozen=True, slots=True)
class RidgeLogit:
    """A fitted logit: intercept and coefficients on standardised features."""

    intercept: float
    coefficients: Array
    mean: Array
    sd: Array

    def probability(self, x: Array) -> Array:
        """P(y = 1) for rows of `x`; missing values take the training mean."""
        z = (np.where(np.isnan(x), self.mean, x) - self.mean) / self.sd
        return np.asarray(expit(self.intercept + np.einsum("ij,j->i", z, self.coefficients)))


def fit_ridge_logit(x: Array, y: Array, *, strength: float = 1.0) -> RidgeLogit:
    """Fit with penalty `strength` / 2 times the squared coefficients.

    Raises UsageError when there are no rows or an outcome is not 0 or 1.
    """
    if len(x) == 0 or len(x) != len(y) or not np.isin(y, (0.0, 1.0)).all():
        raise UsageError("a logit needs rows and outcomes of 0 or 1")
    seen = np.isfinite(x)
    count = np.maximum(seen.sum(axis=0), 1)
    mean = np.where(seen, x, 0.0).sum(axis=0) / count
    filled = np.where(seen, x, mean)
    sd = filled.std(axis=0)
    sd = np.where(sd > 0, sd, 1.0)
    z = (filled - mean) / sd

    design = np.column_stack([np.ones(len(z)), z])
    penalty = np.r_[0.0, np.full(z.shape[1], strength)]
    b, _, _ = penalised_logit(design, y, np.zeros(len(penalty)), penalty)
    return RidgeLogit(float(b[0]), b[1:], mean, sd)
