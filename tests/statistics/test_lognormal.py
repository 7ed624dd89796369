import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr

from willing.errors import UsageError
from willing.statistics.lognormal import below, crps_lognormal, fit_lognormal, quantile


@pytest.mark.parametrize(("mean", "sd", "y"), [(1.0, 0.8, 4.0), (0.2, 0.3, 0.5), (2.0, 1.2, 30.0)])
def test_crps_is_the_integral_it_stands_for(mean: float, sd: float, y: float) -> None:
    def below(x: float) -> float:
        return float(ndtr((np.log(x) - mean) / sd)) ** 2

    def above(x: float) -> float:
        return float(ndtr(-(np.log(x) - mean) / sd)) ** 2

    integral = quad(below, 1e-12, y)[0] + quad(above, y, np.inf)[0]
    found = crps_lognormal(np.array([mean]), np.array([sd]), np.array([y]))[0]
    assert found == pytest.approx(integral, rel=1e-5)


@pytest.mark.parametrize(("mean", "sd", "y"), [(1.0, 0.8, 4.0), (2.0, 1.2, 30.0), (3.0, 0.9, 0.3)])
def test_crps_of_a_forecast_cut_off_is_the_integral_it_stands_for(
    mean: float, sd: float, y: float
) -> None:
    top = 36.0
    m, s = np.array([mean]), np.array([sd])
    under = quad(lambda x: below(m, s, x, top)[0] ** 2, 1e-12, y)[0]
    over = quad(lambda x: (1 - below(m, s, x, top)[0]) ** 2, y, top)[0]
    assert crps_lognormal(m, s, np.array([y]), top)[0] == pytest.approx(under + over, rel=1e-5)
    assert below(m, s, float(quantile(m, s, 0.9, top)[0]), top)[0] == pytest.approx(0.9)
    assert quantile(m, s, 0.9999, top)[0] < top


def test_with_many_rows_the_prior_is_forgotten() -> None:
    rng = np.random.default_rng(6)
    x = np.column_stack([np.ones(5000), rng.normal(size=5000)])
    y = np.exp(1.5 + 0.4 * x[:, 1] + 0.7 * rng.normal(size=5000))
    m = fit_lognormal(x, y, prior_sd=[10, 0.5], prior_s=2.0, prior_weight=4)
    assert m.mean == pytest.approx([1.5, 0.4], abs=0.03)
    assert m.predict(np.array([[1.0, 0.0]]))[1][0] == pytest.approx(0.7, abs=0.03)


def test_draws_agree_with_the_posterior() -> None:
    x, y = np.ones((12, 1)), np.exp(np.linspace(0, 2, 12))
    m = fit_lognormal(x, y, prior_sd=[10], prior_s=0.9, prior_weight=4)
    b, s = m.draws(20000, np.random.default_rng(7))
    assert b.mean() == pytest.approx(m.mean[0], abs=0.02)
    assert (s**2).mean() == pytest.approx(m.rate / (m.shape - 1), rel=0.05)


def test_quantiles_are_where_they_say() -> None:
    low = quantile(np.array([1.0]), np.array([0.5]), 0.1)[0]
    assert ndtr((np.log(low) - 1.0) / 0.5) == pytest.approx(0.1)


def test_a_duration_of_nothing_is_refused() -> None:
    with pytest.raises(UsageError):
        fit_lognormal(
            np.ones((2, 1)), np.array([1.0, 0.0]), prior_sd=[1], prior_s=1, prior_weight=1
        )
