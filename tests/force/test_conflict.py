from dataclasses import replace
from itertools import combinations

import pytest

from tests.force.test_package import need, one, troops
from willing.case.expressions import parse
from willing.errors import UsageError
from willing.force import Cover, Rules, Use, explain, idle
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


def test_idle_pledges_are_found() -> None:
    offers = [troops("A"), troops("B", "BBB", requires=parse("joins(ZZZ)")), troops("C", number=0)]
    assert [c.demand for c in idle(one(need()), offers, Rules())] == [Use("B")]


def test_an_unknown_pledge_is_refused() -> None:
    with pytest.raises(UsageError, match="'X'"):
        explain(one(need()), [troops()], Rules(), Use("X"))
