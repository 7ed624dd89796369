import sys
from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from tests.force.strategies_force import instances
from willing.case.expressions import parse
from willing.errors import UsageError
from willing.force import (
    Chain,
    Effort,
    Gate,
    Line,
    Offer,
    Plan,
    Requirement,
    Rules,
    check_plan,
    package,
)
from willing.force._milp import Highs
from willing.force.chains import POINTS, build
from willing.force.evaluate import coverage, covered, supply

QUICK = Effort(steps=8_000, rounds=4, nodes=100)
NO_RULES = Rules()


def need(months: int = 12, persons: float = 1_000.0, **more: object) -> Line:
    return Line(
        "land", "land", "land", frozenset({"presence"}), (persons,) * months, "persons", 1.0, **more
    )


def troops(id: str = "P", actor: str = "AAA", **more: object) -> Offer:
    fields = {
        "kind": "persons",
        "domain": "land",
        "capability": "presence",
        "number": 2,
        "quantity": 250.0,
        "persons": 250.0,
        "cost_month": 1.0,
    }
    return Offer(id=id, actor=actor, **{**fields, **more})


def one(line: Line, *gates: Gate, others: tuple[Line, ...] = ()) -> Requirement:
    return Requirement("one", "one", len(line.required), (line, *others), gates)


def plan_of(requirement: Requirement, *offers: Offer, rules: Rules = NO_RULES) -> Plan:
    found = package(requirement, offers, rules, effort=QUICK)
    assert check_plan(requirement, offers, rules, found) == ()
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances())
def test_every_plan_passes_the_independent_check(instance) -> None:
    requirement, offers, rules = instance
    plan = package(requirement, offers, rules, effort=QUICK)
    assert check_plan(requirement, offers, rules, plan) == ()
    assert 0 <= plan.coverage <= plan.bound + 1e-9 <= 1 + 2e-9


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances())
def test_the_exact_optimum_lies_between_plan_and_bound(instance) -> None:
    requirement, offers, rules = instance
    plan = package(requirement, offers, rules, effort=QUICK)
    exact = Highs(build(requirement, offers, rules, lumps=False).milp).run()
    assert exact.status == "Optimal"
    best = exact.gain / POINTS
    # cost may be lowered at a thousandth of the coverage
    assert plan.coverage <= best + 1e-6
    assert plan.coverage >= 0.998 * best - 1e-6
    assert plan.bound >= best - 1e-6


def test_same_inputs_and_seed_give_the_same_plan() -> None:
    requirement = one(need())
    offers = [troops(f"P{k}", f"A{k}", rotation=2.0, ready_month=k) for k in range(5)]
    rules = Rules(lift_in=500.0, burden_share=0.5)
    plans = [package(requirement, offers, rules, effort=QUICK, seed=3) for _ in range(2)]
    assert plans[0] == plans[1]


def test_nothing_on_offer_is_the_empty_plan() -> None:
    plan = plan_of(one(need()))
    assert plan.chains == ()
    assert plan.coverage == 0.0


def test_a_presence_is_kept_by_its_giver_and_a_pool_runs_out() -> None:
    requirement = one(need(persons=250.0))
    assert plan_of(requirement, troops(number=1)).coverage == pytest.approx(1.0)
    # one unit, drawn four times for one kept: a tour of six months in twelve
    pool = plan_of(requirement, troops(number=1, rotation=4.0))
    assert pool.coverage == pytest.approx(0.5)
    assert plan_of(requirement, troops(number=2, rotation=4.0)).coverage == pytest.approx(1.0)


def test_readiness_and_longest_stay_bound_what_is_covered() -> None:
    requirement = one(need(persons=250.0))
    assert plan_of(requirement, troops(number=1, ready_month=9)).coverage == pytest.approx(3 / 12)
    assert plan_of(requirement, troops(number=1, max_months=4)).coverage == pytest.approx(4 / 12)
    assert plan_of(requirement, troops(number=1, ready_month=12)).chains == ()


