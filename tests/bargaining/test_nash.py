from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import minimize_scalar

from tests.bargaining.helpers import drawn, negotiations, table
from willing.bargaining import nash
from willing.errors import UsageError


@given(negotiations())
@settings(max_examples=40)
def test_the_product_of_gains_is_greatest_there(n):
    found = nash(n).outlooks[0].mean / 100
    x, w = n.positions[0, :, 0] / 100, n.weights()[0, :, 0]
    best = minimize_scalar(
        lambda y: -(w * np.log(2 - (y - x) ** 2)).sum(),
        bounds=(0, 1),
        method="bounded",
        options={"xatol": 1e-10},
    )
    assert found == pytest.approx(best.x, abs=1e-5)


def test_two_alike_meet_halfway_and_weight_pulls():
    assert nash(table([0, 100])).outlooks[0].mean == pytest.approx(50, abs=1e-4)
    assert nash(table([0, 100], influence=[3, 1])).outlooks[0].mean < 50


def test_a_near_reference_point_protects_who_is_near_it():
    n = table([0, 100])
    at = {
        r: nash(replace(n, reference=np.array([r])), "reference").outlooks[0].mean
        for r in (0.0, 50.0, 100.0)
    }
    assert at[0.0] < at[50.0] == pytest.approx(50, abs=1e-3)
    assert at[100.0] > 50


def test_reference_variant_needs_a_reference_point():
    with pytest.raises(UsageError, match="reference point"):
        nash(table([0, 100]), "reference")
    with pytest.raises(UsageError, match="costly or reference"):
        nash(table([0, 100]), "none")


def test_draws_do_not_touch_each_other():
    many = drawn(np.random.default_rng(0), 6, 5, 2)
    for k in range(6):
        one = nash(many.one(k))
        assert one.outlooks[1].mean in nash(many).outlooks[1].low
