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
        return np.asarray(expit(self.intercept + z @ self.coefficients))


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
    b = _newton(design, y, penalty)
    return RidgeLogit(float(b[0]), b[1:], mean, sd)


def _newton(design: Array, y: Array, penalty: Array, rounds: int = 100) -> Array:
    """Minimise the penalised loss by Newton's method, halving steps that do not lower it."""

    def loss(b: Array) -> float:
        eta = design @ b
        value = np.sum(np.logaddexp(0.0, eta) - y * eta) + 0.5 * penalty @ b**2
        return float(value)

    b = np.zeros(design.shape[1])
    now = loss(b)
    for _ in range(rounds):
        p = expit(design @ b)
        gradient = design.T @ (p - y) + penalty * b
        if np.abs(gradient).max() < 1e-8 * len(y):
            break
        curvature = (design * (p * (1 - p))[:, None]).T @ design + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curvature, gradient)
        scale = 1.0
        while (then := loss(b - scale * step)) > now and scale > 1e-10:
            scale /= 2
        b, now = b - scale * step, then
    return b
