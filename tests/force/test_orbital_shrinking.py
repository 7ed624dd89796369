import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from benchmarks.force_instances import instance
from tests.force.strategies_force import instances
from willing.force._milp import Highs
from willing.force.chains import build
from willing.force.orbital_shrinking import share_out, shrink


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances())
def test_no_plan_gains_more_than_the_merged_programme(made) -> None:
    model = build(*made)
    shrunk = shrink(model) if model.chains else None
    if shrunk is None:
        return
    merged, own = Highs(shrunk.model.milp).run(), Highs(model.milp).run()
    assert merged.bound >= own.gain - 1e-3


def test_merging_makes_the_programme_smaller_and_shares_out_within_the_pools() -> None:
    requirement, offers, rules = instance(
        np.random.default_rng(3), persons=3_000, pairs=40, supply=0.6, contributors=12, months=12
    )
    model = build(requirement, offers, rules)
    shrunk = shrink(model)
    assert shrunk is not None
    assert len(shrunk.model.chains) < 0.7 * len(model.chains)
    found = Highs(shrunk.model.milp).run(seconds=20, rel_gap=0.05)
    tours = np.rint(found.x[: len(shrunk.model.chains)]).astype(np.int64)
    counts = share_out(model, shrunk, tours)
    assert 0 < counts.sum() <= tours.sum()
    for o, offer in enumerate(offers):
        drawn = np.zeros(requirement.months + 1)
        for i in np.flatnonzero(counts):
            if model.chains[i].offer == o:
                first, _, free = model.chains[i].when.tours[0]
                assert first >= offer.ready_month
                assert offer.sectors is None or model.chains[i].sector in offer.sectors | {""}
                drawn[first:free] += counts[i]
        assert drawn.max() <= offer.number


def test_units_of_many_sizes_are_not_merged() -> None:
    from tests.force.test_package import NO_RULES, need, one, troops

    offers = [troops(f"P{k}", f"A{k}", quantity=100.0 + k) for k in range(5)]
    assert shrink(build(one(need()), offers, NO_RULES)) is None
    same = [troops(f"P{k}", f"A{k}") for k in range(5)]
    merged = shrink(build(one(need()), same, NO_RULES))
    assert merged is not None
    assert merged.model.offers[0].number == pytest.approx(10)
