"""Maximum likelihood of the noise model over all actors, with likelihood profiles.

The likelihood is the exact one of the filter's prediction errors (Schweppe 1965). The pool is
small, so by default every parameter is shrunk, on the log scale, towards the value set before any
fit; `shrink=0` gives plain maximum likelihood. See `docs/theory/record.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from willing.case import Statement
from willing.record._kernel import run
from willing.record._observations import Observations, observe
from willing.record._priors import Priors, prior_of
from willing.record.noise import RANGES, NoiseModel

Array = NDArray[np.float64]
PARAMETERS: Final[tuple[str, ...]] = tuple(RANGES)
#: sd of each parameter's shrinkage, on the scale of `_scale` (assumption: a factor of two is one
#: sd; the prior mean may be two rungs off; that indirect evidence is worse is known beforehand)
SHRINK_SD: Final = {"prior_mean": 25.0, "indirect": 0.4}
_LOG_SD: Final = 0.7
#: half the 95 % point of chi-squared with one degree of freedom
_DROP: Final = 1.9207


def _scale(name: str, value: float) -> float:
    """Scale on which a parameter is searched: logs, but for the mean and the multiplier."""
    if name == "prior_mean":
        return value
    return float(np.log(value - 1.0 + 0.05) if name == "indirect" else np.log(value))


def _unscale(name: str, x: float) -> float:
    value = x if name == "prior_mean" else np.exp(x) + (0.95 if name == "indirect" else 0.0)
    low, high = RANGES[name]
    return float(min(max(value, low), high))


_CENTRE: Final = np.array([_scale(n, getattr(NoiseModel(), n)) for n in PARAMETERS])
_SD: Final = np.array([SHRINK_SD.get(n, _LOG_SD) for n in PARAMETERS])
_BOUNDS: Final = [tuple(_scale(n, v) for v in RANGES[n]) for n in PARAMETERS]


def model_at(x: Sequence[float] | Array) -> NoiseModel:
    """Return the noise model at a point of the search scale."""
    values = {n: _unscale(n, float(v)) for n, v in zip(PARAMETERS, x, strict=True)}
    values["drift"] = min(values["drift"], 0.9 * values["prior_sd"])
    return NoiseModel(**values)


@dataclass(frozen=True, slots=True)
class Profile:
    """Log-likelihood of one parameter, the others re-estimated, on a grid of its range.

    `low` and `high` bound the values that lose less than the 95 % point; they are the end of the
    range where the likelihood never falls that far.
    """

    parameter: str
    grid: tuple[float, ...]
    loglik: tuple[float, ...]
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted noise model.

    `loglik` is that of the statements alone, without the shrinkage. `covariance` (6, 6) is that
    of `point` on the search scale (logs, but for the prior mean), from the curvature.
    """

    model: NoiseModel
    n: int
    actors: int
    loglik: float
    shrink: float
    point: Array
    covariance: Array
    profile: tuple[Profile, ...] = ()

    def sample(self, rng: np.random.Generator, n: int) -> list[NoiseModel]:
        """Draw noise models from the normal approximation, kept within the ranges."""
        root = np.linalg.cholesky(self.covariance)
        return [model_at(self.point + root @ z) for z in rng.standard_normal((n, len(self.point)))]


class _Objective:
    def __init__(self, obs: Observations, priors: Priors | None, shrink: float, end: float) -> None:
        self.obs, self.priors, self.shrink, self.end = obs, priors, shrink, end

    def loglik(self, x: Array) -> float:
        model = model_at(x)
        return run(model, prior_of(model, self.obs.actors, self.priors), self.obs, self.end).loglik

    def __call__(self, x: Array) -> float:
        pull = 0.5 * self.shrink * float(np.sum(((x - _CENTRE) / _SD) ** 2))
        return pull - self.loglik(x)


def _minimise(f: _Objective, start: Array, fixed: int | None = None) -> tuple[Array, float]:
    free = [k for k in range(len(start)) if k != fixed]

    def g(y: Array) -> float:
        x = start.copy()
        x[free] = y
        return f(x)

    found = minimize(
        g, start[free], method="L-BFGS-B", bounds=[_BOUNDS[k] for k in free], options={"gtol": 1e-6}
    )
    x = start.copy()
    x[free] = found.x
    return x, float(found.fun)


