import numpy as np
import pytest
from scipy.special import expit

from willing.errors import UsageError
from willing.participation.ordered_joining import ANSWERS, answers_by_name, fit_ordered_joining


def simulate(n: int = 1500):
    rng = np.random.default_rng(1)
    x = rng.standard_normal((n, 2))
    latent = x @ [1.0, -0.6] + rng.logistic(size=n)
    answer = (latent > -0.3).astype(int) + (latent > 0.7).astype(int)
    return x, answer, [f"m{i % 15}" for i in range(n)]


def test_the_fit_finds_what_made_the_answers() -> None:
    x, answer, missions = simulate()
    m = fit_ordered_joining(x, answer, answer, missions, ("a", "b"))
    assert m.mean[2:] == pytest.approx([1.0, -0.6], abs=0.15)
    assert m.mean[0] == pytest.approx(-0.3, abs=0.25)
    assert np.exp(m.mean[1]) == pytest.approx(1.0, abs=0.15)
    assert m.features == ("a", "b")


def test_unknown_refusals_do_not_move_the_line_of_joining() -> None:
    x, answer, missions = simulate()
    hidden = np.where(answer == 1, 0, answer)
    first, last = hidden, np.where(answer < 2, 1, 2)  # of those who stayed away, no more is known
    m = fit_ordered_joining(x, first, last, missions, ("a", "b"))
    whole = fit_ordered_joining(x, answer, answer, missions, ("a", "b"))
    upper = m.mean[0] + np.exp(m.mean[1])
    assert upper == pytest.approx(whole.mean[0] + np.exp(whole.mean[1]), abs=0.3)
    assert m.mean[2:] == pytest.approx(whole.mean[2:], abs=0.15)


def test_answers_add_to_one_and_support_is_an_answer_of_its_own() -> None:
    x, answer, missions = simulate(300)
    m = fit_ordered_joining(x, answer, answer, missions, ("a", "b"))
    p = m.probabilities(np.array([[0.0, 0.0], [3.0, 0.0], [-3.0, 0.0]]))
    assert p.sum(axis=1) == pytest.approx([1, 1, 1])
    assert (p > 0).all()
    assert p[1, 2] > p[0, 2] > p[2, 2]
    assert p[2, 0] > p[0, 0]
    assert p[0, 1] > max(p[1, 1], p[2, 1])  # support lies in the middle
    assert set(answers_by_name(p[0])) == set(ANSWERS)


def test_what_is_not_known_pulls_towards_even_odds() -> None:
    x, answer, missions = simulate(300)
    m = fit_ordered_joining(x, answer, answer, missions, ("a", "b"))
    at = np.array([[2.5, 0.0]])
    assert m.probabilities(at, 9.0)[0, 2] < m.probabilities(at)[0, 2]


def test_the_mean_effect_without_spread_is_the_plain_ordered_logit() -> None:
    x, answer, missions = simulate(300)
    m = fit_ordered_joining(x, answer, answer, missions, ("a", "b"))
    flat = type(m)(m.names, m.mean, np.zeros_like(m.covariance), spread=0.0)
    gap = np.exp(m.mean[1])
    eta = 0.4 * m.mean[2]
    expected = 1 - expit(m.mean[0] + gap - eta)
    assert flat.probabilities(np.array([[0.4, 0.0]]))[0, 2] == pytest.approx(expected, abs=1e-9)


def test_shapes_must_agree() -> None:
    with pytest.raises(UsageError):
        fit_ordered_joining(np.zeros((2, 1)), [0], [0, 0], ["m", "m"], ("a",))
