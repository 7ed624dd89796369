"""Rewrite "any of these linear rules" as signed sums over conjunctions (inclusion-exclusion).

A count or a probability of "A or B" is that of A plus that of B minus that of "A and B"; the
conjunction of linear rules is again a linear rule: all their criteria, all their vetoes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import gcd

import numpy as np

from willing.forums._rule import Criterion, Flags, Ints, Rule


def conjunctions(rule: Rule) -> Iterator[tuple[int, list[Criterion], Flags]]:
    """Yield (sign, criteria reduced, who blocks by voting no) for each set of alternatives."""
    for size in range(1, len(rule.alternatives) + 1):
        for chosen in combinations(rule.alternatives, size):
            blocks = np.any([linear.blocks_if_no for linear in chosen], axis=0)
            criteria = [c for linear in chosen for c in linear.criteria]
            yield (1 if size % 2 else -1), reduced(criteria), blocks


def reduced(criteria: list[Criterion]) -> list[Criterion]:
    """Drop criteria that always hold, divide by common factors, keep the strictest of equals."""
    kept: dict[tuple[bytes, bytes], Criterion] = {}
    for yes, abstain, quota, label in criteria:
        if quota <= int(np.minimum(yes, np.minimum(abstain, 0)).sum()):
            continue
        factor = gcd(*yes.tolist(), *abstain.tolist()) or 1
        slim = Criterion(yes // factor, abstain // factor, -(-quota // factor), label)
        key = (slim.yes.tobytes(), slim.abstain.tobytes())
        if key not in kept or kept[key].quota < slim.quota:
            kept[key] = slim
    return list(kept.values())


def equal(weights: Ints) -> bool:
    """Say whether all weights are the same positive number."""
    return bool(len(weights)) and bool(np.all(weights == weights[0])) and int(weights[0]) > 0
