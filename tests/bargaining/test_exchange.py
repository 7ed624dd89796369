import numpy as np
import pytest
from hypothesis import given, settings

from tests.bargaining.helpers import drawn, negotiations, table
from willing.bargaining import Negotiation, exchange
from willing.errors import UsageError


def two(salience) -> Negotiation:
    """A cares for the first issue, B for the second; they disagree on both."""
    return Negotiation(
        ("A", "B"),
        np.array([[[0.0, 0.0], [100.0, 100.0]]]),
        np.array([salience]),
        np.ones((1, 2)),
        ("first", "second"),
        np.tile([0.0, 100.0], (2, 1)),
        np.full(2, np.nan),
    )


def test_each_gives_way_where_it_cares_less_and_both_gain_alike():
    course = exchange(two([[0.8, 0.2], [0.2, 0.8]]))
    assert course.turns == 1
    a, b = course.positions[-1, 0]
    assert (a[0], b[1]) == (0, 100)  # what each keeps
    assert a[1] > 0 > b[0] - 100  # what each gives
    share = np.array([[0.8, 0.2], [0.2, 0.8]])
    before = (share * course.positions[0, 0]).sum(axis=0)
    after = (share * course.positions[-1, 0]).sum(axis=0)
    gain_a = 0.8 * (before[0] - after[0]) - 0.2 * (after[1] - before[1])
    gain_b = 0.8 * (after[1] - before[1]) - 0.2 * (before[0] - after[0])
    assert gain_a == pytest.approx(gain_b)
    assert gain_a > 0
    assert course.pressures[0].strength == pytest.approx(gain_a)


def test_no_trade_where_both_care_alike():
    assert exchange(two([[0.5, 0.5], [0.5, 0.5]])).turns == 0


def test_no_trade_on_one_issue():
    with pytest.raises(UsageError, match="two or more"):
        exchange(table([0, 100]))


@given(negotiations(most=5, dims=3))
@settings(max_examples=40)
def test_every_trade_moves_two_actors_and_helps_both(n):
    course = exchange(n)
    total = n.salience[0] * n.influence[0][:, None]
    share = np.divide(total, total.sum(axis=0), out=np.zeros_like(total), where=total.sum(0) > 0)
    for t in range(course.turns):
        before, after = course.positions[t, 0], course.positions[t + 1, 0]
        movers = np.flatnonzero((before != after).any(axis=1))
        assert len(movers) == 2
        shift = (share * (after - before)).sum(axis=0)
        side = np.sign(before - (share * before).sum(axis=0))
        for k in movers:
            assert (n.salience[0, k] * side[k] * shift).sum() > 0
    assert np.isfinite(course.positions).all()


def test_turns_cap_the_trades_and_draws_are_apart():
    many = drawn(np.random.default_rng(3), 3, 6, 3)
    course = exchange(many, 2)
    assert course.positions.shape[0] == 3
    for k in range(3):
        np.testing.assert_array_equal(
            exchange(many.one(k), 2).positions[:, 0], course.positions[:, k]
        )
