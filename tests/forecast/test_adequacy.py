"""Adequacy of the force: what the format's rules, enablers and tours do to the milestones."""

from dataclasses import fields
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.forecast.small import AS_OF, ingredients, small_case, span
from willing.case import Case, Pledge, load
from willing.errors import UsageError
from willing.forecast import kernel, reference
from willing.forecast.adequacy import KEPT, _cuts, adequacy, words
from willing.forecast.build import build
from willing.forecast.model import DOMAINS
from willing.forecast.simulate import simulate

DRAWS = 2_000


def amount(value: float, unit: str = "") -> dict[str, Any]:
    return {**span(value, value, value), "unit": unit}


def pledge(id: str, actor: str, **more: Any) -> Pledge:
    known = {"kind": "estimate", "domain": "land", "unit": "persons", "number": 2500.0}
    return Pledge(id=id, actor=actor, date=AS_OF, note="invented", **{**known, **more})


SURGERY = {
    "id": "surgery",
    "task": "Surgery",
    "domain": "land",
    "quantity": amount(2),
    "unit": "hospital_level2",
}
LAND = tuple(pledge(f"P-{a}", a) for a in ("AAA", "BBB", "CCC"))


def case_with(
    *, rules: dict[str, Any] | None = None, pledges: tuple[Pledge, ...] = LAND, **format: Any
) -> Case:
    one = {"id": "light", "label": "Light", "requires": {"land": span(4000, 5000, 6000)}, **format}
    if rules:
        one["rules"] = rules
    clock = {"horizon_weeks": 104, "bargaining_rate": span(0.05, 0.15, 0.3)}
    return small_case(formats=[one], pledges=list(pledges), clock=clock)


def reached(case: Case, milestone: str, by: int = 104) -> float:
    model = build(case, ingredients(case))
    out = simulate(model, DRAWS, 11)
    row = [m.id for m in model.milestones].index(milestone)
    return float((out.first[row] <= by).mean())


def both(case: Case) -> tuple[float, float]:
    return reached(case, "pledges_suffice"), reached(case, "full_strength")


@cache
def plain() -> tuple[float, float]:
    """What `both` gives without rules."""
    return both(case_with())


def test_without_rules_coverage_is_what_comes_over_what_is_needed() -> None:
    found = adequacy(case_with())
    (row,) = found.rows
    assert (row.domain, row.minimum) == (DOMAINS.index("land"), 0.8)
    np.testing.assert_array_equal(row.constant, [0.0])
    np.testing.assert_array_equal(row.pace, [0.0])
    np.testing.assert_allclose(row.coefficient, [[0.5, 0.5, 0.5]], rtol=1e-15)
    assert found.bounds[0].solves == 0
    assert words(found)[1].startswith("Land: what comes of the pledges over what is needed.")
    assert plain()[0] > 0.3
    assert plain()[1] > 0.02


@pytest.mark.parametrize("id", ["ukraine-2025", "chad-2007", "iraq-2003"])
def test_shipped_cases_ask_for_what_their_format_requires(id: str) -> None:
    case = load(id)
    chosen = next(f for f in case.formats if f.id == case.format)
    found = adequacy(case)
    assert [DOMAINS[r.domain] for r in found.rows] == [d for d in DOMAINS if d in chosen.requires]
    for row in found.rows:
        need = chosen.requires[DOMAINS[row.domain]]
        assert row.minimum == pytest.approx(need.low / need.likely)
        for p, each in zip(case.pledges, row.coefficient[0], strict=True):
            mine = p.number / need.likely if p.domain == DOMAINS[row.domain] else 0.0
            # ships without a Black Sea coast may stay 21 days: part of a month, as in the plan
            assert each == pytest.approx(mine) or (
                p.domain == "sea" and each == pytest.approx(mine * 21 / (365.25 / 12))
            )


def test_lift_sets_the_pace_of_the_build_up_and_what_can_be_relieved() -> None:
    slow = both(case_with(rules={"lift_in": amount(900)}))
    assert slow[0] == pytest.approx(plain()[0], abs=0.01)  # 900 a month relieve 5,400
    assert slow[1] < plain()[1]
    usual, late = (
        reached(case_with(rules=rules), "full_strength", by=40)
        for rules in (None, {"lift_in": amount(900)})
    )
    assert 0 < late < 0.8 * usual  # 4,500 of 5,000 take five months
    assert both(case_with(rules={"lift_in": amount(500)})) == (0.0, 0.0)  # 3,000 at most
    ample = both(case_with(rules={"lift_in": amount(60_000)}))
    assert ample == plain()


def test_a_missing_hospital_leaves_what_brings_its_own() -> None:
    hospital = pledge("P-H", "AAA", unit="hospital_level2", number=2.0)
    assert both(case_with(tasks=[SURGERY])) == (0.0, 0.0)
    there = both(case_with(tasks=[SURGERY], pledges=(*LAND, hospital)))
    assert 0 < there[0] <= plain()[0] + 0.01
    # what the catalogue implies and no task names shows in the gap and limits nothing
    lines = adequacy(case_with()).force.requirement.lines
    assert any(x.confidence == "D" and x.weight == 0 for x in lines)


