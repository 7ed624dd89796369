from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.force.strategies_force import instances
from tests.force.test_package import need, one, troops
from willing.errors import UsageError
from willing.force import Bound, Gate, Line, Offer, Requirement, Rules, adequacy_cuts
from willing.force.steady_state import WEEKS_A_MONTH, SteadyState


def cuts(
    requirement: Requirement,
    offers: list[Offer],
    rules: Rules,
    least: dict[str, float] | None = None,
    seed: int = 0,
    **more: int,
) -> tuple[Bound, ...]:
    needed = [x.domain for x in requirement.lines if x.weight > 0 and max(x.required) > 0]
    wanted = least or dict.fromkeys(needed, 0.8)
    rng = np.random.default_rng(seed)
    return adequacy_cuts(requirement, offers, rules, least=wanted, kept=12, rng=rng, **more)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances(), st.integers(0, 2**31))
def test_bounds_lie_above_the_programme_and_rise(instance, seed) -> None:
    requirement, offers, rules = instance
    rng = np.random.default_rng(seed)
    for bound in cuts(requirement, offers, rules, seed=seed, solves=8, held_out=2):
        programme = SteadyState(
            requirement, offers, rules, bound.judged, kept=12, most=np.ones(len(offers))
        )
        low = rng.random((4, len(offers)))
        weeks = rng.uniform(1, 60, 4)
        for avail, since in zip(low, weeks, strict=True):
            assert bound.level(avail) >= programme.solve(avail)[0] - 1e-6
            assert bound.level(avail, since) >= programme.solve(avail, since)[0] - 1e-6
        high = low + (1 - low) * rng.random(low.shape)
        assert (bound.level(high) >= bound.level(low) - 1e-12).all()
        assert (bound.level(low, weeks + 1) >= bound.level(low, weeks) - 1e-12).all()
        assert (bound.level(low, weeks) <= bound.level(low) + 1e-12).all()
        assert min(bound.coefficient.min(initial=0), bound.pace.min()) == 0


def test_where_nothing_limits_the_supply_its_plane_is_known_without_a_solve() -> None:
    (land,) = cuts(one(need()), [troops(), troops("Q", "BBB", number=1)], Rules())
    assert land.solves == 0
    np.testing.assert_array_equal(land.coefficient, [[0.5, 0.25]])
    np.testing.assert_array_equal(land.constant, [0.0])
    assert land.level(np.array([1.0, 0.5])) == pytest.approx(0.625)


def test_a_domain_nobody_pledges_for_stays_at_nothing() -> None:
    sea = Line("sea", "sea", "sea", frozenset({"patrol_sea"}), (4.0,) * 12, "ships", 0.5)
    land, ships = cuts(one(need(), others=(sea,)), [troops()], Rules())
    assert (land.name, ships.name) == ("land", "sea")
    assert ships.level(np.ones(1)) == 0.0
    found = cuts(one(need(), others=(sea,)), [troops()], Rules(lift_in=50.0))
    assert [b.name for b in found] == ["land", "sea", "together", "together"]
    assert [float(b.level(np.ones(1))) for b in found[1:]] == [0.0, 0.0, 0.0]


def test_what_domains_share_is_judged_together() -> None:
    sea = Line("sea", "sea", "sea", frozenset({"patrol_sea"}), (4.0,) * 12, "ships", 0.5)
    ships = troops(
        "S", "BBB", domain="sea", capability="patrol_sea", number=4, quantity=1.0, persons=100.0
    )
    requirement, offers = one(need(), others=(sea,)), [troops(number=4), ships]
    # enough for either, not for both
    found = cuts(requirement, offers, Rules(lift_in=170.0), {"land": 0.5, "sea": 0.5})
    full = np.ones(2)
    assert [float(b.level(full)) for b in found[:2]] == [1.0, 1.0]
    whole, least = found[2:]
    assert whole.level(full) == pytest.approx(170 * 6 / 1_400, abs=1e-3)
    assert least.level(full) == 1.0


def test_the_lift_of_a_month_is_the_pace_of_the_build_up() -> None:
    (land,) = cuts(one(need()), [troops(number=4)], Rules(lift_in=100.0))
    for month in range(1, 9):
        expected = min(month, 6) / 10
        found = land.level(np.ones(1), month * WEEKS_A_MONTH)
        assert found == pytest.approx(expected, abs=2e-3)
    # on paper a force need not be built up, but it must be relieved
    assert land.level(np.ones(1)) == pytest.approx(0.6)


def test_the_error_is_measured_on_solves_held_out() -> None:
    offers = [troops(f"P{k}", f"A{k}", number=1 + k % 4) for k in range(12)]
    exact, rough = (
        cuts(one(need(persons=5_000.0)), offers, rules)[0]
        for rules in (Rules(lift_in=300.0), Rules(burden_share=0.15))
    )
    assert (exact.solves, exact.held_out) == (48, 24)
    assert exact.worst < 1e-3
    assert rough.worst > rough.mean > 1e-3
    assert rough.wrong <= 0.25


def test_same_inputs_and_seed_give_the_same_planes() -> None:
    gate = Gate("hospital", ("land",), ratio=0.005, organic=0.6)
    enabler = Line("hospital", "", "land", frozenset({"hospital"}), (2.0,) * 12, "units", 0.0)
    requirement = one(need(), gate, others=(enabler,))
    offers = [troops(f"P{k}", f"A{k}") for k in range(5)]
    first, second = (
        cuts(requirement, offers, Rules(burden_share=0.4, lift_in=400.0))[0] for _ in range(2)
    )
    np.testing.assert_array_equal(first.coefficient, second.coefficient)
    np.testing.assert_array_equal(first.constant, second.constant)


def test_gates_that_name_no_line_are_refused() -> None:
    requirement = replace(one(need()), gates=(Gate("nothing", ("land",), 1.0),))
    with pytest.raises(UsageError, match="no such line"):
        cuts(requirement, [troops()], Rules())


def test_a_domain_that_is_not_needed_is_refused() -> None:
    with pytest.raises(UsageError, match=r"needs nothing of 'sea'; it needs land"):
        cuts(one(need()), [troops()], Rules(), {"sea": 0.5})
