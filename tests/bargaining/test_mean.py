import numpy as np
import pytest
from hypothesis import given

from tests.bargaining.helpers import drawn, negotiations, table
from willing.bargaining import mean, weighted_mean


def test_weights_are_salience_times_influence():
    n = table([0, 100], salience=[0.5, 1.0], influence=[3, 1])
    assert mean(n).outlooks[0].mean == pytest.approx(100 * 1.0 / 2.5)
    assert mean(n, weighted=False).outlooks[0].mean == 50


def test_nobody_moves_and_the_nearest_place_prevails():
    n = table([0, 40, 40, 100])
    course = mean(n)
    assert course.turns == 0
    assert (course.positions[0] == n.positions).all()
    assert course.probability[0, 0].tolist() == [0, 1, 1, 0]


def test_all_count_alike_where_nobody_has_weight():
    assert weighted_mean(table([0, 30], salience=0.0))[0, 0] == 15
    assert weighted_mean(table([0, 30], influence=0.0))[0, 0] == 15


@given(negotiations(dims=2))
def test_within_the_range_of_positions(n):
    point = weighted_mean(n)
    assert (point >= n.positions.min(axis=1) - 1e-9).all()
    assert (point <= n.positions.max(axis=1) + 1e-9).all()


def test_draws_make_a_distribution():
    n = drawn(np.random.default_rng(0), 50, 5)
    each = [mean(n.one(k)).outlooks[0].mean for k in range(50)]
    o = mean(n).outlooks[0]
    assert o.mean == pytest.approx(np.mean(each))
    assert o.quantile(0.5) == pytest.approx(np.sort(each)[24])
