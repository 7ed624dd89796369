"""The meaning of conditions: monotone, and solved to the least fixed point."""

import datetime as dt
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies as own
from willing.case.conditions import evaluate, least_fixed_point
from willing.case.expressions import Call, Expr, Name, parse, unparse, walk


def holds(text: str, **facts: object) -> bool:
    return evaluate(parse(text), facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("true", {}, True),
        ("a and b", {"a": True}, False),
        ("a or b", {"a": True}, True),
        ("not a", {}, True),
        ("members(land) >= 2", {"members(land)": ["FRA", "GBR"]}, True),
        ("members(land) >= 2", {"members(land)": 1}, False),
        ("members(land) >= 2", {"joins(FRA, land)": True, "joins(GBR, sea)": True}, False),
        ("members() >= 2", {"joins(FRA, land)": True, "joins(GBR, sea)": True}, True),
        ("members(any) >= 2", {"joins(FRA, land)": True, "joins(FRA, sea)": True}, False),
        ("joins(FRA)", {"joins(FRA, sea)": True}, True),
        ("joins(FRA, any)", {"joins(FRA, sea)": False}, False),
        ("stance(USA) >= consider", {"stance(USA)": "conditional"}, True),
        ("stance(USA) >= consider", {"stance(USA)": "undecided"}, False),
        ("stance(USA) >= threaten", {}, False),
        ("covered()", {"covered()": 0.99}, False),
        ("covered() >= 0.9", {"covered()": 0.99}, True),
        ("covered(sea)", {"covered(sea)": True}, True),
        ("after(2025-05-01)", {"today": dt.date(2025, 5, 1)}, True),
        ("after(2025-05-01)", {"today": dt.date(2025, 4, 30)}, False),
        ("after(2025-05-01)", {}, False),
        ("last(a)", {"a": True}, False),
        ("last(a)", {"last(a)": True}, True),
        ("vote(unsc) and approval(DEU)", {"vote(unsc)": True, "approval(DEU)": True}, True),
    ],
)
def test_what_holds(text: str, facts: dict[str, object], expected: bool) -> None:
    assert holds(text, **facts) is expected


def _rich(expr: Expr, chosen: set[str]) -> dict[str, object]:
    """Facts in which the chosen atoms are as favourable as can be, and the others are not."""
    facts: dict[str, object] = {}
    for atom in walk(expr):
        if isinstance(atom, Name | Call) and unparse(atom) in chosen:
            best = {"members": 99, "covered": 1.0, "stance": "lead"}
            function = atom.function if isinstance(atom, Call) else ""
            facts[unparse(atom)] = best.get(function, True)
    return facts


@given(own.expressions(with_not=False), st.data())
def test_more_facts_never_make_an_expression_without_not_false(
    expr: Expr, data: st.DataObject
) -> None:
    texts = sorted({unparse(a) for a in walk(expr) if isinstance(a, Name | Call)})
    more = data.draw(st.sets(st.sampled_from(texts)) if texts else st.just(set()))
    fewer = data.draw(st.sets(st.sampled_from(sorted(more))) if more else st.just(set()))
    assert evaluate(expr, _rich(expr, fewer)) <= evaluate(expr, _rich(expr, more))  # type: ignore[arg-type]


@settings(max_examples=60)
@given(own.systems(4), st.sets(st.sampled_from(own.NAMES)))
def test_the_fixed_point_is_one_and_is_the_least(system: dict[str, Expr], given_: set[str]) -> None:
    facts = dict.fromkeys(given_, True)
    found = least_fixed_point(system, facts)
    assert {k: evaluate(e, {**facts, **found}) for k, e in system.items()} == found
    for values in product([False, True], repeat=len(system)):
        other = dict(zip(system, values, strict=True))
        if {k: evaluate(e, {**facts, **other}) for k, e in system.items()} == other:
            assert all(found[k] <= other[k] for k in system)


@settings(max_examples=40)
@given(own.systems(4), st.sets(st.sampled_from(own.NAMES)), st.randoms(use_true_random=False))
def test_order_has_no_influence(system: dict[str, Expr], given_: set[str], random: object) -> None:
    facts = dict.fromkeys(given_, True)
    order = list(system)
    random.shuffle(order)  # type: ignore[attr-defined]
    assert least_fixed_point({k: system[k] for k in order}, facts) == least_fixed_point(
        system, facts
    )


@settings(max_examples=40)
@given(own.systems(4), st.sets(st.sampled_from(own.NAMES)), st.sampled_from(own.NAMES))
def test_one_more_fact_never_lowers_the_fixed_point(
    system: dict[str, Expr], given_: set[str], one: str
) -> None:
    before = least_fixed_point(system, dict.fromkeys(given_, True))
    after = least_fixed_point(system, dict.fromkeys(given_ | {one}, True))
    assert all(before[k] <= after[k] for k in system)


def _i_go_if_others_go(waiting: int, others: int) -> dict[str, Expr]:
    return {
        f"joins(W{n:02}, land)": parse(f"ceasefire and members(land) >= {others}")
        for n in range(waiting)
    }


def test_i_go_if_five_others_go_tips_when_five_go_anyway() -> None:
    first = {f"joins(L{n}, land)": parse("ceasefire") for n in range(5)}
    found = least_fixed_point({**_i_go_if_others_go(7, 5), **first}, {"ceasefire": True})
    assert all(found.values())


def test_i_go_if_five_others_go_does_not_tip_by_itself() -> None:
    """Twelve could all go and be right to; the least fixed point asks who moves first."""
    first = {f"joins(L{n}, land)": parse("ceasefire") for n in range(4)}
    found = least_fixed_point({**_i_go_if_others_go(7, 5), **first}, {"ceasefire": True})
    assert sum(found.values()) == 4


def test_a_cascade_runs_through_to_its_end() -> None:
    """Thresholds 0, 1, 2 ... tip one after another; without the 2 the rest stays at home."""
    chain = {f"joins(S{n:02}, land)": parse(f"members(land) >= {n}") for n in range(12)}
    assert all(least_fixed_point(chain).values())
    del chain["joins(S02, land)"]
    assert sum(least_fixed_point(chain).values()) == 2


def test_all_orders_of_a_circle_give_the_same() -> None:
    circle = {"a": parse("b or x"), "b": parse("c"), "c": parse("a")}
    for order in permutations(circle):
        system = {k: circle[k] for k in order}
        assert not any(least_fixed_point(system).values())
        assert all(least_fixed_point(system, {"x": True}).values())


def test_what_is_defined_is_not_read_from_outside() -> None:
    assert least_fixed_point({"a": parse("b")}, {"a": True}) == {"a": False}


@pytest.mark.parametrize(
    "system",
    [
        {"a": "not b", "b": "a"},
        {"a": "x", "b": "y and not (x or a)"},
        {"joins(FRA, land)": "not members(land) >= 2"},
        {"joins(FRA, land)": "true", "a": "not joins(FRA)"},
    ],
)
def test_not_over_what_is_defined_is_refused(system: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="negates"):
        least_fixed_point({k: parse(e) for k, e in system.items()})


def test_not_over_what_comes_from_outside_is_fine() -> None:
    system = {"a": parse("not hostilities and not last(a)")}
    assert least_fixed_point(system) == {"a": True}
    assert least_fixed_point(system, {"last(a)": True}) == {"a": False}


def test_numbers_and_words_are_not_compared() -> None:
    with pytest.raises(TypeError):
        holds("members() >= 2", **{"members()": "many"})
