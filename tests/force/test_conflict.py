from dataclasses import replace
from itertools import combinations

import pytest

from tests.force.test_package import need, one, troops
from willing.case.expressions import parse
from willing.errors import UsageError
from willing.force import Cover, Gate, Line, Rules, Use, explain, idle
from willing.force._demands import groups_of, relaxed
from willing.force.conflict import _possible


def test_what_can_be_had_needs_no_explanation() -> None:
    assert explain(one(need()), [troops()], Rules(), Use("P")) is None
    assert explain(one(need()), [troops()], Rules(), Cover("land", 0.5)) is None


def test_too_few_pledges_are_the_conflict() -> None:
    found = explain(one(need()), [troops()], Rules(), Cover("land", 0.9))
    assert found is not None
    assert found.groups == ("pledged",)
    assert found.words == (
        "Land cannot be covered to 90%: nothing but the pledges is on offer for land."
    )


def test_limits_of_many_pledges_bind_together() -> None:
    """All pledges are late: no single one of them is the reason."""
    many = [
        replace(troops(number=4, ready_month=3 + k % 3), id=f"P{k}", actor=f"A{k}")
        for k in range(12)
    ]
    found = explain(one(need()), many, Rules(), Cover("land", 1.0))
    assert found is not None
    assert found.groups == ("pledged", "ready")
    assert "12 of 12 pledges are ready from month 4 to 6 on" in found.words
    assert set(groups_of(one(need()), many, Rules(), Use("P3"))) == {"ready:P3", "number:P3"}


def test_a_rule_and_a_pledge_conflict_in_words() -> None:
    offer = troops(number=4, minimum=4)
    found = explain(one(need()), [offer], Rules(lift_in=600.0), Use("P"))
    # four units at 250 would still fit in two months: only the cap makes it impossible
    assert found is None
    capped = explain(one(need()), [offer], Rules(actor_cap={"AAA": 200.0}), Use("P"))
    assert capped is not None
    assert capped.groups == ("cap:AAA",)
    assert "AAA has at most 200 persons" in capped.words


def test_a_condition_that_nobody_can_meet() -> None:
    waits = troops(requires=parse("joins(ZZZ)"))
    found = explain(one(need()), [waits], Rules(), Use("P"))
    assert found is not None
    assert found.groups == ("condition:P",)
    assert "requires joins(ZZZ)" in found.words


def test_a_fact_that_does_not_hold() -> None:
    waits = troops(requires=parse("ceasefire"))
    found = explain(one(need()), [waits], Rules(holds={"ceasefire": False}), Use("P"))
    assert found is not None
    assert len(found.groups) == 2
    assert "ceasefire does not hold" in found.words


def test_the_smallest_set_is_chosen_of_several() -> None:
    """Two reasons, one of a single rule and one of two rules together: the single one is named."""
    offer = troops(ready_month=20, minimum=2)
    rules = Rules(actor_cap={"AAA": 100.0}, actor_minimum={"AAA": 1e9})
    found = explain(one(need()), [offer], rules, Use("P"))
    assert found is not None
    assert len(found.groups) == 1


@pytest.mark.parametrize(
    ("offers", "rules", "demand"),
    [
        (
            [troops(minimum=2, ready_month=3, rotation=4.0, requires=parse("joins(BBB)"))],
            Rules(lift_in=240.0, budget=2.0),
            Use("P"),
        ),
        ([troops(), troops("Q", "BBB", ready_month=11)], Rules(lift_in=250.0), Cover("land", 0.8)),
        (
            [troops(sectors=frozenset({"south"})), troops("Q", "BBB")],
            Rules(nations_per_sector=0),
            Use("P"),
        ),
    ],
)
def test_no_smaller_set_conflicts(offers, rules, demand) -> None:
    requirement = one(need(sector="north"))
    found = explain(requirement, offers, rules, demand)
    assert found is not None
    every = set(groups_of(requirement, offers, rules, demand))

    def possible(kept: set[str]) -> bool:
        return _possible(*relaxed(requirement, offers, rules, kept, every, demand), demand)

    assert not possible(set(found.groups))
    for smaller in combinations(sorted(every), len(found.groups) - 1):
        assert possible(set(smaller)), smaller


NORTH = need(sector="north")
HELPER = Line("e", "engineers", "land", frozenset({"e"}), (100.0,) * 12, "persons", 0.0)
WELL = Cover("land", 0.9)