def test_the_cap_holds_in_whole_units() -> None:
    rules = Rules(actor_cap={"AAA": 700.0})
    assert plan_of(one(need()), troops(number=4), rules=rules).coverage == pytest.approx(0.5)


def test_an_enabler_gates_what_counts() -> None:
    helper = Line("e", "engineers", "land", frozenset({"engineers"}), (100.0,) * 12, "persons", 0.0)
    requirement = one(need(), Gate("e", ("land",), 0.1, 0.2), others=(helper,))
    engineers = troops("E", "BBB", capability="engineers", number=1, quantity=40.0, persons=40.0)
    soldiers = troops(number=4)
    assert plan_of(requirement, soldiers).coverage == pytest.approx(0.2)
    # a fifth brings its own, and 40 engineers serve 400 more
    assert plan_of(requirement, soldiers, engineers).coverage == pytest.approx(0.6)


def test_lift_binds_arrivals_and_departures() -> None:
    requirement = one(need(months=4))
    rules = Rules(lift_in=250.0)
    assert plan_of(requirement, troops(number=4), rules=rules).coverage == pytest.approx(
        (1 + 2 + 3 + 4) / 16
    )
    out = Rules(lift_out=0.0)
    short = plan_of(one(need(months=12)), troops(number=4, tour_months=3), rules=out)
    # nobody can be taken out, so only tours that last to the end can be sent
    assert short.coverage == pytest.approx(3 / 12)


def test_a_sector_counts_only_under_a_framework_nation() -> None:
    line = need(sector="north")
    rules = Rules(framework=frozenset({"BBB"}), framework_minimum=100.0)
    assert plan_of(one(line), troops(number=4), rules=rules).coverage == 0.0
    both = plan_of(one(line), troops(number=2), troops("Q", "BBB", number=2), rules=rules)
    assert both.coverage == pytest.approx(1.0)
    assert both.frameworks == {"north": "BBB"}


def test_nations_per_sector() -> None:
    rules = Rules(nations_per_sector=2)
    offers = [troops(f"P{k}", f"A{k}", number=1) for k in range(4)]
    assert plan_of(one(need(sector="north")), *offers, rules=rules).coverage == pytest.approx(0.5)


def test_caveats_keep_a_pledge_out_of_a_sector() -> None:
    line = need(sector="north")
    south = frozenset({"south"})
    assert plan_of(one(line), troops(sectors=south)).chains == ()


def test_who_waits_for_others_comes_only_with_them() -> None:
    waits = troops("W", "BBB", requires=parse("joins(AAA)"))
    assert plan_of(one(need()), waits).chains == ()
    assert plan_of(one(need()), waits, troops()).coverage == pytest.approx(1.0)
    several = troops("W", "BBB", requires=parse("members(land) >= 3"))
    assert plan_of(one(need()), several, troops()).coverage == pytest.approx(0.5)
    third = troops("T", "CCC", number=1)
    assert plan_of(one(need()), several, troops(number=1), third).coverage == pytest.approx(1.0)


def test_facts_from_outside_open_and_close() -> None:
    waits = troops(number=4, requires=parse("ceasefire"))
    assert plan_of(one(need()), waits).coverage == pytest.approx(1.0)
    assert plan_of(one(need()), waits, rules=Rules(holds={"ceasefire": False})).chains == ()


def test_a_minimum_is_all_or_nothing() -> None:
    rules = Rules(actor_minimum={"AAA": 4_000.0})
    assert plan_of(one(need()), troops(number=1), rules=rules).chains == ()
    assert plan_of(one(need()), troops(number=2), rules=rules).coverage == pytest.approx(0.5)


def test_nobody_carries_more_than_the_burden_share() -> None:
    rules = Rules(burden_share=0.5)
    assert plan_of(one(need()), troops(number=4), rules=rules).chains == ()
    half = plan_of(one(need()), troops(number=4), troops("Q", "BBB", number=1), rules=rules)
    assert half.coverage == pytest.approx(0.5)


