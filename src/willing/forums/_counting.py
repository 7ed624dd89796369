"""Count winning coalitions of a rule by size and by member, exactly.

In the binary game of the power indices a member of the coalition votes yes and every other votes
no. Generating functions (Mann and Shapley, RAND RM-3158, 1962; Lucas 1983; Algaba, Bilbao,
Fernandez Garcia and Lopez, "Computing power indices in weighted multiple majority games",
Mathematical Social Sciences 46, 2003) count coalitions by size and weights; where weights are too
large to tabulate, two halves are listed and joined (Horowitz and Sahni 1974).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from willing.errors import UsageError
from willing.forums._conjunctions import conjunctions, equal
from willing.forums._rule import Criterion, Flags, Ints, Rule

_TABLE_LIMIT = 3_000_000
_LISTED_LIMIT = 30


@dataclass(frozen=True)
class Counts:
    """Winning coalitions: `by_size[s]` in all, `with_member[i][s]` of those with member i."""

    by_size: list[int]
    with_member: list[list[int]]

    def swings(self) -> list[list[int]]:
        """Return, for each member and size of S (without it), how often it turns S winning."""
        n = len(self.with_member)
        return [
            [has[s + 1] - (self.by_size[s] - has[s]) for s in range(n)] for has in self.with_member
        ]


def count_winning(rule: Rule) -> Counts:
    """Count the winning coalitions of a rule.

    Raises
    ------
    UsageError
        When the weights are too large to tabulate and there are more than 30 members.
    """
    n = len(rule.members)
    by_size = [0] * (n + 1)
    with_member = [[0] * (n + 1) for _ in range(n)]
    for sign, criteria, blocks in conjunctions(rule):
        part = _conjunction(criteria, blocks)
        by_size = [a + sign * b for a, b in zip(by_size, part.by_size, strict=True)]
        for i in range(n):
            with_member[i] = [
                a + sign * b for a, b in zip(with_member[i], part.with_member[i], strict=True)
            ]
    return Counts(by_size, with_member)


def _conjunction(criteria: list[Criterion], blocks: Flags) -> Counts:
    """Count for one conjunction: members who block must all be in."""
    n = len(blocks)
    free = np.flatnonzero(~blocks)
    inside = int(blocks.sum())
    smallest = 0
    weights, needs = [], []
    for yes, _, quota, _ in criteria:
        if equal(yes):
            smallest = max(smallest, -(-quota // int(yes[0])))
        else:
            weights.append(yes[free])
            needs.append(quota - int(yes[blocks].sum()))
    table = np.array(weights, dtype=np.int64).reshape(len(weights), len(free))
    need = np.array(needs, dtype=np.int64)
    useful = need > 0
    table, need = table[useful], need[useful]
    need_size = max(0, smallest - inside)
    cells = (len(free) + 1) * float(np.prod(table.sum(axis=1) + 1.0))
    if cells <= _TABLE_LIMIT:
        total, having = _by_generating_function(table, need, need_size)
    elif len(free) <= _LISTED_LIMIT:
        total, having = _by_two_halves(table, need, need_size)
    else:
        raise UsageError(
            f"weights too large to count exactly over {len(free)} members without a veto "
            f"(at most {_LISTED_LIMIT})"
        )
    by_size = [0] * inside + total
    with_member: list[list[int]] = [[] for _ in range(n)]
    for k, i in enumerate(free.tolist()):
        with_member[i] = [0] * inside + having[k]
    for i in np.flatnonzero(blocks).tolist():
        with_member[i] = list(by_size)
    return Counts(by_size, with_member)


def _by_generating_function(
    table: Ints, need: Ints, need_size: int
) -> tuple[list[int], list[list[int]]]:
    """Tabulate the number of coalitions by size and weights; take each member out by division."""
    kinds, n = table.shape
    if kinds == 0:
        total = [comb(n, s) if s >= need_size else 0 for s in range(n + 1)]
        one = [comb(n - 1, s - 1) if s >= max(need_size, 1) else 0 for s in range(n + 1)]
        return total, [list(one) for _ in range(n)]
    sums = [int(x) for x in table.sum(axis=1)]
    number: type = np.int64 if n <= 62 else object
    ways = np.zeros((n + 1, *(x + 1 for x in sums)), dtype=number)
    ways[(0,) * (kinds + 1)] = 1
    for i in range(n):
        ways = ways + _shifted(ways, (1, *table[:, i].tolist()))
    total = _tail(ways, need, need_size)
    classes: dict[tuple[int, ...], list[int]] = {}
    having = []
    for i in range(n):
        key = tuple(table[:, i].tolist())
        if key not in classes:
            others = _divided(ways, key)
            without = _tail(others, need, need_size)
            classes[key] = [a - b for a, b in zip(total, without, strict=True)]
        having.append(list(classes[key]))
    return total, having


def _shifted(ways: NDArray[Any], by: tuple[int, ...]) -> NDArray[Any]:
    moved = np.zeros_like(ways)
    moved[tuple(slice(d, None) for d in by)] = ways[
        tuple(slice(0, size - d) for size, d in zip(ways.shape, by, strict=True))
    ]
    return moved


def _divided(ways: NDArray[Any], weights: tuple[int, ...]) -> NDArray[Any]:
    """Undo one factor (1 + y x^weights): the coalitions without that member, by size upwards."""
    others = np.zeros_like(ways)
    others[0] = ways[0]
    for s in range(1, ways.shape[0]):
        others[s] = ways[s] - _shifted(others[s - 1], weights)
    return others


def _tail(ways: NDArray[Any], need: Ints, need_size: int) -> list[int]:
    chosen = ways[(slice(None), *(slice(int(q), None) for q in need))]
    summed = chosen.reshape(ways.shape[0], -1).sum(axis=1)
    return [int(x) if s >= need_size else 0 for s, x in enumerate(summed)]


def _by_two_halves(table: Ints, need: Ints, need_size: int) -> tuple[list[int], list[list[int]]]:
    """List the coalitions of two halves and count the pairs that win together."""
    kinds, n = table.shape
    half = n // 2
    left, right = _subsets(table[:, :half]), _subsets(table[:, half:])
    left_size, right_size = _sizes(half), _sizes(n - half)
    if kinds == 1:
        from_left = _joined(left[0], right[0], right_size, int(need[0]), n - half)
        from_right = _joined(right[0], left[0], left_size, int(need[0]), half)
    else:
        order = np.argsort(right_size, kind="stable")
        from_left = np.zeros((left.shape[1], n - half + 1), dtype=np.int64)
        turned = np.zeros((right.shape[1], half + 1), dtype=np.int64)
        _count_pairs(left, left_size, right[:, order], right_size[order], need, from_left, turned)
        from_right = np.empty_like(turned)
        from_right[order] = turned
    total = _collect(from_left, left_size, n, np.ones(len(left_size), dtype=bool))
    having = [
        _collect(from_left, left_size, n, (np.arange(len(left_size)) >> i) & 1 == 1)
        for i in range(half)
    ] + [
        _collect(from_right, right_size, n, (np.arange(len(right_size)) >> i) & 1 == 1)
        for i in range(n - half)
    ]
    cut = [0] * need_size
    return cut + total[need_size:], [cut + row[need_size:] for row in having]


def _subsets(table: Ints) -> Ints:
    """Return the sums of every subset, shape (kinds, 2**members); bit i of the place = member i."""
    sums = np.zeros((table.shape[0], 1), dtype=np.int64)
    for i in range(table.shape[1]):
        sums = np.concatenate([sums, sums + table[:, i, None]], axis=1)
    return sums


def _sizes(members: int) -> Ints:
    sizes: Ints = _subsets(np.ones((1, members), dtype=np.int64))[0]
    return sizes


def _joined(here: Ints, there: Ints, there_size: Ints, need: int, most: int) -> Ints:
    """For each subset here, how many subsets of each size there complete it."""
    found = np.zeros((len(here), most + 1), dtype=np.int64)
    for size in range(most + 1):
        held = np.sort(there[there_size == size])
        found[:, size] = len(held) - np.searchsorted(held, need - here, side="left")
    return found


def _collect(found: Ints, sizes: Ints, n: int, chosen: NDArray[np.bool_]) -> list[int]:
    total = [0] * (n + 1)
    for own in np.unique(sizes[chosen]):
        rows = found[chosen & (sizes == own)].sum(axis=0)
        for other, ways in enumerate(rows.tolist()):
            total[int(own) + other] += ways
    return total


@njit(cache=True)
def _count_pairs(
    left: Any, left_size: Any, right: Any, right_size: Any, need: Any, to_left: Any, to_right: Any
) -> None:  # pragma: no cover - compiled
    for a in range(left.shape[1]):
        for b in range(right.shape[1]):
            enough = True
            for k in range(need.shape[0]):
                enough &= left[k, a] + right[k, b] >= need[k]
            if enough:
                to_left[a, right_size[b]] += 1
                to_right[b, left_size[a]] += 1
