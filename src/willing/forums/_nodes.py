"""The inner loops of decision diagrams, compiled. No meaning of its own: see
`binary_decision_diagram` and `birnbaum`.

Nodes are numbers of rows in flat arrays; a node is always made after those it leads to. Functions
return FULL where the arrays have no room: what was found is kept, and the caller asks again with
more.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["FULL", "FULL_LEVEL", "Table", "branch", "choose", "grown", "probabilities", "reach"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NEVER, ALWAYS = 0, 1
#: no room for another node; for another interval of quotas
FULL, FULL_LEVEL = -1, -2
_FAR = 1 << 60
jit: Any = njit(cache=True)


class Table(NamedTuple):
    """Nodes, found again by what they are, and a memory of answers that may forget.

    `slots` (a power of two, at least twice as many as nodes) hold node numbers by hash, -1 where
    empty; `asked` (n, 3) and `answer` (n,), n a power of two, the last question of each hash.
    """

    var: Ints
    low: Ints
    high: Ints
    slots: Ints
    asked: Ints
    answer: Ints
    used: Ints  # (1,) how many nodes there are


def grown(old: Table | None, room: int, last: int) -> Table:
    """Return a table with room for so many nodes (a power of two), and those of an old one."""
    count = int(old.used[0]) if old else 2
    kept = old[:3] if old else tuple(np.array(x) for x in ((last, last), (0, 1), (0, 1)))
    var, low, high = (np.empty(room, dtype=np.int64) for _ in range(3))
    var[:count], low[:count], high[:count] = (x[:count] for x in kept)
    table = Table(
        var=var,
        low=low,
        high=high,
        slots=np.full(2 * room, -1),
        asked=np.full((room, 3), -1),
        answer=np.empty(room, dtype=np.int64),
        used=np.array([count]),
    )
    _enter(table)
    return table


@jit
def _hash(a, b, c, size):  # type: ignore[no-untyped-def]
    x = a * 2654435761 + b * 3266489917 + c * 2246822519  # below 2**56: node numbers are small
    x ^= x >> 29
    return (x ^ (x >> 17)) & (size - 1)


@jit
def _enter(t):  # type: ignore[no-untyped-def]
    """Set all nodes into the slots."""
    for n in range(2, t.used[0]):
        i = _hash(t.var[n], t.low[n], t.high[n], t.slots.size)
        while t.slots[i] >= 0:
            i = (i + 1) & (t.slots.size - 1)
        t.slots[i] = n


@jit
def branch(t, var, low, high):  # type: ignore[no-untyped-def]
    """Return the node that asks `var` and goes on to `low` or `high`; or FULL."""
    if low == high:
        return low
    i = _hash(var, low, high, t.slots.size)
    while t.slots[i] >= 0:
        n = t.slots[i]
        if t.var[n] == var and t.low[n] == low and t.high[n] == high:
            return n
        i = (i + 1) & (t.slots.size - 1)
    n = t.used[0]
    if n >= t.var.size:
        return FULL
    t.var[n], t.low[n], t.high[n] = var, low, high
    t.slots[i] = n
    t.used[0] = n + 1
    return n


@jit
def choose(t, test, then, other):  # type: ignore[no-untyped-def]
    """Return "if test then `then` else `other`"; or FULL."""
    if test == ALWAYS or then == other:
        return then
    if test == NEVER:
        return other
    if then == ALWAYS and other == NEVER:
        return test
    at = _hash(test, then, other, t.answer.size)
    asked = t.asked[at]
    if asked[0] == test and asked[1] == then and asked[2] == other:
        return t.answer[at]
    top = min(t.var[test], t.var[then], t.var[other])
    no = choose(
        t,
        t.low[test] if t.var[test] == top else test,
        t.low[then] if t.var[then] == top else then,
        t.low[other] if t.var[other] == top else other,
    )
    if no < 0:
        return no
    yes = choose(
        t,
        t.high[test] if t.var[test] == top else test,
        t.high[then] if t.var[then] == top else then,
        t.high[other] if t.var[other] == top else other,
    )
    if yes < 0:
        return yes
    found = branch(t, top, no, yes)
    if found >= 0:
        asked[0], asked[1], asked[2] = test, then, other
        t.answer[at] = found
    return found


@jit
def reach(t, args, sizes, rests, first, need, known, count):  # type: ignore[no-untyped-def]
    """Return the interval (over, upto] of needs with the same function, and the function.

    The function: the weights (`sizes`) of those of `args` from `first` on that hold reach `need`.
    `rests` (n + 1,) are sums of weights from each on. `known` (n, room, 3) are the intervals found
    so far for each, the highest first since needs are met in that order; `count` (n,) how many.
    The function is FULL or FULL_LEVEL for no room.
    """
    if need <= 0:
        return -_FAR, np.int64(0), np.int64(ALWAYS)
    if need > rests[first]:
        return rests[first], _FAR, np.int64(NEVER)
    mine = known[first]
    spot, end = np.int64(0), count[first]
    while spot < end:  # the highest interval that begins below `need`
        middle = (spot + end) // 2
        if mine[middle, 0] >= need:
            spot = middle + 1
        else:
            end = middle
    if spot < count[first] and need <= mine[spot, 1]:
        return mine[spot, 0], mine[spot, 1], mine[spot, 2]
    over_no, upto_no, without = reach(t, args, sizes, rests, first + 1, need, known, count)
    if without < 0:
        return over_no, upto_no, without
    size = sizes[first]
    over_yes, upto_yes, having = reach(t, args, sizes, rests, first + 1, need - size, known, count)
    if having < 0:
        return over_no, upto_no, having
    over, upto = max(over_no, over_yes + size), min(upto_no, upto_yes + size)
    function = choose(t, args[first], having, without)
    if function >= 0:
        if count[first] == mine.shape[0]:
            return over, upto, np.int64(FULL_LEVEL)
        for k in range(count[first], spot, -1):
            mine[k, 0], mine[k, 1], mine[k, 2] = mine[k - 1, 0], mine[k - 1, 1], mine[k - 1, 2]
        mine[spot, 0], mine[spot, 1], mine[spot, 2] = over, upto, function
        count[first] += 1
    return over, upto, function


@jit
def probabilities(t, root, group, place, chance):  # type: ignore[no-untyped-def]
    """Probability of a function in several scenarios.

    `group` and `place` (variables,) are each variable's group and its place within it, from 0;
    `chance` is (variables, scenarios). A node is worked out once for every variable of its group
    that may have failed last: bit 0 of `asked` stands for none, bit k + 1 for place k.
    """
    nodes, scenarios = max(root, ALWAYS) + 1, chance.shape[1]
    asked, first = np.zeros(nodes, dtype=np.int64), np.empty(nodes, dtype=np.int64)
    after = np.empty(nodes, dtype=np.int64)  # where a yes leads, past the rest of the group
    asked[root] = 1
    total = np.int64(0)
    for n in range(root, ALWAYS, -1):
        if asked[n] == 0:
            continue
        first[n] = total
        for k in range(place[t.var[n]] + 1):
            total += (asked[n] >> k) & 1
        yes, no = t.high[n], t.low[n]
        while yes > ALWAYS and group[t.var[yes]] == group[t.var[n]]:
            yes = t.high[yes]
        after[n] = yes
        asked[yes] |= 1
        same = no > ALWAYS and group[t.var[no]] == group[t.var[n]]
        asked[no] |= np.int64(1) << (place[t.var[n]] + 1 if same else 0)
    result, block = np.empty(scenarios), 16
    found = np.empty((total + 2, block))
    found[total], found[total + 1] = 0.0, 1.0
    first[NEVER], first[ALWAYS] = total, total + 1
    for begin in range(0, scenarios, block):  # some at a time: the rows of all nodes stay small
        some = chance[:, begin : begin + block].copy()
        for n in range(ALWAYS + 1, root + 1):
            if asked[n] == 0:
                continue
            var, row = t.var[n], first[n]
            high, no = found[first[after[n]]], t.low[n]
            at = first[no]
            if no > ALWAYS and group[t.var[no]] == group[var]:
                for k in range(place[var] + 1):  # the rows of `no` asked for before this one
                    at += (asked[no] >> k) & 1
            low = found[at]
            for k in range(place[var] + 1):
                if not (asked[n] >> k) & 1:
                    continue
                rarer = var - (place[var] - (k - 1)) if k else -1
                for s in range(some.shape[1]):
                    p = some[var, s]
                    if rarer >= 0:
                        rest = 1.0 - some[rarer, s]
                        p = min(max((p - some[rarer, s]) / rest, 0.0), 1.0) if rest > 0 else 1.0
                    found[row, s] = low[s] + p * (high[s] - low[s])
                row += 1
        result[begin : begin + block] = found[first[root], : some.shape[1]]
    return result
