import numpy as np
import pytest
from scipy.special import expit

from willing.errors import UsageError
from willing.statistics.ridge_logit import fit_ridge_logit


def data(n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    x = rng.normal(3.0, 2.0, (n, 2))
    y = (rng.random(n) < expit(0.5 + 1.0 * (x[:, 0] - 3) / 2)).astype(float)
    return x, y


def test_the_score_equations_hold_at_the_fit() -> None:
    x, y = data()
    m = fit_ridge_logit(x, y, strength=2.0)
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    gap = m.probability(x) - y
    assert gap.sum() == pytest.approx(0, abs=1e-3)
    assert z.T @ gap + 2.0 * m.coefficients == pytest.approx([0, 0], abs=1e-2)


def test_a_strong_ridge_returns_the_base_rate() -> None:
    x, y = data()
    p = fit_ridge_logit(x, y, strength=1e9).probability(x)
    assert p == pytest.approx(np.full(len(y), y.mean()), abs=1e-3)


def test_missing_values_take_the_training_mean() -> None:
    x, y = data()
    m = fit_ridge_logit(x, y)
    at_mean = np.array([[np.nan, 4.0]])
    assert m.probability(at_mean) == pytest.approx(m.probability([[x[:, 0].mean(), 4.0]]))


def test_outcomes_that_are_no_outcomes_are_refused() -> None:
    with pytest.raises(UsageError):
        fit_ridge_logit(np.zeros((2, 1)), np.array([0.0, 0.5]))