def _curvature(f: _Objective, x: Array) -> Array:
    """Return the Hessian by central differences, kept a step inside the bounds."""
    step = 0.02 * _SD
    lo, hi = np.array(_BOUNDS).T
    x = np.clip(x, lo + 2 * step, hi - 2 * step)
    size = len(x)
    H = np.empty((size, size))
    eye = np.diag(step)
    for i in range(size):
        for j in range(i + 1):
            corners = [
                sign * f(x + a * eye[i] + b * eye[j])
                for a, b, sign in ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))
            ]
            H[i, j] = H[j, i] = sum(corners) / (4 * step[i] * step[j])
    return H


def _covariance(f: _Objective, x: Array) -> Array:
    """Return the inverse curvature; a flat direction keeps the spread of the shrinkage."""
    values, vectors = np.linalg.eigh(_curvature(f, x) * np.outer(_SD, _SD))
    whitened = (vectors / np.maximum(values, 1.0 if f.shrink else 0.25)) @ vectors.T
    return np.asarray(whitened * np.outer(_SD, _SD))


def _crossing(grid: Array, height: Array, level: float) -> tuple[float, float]:
    """Return where the profile crosses a level on either side, by linear interpolation."""
    inside = np.flatnonzero(height >= level)
    first, last = int(inside[0]), int(inside[-1])
    low, high = float(grid[first]), float(grid[last])
    if first > 0:
        low = float(np.interp(level, height[first - 1 : first + 1], grid[first - 1 : first + 1]))
    if last < len(grid) - 1:
        high = float(np.interp(level, height[[last + 1, last]], grid[[last + 1, last]]))
    return low, high


def _profile(
    f: _Objective, x: Array, best: float, index: int, points: int, spread: float
) -> Profile:
    name = PARAMETERS[index]
    lo, hi = _BOUNDS[index]
    near = np.linspace(max(lo, x[index] - 4 * spread), min(hi, x[index] + 4 * spread), points)
    grid = np.unique(np.concatenate((near, [lo, x[index], hi])))
    height = np.empty(len(grid))
    centre = int(np.searchsorted(grid, x[index]))
    for path in (range(centre, len(grid)), range(centre, -1, -1)):
        start = x.copy()
        for k in path:
            start[index] = grid[k]
            start, value = _minimise(f, start, fixed=index)
            height[k] = -value
    low, high = _crossing(grid, height, -best - _DROP)
    return Profile(
        parameter=name,
        grid=tuple(_unscale(name, g) for g in grid),
        loglik=tuple(float(h) for h in height),
        low=_unscale(name, low),
        high=_unscale(name, high),
    )


def fit(
    statements: Iterable[Statement],
    actors: Sequence[str] | None = None,
    as_of: date | None = None,
    *,
    priors: Priors | None = None,
    shrink: float = 1.0,
    profile: bool = False,
    points: int = 17,
) -> Fit:
    """Estimate the noise model from the participation statements known on a day.

    Deterministic. `priors` hold for the actors they name; the others share the pool's, which is
    estimated too. `shrink` weighs the pull towards the values set beforehand (0: plain maximum
    likelihood). With `profile`, each parameter's profile on `points` values is added. With no
    statement the values set beforehand are returned.
    """
    rows = list(statements)
    end = as_of or max((s.known for s in rows), default=date.min)
    obs = observe(rows, as_of=end, actors=actors)
    f = _Objective(obs, priors, shrink, float(end.toordinal()))
    if not len(obs):
        return Fit(NoiseModel(), 0, 0, 0.0, shrink, _CENTRE.copy(), np.diag(_SD**2))
    x, best = _minimise(f, _CENTRE.copy())
    covariance = _covariance(f, x)
    spread = np.sqrt(np.diag(covariance))
    return Fit(
        model=model_at(x),
        n=len(obs),
        actors=int(np.count_nonzero(np.diff(obs.start))),
        loglik=f.loglik(x),
        shrink=shrink,
        point=x,
        covariance=covariance,
        profile=tuple(_profile(f, x, best, k, points, float(spread[k])) for k in range(len(x)))
        if profile
        else (),
    )
