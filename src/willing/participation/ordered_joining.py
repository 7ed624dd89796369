"""Ordered logit of what a state answers: decline, support without troops, join.

eta = x . b + u_m; P(declines) = expit(lower - eta), P(joins) = 1 - expit(upper - eta), and to
support without troops lies between: an answer of its own, neither half a yes nor a mild no. A
state of which it is only known that it sent nobody is either of the first two. u_m ~ N(0, s^2)
is the mission's level, integrated out for a new one. Source: McCullagh (1980), "Regression
models for ordinal data"; the fit is maximum a posteriori with Laplace's approximation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from willing.errors import UsageError

Array = NDArray[np.float64]

__all__ = ["ANSWERS", "OrderedJoining", "answers_by_name", "fit_ordered_joining"]

ANSWERS = ("decline", "support_no_troops", "join")
# Spread of missions' levels on the logit scale (assumption 1, range 0.6-1.5: the coalition model
# estimates 0.9-1.5 on its panels); coefficients N(0, 1), the gap between cuts exp(N(0, 1)).
SPREAD = 1.0
COEFFICIENT_SD = 1.0
LEVEL_SD = 3.0
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(31)


@dataclass(frozen=True, slots=True)
class OrderedJoining:
    """A fitted model: `names` are lower, log_gap and the features; mean and covariance of them."""

    names: tuple[str, ...]
    mean: Array
    covariance: Array
    spread: float = SPREAD

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features."""
        return self.names[2:]

    def probabilities(self, x: Array, extra_variance: Array | float = 0.0) -> Array:
        """P(decline, support, join) for states of a new mission, shape (n, 3), for `x` (n, k).

        `extra_variance` (n,) widens eta where a feature is not known.
        """
        gap = np.exp(self.mean[1] + 0.5 * self.covariance[1, 1])
        weights = np.hstack([-np.ones((len(x), 1)), np.zeros((len(x), 1)), x])
        variance = np.einsum("ij,jk,ik->i", weights, self.covariance, weights)
        variance = variance + self.spread**2 + extra_variance
        eta = (weights @ self.mean)[:, None] + np.sqrt(variance)[:, None] * _NODES
        total = _WEIGHTS.sum()
        not_declined = expit(eta) @ _WEIGHTS / total
        joined = expit(eta - gap) @ _WEIGHTS / total
        return np.column_stack([1 - not_declined, not_declined - joined, joined])


def fit_ordered_joining(
    x: Array,
    first: Sequence[int],
    last: Sequence[int],
    missions: Sequence[str],
    features: Sequence[str],
) -> OrderedJoining:
    """Fit on answers `first`..`last` (indices into ANSWERS, equal where the answer is known).

    `x` (n, k) without a column of ones. Raises UsageError for shapes that do not agree.
    """
    n, k = x.shape
    if not n or k != len(features) or not n == len(first) == len(last) == len(missions):
        raise UsageError("states, answers, missions and features do not agree in number")
    low, high = np.asarray(first), np.asarray(last)
    names = list(dict.fromkeys(missions))
    member = np.zeros((n, len(names)))
    member[np.arange(n), [names.index(m) for m in missions]] = 1.0
    design = np.hstack([x, member])
    sd = np.r_[LEVEL_SD, 1.0, np.full(k, COEFFICIENT_SD), np.full(len(names), SPREAD)]

    def negative(theta: Array) -> tuple[float, Array]:
        eta = np.einsum("ij,j->i", design, theta[2:])
        gap = np.exp(theta[1])
        # upper and lower end of the interval each answer covers, as survival in eta
        above_low = np.where(low == 0, 1.0, expit(eta - theta[0] - np.where(low == 2, gap, 0.0)))
        above_high = np.where(high == 2, 0.0, expit(eta - theta[0] - np.where(high == 1, gap, 0.0)))
        p = np.maximum(above_low - above_high, 1e-300)
        d_low = np.where(low == 0, 0.0, above_low * (1 - above_low)) / p
        d_high = np.where(high == 2, 0.0, above_high * (1 - above_high)) / p
        d_eta = d_low - d_high
        d_gap = gap * (-np.where(low == 2, d_low, 0.0) + np.where(high == 1, d_high, 0.0))
        slopes = np.einsum("ij,i->j", design, d_eta)
        gradient = -np.r_[-d_eta.sum(), d_gap.sum(), slopes] + theta / sd**2
        return float(-np.log(p).sum() + 0.5 * np.sum((theta / sd) ** 2)), gradient

    start = np.zeros(2 + design.shape[1])
    options = {"maxiter": 5000, "ftol": 1e-14, "gtol": 1e-9}
    found = minimize(negative, start, jac=True, method="L-BFGS-B", options=options)
    covariance = np.linalg.inv(_hessian(lambda t: negative(t)[1], found.x))
    keep = slice(0, 2 + k)
    return OrderedJoining(
        names=("lower", "log_gap", *features),
        mean=found.x[keep],
        covariance=np.asarray(covariance[keep, keep], dtype=np.float64),
    )


def _hessian(gradient: Callable[[Array], Array], at: Array, step: float = 1e-5) -> Array:
    """Jacobian of a gradient by central differences, made symmetric."""
    columns = []
    for i in range(len(at)):
        move = np.zeros(len(at))
        move[i] = step
        columns.append((gradient(at + move) - gradient(at - move)) / (2 * step))
    matrix = np.array(columns)
    return np.asarray((matrix + matrix.T) / 2)


def answers_by_name(row: Array) -> Mapping[str, float]:
    """Return {answer: probability} of one row."""
    return dict(zip(ANSWERS, map(float, row), strict=True))
