"""Extremely randomised trees: many shallow guesses at random cut points, averaged.

Each tree is grown on all rows; at a node a few features are drawn, each with one random cut
point, and the cut that lowers the Gini impurity most is kept. No cut is optimised, so the forest
is smooth and hard to overfit on a few thousand rows. Source: Geurts, Ernst and Wehenkel (2006),
"Extremely randomized trees", Machine Learning 63:3-42.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from willing.errors import UsageError

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

__all__ = ["ExtraTrees", "fit_extra_trees"]


@dataclass(frozen=True, slots=True)
class ExtraTrees:
    """A forest as flat arrays, one row a tree; `feature` -1 marks a leaf, whose share is `cut`."""

    feature: Integers
    cut: Array
    left: Integers

    def probability(self, x: Array) -> Array:
        """Mean over the trees of the share of ones in the leaf each row falls into."""
        return _predict(np.ascontiguousarray(x), self.feature, self.cut, self.left)


def fit_extra_trees(
    x: Array,
    y: Array,
    *,
    rng: np.random.Generator,
    n_trees: int = 400,
    leaf: int = 5,
    tried: int | None = None,
) -> ExtraTrees:
    """Grow a forest. `leaf` is the fewest rows in a leaf, `tried` the features drawn at a node.

    The default for `tried` is a third of the features. Raises UsageError for missing values.
    """
    if len(x) < 2 * leaf or not np.isfinite(x).all():
        raise UsageError("trees need rows enough for two leaves, and no missing values")
    some = max(1, x.shape[1] // 3) if tried is None else tried
    size = 2 * (len(x) // leaf) + 1
    feature = np.full((n_trees, size), -1, dtype=np.int64)
    cut = np.zeros((n_trees, size))
    left = np.zeros((n_trees, size), dtype=np.int64)
    matrix, outcome = np.ascontiguousarray(x), np.ascontiguousarray(y, dtype=np.float64)
    for t in range(n_trees):
        seed = int(rng.integers(0, 2**31 - 1))
        _grow(matrix, outcome, some, leaf, seed, feature[t], cut[t], left[t])
    return ExtraTrees(feature, cut, left)


@numba.njit(cache=True)
def _grow(
    x: Array,
    y: Array,
    tried: int,
    leaf: int,
    seed: int,
    feature: Integers,
    cut: Array,
    left: Integers,
) -> None:
    np.random.seed(seed)
    n, k = x.shape
    order = np.arange(n)
    start = np.zeros(len(feature), dtype=np.int64)
    end = np.zeros(len(feature), dtype=np.int64)
    end[0] = n
    used = 1
    node = 0
    columns = np.arange(k)
    while node < used:
        a, b = start[node], end[node]
        ones = 0.0
        for i in range(a, b):
            ones += y[order[i]]
        rows = b - a
        best, best_gain, best_cut = -1, 1e-12, 0.0
        if rows >= 2 * leaf and 0.0 < ones < rows:
            drawn = 0
            for j in range(k):  # a random order of the columns, constant ones passed over
                other = j + np.random.randint(k - j)
                columns[j], columns[other] = columns[other], columns[j]
                column = columns[j]
                low = high = x[order[a], column]
                for i in range(a + 1, b):
                    value = x[order[i], column]
                    low = min(low, value)
                    high = max(high, value)
                if high <= low:
                    continue
                drawn += 1
                at = low + np.random.random() * (high - low)
                below, ones_below = 0, 0.0
                for i in range(a, b):
                    if x[order[i], column] <= at:
                        below += 1
                        ones_below += y[order[i]]
                if below >= leaf and rows - below >= leaf:
                    above = rows - below
                    ones_above = ones - ones_below
                    # fall in Gini impurity times rows, up to a factor of two
                    gain = (
                        ones_below * ones_below / below
                        + ones_above * ones_above / above
                        - ones * ones / rows
                    )
                    if gain > best_gain:
                        best, best_gain, best_cut = column, gain, at
                if drawn == tried:
                    break
        if best < 0:
            cut[node] = ones / rows
        else:
            low_end = a
            for i in range(a, b):
                if x[order[i], best] <= best_cut:
                    order[i], order[low_end] = order[low_end], order[i]
                    low_end += 1
            feature[node], cut[node], left[node] = best, best_cut, used
            start[used], end[used] = a, low_end
            start[used + 1], end[used + 1] = low_end, b
            used += 2
        node += 1


@numba.njit(cache=True)
def _predict(x: Array, feature: Integers, cut: Array, left: Integers) -> Array:
    total = np.zeros(len(x))
    for t in range(len(feature)):
        for i in range(len(x)):
            node = 0
            while feature[t, node] >= 0:
                go_right = x[i, feature[t, node]] > cut[t, node]
                node = left[t, node] + (1 if go_right else 0)
            total[i] += cut[t, node]
    return total / len(feature)
