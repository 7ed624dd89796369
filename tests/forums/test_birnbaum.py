"""Probability of a function and what hangs on each actor: against enumeration and drawing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import binom

from willing.errors import UsageError
from willing.forums import load_forum, of_rule, passing_probability, vote_cuts, vote_probabilities
from willing.forums._diagrams import graded
from willing.forums.monotone import All, Any, Atom, Enough, Truth

from .helpers import NAMES, functions, holds, subsets

FIVE = NAMES[:5]


@settings(max_examples=100, deadline=None)
@given(functions(FIVE), st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_against_enumeration(function, p):
    chance = dict(zip(FIVE, p, strict=True))

    def by_enumeration(chance):
        total = 0.0
        for true in subsets(FIVE):
            if holds(function, true):
                total += np.prod([chance[n] if n in true else 1 - chance[n] for n in FIVE])
        return float(total)

    built = graded(function, {}, lambda a: chance[a.who])
    assert built.probability() == pytest.approx(by_enumeration(chance), abs=1e-9)
    for pivot in built.pivots():
        yes = by_enumeration(chance | {pivot.actor: 1.0})
        no = by_enumeration(chance | {pivot.actor: 0.0})
        assert pivot.if_yes == pytest.approx(yes, abs=1e-9)
        assert pivot.decisive == pytest.approx(yes - no, abs=1e-9)
        assert pivot.gain == pytest.approx(yes - by_enumeration(chance), abs=1e-9)


@pytest.mark.parametrize("certain", [True, False])
def test_what_is_certain_hangs_on_nobody(certain):
    built = graded(Truth(certain), {}, lambda a: 0.5)
    assert built.probability() == float(certain)
    assert built.pivots() == []


def level(who, at, scale="mission"):
    return Atom(who, scale, "", at)


def belief(atom):
    return float(ndtr((60 - atom.level) / 15))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_nested_demands_on_one_actor_against_drawing(data):
    names = NAMES[:3]
    pool = [level(n, at) for n in names for at in (35.0, 55.0, 70.0)]
    args = tuple(data.draw(st.lists(st.sampled_from(pool), min_size=2, max_size=6)))
    weights = tuple(data.draw(st.integers(1, 3)) for _ in args)
    function = Any((Enough(args, weights, data.draw(st.integers(1, 6))), All(args[:2])))
    x = np.random.default_rng(5).normal(60, 15, (60_000, 3))
    held = [x[:, names.index(a.who)] >= a.level for a in args]
    reached = sum(w * h for w, h in zip(weights, held, strict=True)) >= function.args[0].quota
    share = float(np.mean(reached | (held[0] & held[1])))
    assert graded(function, {}, belief).probability() == pytest.approx(share, abs=0.012)


def test_a_vote_gives_what_the_exact_recursion_gives():
    """Yes implies not no: the diagram and the Poisson-binomial must agree."""
    from datetime import date

    for id in ("unsc", "eu", "nato"):
        rule = load_forum(id, date(2025, 4, 5)).rule
        rng = np.random.default_rng(2)
        mean = dict(zip(rule.members, rng.uniform(50, 95, len(rule.members)), strict=True))
        yes_from, no_below = vote_cuts(75, 25)
        function = of_rule(
            rule,
            {m: level(m, yes_from) for m in rule.members},
            {m: level(m, no_below) for m in rule.members},
        )
        built = graded(function, {}, lambda a, mean=mean: float(ndtr((mean[a.who] - a.level) / 12)))
        p = vote_probabilities([mean[m] for m in rule.members], 12, 75, 25, noise=0)
        assert built.probability() == pytest.approx(passing_probability(rule, p), abs=1e-9)


def test_what_is_asked_on_two_scales_is_independent():
    both = All((level("A", 60, "mission"), level("A", 60, "participation")))
    assert graded(both, {}, belief).probability() == pytest.approx(0.25)
    one = All((level("A", 60), level("A", 50)))
    assert graded(one, {}, belief).probability() == pytest.approx(0.5)


def test_too_many_demands_on_one_actor_are_refused():
    many = All(tuple(level("A", 10.0 + i) for i in range(80)))
    with pytest.raises(UsageError, match="more than 60 things are asked of one actor"):
        graded(many, {}, belief).probability()


def test_what_moves_many_at_once_is_averaged_over_its_cases():
    """Three of five, who all hear the same news: the mean over the news, not of the news."""
    members = [Atom(m, "mission", "", 50.0) for m in "ABCDE"]
    rule = Enough(tuple(members), (1,) * 5, 3)
    shift = {"good": 0.9, "bad": 0.1}
    weights = (0.5, 0.5)
    together = graded(rule, {}, lambda _: np.array(list(shift.values())), weights=weights)
    by_hand = np.mean([sum(binom.pmf(k, 5, p) for k in (3, 4, 5)) for p in shift.values()])
    assert together.probability() == pytest.approx(by_hand)
    assert together.goes_along("A") == pytest.approx(0.5)
    pivot = together.pivots()[0]
    if_yes = np.mean([sum(binom.pmf(k, 4, p) for k in (2, 3, 4)) for p in shift.values()])
    assert pivot.if_yes == pytest.approx(if_yes)
    assert pivot.gain == pytest.approx(if_yes - by_hand)


def test_the_largest_gain_comes_first_then_who_decides_more_often_then_the_name():
    chance = {"A": 0.3, "B": 0.6, "C": 0.6}

    def order(function):
        return [p.actor for p in graded(function, {}, lambda a: chance[a.who]).pivots()]

    a, b, c = map(Atom, "ABC")
    assert order(All((b, a))) == ["A", "B"]  # the one that is less likely adds more
    assert order(Any((a, b))) == ["B", "A"]  # each would settle it; without B there is less hope
    assert order(Any((c, a, b))) == ["B", "C", "A"]  # and B and C are alike
