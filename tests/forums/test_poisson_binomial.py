"""Probability of passing: against every possible vote, and against drawing."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from willing.errors import UsageError
from willing.forums import (
    Criterion,
    LinearRule,
    Rule,
    load_forum,
    passing_probability,
    vote_probabilities,
    weighted_rule,
)
from willing.forums import poisson_binomial as module

from .helpers import ballots, rules


def by_brute_force(rule, p):
    votes = ballots(len(rule.members))
    column = 1 - votes  # yes 0, abstains 1, no 2
    chance = np.prod(p[np.arange(len(rule.members)), column], axis=1)
    return float(chance[rule.passes(votes)].sum())


def chances(m, seed):
    return np.random.default_rng(seed).dirichlet([1, 1, 1], m)


@settings(max_examples=80, deadline=None)
@given(rules(most=6), st.integers(0, 1000))
def test_against_every_possible_vote(rule, seed):
    p = chances(len(rule.members), seed)
    assert passing_probability(rule, p) == pytest.approx(by_brute_force(rule, p), abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(rules(most=6), st.integers(0, 1000))
def test_large_weights_by_halves_give_the_same(rule, seed):
    p = chances(len(rule.members), seed)
    limit, module._TABLE_LIMIT = module._TABLE_LIMIT, 0
    module._PLANS.clear()
    try:
        halves = passing_probability(rule, p)
    finally:
        module._TABLE_LIMIT = limit
        module._PLANS.clear()
    assert halves == pytest.approx(by_brute_force(rule, p), abs=1e-12)


@pytest.mark.parametrize(
    ("id", "day"),
    [
        ("unsc", "2025-04-05"),
        ("eu", "2025-04-05"),
        ("eu_qmv", "2025-04-05"),
        ("unga", "1950-06-01"),
    ],
)
def test_real_rules_against_drawing_votes(id, day):
    rule = load_forum(id, date.fromisoformat(day)).rule
    rng = np.random.default_rng(3)
    m = len(rule.members)
    p = vote_probabilities(rng.uniform(45, 95, m), 12, 75, 25)
    if id == "eu":
        p[:, 2] = 0
        p /= p.sum(axis=1, keepdims=True)
    u = rng.random((60_000, m))
    votes = np.where(u < p[:, 0], 1, np.where(u < p[:, 0] + p[:, 1], 0, -1))
    share = float(rule.passes(votes).mean())
    assert passing_probability(rule, p) == pytest.approx(share, abs=0.01)


def test_a_certain_veto_shuts_the_council_whatever_the_others_do():
    rule = load_forum("unsc", date(2025, 4, 5)).rule
    p = np.tile([1.0, 0.0, 0.0], (15, 1))
    assert passing_probability(rule, p) == 1.0
    p[rule.members.index("RUS")] = [0, 0, 1]
    assert passing_probability(rule, p) == 0.0
    p[rule.members.index("RUS")] = [0, 1, 0]
    assert passing_probability(rule, p) == 1.0


def test_the_textbook_poisson_binomial():
    rule = weighted_rule("ABC", [1, 1, 1], 2)
    p = np.array([[0.2, 0, 0.8], [0.5, 0, 0.5], [0.9, 0, 0.1]])
    by_hand = 0.2 * 0.5 * 0.9 + 0.2 * 0.5 * 0.1 + 0.2 * 0.5 * 0.9 + 0.8 * 0.5 * 0.9
    assert passing_probability(rule, p) == pytest.approx(by_hand)


def test_wrong_shapes_and_weights_are_refused():
    rule = weighted_rule("AB", [1, 1], 1)
    with pytest.raises(UsageError, match=r"shape \(2, 3\)"):
        passing_probability(rule, np.ones((3, 3)))
    odd = Criterion(np.array([1]), np.array([2]), 1)
    punished = Rule("odd", "odd", ("A",), (LinearRule((odd,), np.array([False])),))
    with pytest.raises(UsageError, match="no rule punishes support"):
        passing_probability(punished, np.array([[1.0, 0, 0]]))


def test_too_many_members_with_large_weights_are_refused(monkeypatch):
    monkeypatch.setattr(module, "_HALF_LIMIT", 3)
    rule = weighted_rule("ABCDEF", [10**9 + k for k in range(6)], 3 * 10**9)
    with pytest.raises(UsageError, match="too many members with large weights"):
        passing_probability(rule, np.full((6, 3), 1 / 3))
