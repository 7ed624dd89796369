"""The steady state is held to the programme of months, which is the plainer of the two."""

from dataclasses import replace

import numpy as np
import pytest

from tests.force.test_package import need, one, troops
from willing.force import Gate, Line, Offer, Requirement, Rules
from willing.force._milp import INF, Highs
from willing.force.chains import build
from willing.force.steady_state import WEEKS_A_MONTH, SteadyState, presence

MONTHS = 36


def by_months(requirement: Requirement, offers: list[Offer], rules: Rules, first: int) -> float:
    """The least coverage of the months from `first` on, by the programme of months."""
    model = build(requirement, offers, rules, political=False, lumps=False)
    milp = model.milp
    milp.gain[:] = [0.0] * len(milp.gain)
    level = milp.column(1.0, gain=1.0)
    for month in range(first, requirement.months):
        cells = [
            (int(model.covered[row, month]), line.required[month])
            for row, line in enumerate(requirement.lines)
            if line.weight > 0
        ]
        total = sum(required for _, required in cells)
        milp.row([(level, total), *((column, -1.0) for column, _ in cells)], 0.0)
    return Highs(milp, relax=True).run().gain


def steady(
    requirement: Requirement,
    offers: list[Offer],
    rules: Rules = Rules(),  # noqa: B008 - frozen
    *,
    weeks: float = INF,
    avail: float = 1.0,
) -> float:
    one_each = np.ones(len(offers))
    programme = SteadyState(requirement, offers, rules, {"land": 1.0}, kept=12, most=one_each)
    return programme.solve(avail * one_each, weeks)[0]


CASES = {
    "a presence": ([troops()], Rules()),
    "a pool of three": ([troops(number=4, rotation=3.0)], Rules()),
    "a pool of two and a presence": ([troops(rotation=2.0), troops("Q", "BBB")], Rules()),
    "lift": ([troops(number=4)], Rules(lift_in=100.0)),
    "lift and a pool": ([troops(number=4), troops("Q", "BBB", rotation=3.0)], Rules(lift_in=120.0)),
    "lift out": ([troops(number=4)], Rules(lift_out=90.0)),
    "a burden": ([troops(number=4), troops("Q", "BBB")], Rules(burden_share=0.55)),
    "a cap": ([troops(number=4), troops("Q", "BBB")], Rules(actor_cap={"AAA": 250.0})),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_what_months_can_keep_up(name: str) -> None:
    offers, rules = CASES[name]
    requirement = one(need(MONTHS))
    found = steady(requirement, offers, rules)
    assert found == pytest.approx(by_months(requirement, offers, rules, 12), abs=1e-6)


@pytest.mark.parametrize("month", range(9))
def test_lift_carries_the_build_up_no_faster_than_months_do(month: int) -> None:
    offers, rules = [troops(number=4)], Rules(lift_in=100.0)
    requirement = one(need(month + 1))
    found = steady(requirement, offers, rules, weeks=(month + 1) * WEEKS_A_MONTH)
    assert found == pytest.approx(by_months(requirement, offers, rules, month), abs=1e-6)


def test_a_budget_lasts_for_the_months_of_the_requirement() -> None:
    requirement, offers = one(need(24)), [troops(number=4, cost_month=250.0)]
    rules = Rules(budget=12_000.0)
    assert steady(requirement, offers, rules) == pytest.approx(0.5)
    # months may begin late, so they are given from the first on
    assert by_months(requirement, offers, rules, 0) == pytest.approx(0.5)


def test_an_enabler_gates_what_needs_it() -> None:
    enabler = Line("hospital", "hospital", "land", frozenset({"hospital"}), (2.0,) * 12, "units", 0)
    gate = Gate("hospital", ("land",), ratio=2.0 / 400.0, organic=0.6)
    requirement = one(need(), gate, others=(enabler,))
    hospital = troops("H", "BBB", capability="hospital", number=1, quantity=1.0)
    land = troops(number=4)
    assert steady(requirement, [land]) == pytest.approx(0.6)
    assert steady(requirement, [land, hospital]) == pytest.approx(0.8)
    both = [land, replace(hospital, number=2)]
    assert steady(requirement, both) == pytest.approx(1.0)
    assert steady(requirement, both) == pytest.approx(by_months(requirement, both, Rules(), 0))
    # a line that no gate names shows in the gap and limits nothing
    assert steady(one(need(), others=(enabler,)), [land]) == pytest.approx(1.0)


def sectored(*sectors: str) -> Requirement:
    each = 1_000.0 / len(sectors)
    lines = [
        replace(need(persons=each), id=f"land:{s}", sector=s, weight=1 / len(sectors))
        for s in sectors
    ]
    return Requirement("sectors", "sectors", 12, tuple(lines))


def test_caveats_and_framework_nations_limit_sectors() -> None:
    requirement = sectored("north", "south")
    only = troops(number=4, sectors=frozenset({"north"}))
    assert steady(requirement, [only]) == pytest.approx(0.5)
    free = troops("Q", "BBB", number=4)
    assert steady(requirement, [only, free]) == pytest.approx(1.0)
    led = Rules(framework=frozenset({"BBB"}), framework_minimum=100.0)
    assert steady(requirement, [only, free], led) == pytest.approx(0.5)
    assert steady(requirement, [only], led) == 0.0
    # with no least number a leader must still be there
    led = Rules(framework=frozenset({"BBB"}))
    assert steady(requirement, [only, free], led) == pytest.approx(0.5)
    assert steady(requirement, [only], led) == 0.0


def test_few_nations_a_sector_leave_the_small_at_home() -> None:
    requirement = sectored("north")
    offers = [troops(), troops("Q", "BBB", number=1), troops("R", "CCC", number=1)]
    assert steady(requirement, offers) == pytest.approx(1.0)
    assert steady(requirement, offers, Rules(nations_per_sector=2)) == pytest.approx(0.75)


def test_a_short_stay_counts_for_its_part_and_nothing_for_nothing() -> None:
    assert presence(troops(max_months=3), 12) == 0.25
    assert presence(troops(max_months=24, rotation=4.0), 12) == 0.25
    assert steady(one(need(persons=500.0)), [troops(max_months=6)]) == pytest.approx(0.5)
    assert steady(one(need()), [troops(number=0)]) == 0.0
    assert steady(one(need()), [troops(capability="fighters")]) == 0.0
    assert steady(one(need()), [troops()], avail=0.0) == 0.0
    # larger than stated
    assert steady(one(need()), [troops()], avail=1.5) == pytest.approx(0.75)
