import numpy as np
import pytest
from scipy.special import expit

from willing.errors import UsageError
from willing.history.discrete_hazard import (
    Duration,
    _chain,
    _target,
    _unfold,
    fit_discrete_hazard,
    log_likelihood,
    person_weeks,
)
from willing.statistics.elliptical_slice import elliptical_slice

EDGES = (0, 2, 5, 10)


def numpy_log_likelihood(a, beta, x, at_risk, events) -> float:
    eta = a[None, :] + (x @ beta)[:, None]
    return float(np.sum(events * eta - at_risk * np.logaddexp(0.0, eta)))


def test_person_weeks_by_hand() -> None:
    durations = [Duration(0, True), Duration(3, True), Duration(3, False), Duration(40, True)]
    at_risk, events = person_weeks(durations, EDGES)
    assert at_risk.tolist() == [[1, 0, 0], [2, 2, 0], [2, 1, 0], [2, 3, 5]]
    assert events.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0]]


def test_compiled_likelihood_agrees_with_numpy() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30, 3))
    durations = [Duration(int(w), bool(h)) for w, h in rng.integers(0, [12, 2], (30, 2))]
    at_risk, events = person_weeks(durations, EDGES)
    for _ in range(20):
        a, beta = rng.normal(size=3) * 4, rng.normal(size=3)
        expected = numpy_log_likelihood(a, beta, x, at_risk, events)
        assert log_likelihood(a, beta, x, at_risk, events) == pytest.approx(expected, rel=1e-10)
    z, sign, pooled = rng.normal(size=7), np.array([1.0, 0.0, -1.0]), np.zeros(3)
    a, beta = _unfold(z, pooled, sign)
    whole = numpy_log_likelihood(a, beta, x, at_risk, events)
    assert _target(z, pooled, sign, x, at_risk, events) == pytest.approx(whole)


def test_the_compiled_chain_is_elliptical_slice_sampling_number_by_number() -> None:
    rng = np.random.default_rng(1)
    x, sign, pooled = rng.normal(size=(30, 3)), np.array([1.0, 0.0, -1.0]), -rng.random(3)
    durations = [Duration(int(w), bool(h)) for w, h in rng.integers(0, [12, 2], (30, 2))]
    rows = pooled, sign, x, *person_weeks(durations, EDGES)
    one, other = np.random.default_rng(5), np.random.default_rng(5)
    plain = elliptical_slice(lambda z: float(_target(z, *rows)), 7, n_draws=40, rng=one)
    np.testing.assert_array_equal(_chain(other, 40, *rows), plain)
    assert one.random() == other.random()


def simulate(n: int, beta: np.ndarray) -> tuple[np.ndarray, list[Duration]]:
    rng = np.random.default_rng(8)
    x = rng.integers(0, 2, (n, len(beta))).astype(float)
    durations = []
    for row in x:
        hazard = expit(-2.0 + row @ beta)
        week = int(rng.geometric(hazard)) - 1
        durations.append(Duration(week, True) if week < 10 else Duration(10, False))
    return x, durations


def test_the_posterior_finds_what_made_the_data() -> None:
    x, durations = simulate(600, np.array([1.0, -0.8]))
    m = fit_discrete_hazard(
        x,
        durations,
        names=("a", "b"),
        signs=(1, -1),
        edges_weeks=EDGES,
        n_draws=150,
        rng=np.random.default_rng(9),
    )
    beta = m.coefficients[:, m.n_bins :]
    assert beta.mean(axis=0) == pytest.approx([1.0, -0.8], abs=0.25)
    assert m.coefficients[:, : m.n_bins].mean() == pytest.approx(-2.0, abs=0.3)


def test_a_sign_holds_in_every_draw_even_against_the_data() -> None:
    x, durations = simulate(120, np.array([-1.5, 0.0]))
    m = fit_discrete_hazard(
        x,
        durations,
        names=("a", "b"),
        signs=(1, 0),
        edges_weeks=EDGES,
        n_draws=100,
        rng=np.random.default_rng(10),
    )
    beta = m.coefficients[:, m.n_bins :]
    assert (beta[:, 0] >= 0).all()
    assert (beta[:, 1] < 0).any()
    assert (beta[:, 1] > 0).any()


def test_weeks_and_survival_add_up() -> None:
    x, durations = simulate(80, np.array([0.5, 0.5]))
    m = fit_discrete_hazard(
        x,
        durations,
        names=("a", "b"),
        signs=(0, 0),
        edges_weeks=EDGES,
        n_draws=20,
        rng=np.random.default_rng(11),
    )
    at = np.array([1.0, 0.0])
    hazard, events = m.hazard(at), m.events_by_week(at)
    assert hazard.shape == events.shape == (20, 10)
    assert events.sum(axis=1) == pytest.approx(1 - np.prod(1 - hazard, axis=1))
    eta = m.coefficients[:, 1] + m.coefficients[:, m.n_bins]
    assert hazard[:, 3] == pytest.approx(expit(eta))


def test_one_row_is_refused() -> None:
    with pytest.raises(UsageError):
        fit_discrete_hazard(
            np.zeros((1, 1)),
            [Duration(1, True)],
            names=("a",),
            signs=(0,),
            edges_weeks=EDGES,
            n_draws=5,
            rng=np.random.default_rng(0),
        )
