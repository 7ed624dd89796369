"""Shapley-Shubik: against all orders, and published figures."""

from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings

from willing.forums import NO, YES, load_forum, shapley_shubik, weighted_rule

from .helpers import rules


def by_orders(rule):
    """Count, over all orders, who turns the coalition winning."""
    m = len(rule.members)
    found = dict.fromkeys(rule.members, 0)
    for order in permutations(range(m)):
        votes = np.full(m, NO)
        for i in order:
            votes[i] = YES
            if rule.passes(votes):
                found[rule.members[i]] += 1
                break
    return {a: n / factorial(m) for a, n in found.items()}


@settings(max_examples=30, deadline=None)
@given(rules(most=5, abstention=False))
def test_against_all_orders(rule):
    everyone_no = np.full(len(rule.members), NO)
    if rule.passes(everyone_no):  # carried by nobody: the first in no order turns it
        return
    assert shapley_shubik(rule) == pytest.approx(by_orders(rule), abs=1e-12)


def test_a_dictator_and_a_dummy():
    rule = weighted_rule("ABC", [3, 1, 1], 3)
    assert shapley_shubik(rule) == {"A": 1.0, "B": 0.0, "C": 0.0}


def test_the_security_council_of_today():
    from datetime import date

    power = shapley_shubik(load_forum("unsc", date(2025, 4, 5)).rule)
    assert power["RUS"] == pytest.approx(421 / 2145)
    assert power["DNK"] == pytest.approx(4 / 2145)
    assert sum(power.values()) == pytest.approx(1)
