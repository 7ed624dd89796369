import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.force.strategies_force import instances
from tests.force.test_package import need, one, troops
from willing.force import Rules, coverage_cuts
from willing.force.chains import build
from willing.force.dual_cuts import Relaxation, rank_correlation, sampled_shares


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances(), st.integers(0, 2**31))
def test_cuts_lie_above_the_programme_everywhere(instance, seed) -> None:
    requirement, offers, rules = instance
    rng = np.random.default_rng(seed)
    cuts = coverage_cuts(
        requirement, offers, rules, rng=rng, solves=6, held_out=2, sampled_months=99
    )
    model = build(requirement, offers, rules, political=False, lumps=False)
    relaxation = Relaxation(model)
    for avail in rng.random((5, len(offers))):
        assert cuts.coverage(avail)[0] >= min(1.0, relaxation.solve(avail)[0]) - 1e-6
    assert all((c >= 0).all() for c in cuts.coefficient)


def test_slopes_are_the_programmes_own() -> None:
    requirement = one(need(persons=1_000.0))
    model = build(requirement, [troops("P"), troops("Q", "BBB")], Rules(), political=False)
    relaxation = Relaxation(model)
    value, slope = relaxation.solve(np.array([0.5, 0.25]))
    step = relaxation.solve(np.array([0.6, 0.25]))[0]
    assert value == pytest.approx(0.375, abs=1e-6)
    assert (step - value) / 0.1 == pytest.approx(slope[0], abs=1e-5)


def test_a_thousand_draws_are_one_product() -> None:
    requirement = one(need())
    offers = [troops(f"P{k}", f"A{k}") for k in range(8)]
    rng = np.random.default_rng(1)
    cuts = coverage_cuts(requirement, offers, Rules(), rng=rng, solves=10, held_out=5)
    draws = sampled_shares(rng, 1_000, 8)
    assert cuts.coverage(draws).shape == (1_000, 1)
    assert cuts.error[0].rank_correlation > 0.9


def test_rank_correlation() -> None:
    assert rank_correlation(np.array([1.0, 2, 3]), np.array([10.0, 20, 25])) == pytest.approx(1)
    assert rank_correlation(np.array([1.0, 2, 3]), np.array([3.0, 2, 1])) == pytest.approx(-1)
    assert rank_correlation(np.ones(3), np.ones(3)) == 1.0
    assert rank_correlation(np.ones(3), np.arange(3.0)) == 0.0
