import numpy as np
import pytest

from willing.statistics.elliptical_slice import effective_size, elliptical_slice


def test_a_normal_likelihood_gives_the_known_posterior() -> None:
    # prior N(0, 1), one observation 2.0 with variance 0.5: posterior N(4/3, 1/3)
    draws = elliptical_slice(
        lambda z: float(-((z[0] - 2.0) ** 2) / (2 * 0.5)),
        1,
        n_draws=4000,
        rng=np.random.default_rng(1),
        thin=3,
    )
    assert draws.mean() == pytest.approx(4 / 3, abs=0.04)
    assert draws.var() == pytest.approx(1 / 3, abs=0.03)


def test_without_data_the_draws_are_the_prior() -> None:
    draws = elliptical_slice(
        lambda z: 0.0, 2, n_draws=3000, rng=np.random.default_rng(2), warmup=10, thin=3
    )
    assert np.abs(draws.mean(axis=0)).max() < 0.06
    assert np.abs(np.cov(draws.T) - np.eye(2)).max() < 0.08


def test_same_generator_same_draws() -> None:
    def run() -> np.ndarray:
        return elliptical_slice(
            lambda z: float(-(z**2).sum()), 3, n_draws=5, rng=np.random.default_rng(3)
        )

    assert (run() == run()).all()


def test_effective_size_tells_independent_from_sticky_draws() -> None:
    rng = np.random.default_rng(4)
    free = rng.standard_normal((2000, 1))
    sticky = np.zeros(2000)
    for i in range(1, 2000):
        sticky[i] = 0.9 * sticky[i - 1] + rng.standard_normal()
    assert effective_size(free)[0] > 1500
    # an AR(1) with coefficient 0.9 keeps (1 - 0.9) / (1 + 0.9) of its draws
    assert 50 < effective_size(sticky[:, None])[0] < 220
