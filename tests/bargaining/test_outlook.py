import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import truncnorm

from willing.bargaining import Outlook

pieces = st.lists(
    st.tuples(
        st.integers(0, 20).map(lambda v: 5.0 * v),
        st.integers(0, 20).map(lambda v: 5.0 * v),
        st.floats(0.01, 1),
    ),
    min_size=1,
    max_size=6,
)


def build(parts) -> Outlook:
    a, b, m = (np.array(v) for v in zip(*parts, strict=True))
    return Outlook.of(a, b, m)


@given(pieces, st.integers(0, 100))
def test_crps_is_the_integral_it_stands_for(parts, y):
    o = build(parts)
    grid = np.arange(0, 100, 0.05) + 0.025  # knots and outcome fall between these points
    f = o.cdf(grid)
    assert o.crps(float(y)) == pytest.approx(((f - (grid >= y)) ** 2).sum() * 0.05, abs=0.02)


@given(pieces)
def test_distribution_function_and_quantiles(parts):
    o = build(parts)
    at = np.linspace(-5, 105, 221)
    f = o.cdf(at)
    assert (np.diff(f) >= -1e-12).all()
    assert f[0] == 0
    assert f[-1] == pytest.approx(1)
    for p in (0.05, 0.5, 0.95):
        q = o.quantile(p)
        assert o.cdf(np.array([q]))[0] >= p - 1e-9
        assert o.cdf(np.array([q - 1e-6]))[0] <= p + 1e-6
    drawn = np.array(o.quantiles(np.linspace(0.0005, 0.9995, 1000)))
    assert o.mean == pytest.approx(drawn.mean(), abs=0.3)
    assert o.sd == pytest.approx(drawn.std(), abs=0.5)


def test_atoms_and_stretches():
    o = Outlook.of([0, 50], [0, 100], [1, 3])
    assert o.cdf(np.array([-1.0, 0.0, 49.0, 75.0, 100.0])).tolist() == [0, 0.25, 0.25, 0.625, 1]
    assert o.quantile(0.2) == 0
    assert o.median == pytest.approx(50 + 50 * (0.25 / 0.75))
    assert o.mean == pytest.approx(0.75 * 75)
    assert Outlook.points([10.0]).crps(30.0) == 20
    assert Outlook.points([0.0, 100.0]).crps(50.0) == 25


def test_truncated_normal():
    o = Outlook.normal(80, 25, 0, 100)
    t = truncnorm((0 - 80) / 25, (100 - 80) / 25, 80, 25)
    assert o.mean == pytest.approx(t.mean(), abs=0.02)
    assert o.sd == pytest.approx(t.std(), abs=0.02)
    at = np.array([10.0, 50.0, 95.0])
    np.testing.assert_allclose(o.cdf(at), t.cdf(at), atol=1e-3)


def test_mixture_and_empty():
    o = Outlook.mixture([(0.25, Outlook.points([0.0])), (0.75, Outlook.points([100.0]))])
    assert o.mean == 75
    with pytest.raises(ValueError, match="mass"):
        Outlook.points([1.0], np.zeros(1))


@given(pieces, st.sampled_from([2.0, 5.0, 10.0, 25.0]))
def test_no_window_holds_more_than_the_likeliest(parts, within):
    o = build(parts)
    at, mass = o.likeliest(within)
    low, high = o.quantile(0.0), o.quantile(1.0)
    assert low <= at <= high

    def held(z):
        return o.cdf(z + within + 1e-9) - o.cdf(z - within - 1e-9)

    assert held(np.array([at]))[0] == pytest.approx(mass, abs=1e-8)
    assert held(np.linspace(low, high, 401)).max() <= mass + 1e-7


def test_the_likeliest_window_by_hand():
    assert Outlook.points([40.0, 60.0]).likeliest(10) == pytest.approx((50, 1))
    assert Outlook.points([50.0]).likeliest(10) == pytest.approx((50, 1))
    # Two stretches hold as much: the one nearest the median, at its middle.
    two = Outlook.points([0.0, 100.0, 55.0], np.array([2.0, 2.0, 1.0]))
    assert two.likeliest(10) == pytest.approx((95, 0.4)) or two.likeliest(10)[0] in (5.0, 95.0)
    flat = Outlook.of([0], [100], [1])
    assert flat.likeliest(10) == pytest.approx((50, 0.2))