def test_a_pool_is_not_a_presence() -> None:
    pool = tuple(p.model_copy(update={"rotation_ratio": 3.0}) for p in LAND)
    assert both(case_with(pledges=pool)) == (0.0, 0.0)
    larger = tuple(p.model_copy(update={"number": 3 * p.number}) for p in pool)
    row = adequacy(case_with(pledges=larger)).rows[0]
    np.testing.assert_allclose(row.coefficient, [[0.5, 0.5, 0.5]])
    assert both(case_with(pledges=larger)) == pytest.approx(plain(), abs=0.01)


def test_a_short_stay_counts_for_its_part_of_the_year() -> None:
    short = tuple(p.model_copy(update={"max_months": 6}) for p in LAND)
    np.testing.assert_allclose(
        adequacy(case_with(pledges=short)).rows[0].coefficient, [[0.25, 0.25, 0.25]]
    )
    assert KEPT == 12


def test_a_budget_pays_for_part() -> None:
    each = adequacy(case_with()).force.offers[0].cost_month / (2500 / 10)
    tight, ample = ({"budget": amount(n * each * 24)} for n in (3_500, 50_000))
    assert both(case_with(rules=tight)) == (0.0, 0.0)
    assert both(case_with(rules=ample)) == plain()


def test_burdens_nations_and_leaders_bind() -> None:
    for rules, sectors in (
        ({"burden_share": amount(0.4)}, []),
        ({"contributors": [{"actor": "AAA", "cap": 500.0}]}, []),
        ({"nations_per_sector": 1}, ["north"]),
        ({"framework": ["CCC"], "framework_minimum": amount(500)}, ["north"]),
    ):
        found = both(case_with(rules=rules, sectors=sectors))
        assert found[0] < plain()[0] - 0.02, rules
        assert found[1] <= plain()[1], rules


def many() -> Case:
    """A case with many planes: two domains that share lift, a budget and burdens."""
    ships = tuple(
        pledge(f"S-{a}", a, domain="sea", unit="ships", number=2.0) for a in ("AAA", "BBB")
    )
    hospital = pledge("P-H", "BBB", unit="hospital_level2", number=2.0)
    return case_with(
        requires={"land": span(3000, 5000, 6000), "sea": span(1, 2, 4)},
        tasks=[SURGERY],
        pledges=(*LAND, *ships, hospital),
        rules={
            "lift_in": amount(2500),
            "budget": amount(1.5e9),
            "burden_share": amount(0.7),
        },
    )


def test_kernel_is_the_reference_with_many_cuts() -> None:
    case = many()
    case = case.model_copy(
        update={
            "routes": tuple(
                r.model_copy(update={"opens": f"({r.opens}) and covered() >= 0.3"})
                for r in case.routes
            )
        }
    )
    model = build(case, ingredients(case), reports=(0, 52))
    rows = model.coverage.rows
    assert [r.domain for r in rows] == [0, 2, -1, -1]
    assert sum(len(r.pace) for r in rows) > 8
    assert any((r.pace > 0).any() for r in rows)
    plain = simulate(model, 130, 7, kernel=reference.simulate_chunk)
    fast = simulate(model, 130, 7, kernel=kernel.simulate_chunk, chunk=70)
    for f in fields(plain):
        np.testing.assert_array_equal(getattr(plain, f.name), getattr(fast, f.name), f.name)
    assert (plain.first < 104).any(axis=1).all()


def test_the_same_content_is_solved_once_and_other_content_anew() -> None:
    case = many()
    first = adequacy(case)
    before = _cuts.cache_info()
    again = adequacy(Case(**case.model_dump()))
    assert _cuts.cache_info().hits == before.hits + 1
    assert again.bounds is first.bounds
    for change in ({"number": 2000.0}, {"rotation_ratio": 2.0}, {"high": 9000.0}):
        rows = (case.pledges[0].model_copy(update=change), *case.pledges[1:])
        other = adequacy(case.model_copy(update={"pledges": rows}))
        assert other.bounds is not first.bounds, change
    wider = case.formats[0].model_copy(
        update={"rules": case.formats[0].rules.model_copy(update={"budget": None})}
    )
    assert adequacy(case.model_copy(update={"formats": (wider,)})).bounds is not first.bounds


def test_words_say_how_far_the_planes_can_be_trusted() -> None:
    said = words(adequacy(many()))
    assert any("all domains together at the least each needs" in line for line in said)
    assert any("24" in line and "held out" in line for line in said)
    assert any("Rule, lift in: 2,500 " in line for line in said)
    assert any("bring its own enablers" in line for line in said)
    rough = words(adequacy(case_with(rules={"burden_share": amount(0.4)})))
    assert "too high on average" in rough[1] or "right to a thousandth" in rough[1]


def test_a_closed_way_keeps_a_pledge_at_home() -> None:
    theatre = {"countries": ["HST"], "conflict": "Test", "casualty_risk": "high"}
    ship = pledge("S", "AAA", domain="sea", unit="ships", number=2.0)
    named = small_case(pledges=[*LAND, ship], theatre={**theatre, "access": ["straits_war"]})
    model = build(named, ingredients(named))
    names = [model.program.names[v] for v in model.fielded]
    assert names[-1] == "sends:S"  # no condition `straits_open` here: the ceasefire opens the way
    assert names[0] == "joins:AAA:land"
    with pytest.raises(UsageError, match=r"no access rule 'straits_wra'.*straits_war"):
        adequacy(small_case(theatre={**theatre, "access": ["straits_wra"]}))
