"""Probability that a proposal passes: the Poisson-binomial with weights, vetoes and abstention.

Members vote independently, each with its own probabilities of yes, abstention and no. The exact
distribution of the weights in favour follows by recursion over members (Wang, "On the number of
successes in independent trials", Statistica Sinica 3, 1993), here over several criteria at once
and with the mass of a veto taken out on the way. Where weights are too large to tabulate
(populations) the sums of two halves are listed and joined (Horowitz and Sahni, "Computing
partitions with applications to the knapsack problem", JACM 21, 1974): still exact.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from willing.errors import UsageError
from willing.forums._conjunctions import conjunctions
from willing.forums._rule import Criterion, Rule

Floats = NDArray[np.float64]
_TABLE_LIMIT = 4_000_000
_HALF_LIMIT = 1 << 21


class _Plan:
    """One conjunction, laid out for the kernels: weights (k, m), quotas (k,), who blocks."""

    def __init__(self, sign: int, criteria: list[Criterion], blocks: NDArray[np.bool_]) -> None:
        m = len(blocks)
        self.sign = float(sign)
        self.blocks = blocks
        self.yes = np.array([c.yes for c in criteria], dtype=np.int64).reshape(-1, m)
        self.abstain = np.array([c.abstain for c in criteria], dtype=np.int64).reshape(-1, m)
        self.quotas = np.array([c.quota for c in criteria], dtype=np.int64)
        if np.any(self.abstain < 0) or np.any(self.yes < self.abstain):
            raise UsageError("weights must satisfy yes >= abstain >= 0: no rule punishes support")
        self.states = int(np.prod((self.quotas + 1).astype(float)))
        self.tabled = self.states <= _TABLE_LIMIT or not criteria
        strides = np.ones(len(criteria), dtype=np.int64)
        for k in range(len(criteria) - 2, -1, -1):
            strides[k] = strides[k + 1] * (self.quotas[k + 1] + 1) if self.tabled else 0
        self.strides = strides


_PLANS: WeakKeyDictionary[Rule, tuple[_Plan, ...]] = WeakKeyDictionary()


def _plans(rule: Rule) -> tuple[_Plan, ...]:
    plans = _PLANS.get(rule)
    if plans is None:
        plans = tuple(_Plan(*conjunction) for conjunction in conjunctions(rule))
        _PLANS[rule] = plans
    return plans


def passing_probability(rule: Rule, p: ArrayLike) -> float:
    """Return the exact probability that the proposal passes.

    Parameters
    ----------
    rule
        A decision rule of m members.
    p
        Shape (m, 3): each member's probability of yes, abstention (or absence) and no. Rows sum
        to 1.
    """
    table = np.ascontiguousarray(p, dtype=np.float64)
    if table.shape != (len(rule.members), 3):
        raise UsageError(f"expected probabilities of shape ({len(rule.members)}, 3)")
    total = 0.0
    for plan in _plans(rule):
        if plan.tabled:
            part = _recursion(
                plan.yes, plan.abstain, plan.quotas, plan.strides, plan.states, plan.blocks, table
            )
        else:
            part = _two_halves(plan, table)
        total += plan.sign * part
    return min(max(total, 0.0), 1.0)


@njit(cache=True)
def _recursion(
    yes: Any, abstain: Any, quotas: Any, strides: Any, states: int, blocks: Any, p: Any
) -> float:  # pragma: no cover - compiled
    """Recursion over members; state = sums so far, each cut off at its quota."""
    k, m = yes.shape
    now = np.zeros(states)
    now[0] = 1.0
    then = np.empty(states)
    for i in range(m):
        against = 0.0 if blocks[i] else p[i, 2]
        if k == 0:
            now[0] *= p[i, 0] + p[i, 1] + against
            continue
        then[:] = 0.0
        for state in range(states):
            mass = now[state]
            if mass == 0.0:
                continue
            if_yes = 0
            if_abstain = 0
            rest = state
            for c in range(k):
                held = rest // strides[c]
                rest -= held * strides[c]
                if_yes += min(held + yes[c, i], quotas[c]) * strides[c]
                if_abstain += min(held + abstain[c, i], quotas[c]) * strides[c]
            then[if_yes] += mass * p[i, 0]
            then[if_abstain] += mass * p[i, 1]
            then[state] += mass * against
        now, then = then, now
    return float(now[states - 1])


def _outcomes(plan: _Plan, p: Floats, members: range) -> tuple[NDArray[np.int64], Floats]:
    """List every distinguishable outcome of some members: sums (k, n) and probabilities (n,)."""
    sums = np.zeros((len(plan.quotas), 1), dtype=np.int64)
    mass = np.ones(1)
    for i in members:
        against = 0.0 if plan.blocks[i] else p[i, 2]
        yes, abstain = plan.yes[:, i, None], plan.abstain[:, i, None]
        if not abstain.any():
            steps = [(yes, p[i, 0]), (abstain, p[i, 1] + against)]
        else:
            steps = [(yes, p[i, 0]), (abstain, p[i, 1]), (np.zeros_like(yes), against)]
        sums = np.concatenate([sums + step for step, _ in steps], axis=1)
        mass = np.concatenate([mass * chance for _, chance in steps])
        if mass.size > _HALF_LIMIT:
            raise UsageError("too many members with large weights for an exact probability")
    return sums, mass


def _two_halves(plan: _Plan, p: Floats) -> float:
    """Join the outcomes of two halves of the members; exact for weights of any size."""
    m = p.shape[0]
    left, left_mass = _outcomes(plan, p, range(m // 2))
    right, right_mass = _outcomes(plan, p, range(m // 2, m))
    large = int(np.argmax(plan.quotas))
    small = [c for c in range(len(plan.quotas)) if c != large]
    if len(small) > 1:
        return float(_pairs(left, left_mass, right, right_mass, plan.quotas))
    counted = plan.quotas[small[0]] if small else 0
    left_count = left[small[0]] if small else np.zeros(left.shape[1], dtype=np.int64)
    right_count = right[small[0]] if small else np.zeros(right.shape[1], dtype=np.int64)
    total = 0.0
    groups = []
    for b in np.unique(right_count):
        chosen = right_count == b
        order = np.argsort(right[large, chosen], kind="stable")
        tail = np.append(np.cumsum(right_mass[chosen][order][::-1])[::-1], 0.0)
        groups.append((int(b), right[large, chosen][order], tail))
    for a in np.unique(left_count):
        chosen = left_count == a
        need = plan.quotas[large] - left[large, chosen]
        weight = left_mass[chosen]
        for b, held, tail in groups:
            if a + b >= counted:
                total += float(weight @ tail[np.searchsorted(held, need, side="left")])
    return total


@njit(cache=True)
def _pairs(
    left: Any, left_mass: Any, right: Any, right_mass: Any, quotas: Any
) -> float:  # pragma: no cover - compiled
    total = 0.0
    for a in range(left.shape[1]):
        inner = 0.0
        for b in range(right.shape[1]):
            enough = True
            for c in range(quotas.shape[0]):
                enough &= left[c, a] + right[c, b] >= quotas[c]
            if enough:
                inner += right_mass[b]
        total += inner * left_mass[a]
    return total
