"""Fitting `default` to decisions, and what it is worth on decisions it has not seen.

Rows of one proposal are never split between fitting and testing. Three parameters are fitted, by
the least mean CRPS with a pull to neutral values: on two hundred rows each further one costs more
than it brings (docs/notes/bargaining-default.md). The powers are fixed; `powers` chooses them
afresh in every fold instead, to show what that choice is worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from willing.bargaining._deu import Decision
from willing.bargaining.default import DefaultParameters, masses, score, weights

Array = NDArray[np.float64]

Powers = tuple[float, float, float]  # of salience, influence and support
FIXED: tuple[Powers, ...] = ((1.0, 0.5, 0.5),)
GRID: tuple[Powers, ...] = tuple(product((1.0, 2.0), (0.0, 0.5, 1.0), (0.5, 1.0)))
_START = np.array([0.0, 0.5, 0.5])  # log odds of `exact`, `middle`, `reference`
_PULL = 0.05


@dataclass(frozen=True, slots=True)
class _Table:
    """Decisions as padded arrays: actors (rows, n) and distinct positions (rows, k)."""

    salience: Array
    influence: Array
    member: Array  # (rows, k, n): actor stands at this position
    positions: Array  # (rows, k)
    reference: Array
    unanimous: NDArray[np.bool_]
    outcome: Array
    group: NDArray[np.int64]


def _table(decisions: Sequence[Decision]) -> _Table:
    rows = len(decisions)
    n = max(len(d.whole.actors) for d in decisions)
    places = [np.unique(d.whole.positions[0, :, 0]) for d in decisions]
    k = max(map(len, places))
    s, c, x = np.full((rows, n), 0.5), np.full((rows, n), np.nan), np.full((rows, n), np.nan)
    positions = np.zeros((rows, k))
    member = np.zeros((rows, k, n))
    for r, (d, p) in enumerate(zip(decisions, places, strict=True)):
        m = len(d.whole.actors)
        s[r, :m] = d.whole.salience[0, :, 0]
        c[r, :m] = d.whole.influence[0]
        x[r, :m] = d.whole.positions[0, :, 0]
        positions[r, : len(p)] = p
        member[r, : len(p)] = x[r] == p[:, None]
    names = sorted({d.proposal for d in decisions})
    return _Table(
        s,
        c,
        member,
        positions,
        np.array([d.whole.reference[0] for d in decisions]),
        np.array([d.whole.unanimous for d in decisions]),
        np.array([d.outcome for d in decisions]),
        np.array([names.index(d.proposal) for d in decisions]),
    )


def _losses(t: _Table, share: Array, p: DefaultParameters) -> Array:
    mass, centre = masses(t.positions, share, t.reference, t.unanimous, p)
    return score(t.positions, mass, centre, p.exact, t.outcome)


def _shares(t: _Table, p: DefaultParameters) -> Array:
    return np.asarray(np.einsum("rkn,rn->rk", t.member, weights(t.salience, t.influence, p)))


def _with(p: DefaultParameters, x: Array) -> DefaultParameters:
    odds = float(np.exp(-np.clip(x[0], -20, 20)))
    return replace(p, exact=1 / (1 + odds), middle=float(x[1]), reference=float(x[2]))


def _fit(t: _Table, rows: NDArray[np.bool_], powers: Sequence[Powers]) -> DefaultParameters:
    best: tuple[float, DefaultParameters] | None = None
    for a, b, g in powers:
        base = DefaultParameters(salience_power=a, influence_power=b, support_power=g)
        share = _shares(t, base)

        def cost(x: Array, base: DefaultParameters = base, share: Array = share) -> float:
            kept = _losses(t, share, _with(base, x))[rows].mean()
            return float(kept + _PULL * ((x - _START) ** 2).sum())

        found = minimize(cost, _START, method="L-BFGS-B", options={"maxiter": 50})
        if best is None or found.fun < best[0]:
            best = (float(found.fun), _with(base, found.x))
    if best is None:
        raise ValueError("no powers to try")
    return best[1]


def fit(decisions: Sequence[Decision], powers: Sequence[Powers] = FIXED) -> DefaultParameters:
    """Parameters with the least mean CRPS on these decisions."""
    return _fit(_table(decisions), np.ones(len(decisions), bool), powers)


def losses(decisions: Sequence[Decision], p: DefaultParameters) -> Array:
    """CRPS of each decision, in points of 100."""
    t = _table(decisions)
    return _losses(t, _shares(t, p), p)


def cross_validate(
    decisions: Sequence[Decision],
    rng: np.random.Generator,
    folds: int = 10,
    repeats: int = 1,
    powers: Sequence[Powers] = FIXED,
) -> Array:
    """CRPS of each decision (mean over repeats) under parameters fitted to other proposals."""
    t = _table(decisions)
    out = np.zeros(len(decisions))
    for _ in range(repeats):
        order = rng.permutation(int(t.group.max()) + 1)
        for k in range(min(folds, len(order))):
            test = np.isin(t.group, order[k::folds])
            p = _fit(t, ~test, powers)
            out[test] += _losses(t, _shares(t, p), p)[test]
    return out / repeats


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean difference of two losses, resampled by proposal; negative: the first is better."""

    mean: float
    low: float
    high: float
    share_better: float
    resamples: int


def paired_bootstrap(
    decisions: Sequence[Decision],
    first: Array,
    second: Array,
    rng: np.random.Generator,
    resamples: int = 4000,
) -> Difference:
    """Compare two losses on the same decisions; whole proposals are drawn (90 % interval)."""
    names = sorted({d.proposal for d in decisions})
    group = np.array([names.index(d.proposal) for d in decisions])
    total = np.bincount(group, first - second, len(names))
    count = np.bincount(group, minlength=len(names))
    drawn = rng.integers(0, len(names), (resamples, len(names)))
    means = total[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.05, 0.95])
    return Difference(
        float((first - second).mean()),
        float(low),
        float(high),
        float((means < 0).mean()),
        resamples,
    )
