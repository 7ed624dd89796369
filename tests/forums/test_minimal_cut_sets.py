"""Minimal sets: minimal, sufficient, complete, and each other's transversals."""

from datetime import date
from math import comb, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from willing.forums import NO, YES, MinimalSets, load_forum, minimal_sets, of_rule
from willing.forums._diagrams import merged
from willing.forums.monotone import All, Any, Atom, Enough, Truth

from .helpers import NAMES, functions, holds, minimal, rules, subsets

SEVEN = NAMES[:7]
TWELVE = NAMES[:12]


def everything(function, **options):
    opened, blocked = minimal_sets(function, most=10**6, up_to=99, **options)
    return {frozenset(s) for s in opened.sets}, {frozenset(s) for s in blocked.sets}


@settings(max_examples=120, deadline=None)
@given(functions(SEVEN))
def test_both_families_against_brute_force(function):
    opened, blocked = everything(function)
    wins = {s: holds(function, s) for s in subsets(SEVEN)}
    fails = {s: not holds(function, frozenset(SEVEN) - s) for s in subsets(SEVEN)}
    assert opened == minimal(SEVEN, wins)
    assert blocked == minimal(SEVEN, fails)


@settings(max_examples=80, deadline=None)
@given(functions(SEVEN))
def test_singles_and_the_smallest_size_without_the_whole_family(function):
    opened, _ = everything(function)
    built = merged(function, {}, True)
    assert set(built.diagram.alone(built.root)) == {next(iter(s)) for s in opened if len(s) == 1}
    assert built.diagram.fewest(built.root) == min(map(len, opened), default=None)


@settings(max_examples=8, deadline=None)
@given(functions(TWELVE))
def test_every_set_is_minimal_and_sufficient_up_to_twelve_actors(function):
    opened, blocked = everything(function)
    wins = {s: holds(function, s) for s in subsets(TWELVE)}
    assert opened == minimal(TWELVE, wins)
    whole = frozenset(TWELVE)
    for cut in blocked:
        assert not wins[whole - cut]
        assert all(wins[whole - (cut - {one})] for one in cut)


@settings(max_examples=120, deadline=None)
@given(functions(SEVEN))
def test_cut_sets_and_path_sets_are_each_others_transversals(function):
    opened, blocked = everything(function)

    def transversals(family):
        hits = {s: all(s & one for one in family) for s in subsets(SEVEN)}
        return minimal(SEVEN, hits)

    assert transversals(opened) == blocked
    assert transversals(blocked) == opened


@settings(max_examples=60, deadline=None)
@given(rules(most=6, abstention=False))
def test_rules_written_out_are_the_rules(rule):
    who = {m: Atom(m) for m in rule.members}
    function = of_rule(rule, who, who)
    for coalition in subsets(rule.members):
        votes = {m: YES if m in coalition else NO for m in rule.members}
        assert holds(function, coalition) == rule.passes(votes)


@settings(max_examples=60, deadline=None)
@given(rules(most=4))
def test_rules_with_abstention_written_out_in_two_steps(rule):
    from .helpers import ballots

    yes = {m: Atom(f"{m} yes") for m in rule.members}
    passes = {m: Atom(f"{m} not no") for m in rule.members}
    function = of_rule(rule, yes, passes)
    for votes in ballots(len(rule.members)):
        true = {f"{m} yes" for m, v in zip(rule.members, votes, strict=True) if v == YES}
        true |= {f"{m} not no" for m, v in zip(rule.members, votes, strict=True) if v != NO}
        assert holds(function, frozenset(true)) == rule.passes(votes)


def route(id, host="UKR"):
    forum = load_forum(id, date(2025, 4, 5))
    who = {m: Atom(m) for m in forum.members}
    return All((of_rule(forum.rule, who, who), Atom(host)))


def test_the_security_council_is_blocked_by_each_permanent_member_alone():
    opened, blocked = minimal_sets(route("unsc"))
    alone = [s for s in blocked.sets if len(s) == 1]
    assert {s[0] for s in alone} == {"CHN", "FRA", "GBR", "RUS", "USA", "UKR"}
    assert blocked.by_size == {1: 6, 7: comb(10, 7)}
    assert blocked.more() == {7: 120}
    assert opened.by_size == {10: comb(10, 4)}


