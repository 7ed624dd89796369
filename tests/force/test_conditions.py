"""What an offer asks for: as plain truth where facts decide, as rows where the plan does."""

import pytest

from tests.force.test_package import need, one, plan_of, troops
from willing.case.expressions import parse
from willing.errors import UsageError
from willing.force import Line, Rules
from willing.force._conditions import holds, outside, waits_for
from willing.force.chains import build


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("true", []),
        ("ceasefire", [("ceasefire", True)]),
        ("not hostilities and ceasefire", [("hostilities", False), ("ceasefire", True)]),
        ("not (a or not b)", [("a", False), ("b", True)]),
        ("consent(UKR) or vote(unsc)", [("consent(UKR)", True), ("vote(unsc)", True)]),
        ("stance(USA) >= consider", [("stance(USA) >= consider", True)]),
        ("joins(AAA) and members(land) >= 2 and covered(air) >= 0.5", []),
    ],
)
def test_facts_from_outside_and_the_value_that_favours(text, facts) -> None:
    assert list(outside(parse(text))) == facts


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("joins(AAA)", [("AAA", "any")]),
        ("joins(AAA, land) and ceasefire and joins(BBB)", [("AAA", "land"), ("BBB", "any")]),
        ("joins(AAA) or joins(BBB)", []),
        ("members(land) >= 2", []),
    ],
)
def test_whom_an_offer_cannot_do_without(text, pairs) -> None:
    assert list(waits_for(parse(text))) == pairs


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("false", False),
        ("a and b", True),
        ("a and no", False),
        ("no or joins(AAA)", None),
        ("a or joins(AAA)", True),
        ("no and joins(AAA)", False),
        ("a and joins(AAA)", None),
        ("not no", True),
        ("not unsaid", True),
        ("unsaid", True),
        ("no or no", False),
        ("members >= 2", None),
        ("covered", None),
        ("stance(USA) >= consider", True),
    ],
)
def test_truth_as_far_as_facts_go(text, value) -> None:
    text = text.replace("covered", "covered()").replace("members", "members()")
    assert holds(parse(text), {"a": True, "no": False}) is value


def test_not_may_not_stand_over_what_the_plan_decides() -> None:
    with pytest.raises(UsageError, match="only over facts from outside"):
        holds(parse("not joins(AAA)"), {})


AIR = Line("air", "air", "air", frozenset({"fighters"}), (4.0,) * 12, "aircraft", 0.0)


@pytest.mark.parametrize(
    ("text", "comes"),
    [
        ("joins(AAA) and joins(ZZZ)", False),
        ("joins(AAA) and members(any) >= 2", True),
        ("joins(YYY) or joins(ZZZ)", False),
        ("joins(ZZZ) or members(land) >= 0", True),
        ("joins(ZZZ) or joins(AAA, land)", True),
        ("joins(AAA, air)", False),
        ("members(land) >= 3", False),
        ("members(land) >= 2", True),
        ("covered(land) >= 0.5", True),
        ("covered() >= 0.4", True),
        ("covered(land)", False),
        ("covered(sea) >= 0.1", False),
        ("covered(sea) >= 0", True),
    ],
)
def test_who_comes_under_which_condition(text, comes) -> None:
    """Two units of one giver fill half; the third belongs to whoever waits."""
    waits = troops("W", "BBB", number=1, requires=parse(text))
    plan = plan_of(one(need(), others=(AIR,)), troops(), waits)
    assert ("W" in {c.offer for c in plan.chains}) is comes
    assert plan.coverage == pytest.approx(0.75 if comes else 0.5)


def test_a_condition_is_built_once() -> None:
    waits = [troops(f"W{k}", "BBB", requires=parse("members(land) >= 2")) for k in range(2)]
    once, twice = (
        len(build(one(need()), [troops(), *offers], Rules(), lumps=False).milp.gain)
        for offers in (waits[:1], waits)
    )
    without = [
        len(build(one(need()), [troops(), *offers], Rules(), lumps=False).milp.gain)
        for offers in ([troops("W0", "BBB")], [troops("W0", "BBB"), troops("W1", "BBB")])
    ]
    assert twice - without[1] == once - without[0] > 0
