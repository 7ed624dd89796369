"""Logit with a random intercept for each mission, by Laplace's approximation.

logit P(state i joins mission m) = x_im . b + u_m, u_m ~ N(0, s^2), b ~ N(prior mean, prior sd^2).
A new mission's u is unknown, so its probabilities are averaged over N(0, s^2): that is what
keeps a forecast honest about how many will come. s is averaged over a grid by the evidence.
Sources: Gelman and Hill (2007), "Data analysis using regression and multilevel models", ch. 14;
MacKay (1992), "The evidence framework applied to classification networks".
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from willing.errors import UsageError
from willing.statistics.penalised_logit import penalised_logit

Array = NDArray[np.float64]

__all__ = ["SPREADS", "HierarchicalLogit", "fit_hierarchical_logit"]

# Spread of the missions' levels on the logit scale: half-normal(1) on this grid (assumption; at
# a mean of 30 % a spread of 1 lets two missions in three fall between 14 and 54 %).
SPREADS = (0.35, 0.6, 0.85, 1.15, 1.5, 2.0)
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(31)


@dataclass(frozen=True, slots=True)
class _Component:
    spread: float
    weight: float
    mean: Array
    covariance: Array


@dataclass(frozen=True, slots=True)
class HierarchicalLogit:
    """A fitted model: a mixture over the grid of spreads.

    `coefficients` and `sd` are the posterior mean and sd of b; `spread` the posterior mean of s.
    """

    components: tuple[_Component, ...]
    n: int
    n_groups: int

    @property
    def coefficients(self) -> Array:
        """Posterior mean of the coefficients."""
        return np.asarray(sum(c.weight * c.mean for c in self.components))

    @property
    def sd(self) -> Array:
        """Posterior standard deviation of the coefficients."""
        centre = self.coefficients
        second = sum(
            c.weight * (np.diag(c.covariance) + (c.mean - centre) ** 2) for c in self.components
        )
        return np.asarray(np.sqrt(second))

    @property
    def spread(self) -> float:
        """Posterior mean of the spread of missions."""
        return float(sum(c.weight * c.spread for c in self.components))

    def probability(self, x: Array) -> Array:
        """P(join) for states (rows of `x`) of a new mission, its level and b integrated out."""
        total = np.zeros(len(x))
        for c in self.components:
            variance = np.einsum("ij,jk,ik->i", x, c.covariance, x) + c.spread**2
            at = (x @ c.mean)[:, None] + np.sqrt(variance)[:, None] * _NODES
            total += c.weight * (expit(at) @ _WEIGHTS) / _WEIGHTS.sum()
        return total


def fit_hierarchical_logit(
    x: Array,
    y: Array,
    groups: Sequence[Hashable],
    *,
    prior_mean: Array,
    prior_sd: Array,
    spreads: Sequence[float] = SPREADS,
) -> HierarchicalLogit:
    """Fit by maximum a posteriori and Laplace's approximation at each spread of the grid.

    `x` (n, k) with its own column of ones, `y` 0 or 1, `groups` the mission of each row.
    Raises UsageError for shapes that do not agree or no rows.
    """
    n, k = x.shape
    if n == 0 or len(y) != n or len(groups) != n or len(prior_mean) != k or len(prior_sd) != k:
        raise UsageError("rows, outcomes, groups and priors do not agree in number")
    names = list(dict.fromkeys(groups))
    member = np.zeros((n, len(names)))
    member[np.arange(n), [names.index(g) for g in groups]] = 1.0
    design = np.hstack([x, member])
    fits = []
    start = np.zeros(design.shape[1])
    for spread in spreads:
        mean = np.r_[prior_mean, np.zeros(len(names))]
        sd = np.r_[prior_sd, np.full(len(names), spread)]
        mode, covariance, evidence = _laplace(design, y, mean, sd, start)
        start = mode
        fits.append((spread, evidence - 0.5 * spread**2, mode[:k], covariance[:k, :k]))
    width = np.gradient(np.array(spreads)) if len(spreads) > 1 else np.ones(1)
    log_weights = np.array([f[1] for f in fits]) + np.log(width)
    weights = np.exp(log_weights - log_weights.max())
    weights /= weights.sum()
    components = tuple(
        _Component(spread, float(w), mode, covariance)
        for (spread, _, mode, covariance), w in zip(fits, weights, strict=True)
    )
    return HierarchicalLogit(components, n, len(names))


def _laplace(
    design: Array, y: Array, mean: Array, sd: Array, start: Array
) -> tuple[Array, Array, float]:
    """Mode, covariance and log evidence of a logit with independent normal priors."""
    mode, curvature, value = penalised_logit(design, y, mean, 1.0 / sd**2, start)
    _, log_determinant = np.linalg.slogdet(curvature)
    evidence = value - 0.5 * log_determinant - np.log(sd).sum()
    covariance = np.asarray(np.linalg.inv(curvature), dtype=np.float64)
    return mode, covariance, float(evidence)
