import numpy as np
import pytest
from hypothesis import given

from tests.bargaining.helpers import negotiations, table
from willing.bargaining import median, weighted_median


@pytest.mark.parametrize(
    ("x", "w", "expected"),
    [
        ([10, 20, 90], [1, 1, 1], 20),
        ([10, 20, 90], [5, 1, 1], 10),
        ([0, 100], [1, 1], 50),
        ([0, 100], [1, 1.01], 100),
        ([70], [1], 70),
        ([90, 10, 20], [1, 1, 1], 20),
        ([0, 0, 50, 100], [0, 0, 0, 0], 25),
        ([0, 40, 80], [1, 0, 1], 40),
    ],
)
def test_neither_side_outweighs_it(x, w, expected):
    n = table(x, influence=w)
    assert weighted_median(n)[0, 0] == pytest.approx(expected)
    assert median(n).outlooks[0].median == pytest.approx(expected)


def test_unweighted():
    assert weighted_median(table([0, 10, 90], influence=[9, 1, 1]), weighted=False)[0, 0] == 10


@given(negotiations())
def test_at_most_half_the_weight_lies_strictly_on_either_side(n):
    m = weighted_median(n)[0, 0]
    x, w = n.positions[0, :, 0], n.weights()[0, :, 0]
    assert w[x < m - 1e-9].sum() <= 0.5 + 1e-9
    assert w[x > m + 1e-9].sum() <= 0.5 + 1e-9
    assert np.isfinite(m)
