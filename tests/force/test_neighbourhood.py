"""Large-neighbourhood search: every step is a plan, and better than the one before."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from tests.force.strategies_force import instances
from tests.force.test_package import need, one, troops
from willing.force import Rules
from willing.force._milp import Highs
from willing.force.chains import build
from willing.force.neighbourhood import KINDS, apart, free_columns, search

ENDLESS = float("inf")


def rounds(count):
    """Time left for a number of rounds."""
    left = [1e6] * count + [0.0]
    return lambda: left.pop(0)


def searched(model, *, seed=1, count=12, start=None, **more):
    x = np.zeros(len(model.milp.gain)) if start is None else start
    rng = np.random.default_rng(seed)
    return list(search(model, x, rng=rng, left=rounds(count), step=ENDLESS, **more))


def broken(model, x):
    """By how much a solution breaks a row, a bound or a whole number."""
    milp = model.milp
    shape = (len(milp.row_upper), len(milp.gain))
    rows = csr_matrix((milp.value, milp.index, milp.starts), shape=shape) @ x
    whole = np.array(milp.whole)
    return max(
        float((rows - np.array(milp.row_upper)).max(initial=0.0)),
        float((np.array(milp.row_lower) - rows).max(initial=0.0)),
        float((x - np.array(milp.upper)).max(initial=0.0)),
        float((np.array(milp.lower) - x).max(initial=0.0)),
        float(np.abs(x - np.rint(x))[whole].max(initial=0.0)),
    )


def several():
    offers = [
        troops(f"P{k}", f"A{k}", ready_month=k, rotation=1.5, quantity=200.0 + 10 * k)
        for k in range(4)
    ]
    return build(one(need(months=9)), offers, Rules(lift_in=500.0, burden_share=0.6))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances(), st.integers(0, 99))
def test_each_step_is_a_plan_and_better_than_the_last(made, seed) -> None:
    model = build(*made)
    if not model.chains:
        return
    gain = np.array(model.milp.gain)
    best = Highs(model.milp).run()
    last = 0.0
    for x in searched(model, seed=seed, count=6):
        assert broken(model, x) < 1e-4
        assert gain @ x > last
        last = float(gain @ x)
    assert last <= best.bound + 1e-2


def test_given_rounds_it_comes_to_the_optimum() -> None:
    model = several()
    relaxed = Highs(model.milp, relax=True).run().x
    steps = searched(model, count=30, relaxed=relaxed)
    best = Highs(model.milp).run().gain
    assert np.array(model.milp.gain) @ steps[-1] == pytest.approx(best, rel=1e-3)


def test_from_the_optimum_there_is_nothing_to_find() -> None:
    model = several()
    best = Highs(model.milp).run(rel_gap=0.0)
    assert searched(model, start=best.x, count=5) == []


def test_the_same_seed_takes_the_same_steps() -> None:
    first, again = searched(several(), seed=4, count=20), searched(several(), seed=4, count=20)
    assert len(first) == len(again) > 1
    for x, y in zip(first, again, strict=True):
        np.testing.assert_array_equal(x, y)


def test_no_time_no_step_and_the_programme_is_left_as_it_was() -> None:
    model = several()
    highs = Highs(model.milp)
    best = highs.run().gain
    assert searched(model, count=0, highs=highs) == []
    searched(model, count=3, highs=highs)
    assert highs.run().gain == pytest.approx(best, rel=1e-5)


def test_another_sense_ranks_the_steps() -> None:
    """Fewest tours instead of most coverage: from a full plan down to nothing."""
    model = several()
    tours = np.arange(len(model.milp.gain)) < len(model.chains)
    full = Highs(model.milp).run().x
    model.milp.gain[:] = (-tours.astype(float)).tolist()
    steps = searched(model, start=full, count=25, sense=-tours.astype(float))
    sent = [float(tours @ x) for x in [full, *steps]]
    assert sent == sorted(sent, reverse=True)
    assert sent[-1] == 0.0


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "relaxation"])
@pytest.mark.parametrize("share", [0.01, 0.3, 1.0])
def test_what_a_neighbourhood_frees(kind, share) -> None:
    offers = [
        troops(f"P{k}", f"A{k % 3}", capability=("presence", "engineers")[k % 2]) for k in range(6)
    ]
    model = build(one(need()), offers, Rules())
    of = {
        "months": [c.start for c in model.chains],
        "nations": [model.offers[c.offer].actor for c in model.chains],
        "capabilities": [model.offers[c.offer].capability for c in model.chains],
    }[kind]
    for seed in range(20):
        free = free_columns(model, kind, share, np.random.default_rng(seed)).tolist()
        assert free == sorted(set(free))
        named = {of[i] for i in free}
        # whole nations, whole capabilities, every tour of the months
        assert free == [i for i, name in enumerate(of) if name in named]
        if kind == "months":
            assert not named or max(named) - min(named) < max(2, 12 * share)
        else:
            assert named
            assert share < 1 or len(free) == len(model.chains)


def test_where_plan_and_relaxation_differ() -> None:
    x, relaxed = np.zeros(100), np.zeros(100)
    relaxed[10:30] = 0.5
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(apart(x, relaxed, 1.0, rng), np.arange(10, 30))
    some = apart(x, relaxed, 0.05, rng)
    assert len(set(some.tolist())) == 5
    assert set(some.tolist()) <= set(range(10, 30))
    assert len(apart(x, x, 0.05, rng)) == 0
