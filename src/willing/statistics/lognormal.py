"""Bayesian log-normal regression with conjugate priors, and the score of its forecasts.

log y ~ N(x . b, s^2), b | s ~ N(0, s^2 / k), 1 / s^2 ~ Gamma. Sources: Gelman et al. (2013),
"Bayesian data analysis", ch. 14; the CRPS as a difference of means: Gneiting and Raftery (2007),
"Strictly proper scoring rules, prediction, and estimation", eq. 21; of a log-normal: Baran and
Lerch (2015), "Log-normal distribution based EMOS models", Q. J. R. Meteorol. Soc. 141.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from willing.errors import UsageError

Array = NDArray[np.float64]

__all__ = ["LogNormalRegression", "below", "crps_lognormal", "fit_lognormal", "quantile"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(100)


@dataclass(frozen=True, slots=True)
class LogNormalRegression:
    """Posterior: coefficients N(mean, s^2 scale), s^2 inverse gamma (shape, rate)."""

    mean: Array
    scale: Array
    shape: float
    rate: float
    n: int

    def predict(self, x: Array) -> tuple[Array, Array]:
        """Mean and sd of log y for rows of `x`: a log-normal as wide as the predictive one.

        The exact predictive of log y is a Student t, whose exponential has no mean; the normal
        with its variance stands in for it.
        """
        degrees = 2 * self.shape
        leverage = np.einsum("ij,jk,ik->i", x, self.scale, x)
        variance = self.rate / self.shape * (1 + leverage) * degrees / (degrees - 2)
        return np.asarray(x @ self.mean), np.asarray(np.sqrt(variance))

    def draws(self, n_draws: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """Draw coefficients (n_draws, k) and s (n_draws,) from the posterior."""
        s = np.sqrt(self.rate / rng.gamma(self.shape, 1.0, n_draws))
        root = np.linalg.cholesky(self.scale)
        z = rng.standard_normal((n_draws, len(self.mean)))
        return self.mean + s[:, None] * (z @ root.T), s


def fit_lognormal(
    x: Array, y: Array, *, prior_sd: Sequence[float], prior_s: float, prior_weight: float
) -> LogNormalRegression:
    """Fit. `x` (n, k) with its own column of ones, `y` positive.

    `prior_sd` is the sd of each coefficient, `prior_s` the guessed residual sd of log y, worth
    `prior_weight` rows. Raises UsageError for an outcome that is not positive or no rows.
    """
    if len(y) == 0 or np.any(~(y > 0)):
        raise UsageError("durations must be positive, and there must be some")
    z = np.log(y)
    precision = np.diag((prior_s / np.asarray(prior_sd, dtype=float)) ** 2)
    posterior = precision + x.T @ x
    scale = np.asarray(np.linalg.inv(posterior), dtype=np.float64)
    mean = scale @ (x.T @ z)
    shape = 0.5 * (prior_weight + len(y))
    rate = 0.5 * (prior_weight * prior_s**2 + z @ z - mean @ posterior @ mean)
    return LogNormalRegression(mean, scale, float(shape), float(rate), len(y))


def crps_lognormal(mean: Array, sd: Array, y: Array, upper: float = np.inf) -> Array:
    """Continuous ranked probability score of log-normal forecasts, in the units of y.

    With `upper` the forecasts are cut off there and scaled up. As E|X - y| - E|X - X'| / 2; the
    second is closed but for the mean of X F(X), an integral taken by Gauss and Legendre's rule.
    """
    top = np.minimum((np.log(upper) - mean) / sd, 9.0 + sd)
    whole = ndtr(top)
    w = np.minimum((np.log(y) - mean) / sd, top)
    scale = np.exp(mean + sd**2 / 2) / whole
    average = scale * ndtr(top - sd)
    gap = y * (2 * ndtr(w) / whole - 1) + average - 2 * scale * ndtr(w - sd)
    # E X F(X) = scale / whole . integral of phi(u) Phi(u + sd) for u below top - sd
    low, high = np.full_like(mean, -9.0), top - sd
    u = low + 0.5 * (high - low) * (_NODES[:, None] + 1)
    density = np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)
    ranked = 0.5 * (high - low) * np.einsum("i,ij->j", _WEIGHTS, density * ndtr(u + sd))
    return np.asarray(gap - (2 * scale / whole * ranked - average))


def quantile(mean: Array, sd: Array, p: float, upper: float = np.inf) -> Array:
    """Return the quantile of log-normal forecasts, cut off at `upper`."""
    whole = ndtr((np.log(upper) - mean) / sd)
    return np.asarray(np.exp(mean + sd * ndtri(p * whole)))


def below(mean: Array, sd: Array, y: float, upper: float = np.inf) -> Array:
    """P(the amount is at most `y`) for log-normal forecasts, cut off at `upper`."""
    whole = ndtr((np.log(upper) - mean) / sd)
    return np.asarray(np.minimum(ndtr((np.log(y) - mean) / sd) / whole, 1.0))
