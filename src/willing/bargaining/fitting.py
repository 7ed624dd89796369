"""Fitting `default` to decisions, and what it is worth on decisions it has not seen.

Rows of one proposal are never split between fitting and testing. Three parameters are fitted, by
the least mean CRPS with a pull to neutral values: on two hundred rows each further one costs more
than it brings (docs/notes/bargaining-default.md). The powers are not fitted and not chosen: the
model averages over them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from willing.bargaining._deu import Decision
from willing.bargaining.default import DefaultParameters, Field, field, score, weights

Array = NDArray[np.float64]

_START = np.array([0.0, 0.5, 0.5])  # log odds of `exact`, `middle`, `reference`
_PULL = 0.2  # CRPS points for a parameter one away from there


@dataclass(frozen=True, slots=True)
class _Table:
    """Decisions laid out over their distinct positions (rows, k), padded with empty ones."""

    positions: Array
    laid: Field
    outcome: Array
    group: NDArray[np.int64]

    def losses(self, p: DefaultParameters) -> Array:
        """CRPS of each row."""
        laid = self.laid
        return score(self.positions, laid.masses(p), laid.centre, p.exact, self.outcome)


def _table(decisions: Sequence[Decision], p: DefaultParameters) -> _Table:
    rows = len(decisions)
    n = max(len(d.whole.actors) for d in decisions)
    places = [np.unique(d.whole.positions[0, :, 0]) for d in decisions]
    k = max(map(len, places))
    s, c, x = np.full((rows, n), 0.5), np.full((rows, n), np.nan), np.full((rows, n), np.nan)
    positions = np.zeros((rows, k))
    member = np.zeros((rows, k, n))  # actor stands at this position
    for r, (d, own) in enumerate(zip(decisions, places, strict=True)):
        m = len(d.whole.actors)
        s[r, :m] = d.whole.salience[0, :, 0]
        c[r, :m] = d.whole.influence[0]
        x[r, :m] = d.whole.positions[0, :, 0]
        positions[r, : len(own)] = own
        member[r, : len(own)] = x[r] == own[:, None]
    names = sorted({d.proposal for d in decisions})
    return _Table(
        positions,
        field(
            positions,
            np.einsum("rkn,wrn->wrk", member, weights(s, c, p)),
            np.array([d.whole.reference[0] for d in decisions]),
            np.array([d.whole.unanimous for d in decisions]),
            p,
        ),
        np.array([d.outcome for d in decisions]),
        np.array([names.index(d.proposal) for d in decisions]),
    )


def _with(p: DefaultParameters, x: Array) -> DefaultParameters:
    odds = float(np.exp(-np.clip(x[0], -20, 20)))
    return replace(p, exact=1 / (1 + odds), middle=float(x[1]), reference=float(x[2]))


def _fit(t: _Table, rows: NDArray[np.bool_], base: DefaultParameters) -> DefaultParameters:
    def cost(x: Array) -> float:
        return float(t.losses(_with(base, x))[rows].mean() + _PULL * ((x - _START) ** 2).sum())

    found = minimize(cost, _START, method="L-BFGS-B", options={"maxiter": 50})
    return _with(base, found.x)


def fit(decisions: Sequence[Decision], base: DefaultParameters | None = None) -> DefaultParameters:
    """Parameters with the least mean CRPS on these decisions; powers and floor are of `base`."""
    base = base or DefaultParameters()
    return _fit(_table(decisions, base), np.ones(len(decisions), bool), base)


def losses(decisions: Sequence[Decision], p: DefaultParameters) -> Array:
    """CRPS of each decision, in points of 100."""
    return _table(decisions, p).losses(p)


def cross_fits(
    decisions: Sequence[Decision],
    rng: np.random.Generator,
    folds: int = 10,
    base: DefaultParameters | None = None,
) -> Iterator[tuple[NDArray[np.bool_], DefaultParameters]]:
    """Yield the rows of each fold and parameters fitted to the other proposals."""
    base = base or DefaultParameters()
    t = _table(decisions, base)
    order = rng.permutation(int(t.group.max()) + 1)
    for k in range(min(folds, len(order))):
        test = np.isin(t.group, order[k::folds])
        yield test, _fit(t, ~test, base)


def cross_validate(
    decisions: Sequence[Decision],
    rng: np.random.Generator,
    folds: int = 10,
    repeats: int = 1,
    base: DefaultParameters | None = None,
) -> Array:
    """CRPS of each decision (mean over repeats) under parameters fitted to other proposals."""
    t = _table(decisions, base or DefaultParameters())
    out = np.zeros(len(decisions))
    for _ in range(repeats):
        for test, p in cross_fits(decisions, rng, folds, base):
            out[test] += t.losses(p)[test]
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
