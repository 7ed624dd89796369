import numpy as np
import pytest
from scipy.special import expit, logit

from willing.errors import UsageError
from willing.history.proportional_odds import fit_proportional_odds, log_likelihood


def numpy_log_likelihood(cuts, beta, x, first, last) -> float:
    edges = np.r_[-np.inf, cuts, np.inf]
    eta = x @ beta
    return float(np.sum(np.log(expit(edges[last + 1] + eta) - expit(edges[first] + eta))))


def test_compiled_likelihood_agrees_with_numpy() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 2))
    first = rng.integers(0, 4, 40)
    last = np.where(rng.random(40) < 0.3, 3, first)
    for _ in range(10):
        cuts, beta = np.sort(rng.normal(size=3)), rng.normal(size=2)
        expected = numpy_log_likelihood(cuts, beta, x, first, last)
        assert log_likelihood(cuts, beta, x, first, last) == pytest.approx(expected, rel=1e-9)


def simulate(n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(n, 2))
    below = expit(np.array([-1.0, 0.0, 0.8])[None, :] + (x @ [1.0, -0.5])[:, None])
    return x, (rng.random(n)[:, None] > below).sum(axis=1)


def fit(x, first, last, signs=(0, 0)):
    return fit_proportional_odds(
        x, first, last, 3, names=("a", "b"), signs=signs, n_draws=150, rng=np.random.default_rng(4)
    )


def test_the_posterior_finds_what_made_the_data() -> None:
    x, c = simulate(600)
    m = fit(x, c, c)
    assert m.beta.mean(axis=0) == pytest.approx([1.0, -0.5], abs=0.25)
    assert m.cuts.mean(axis=0) == pytest.approx([-1.0, 0.0, 0.8], abs=0.3)


def test_probabilities_rise_with_the_horizon_in_every_draw() -> None:
    x, c = simulate(60)
    p = fit(x, c, c).probability(np.array([0.3, -2.0]))
    assert p.shape == (150, 3)
    assert (np.diff(p, axis=1) >= 0).all()


def test_odds_are_proportional() -> None:
    x, c = simulate(60)
    m = fit(x, c, c)
    shift = logit(m.probability(np.array([1.0, 0.0]))) - logit(m.probability(np.zeros(2)))
    assert shift == pytest.approx(np.repeat(m.beta[:, :1], 3, axis=1), abs=1e-6)


def test_a_sign_holds_in_every_draw() -> None:
    x, c = simulate(60)
    beta = fit(x, c, c, signs=(-1, 1)).beta
    assert (beta[:, 0] <= 0).all()
    assert (beta[:, 1] >= 0).all()


def test_a_censored_row_counts_for_what_is_known() -> None:
    x = np.zeros((40, 2))
    late = np.full(40, 2)
    # not by the second horizon, and nothing more known: the third stays open
    open_ended = fit(x, late, np.full(40, 3)).probability(np.zeros(2)).mean(axis=0)
    never = fit(x, np.full(40, 3), np.full(40, 3)).probability(np.zeros(2)).mean(axis=0)
    assert open_ended[1] < 0.1
    assert open_ended[2] > 2 * never[2]


def test_shapes_must_agree() -> None:
    with pytest.raises(UsageError):
        fit(np.zeros((2, 3)), np.zeros(2, dtype=int), np.zeros(2, dtype=int))