def test_cost_comes_second_and_never_costs_coverage() -> None:
    dear, cheap = troops("D", "AAA", cost_month=9.0), troops("C", "BBB", cost_month=1.0)
    plan = plan_of(one(need(persons=500.0)), dear, cheap)
    assert plan.coverage == pytest.approx(1.0, abs=1.1e-3)
    assert {c.offer for c in plan.chains} == {"C"}
    assert plan.cost == pytest.approx(24.0, rel=2e-3)
    assert plan.cost_bound <= plan.cost + 1e-6


def test_a_budget_is_kept() -> None:
    plan = plan_of(one(need(persons=250.0)), troops(number=1), rules=Rules(budget=6.0))
    assert plan.cost <= 6.0
    assert plan.coverage == pytest.approx(0.5)


def test_stopping_keeps_the_best_plan_so_far() -> None:
    asked = []

    def stop() -> bool:
        asked.append(True)
        return True

    requirement, offer = one(need(persons=500.0)), troops()
    plan = package(requirement, [offer], Rules(), effort=QUICK, stop=stop)
    assert asked
    assert plan.coverage > 0.9
    assert check_plan(requirement, [offer], Rules(), plan) == ()


def test_gates_that_overlap_are_refused() -> None:
    lines = tuple(replace(need(), id=name, sector=name, weight=0.25) for name in ("a", "b", "c"))
    enabler = Line("e", "e", "land", frozenset({"e"}), (1.0,) * 12, "persons", 0.25)
    gates = (Gate("e", ("a", "b"), 1.0), Gate("e", ("b", "c"), 1.0))
    with pytest.raises(UsageError, match="overlap"):
        package(Requirement("x", "x", 12, (*lines, enabler), gates), [troops()], Rules())


@settings(max_examples=40, deadline=None)
@given(instances())
def test_counting_is_exact_although_it_is_greedy(instance) -> None:
    """The greedy count equals a linear programme (the checker's) on any supply."""
    from willing.force.checker import _counted

    requirement, offers, rules = instance
    chains = tuple(
        Chain(o.id, sector, o.ready_month, 1, o.number)
        for o in offers
        for sector in (requirement.sectors or ("",))
        if o.number and o.ready_month < requirement.months
    )
    supplied = supply(requirement, offers, chains)
    plan = Plan(chains, {}, 0.0, 0.0, 0.0, 0.0, "")
    from willing.force._schedule import schedule

    by_id = {o.id: o for o in offers}
    tours = [
        (
            by_id[c.offer],
            c,
            [t[:2] for t in schedule(by_id[c.offer], c.start, 1, requirement.months).tours],
        )
        for c in chains
    ]
    loose = replace(rules, framework=frozenset())
    exact = coverage(requirement, _counted(requirement, loose, plan, tours))
    assert float(coverage(requirement, covered(requirement, supplied))) == pytest.approx(
        float(exact), abs=1e-7
    )


def test_the_check_finds_each_broken_rule() -> None:
    """A checker that finds nothing wrong with a wrong plan would be worth nothing."""
    line = need(sector="north", persons=500.0)
    requirement = one(line)
    offer = troops(number=1, ready_month=2, rotation=4.0, sectors=frozenset({"north"}), minimum=1)
    rules = Rules(
        lift_in=100.0,
        budget=0.5,
        burden_share=0.3,
        actor_cap={"AAA": 100.0},
        nations_per_sector=0,
        framework=frozenset({"BBB"}),
        actor_minimum={"AAA": 1e9},
    )
    chains = (Chain("P", "north", 0, 2, 2),)
    wrong = Plan(chains, {"north": "AAA"}, 0.9, 0.1, 0.0, 0.0, "by hand")
    broken = {b.rule for b in check_plan(requirement, [offer], rules, wrong)}
    assert broken >= {
        "readiness",
        "pool",
        "lift in",
        "budget",
        "burden share",
        "cap",
        "nations per sector",
        "framework nation",
        "least contribution",
        "coverage",
        "bound",
        "cost",
    }
    elsewhere = Plan((Chain("P", "south", 2, 1, 1),), {}, 0.0, 0.0, 6.0, 0.0, "by hand")
    assert {"caveat", "sector"} <= {
        b.rule for b in check_plan(requirement, [offer], Rules(), elsewhere)
    }
    unknown = Plan((Chain("X", "north", 2, 1, 1),), {}, 0.0, 0.0, 0.0, 0.0, "by hand")
    assert check_plan(requirement, [offer], Rules(), unknown)[0].rule == "pledge"
    waits = replace(offer, requires=parse("joins(CCC)"), ready_month=0, minimum=0)
    alone = Plan((Chain("P", "north", 0, 1, 1),), {}, 0.25, 1.0, 6.0, 0.0, "by hand")
    assert [b.rule for b in check_plan(requirement, [waits], Rules(), alone)] == ["condition"]


