"""Shapley-Shubik index: how often a member is the one whose yes decides, over all orders.

Source: Shapley and Shubik, "A Method for Evaluating the Distribution of Power in a Committee
System", APSR 48 (1954). Exact: swings by coalition size weighted by s!(n-s-1)!/n!.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial

from willing.forums._counting import Counts, count_winning
from willing.forums._rule import Rule


def shapley_shubik(rule: Rule, counts: Counts | None = None) -> dict[str, float]:
    """Return each member's Shapley-Shubik index; they sum to 1 where any coalition wins.

    `counts` saves counting again when several indices of one rule are wanted.
    """
    swings = (counts or count_winning(rule)).swings()
    n = len(rule.members)
    orders = [factorial(s) * factorial(n - s - 1) for s in range(n)]
    whole = factorial(n)
    return {
        member: float(Fraction(sum(ways * w for ways, w in zip(own, orders, strict=True)), whole))
        for member, own in zip(rule.members, swings, strict=True)
    }
