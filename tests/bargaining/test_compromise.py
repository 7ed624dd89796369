import numpy as np
import pytest
from hypothesis import given

from tests.bargaining.helpers import negotiations, table
from willing.bargaining import compromise, weighted_mean


def test_the_outcome_is_the_weighted_mean_at_every_round():
    n = table([0, 30, 100], salience=[0.9, 0.1, 0.5], influence=[1, 2, 3])
    for turns in (0, 1, 5):
        assert compromise(n, turns).outlooks[0].mean == pytest.approx(weighted_mean(n)[0, 0])
        assert compromise(n, turns).turns == turns


def test_who_cares_less_goes_further():
    n = table([0, 0, 100], salience=[1.0, 0.2, 0.6], influence=1.0)
    after = compromise(n, 1).positions[1, 0, :, 0]
    target = weighted_mean(n)[0, 0]
    assert after[0] == 0
    assert after[1] == pytest.approx(0.8 * target)
    assert after[2] == pytest.approx(100 + 0.4 * (target - 100))


@given(negotiations(dims=2))
def test_nobody_passes_the_mean(n):
    before, after = n.positions, compromise(n, 1).positions[1]
    target = weighted_mean(n)[:, None, :]
    assert np.isfinite(after).all()
    for low, high in ((before, after), (after, np.broadcast_to(target, after.shape))):
        assert (
            (np.minimum(before, target) <= high + 1e-9) & (low <= np.maximum(before, target) + 1e-9)
        ).all()
