import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.force.strategies_force import instances
from tests.force.test_package import need, one, troops
from willing.errors import UsageError
from willing.force import Rules, adequacy_cuts, coverage_cuts
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


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances(), st.integers(0, 2**31))
def test_more_delivered_never_covers_less(instance, seed) -> None:
    requirement, offers, rules = instance
    rng = np.random.default_rng(seed)
    cuts = adequacy_cuts(
        requirement, offers, rules, month=1, sustained=2, rng=rng, solves=5, held_out=2
    )
    low = rng.random((20, len(offers)))
    high = low + (1 - low) * rng.random((20, len(offers)))
    assert (cuts.coverage(high) >= cuts.coverage(low) - 1e-12).all()
    assert ((cuts.coverage(low) >= 0) & (cuts.coverage(high) <= 1)).all()


def test_coverage_of_a_month_is_what_is_delivered_over_what_is_needed() -> None:
    requirement = one(need(persons=1_000.0))
    offers = [troops("P", "AAA"), troops("Q", "BBB", ready_month=6)]
    rng = np.random.default_rng(0)
    early = adequacy_cuts(requirement, offers, Rules(), month=2, sustained=1, rng=rng)
    late = adequacy_cuts(requirement, offers, Rules(), month=8, sustained=1, rng=rng)
    assert early.domains == ("land",)
    assert early.offers == ("P", "Q")
    assert early.coverage(np.array([[1.0, 1.0], [0.5, 1.0], [0.0, 1.0]]))[:, 0] == pytest.approx(
        [0.5, 0.25, 0.0], abs=1e-6
    )
    assert late.coverage(np.array([[1.0, 1.0], [0.5, 0.5], [0.0, 1.0]]))[:, 0] == pytest.approx(
        [1.0, 0.5, 0.5], abs=1e-6
    )
    assert max(e.worst for e in late.error) < 1e-6


def test_sustained_coverage_is_less_than_a_peak() -> None:
    requirement = one(need(persons=500.0))
    offers = [troops(number=2, rotation=2.0)]
    rng = np.random.default_rng(0)
    peak, kept = (
        adequacy_cuts(requirement, offers, Rules(), month=0, sustained=n, rng=rng).coverage(
            np.ones(1)
        )[0]
        for n in (1, 12)
    )
    assert peak == pytest.approx(1.0)
    assert kept == pytest.approx(0.5, abs=1e-6)


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


def test_month_outside_the_requirement_is_refused() -> None:
    with pytest.raises(UsageError, match="0 to 11"):
        adequacy_cuts(one(need()), [troops()], Rules(), month=12, rng=np.random.default_rng(0))


def test_rank_correlation() -> None:
    assert rank_correlation(np.array([1.0, 2, 3]), np.array([10.0, 20, 25])) == pytest.approx(1)
    assert rank_correlation(np.array([1.0, 2, 3]), np.array([3.0, 2, 1])) == pytest.approx(-1)
    assert rank_correlation(np.ones(3), np.ones(3)) == 1.0
    assert rank_correlation(np.ones(3), np.arange(3.0)) == 0.0