@pytest.mark.parametrize(
    ("groups", "words", "line", "offer", "rules", "demand"),
    [
        ({"lift in"}, "100 persons can be brought in", NORTH, {}, {"lift_in": 100.0}, Use("P")),
        (
            {"lift out", "pledged"},
            "100 persons can be taken out",
            NORTH,
            {"number": 4, "tour_months": 3},
            {"lift_out": 100.0},
            WELL,
        ),
        ({"budget"}, "the budget is 0", NORTH, {}, {"budget": 0.4}, Use("P")),
        ({"burden"}, "more than 50% of", NORTH, {}, {"burden_share": 0.5}, Use("P")),
        ({"nations"}, "no more than 0 nations", NORTH, {}, {"nations_per_sector": 0}, Use("P")),
        (
            {"framework"},
            "only under a framework nation",
            NORTH,
            {},
            {"framework": frozenset({"ZZZ"})},
            WELL,
        ),
        (
            {"least:AAA"},
            "at least 1000000000 person-months",
            NORTH,
            {},
            {"actor_minimum": {"AAA": 1e9}},
            Use("P"),
        ),
        ({"ready:P"}, "ready in month 13 of 12", NORTH, {"ready_month": 12}, {}, Use("P")),
        ({"caveat:P"}, "only to south", NORTH, {"sectors": frozenset({"south"})}, {}, Use("P")),
        ({"caveat:P"}, "only to no sector", NORTH, {"sectors": frozenset()}, {}, Use("P")),
        (
            {"minimum:P", "number:P"},
            "sends 4 units or none; pledge P is 2 units",
            NORTH,
            {"minimum": 4, "tour_months": 12},
            {},
            Use("P"),
        ),
        (
            {"pledged", "rotation"},
            "1 of 1 pledges are relieved by units of their own",
            NORTH,
            {"number": 4, "rotation": 4.0},
            {},
            WELL,
        ),
        (
            {"pledged", "stay"},
            "1 of 1 pledges stay 5 months at most",
            NORTH,
            {"number": 4, "max_months": 5},
            {},
            WELL,
        ),
        ({"need"}, "no line for persons", NORTH, {"capability": "fighters"}, {}, Use("P")),
        (
            {"condition:P", "fact:hostilities"},
            "hostilities holds",
            NORTH,
            {"requires": parse("not hostilities")},
            {"holds": {"hostilities": True}},
            Use("P"),
        ),
        (set(), "Sea cannot be covered to 50%: nothing", NORTH, {}, {}, Cover("sea", 0.5)),
    ],
)
def test_each_rule_can_be_the_reason(groups, words, line, offer, rules, demand) -> None:
    found = explain(one(line), [troops(**offer)], Rules(**rules), demand)
    assert found is not None
    assert set(found.groups) == groups
    assert words in found.words


def test_an_enabler_can_be_the_reason() -> None:
    requirement = one(need(), Gate("e", ("land",), 0.1), others=(HELPER,))
    found = explain(requirement, [troops(number=4)], Rules(), WELL)
    assert found is not None
    assert set(found.groups) == {"gate:e", "pledged"}
    assert "e limits what land count" in found.words


@pytest.mark.parametrize(
    "rules",
    [
        {"lift_in": 0.0},
        {"lift_in": 0.0, "lift_out": 500.0},
        {"nations_per_sector": 0},
        {"actor_cap": {"AAA": 0.0}},
        {"budget": 0.0},
    ],
)
def test_what_a_limit_of_nothing_keeps_at_home_is_idle(rules) -> None:
    found = idle(one(NORTH), [troops()], Rules(**rules))
    assert [c.demand for c in found] == [Use("P")]


def test_what_has_to_be_asked_about_may_turn_out_to_be_of_use() -> None:
    assert idle(one(NORTH), [troops(minimum=2)], Rules(lift_out=100.0)) == ()


def test_idle_pledges_are_found() -> None:
    offers = [troops("A"), troops("B", "BBB", requires=parse("joins(ZZZ)")), troops("C", number=0)]
    assert [c.demand for c in idle(one(need()), offers, Rules())] == [Use("B")]


def test_an_unknown_pledge_is_refused() -> None:
    with pytest.raises(UsageError, match="'X'"):
        explain(one(need()), [troops()], Rules(), Use("X"))
