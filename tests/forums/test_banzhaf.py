"""Banzhaf: against all coalitions, and the table of published games."""

import csv
import re
from datetime import date
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings

from willing.errors import UsageError
from willing.forums import (
    NO,
    YES,
    Criterion,
    LinearRule,
    Rule,
    _counting,
    banzhaf,
    banzhaf_absolute,
    load_forum,
    power_indices,
    swings,
    weighted_rule,
)

from .helpers import rules, subsets


def wins(rule, coalition):
    return rule.passes(np.array([YES if m in coalition else NO for m in rule.members]))


def by_coalitions(rule):
    found = dict.fromkeys(rule.members, 0)
    for coalition in subsets(rule.members):
        for member in rule.members:
            if member not in coalition and not wins(rule, coalition):
                found[member] += wins(rule, coalition | {member})
    return found


@settings(max_examples=60, deadline=None)
@given(rules(most=6, abstention=False))
def test_swings_against_all_coalitions(rule):
    assert swings(rule) == by_coalitions(rule)


@settings(max_examples=25, deadline=None)
@given(rules(most=6, abstention=False))
def test_counting_by_halves_gives_the_same(rule):
    limit, _counting._TABLE_LIMIT = _counting._TABLE_LIMIT, 0
    try:
        assert swings(rule) == by_coalitions(rule)
    finally:
        _counting._TABLE_LIMIT = limit


def test_equal_members_have_equal_power_and_shares_sum_to_one():
    rule = load_forum("eu_qmv", date(2025, 4, 5)).rule
    power = power_indices(rule)
    assert sum(power["banzhaf"].values()) == pytest.approx(1)
    assert sum(power["shapley_shubik"].values()) == pytest.approx(1)
    assert power["shapley_shubik"]["DEU"] > power["shapley_shubik"]["FRA"]
    assert power["shapley_shubik"]["MLT"] == min(power["shapley_shubik"].values())


def test_counts_beyond_sixty_members_stay_exact():
    names = [f"m{i}" for i in range(80)]
    rule = weighted_rule(names, [2] * 40 + [1] * 40, 61)
    found = swings(rule)
    assert found["m0"] % 2 == found["m39"] % 2
    assert found["m0"] > found["m40"] > 2**70
    assert banzhaf_absolute(rule)["m0"] < 1
    assert sum(banzhaf(rule).values()) == pytest.approx(1)


def test_what_cannot_be_counted_is_refused():
    rng = np.random.default_rng(1)
    weights = rng.integers(10**6, 10**8, 40)
    rule = weighted_rule([f"m{i}" for i in range(40)], weights, int(weights.sum() * 0.6))
    with pytest.raises(UsageError, match="too large to count exactly"):
        swings(rule)


def test_three_criteria_by_pairs():
    """The Nice rule: votes, members and people; checked on its first members by brute force."""
    whole = load_forum("eu_qmv", date(2010, 1, 1)).rule.linear()[0]
    keep = slice(0, 9)
    criteria = tuple(
        Criterion(c.yes[keep], c.abstain[keep], int(c.yes[keep].sum() * 0.62))
        for c in whole.criteria
    )
    small = Rule("x", "x", tuple("ABCDEFGHI"), (LinearRule(criteria, np.zeros(9, dtype=bool)),))
    assert swings(small) == by_coalitions(small)


@pytest.mark.parametrize("heads", [0, 1, 3, 4, 6])
def test_a_number_of_members_beside_weights(heads):
    """Such as half of the states with two thirds of the people; one that blocks counts in both."""
    weights, heads_each = np.array([4, 3, 2, 1, 1, 1]), np.ones(6, dtype=np.int64)
    zero = np.zeros(6, dtype=np.int64)
    criteria = (Criterion(weights, zero, 7), Criterion(heads_each, zero, heads))
    for blocks in (np.zeros(6, dtype=bool), np.arange(6) == 5):
        rule = Rule("x", "x", tuple("ABCDEF"), (LinearRule(criteria, blocks),))
        assert swings(rule) == by_coalitions(rule)


def test_counts_beyond_what_a_float_holds_are_exact():
    """Sixty members of two weights: more coalitions than the 53 bits of a float tell apart."""
    weights = [1] * 30 + [2] * 30
    rule = weighted_rule([f"M{i}" for i in range(60)], weights, 46)
    counted = [comb(29, a) * comb(30, b) for a in range(30) for b in range(31) if a + 2 * b == 45]
    assert swings(rule)["M0"] == sum(counted) > 2**53


@pytest.mark.shared
def test_published_games_to_the_last_digit(shared_data):
    """Every row of the table: swings exactly, indices to 1e-6."""
    path = shared_data / "bargaining" / "voting_power.csv"
    games: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(path.open(encoding="utf-8")):
        games.setdefault(row["game"], []).append(row)
    rows_checked = 0
    for game, rows in games.items():
        quota = int(re.search(r"q=(\d+)", game)[1])
        weights = [int(r["weight"]) for r in rows for _ in range(int(r["members"]))]
        rule = weighted_rule([f"m{i}" for i in range(len(weights))], weights, quota)
        power, swung, at = power_indices(rule), swings(rule), 0
        for row in rows:
            for i in range(at, at + int(row["members"])):
                m = f"m{i}"
                assert swung[m] == int(row["swings"])
                assert abs(power["shapley_shubik"][m] - float(row["shapley_shubik"])) < 1e-6
                assert abs(power["banzhaf"][m] - float(row["banzhaf_normalised"])) < 1e-6
                assert abs(power["banzhaf_absolute"][m] - float(row["banzhaf_absolute"])) < 1e-6
            at += int(row["members"])
            rows_checked += 1
    assert rows_checked >= 29


@pytest.mark.shared
def test_our_own_rules_give_the_published_figures(shared_data):
    """The shipped rules, not weights typed into a test."""
    path = shared_data / "bargaining" / "voting_power.csv"
    published = {
        (r["game"].split()[0], int(r["weight"])): float(r["shapley_shubik"])
        for r in csv.DictReader(path.open(encoding="utf-8"))
    }
    ours = {
        ("UNSC", 7): ("unsc", "2025-04-05", "RUS"),
        ("UNSC", 1): ("unsc", "2025-04-05", "DNK"),
        ("EEC6", 1): ("eu_qmv", "1960-01-01", "LUX"),
        ("EU9", 10): ("eu_qmv", "1975-01-01", "GBR"),
        ("EU12", 8): ("eu_qmv", "1990-01-01", "ESP"),
        ("EU15", 4): ("eu_qmv", "2000-01-01", "SWE"),
        ("EU27", 29): ("eu_votes", "2010-01-01", "DEU"),
        ("EU27", 3): ("eu_votes", "2010-01-01", "MLT"),
    }
    for key, (id, day, member) in ours.items():
        rule = load_forum(id, date.fromisoformat(day)).rule
        assert abs(power_indices(rule)["shapley_shubik"][member] - published[key]) < 1e-6, key


def test_where_nobody_ever_decides_nobody_has_power():
    hopeless = weighted_rule("AB", (1, 1), quota=3)
    assert set(power_indices(hopeless)["banzhaf"].values()) == {0.0}
    assert set(power_indices(hopeless)["banzhaf_absolute"].values()) == {0.0}
