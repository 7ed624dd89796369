import numpy as np
import pytest

from willing.statistics.elliptical_slice import elliptical_slice
from willing.statistics.grid_posterior import grid_posterior


def test_a_normal_posterior_is_found_exactly():
    # one observation each, of mean 2 z and of sd 1, at 3 and -1: posterior N(2 y / 5, 1 / 5)
    seen = np.array([3.0, -1.0])

    def log_likelihood(z):
        return -0.5 * ((seen - 2 * z) ** 2).sum(axis=1)

    draws = grid_posterior(log_likelihood, n_draws=4000, rng=np.random.default_rng(1))
    assert draws.shape == (4000, 2)
    assert draws.mean(axis=0) == pytest.approx(2 * seen / 5, abs=0.01)
    assert draws.std(axis=0) == pytest.approx([5**-0.5] * 2, abs=0.01)
    assert abs(np.corrcoef(draws.T)[0, 1]) < 0.05


def test_nothing_known_leaves_the_prior():
    draws = grid_posterior(lambda z: np.zeros(len(z)), n_draws=5000, rng=np.random.default_rng(2))
    assert np.abs(draws.mean(axis=0)).max() < 0.05
    assert np.abs(draws.std(axis=0) - 1).max() < 0.05


def test_a_narrow_bent_posterior_agrees_with_a_chain():
    def log_likelihood(z):
        z = np.atleast_2d(z)
        return -0.5 * ((z[:, 1] - z[:, 0] ** 2) / 0.1) ** 2 - 0.5 * ((z[:, 0] - 1) / 0.3) ** 2

    cells = grid_posterior(log_likelihood, n_draws=4000, rng=np.random.default_rng(3))
    chain = elliptical_slice(
        lambda z: float(log_likelihood(z)[0]), 2, n_draws=4000, rng=np.random.default_rng(4)
    )
    assert cells.mean(axis=0) == pytest.approx(chain.mean(axis=0), abs=0.05)
    assert cells.std(axis=0) == pytest.approx(chain.std(axis=0), rel=0.1)


def test_draws_come_in_no_order():
    draws = grid_posterior(lambda z: -(z[:, 0] ** 2), n_draws=2000, rng=np.random.default_rng(5))
    assert abs(np.corrcoef(draws[:-1, 0], draws[1:, 0])[0, 1]) < 0.1
