"""How long a route takes."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from willing.data.missions import load_missions
from willing.forums import critical_path, path_of, reference_days
from willing.forums.critical_path import Step

from .small_case import DAYS, ON, case


@dataclass(frozen=True)
class Past:
    country: str
    proposed: date
    authorised: date | None
    route: str


def past(days, route="EU", country="TCD", start=date(2008, 1, 1)):
    return Past(country, start, start + timedelta(days=days), route)


def test_quartiles_of_missions_by_the_same_kind_of_forum():
    missions = [past(d) for d in (10, 20, 30, 40, 50)] + [past(400, "UNSC_ch7")]
    middle, low, high, n, basis = reference_days(missions, "eu", as_of=ON)
    assert (middle, low, high, n) == (30, 20, 40, 5)
    assert "EU" in basis


def test_nothing_later_and_nothing_of_the_same_conflict_counts():
    missions = [past(d) for d in (10, 20, 30, 40)]
    missions += [past(999, country="UKR"), past(999, start=date(2025, 1, 1))]
    assert reference_days(missions, "eu", as_of=ON, exclude_countries=("UKR",))[3] == 4
    assert reference_days(missions, "eu", as_of=date(1990, 1, 1)) is None
    on_the_day = [past(d, start=ON - timedelta(days=40)) for d in (40, 40, 40, 40)]
    assert reference_days(on_the_day, "eu", as_of=ON)[3] == 4
    assert reference_days(on_the_day, "eu", as_of=ON - timedelta(days=1)) is None
    not_authorised = Past("X", date(2000, 1, 1), None, "none")
    assert reference_days([not_authorised], "eu", as_of=ON) is None


def test_too_few_by_this_route_says_so():
    missions = [past(d, "UNSC_ch7") for d in (10, 20, 30, 40)] + [past(69, "NATO")]
    *_, n, basis = reference_days(missions, "nato", as_of=ON)
    assert n == 5
    assert basis == "all authorised missions (only 1 by this route)"


def test_the_longest_chain():
    one, two, after = (
        Step(g, g, d, d / 2, d * 2, 1, "b") for g, d in (("a", 10.0), ("b", 30.0), ("c", 5.0))
    )
    found = critical_path([one, two], [after])
    assert [s["gate"] for s in found["steps"]] == ["b", "c"]
    assert (found["days"], found["low"], found["high"]) == (35.0, 17.5, 70.0)
    assert critical_path([], [])["days"] == 0


def test_approvals_follow_the_vote_they_rest_on():
    approval = {"actor": "DEU", "body": "Bundestag", "when": "before", "days": DAYS}
    approval["given"] = {**DAYS, "low": 0.8, "likely": 0.9, "high": 1}
    one = case({"r": "vote(union) and approval(DEU)"}, approvals=[approval])
    found = path_of(one, "r", [past(d) for d in (10, 20, 30, 40)])
    assert [s["gate"] for s in found["steps"]] == ["union", "DEU"]
    assert found["days"] == 25 + 20
    assert found["stated"]["days"] == 20


def test_a_route_without_a_vote_takes_the_time_of_coalitions():
    one = case({"r": "coalition_route", "coalition_route": "host_consent"})
    found = path_of(one, "r", load_missions())
    assert found["steps"][0]["basis"].startswith("past missions authorised by ad_hoc_coalition")
    assert found["reference"][0]["n"] >= 4


def test_reference_times_from_our_own_table():
    missions = load_missions()
    council = reference_days(missions, "unsc", as_of=ON, exclude_countries=("UKR",))
    union = reference_days(missions, "eu", as_of=ON, exclude_countries=("UKR",))
    assert council[3] > 20
    assert council[1] < council[0] < council[2]
    assert union[0] == pytest.approx(33)


def test_without_a_past_only_votes_with_days_of_their_own_are_steps():
    one = case({"r": "vote(council) and vote(union)"})
    assert path_of(one, "r", [])["steps"] == []
    stated = ({"id": "council", "rule": "unsc", "days": DAYS}, {"id": "union", "rule": "eu"})
    both = path_of(case({"r": "vote(council) and vote(union)"}, forums=stated), "r", [])
    assert [(s["gate"], s["days"]) for s in both["steps"]] == [("council", 20)]


DERIVED = {"kind": "derived", "id": "agreed", "label": "Agreed", "is": "vote(nac) and ceasefire"}
CEASEFIRE = {"kind": "event", "id": "ceasefire", "label": "A ceasefire", "begin": DAYS}


def test_votes_are_found_through_conditions_and_other_routes_and_named_as_the_case_does():
    approval = {"actor": "DEU", "body": "Bundestag", "when": "before", "days": DAYS}
    approval["given"] = {**DAYS, "low": 0.8, "likely": 0.9, "high": 1}
    one = case(
        {"r": "agreed and s", "s": "(vote(council) or members(land) >= 2) and approval(DEU)"},
        conditions=(DERIVED, CEASEFIRE),
        approvals=[approval],
    )
    missions = [past(d, "NATO") for d in (10, 20, 30, 40)]
    missions += [past(d, "UNSC_ch7") for d in (50, 60, 70, 80)]
    missions += [past(999, "NATO", country="UKR")]  # the case's own country says nothing of it
    found = path_of(one, "r", missions)
    named = [(s["gate"], s["label"], s["days"], s["n"]) for s in found["reference"]]
    assert named == [("nac", "nato", 25, 4), ("council", "Security Council", 65, 4)]
    longest = [(s["gate"], s["label"], s["days"], s["n"]) for s in found["steps"]]
    assert longest == [("council", "Security Council", 65, 4), ("DEU", "DEU: Bundestag", 20, 0)]
    assert found["steps"][1]["basis"] == "the case (assumption)"


def test_a_circle_of_routes_ends_and_without_a_vote_it_is_a_coalition():
    one = case({"r": "s or host_consent", "s": "r"})
    found = path_of(one, "r", [past(d, "ad_hoc_coalition") for d in (10, 20, 30, 40)])
    (step,) = found["steps"]
    assert (step["gate"], step["label"]) == ("coalition", "coalition or invitation")


def test_days_the_case_states_for_a_vote_go_before_those_of_past_missions():
    stated = ({"id": "union", "rule": "eu:defence", "label": "The Council", "days": DAYS},)
    found = path_of(case({"r": "vote(union)"}, forums=stated), "r", [past(d) for d in range(4)])
    assert [(s["label"], s["days"], s["low"], s["high"]) for s in found["steps"]] == [
        ("The Council", 20, 10, 40)
    ]
    assert [(s["label"], s["n"]) for s in found["reference"]] == [("The Council", 4)]
