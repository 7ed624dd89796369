import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from willing.statistics.penalised_logit import penalised_logit


def problem(seed: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    design = rng.normal(size=(80, 4)) * [1, 5, 0.2, 3]
    y = (rng.random(80) < expit(design @ [0.5, -0.4, 2.0, 0.1])).astype(float)
    return design, y, rng.normal(size=4), rng.uniform(0.1, 4, 4)


@pytest.mark.parametrize("seed", range(5))
def test_newton_finds_what_a_general_optimiser_finds(seed: int) -> None:
    design, y, mean, precision = problem(seed)

    def loss(b: np.ndarray) -> float:
        eta = design @ b
        penalty = 0.5 * np.sum(precision * (b - mean) ** 2)
        return float(np.sum(np.logaddexp(0, eta) - y * eta) + penalty)

    found = minimize(loss, mean, method="BFGS", options={"gtol": 1e-9})
    mode, curvature, value = penalised_logit(design, y, mean, precision)
    assert mode == pytest.approx(found.x, abs=1e-4)
    assert value == pytest.approx(-found.fun, abs=1e-8)
    p = expit(design @ mode)
    exact = design.T @ (design * (p * (1 - p))[:, None]) + np.diag(precision)
    assert curvature == pytest.approx(exact, rel=1e-6)


def test_where_it_starts_does_not_matter() -> None:
    design, y, mean, precision = problem(9)
    far = penalised_logit(design, y, mean, precision, start=np.array([20.0, -20, 5, 9]))[0]
    assert far == pytest.approx(penalised_logit(design, y, mean, precision)[0], abs=1e-6)


def test_data_that_separate_stay_finite_under_a_prior() -> None:
    design = np.array([[1.0, -1.0], [1.0, 1.0]])
    mode = penalised_logit(design, np.array([0.0, 1.0]), np.zeros(2), np.ones(2))[0]
    assert np.isfinite(mode).all()
    assert 0.4 < mode[1] < 1.0
