import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from willing.bargaining import (
    PRESSURE_WEEKS,
    RATE,
    URGENCY,
    impatience,
    meeting,
    pressed,
    resistance,
)

levels = st.lists(st.floats(0, 100), min_size=3, max_size=3).map(np.array)
shares = st.lists(st.floats(0, 1), min_size=3, max_size=3).map(np.array)


def test_the_formula():
    x = np.array([0.0, 50.0, 100.0])
    after = meeting(x, np.array([1.0, 1.0, 0.5]), np.array([2.0, 1.0, 2.0]), [0.0, 0.5, 1.0], 0.4)
    mean = (2 * 0 + 1 * 50 + 1 * 100) / 4
    np.testing.assert_allclose(after, [0.4 * mean, 50 + 0.2 * (mean - 50), 100])


@given(levels, shares, shares, shares, st.floats(0, 1), st.integers(0, 2), st.floats(0, 50))
def test_raising_a_position_lowers_nobodys(x, s, w, r, rate, who, by):
    up = x.copy()
    up[who] += by
    assert (meeting(up, s, w, r, rate) >= meeting(x, s, w, r, rate) - 1e-9).all()


@given(levels, shares, shares, shares, st.floats(0, 1))
def test_nobody_leaves_the_range(x, s, w, r, rate):
    after = meeting(x, s, w, r, rate)
    assert np.isfinite(after).all()
    assert after.min() >= x.min() - 1e-9
    assert after.max() <= x.max() + 1e-9


def test_nobody_moves_without_weight_or_rate():
    x = np.array([1.0, 2.0])
    assert (meeting(x, np.zeros(2), np.ones(2), 0.0, 1.0) == x).all()
    assert (meeting(x, np.ones(2), np.ones(2), 0.0, 0.0) == x).all()


def test_draws_are_rows():
    x = np.array([[0.0, 100.0], [20.0, 40.0]])
    after = meeting(x, np.ones(2), np.ones(2), 0.0, 1.0)
    np.testing.assert_allclose(after, [[50, 50], [30, 30]])


def test_who_gains_by_waiting_resists_more():
    own = impatience(np.array([0.0, 0.8, -0.5]), np.zeros(3))
    r = resistance(own, np.ones(3), np.ones(3))
    assert r[1] > r[0] > r[2]
    assert ((r > 0) & (r < 1)).all()


def test_alike_means_half():
    own = impatience(np.zeros(4), np.zeros(4))
    np.testing.assert_allclose(resistance(own, np.ones(4), np.arange(1.0, 5)), 0.5)
    np.testing.assert_allclose(resistance(np.ones(1), np.ones(1), np.ones(1)), 0.5)


def test_a_deadline_presses_those_who_fear_failure():
    cost = np.array([1.0, 0.0])
    far = resistance(impatience(np.zeros(2), cost, 52), np.ones(2), np.ones(2))
    near = resistance(impatience(np.zeros(2), cost, 1), np.ones(2), np.ones(2))
    none = resistance(impatience(np.zeros(2), cost), np.ones(2), np.ones(2))
    assert near[0] < far[0] <= none[0]
    assert near[1] > none[1]
    at_the_day = impatience(np.zeros(1), np.ones(1), 0.0)
    assert at_the_day[0] == pytest.approx(1 + URGENCY.value)
    later = impatience(np.zeros(1), np.ones(1), PRESSURE_WEEKS.value)
    assert later[0] == pytest.approx(1 + URGENCY.value / np.e)


def test_patience_has_a_floor():
    assert impatience(np.ones(1), np.zeros(1))[0] > 0


@pytest.mark.parametrize("a", [RATE, PRESSURE_WEEKS, URGENCY])
def test_assumptions_lie_in_their_range_with_a_reason(a):
    assert a.low < a.value < a.high
    assert all((a.reason, a.unit))


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 60))
def test_a_deadline_presses_and_never_hardens(k, cost, weeks):
    now = float(pressed(np.array(k), np.array(cost), weeks))
    assert 0 <= now <= k + 1e-12
    assert float(pressed(np.array(k), np.array(cost), weeks + 5)) >= now - 1e-12
    assert float(pressed(np.array(k), np.array(0.0), weeks)) == pytest.approx(k)


def test_the_deadline_multiplies_the_odds_of_giving_way():
    held = float(pressed(np.array(0.8), np.array(0.5), 0.0, urgency=2.0))
    assert (1 - held) / held == pytest.approx(0.2 / 0.8 * 2)
    assert float(pressed(np.array(1.0), np.array(1.0), 0.0)) == 1
    assert float(pressed(np.array(0.0), np.array(1.0), 0.0)) == 0
    assert float(pressed(np.array(0.6), np.array(1.0), np.inf)) == pytest.approx(0.6)
    # As where the resistance is derived: whose own impatience doubles gives way at twice the odds.
    one = resistance(np.array([1.0, 1.0]), np.ones(2), np.ones(2))[0]
    two = resistance(np.array([2.0, 1.0]), np.ones(2), np.ones(2))[0]
    assert (1 - two) / two == pytest.approx(2 * (1 - one) / one)