def test_whole_units_make_the_relaxation_tighter_and_never_cut_a_plan_off() -> None:
    helper = Line("e", "engineers", "land", frozenset({"engineers"}), (100.0,) * 12, "persons", 0.0)
    requirement = one(need(), Gate("e", ("land",), 0.1), others=(helper,))
    offers = [
        troops(number=4),
        troops("E", "BBB", capability="engineers", number=3, quantity=30.0, rotation=4.0),
    ]
    loose, tight = (
        Highs(build(requirement, offers, Rules(), lumps=lumps).milp, relax=True).run().gain
        for lumps in (False, True)
    )
    whole = Highs(build(requirement, offers, Rules(), lumps=False).milp).run().gain
    assert whole - 1e-3 <= tight <= loose + 1e-3
    assert np.isfinite(tight)


def crowd() -> tuple[Requirement, list[Offer], Rules]:
    """Units of several sizes, ready one after another, that lift lets in a few at a time."""
    offers = [
        troops(
            f"P{k}",
            f"A{k}",
            quantity=110.0 + 37 * k,
            persons=110.0 + 37 * k,
            ready_month=k % 4,
            rotation=1.5,
            cost_month=1.0 + k % 3,
        )
        for k in range(4)
    ]
    return one(need(months=9)), offers, Rules(lift_in=400.0, lift_out=300.0, burden_share=0.5)


@pytest.fixture
def taken_as_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """No programme is small enough to be solved whole."""
    from willing.force import package as facade

    monkeypatch.setattr(sys.modules[facade.__module__], "WHOLE", 0)


@pytest.mark.usefixtures("taken_as_large")
def test_what_is_too_large_to_solve_whole_is_searched() -> None:
    requirement, offers, rules = crowd()
    exact = Highs(build(requirement, offers, rules).milp).run().gain / POINTS
    plans = [
        package(requirement, offers, rules, effort=Effort(steps=1_000, rounds=4, nodes=20), seed=2)
        for _ in range(2)
    ]
    assert plans[0] == plans[1]
    assert check_plan(requirement, offers, rules, plans[0]) == ()
    assert "branch and bound" not in plans[0].method
    assert "neighbourhood search" in plans[0].method
    assert 0.98 * exact <= plans[0].coverage <= exact + 1e-6 <= plans[0].bound + 2e-6


@pytest.mark.usefixtures("taken_as_large")
def test_by_a_clock_it_ends_in_time_with_a_plan_and_a_bound() -> None:
    requirement, offers, rules = crowd()
    ticks = count()
    told: list[float] = []
    plan = package(
        requirement,
        offers,
        rules,
        clock=lambda: next(ticks) / 50,
        time_limit=1.0,
        say=lambda share, note: told.append(share),
    )
    assert check_plan(requirement, offers, rules, plan) == ()
    assert 0.5 < plan.coverage <= plan.bound
    assert plan.seconds >= 0.9
    assert told == sorted(told)


def test_a_plan_of_annealing_alone_has_no_bound_to_speak_of() -> None:
    requirement, offers, rules = crowd()
    quick = Effort(steps=8_000, rounds=0, nodes=20)
    plan = package(requirement, offers, rules, effort=quick)
    assert check_plan(requirement, offers, rules, plan) == ()
    assert plan.method == "annealing"
    assert plan.bound == 1.0