def test_nato_is_blocked_by_any_member():
    opened, blocked = minimal_sets(route("nato"))
    assert blocked.by_size == {1: 33}
    assert len(blocked.sets) == 33
    assert opened.total == 1


def test_a_large_assembly_is_counted_without_being_listed():
    opened, blocked = minimal_sets(route("au", host="XXX"))
    assert opened.by_size == {34: comb(49, 33)}
    assert blocked.by_size == {1: 1, 17: comb(49, 17)}


def test_sets_of_one_are_listed_in_full_whatever_the_limit():
    function = Any(
        (All(tuple(map(Atom, TWELVE[:6]))), Enough(tuple(map(Atom, TWELVE)), (1,) * 12, 12))
    )
    _, blocked = minimal_sets(All((Atom("X"), Atom("Y"), function)), most=0)
    assert {s for s in blocked.sets if len(s) == 1} >= {("X",), ("Y",)}


def test_the_likeliest_come_first():
    chance = {"A": 0.9, "B": 0.5, "C": 0.2, "D": 0.7}
    function = Enough(tuple(map(Atom, "ABCD")), (1,) * 4, 2)
    opened, blocked = minimal_sets(function, goes_along=chance)
    scores = [sum(log(chance[m]) for m in s) for s in opened.sets]
    assert scores == sorted(scores, reverse=True)
    assert opened.sets[0] == ("A", "D")
    assert blocked.sets[0] == ("B", "C", "D")


def test_what_never_opens_and_what_always_stands_open():
    opened, blocked = minimal_sets(Truth(False))
    assert opened.total == 0
    assert blocked.sets == ((),)
    opened, blocked = minimal_sets(Any((Truth(True), Atom("A"))))
    assert opened.sets == ((),)
    assert blocked.total == 0


def test_facts_are_given_the_value_asked_for():
    function = Any((All((Atom("A"), Atom("ceasefire", fact=True))), All((Atom("A"), Atom("B")))))
    with_it, _ = minimal_sets(function, facts=True)
    without, _ = minimal_sets(function, facts=False)
    assert with_it.sets == (("A",),)
    assert without.sets == (("A", "B"),)


@pytest.mark.parametrize("m", [5, 40, 200])
@settings(max_examples=3, deadline=None)
@given(st.integers(1, 5))
def test_counting_scales(m, k):
    names = [f"m{i}" for i in range(m)]
    quota = m - k + 1
    opened, blocked = minimal_sets(Enough(tuple(map(Atom, names)), (1,) * m, quota))
    assert opened.total == comb(m, quota)
    assert blocked.total == comb(m, k)


def test_what_is_not_listed_is_counted_by_size():
    found = MinimalSets((("A",), ("B", "C"), ("B", "D")), {1: 1, 2: 5, 3: 7, 4: 1})
    assert found.total == 14
    assert found.more() == {2: 3, 3: 7, 4: 1}


def test_of_sets_alike_those_of_the_first_members_are_listed():
    opened, _ = minimal_sets(Enough(tuple(map(Atom, "ABCD")), (1,) * 4, 2), most=4)
    assert opened.sets == (("A", "B"), ("A", "C"), ("A", "D"), ("B", "C"))


@pytest.mark.parametrize(("size", "listed"), [(6, 50), (7, 3)])
def test_fifty_are_listed_and_of_large_ones_a_few_examples(size, listed):
    opened, _ = minimal_sets(Enough(tuple(map(Atom, TWELVE)), (1,) * 12, size))
    assert len(opened.sets) == listed
    assert opened.more() == {size: comb(12, size) - listed}


def test_what_small_sets_leave_of_the_list_larger_ones_fill():
    function = Any((All(tuple(map(Atom, "AB"))), Enough(tuple(map(Atom, "CDEF")), (1,) * 4, 3)))
    opened, _ = minimal_sets(function, most=3)
    assert opened.sets == (("A", "B"), ("C", "D", "E"), ("C", "D", "F"))
    assert opened.more() == {3: 2}
