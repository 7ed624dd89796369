"""The filter and the smoother against the joint Gaussian they stand for, and against each other."""

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.stats import multivariate_normal

from tests.record.made import ACTORS, AS_OF, FIRST, MODEL, said, statements
from willing.case import Statement
from willing.record._kernel import run
from willing.record._observations import Observations, observe
from willing.record._priors import prior_of
from willing.record.local_level import (
    HIGHEST_OF_FIVE,
    Prior,
    before_each_day,
    filter_actor,
    offsets,
    row,
    smooth_actor,
)
from willing.record.noise import NoiseModel

END = float(AS_OF.toordinal())
#: priors that differ by actor, so that no test passes by their being alike
PRIORS = {"AAA": (40.0, 9.0), "BBB": (70.0, 25.0)}


def setup(rows: list[Statement]) -> tuple[Observations, Prior]:
    obs = observe(rows, as_of=AS_OF, actors=ACTORS)
    return obs, prior_of(MODEL, ACTORS, PRIORS)


def joint(
    model: NoiseModel, prior: Prior, obs: Observations, actor: int, day: float, until: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """Regression in the joint Gaussian of states and statements: no recursion at all.

    State on `day` given the rows up to `until`, and the log-likelihood of those rows.
    """
    rows = np.arange(obs.start[actor], obs.start[actor + 1])
    rows = rows[obs.day[rows] <= until]
    mean0, cov0 = prior.state(actor)
    H = np.array([row(int(p), len(mean0)) for p in obs.place[rows]]).reshape(-1, len(mean0))
    t = obs.day[rows] / 7
    level = prior.sd[actor] ** 2
    K = level * model.phi ** np.abs(t[:, None] - t) + H[:, 1:] @ cov0[1:, 1:] @ H[:, 1:].T
    S = K + np.diag(obs.variance(model)[rows])
    cross = np.vstack([level * model.phi ** np.abs(day / 7 - t), cov0[1:, 1:] @ H[:, 1:].T])
    if not len(rows):
        return mean0, cov0, 0.0
    y = obs.value[rows]
    mean = mean0 + cross @ np.linalg.solve(S, y - H @ mean0)
    cov = cov0 - cross @ np.linalg.solve(S, cross.T)
    return mean, cov, float(multivariate_normal(H @ mean0, S).logpdf(y))


@given(statements())
@settings(max_examples=40, deadline=None)
def test_the_filter_is_regression_in_the_joint_gaussian(rows: list[Statement]) -> None:
    obs, prior = setup(rows)
    for a in range(len(ACTORS)):
        mean, cov, loglik, _ = filter_actor(MODEL, prior, obs, a, END)
        expected_mean, expected_cov, expected = joint(MODEL, prior, obs, a, END, END)
        np.testing.assert_allclose(mean, expected_mean, atol=1e-8)
        np.testing.assert_allclose(cov, expected_cov, atol=1e-7)
        assert loglik == pytest.approx(expected, abs=1e-8)


@given(statements(least=1))
@settings(max_examples=40, deadline=None)
def test_the_smoother_is_regression_on_all_rows(rows: list[Statement]) -> None:
    obs, prior = setup(rows)
    for a in range(len(ACTORS)):
        for day in (40.0, 75.0):
            on = FIRST.toordinal() + day
            mean, cov = smooth_actor(MODEL, prior, obs, a, on)
            expected_mean, expected_cov, _ = joint(MODEL, prior, obs, a, on, END)
            np.testing.assert_allclose(mean, expected_mean, atol=1e-7)
            np.testing.assert_allclose(cov, expected_cov, atol=1e-6)


@given(statements())
@settings(max_examples=40, deadline=None)
def test_the_kernel_is_the_filter(rows: list[Statement]) -> None:
    obs, prior = setup(rows)
    fast = run(MODEL, prior, obs, END)
    total = 0.0
    for a in range(len(ACTORS)):
        mean, cov, loglik, steps = filter_actor(MODEL, prior, obs, a, END)
        total += loglik
        np.testing.assert_allclose(fast.mean[a], mean, atol=1e-9)
        np.testing.assert_allclose(fast.cov[a], cov, atol=1e-9)
        at = slice(int(obs.start[a]), int(obs.start[a + 1]))
        assert fast.innovation[at] == pytest.approx([s.innovation for s in steps])
        assert fast.spread[at] == pytest.approx([s.spread for s in steps])
        if steps:
            np.testing.assert_allclose(fast.gain[at], [s.gain for s in steps], atol=1e-12)
    assert fast.loglik == pytest.approx(total)


@given(statements(least=1))
@settings(max_examples=30, deadline=None)
def test_hindsight_is_never_less_sure(rows: list[Statement]) -> None:
    obs, prior = setup(rows)
    on = FIRST.toordinal() + 60.0
    for a in range(len(ACTORS)):
        _, then, _, _ = filter_actor(MODEL, prior, obs, a, on)
        _, now = smooth_actor(MODEL, prior, obs, a, on)
        assert (np.diag(now) <= np.diag(then) + 1e-9).all()


def test_rows_of_one_day_do_not_explain_each_other() -> None:
    rows = [said("a", 0, stance="lead"), said("b", 9, stance="oppose"), said("c", 9, stance="lead")]
    obs, prior = setup(rows)
    _, _, _, steps = filter_actor(MODEL, prior, obs, 0, END)
    first, second, third = before_each_day(steps)
    assert second == third
    assert first != second
    assert steps[2].h @ steps[2].mean < second[0]


def test_the_level_is_in_expectation_the_highest_of_the_five_domains() -> None:
    mean, sd = offsets(MODEL)
    draws = np.random.default_rng(1).standard_normal((400_000, len(mean))) * sd + mean
    assert abs(draws[:, :5].max(axis=1).mean()) < 0.05
    assert mean[-1] == 0.0
    assert pytest.approx(-HIGHEST_OF_FIVE * MODEL.offset) == mean[0]


def test_what_is_said_on_the_day_itself_counts_on_that_day() -> None:
    obs, prior = setup([said("a", 0, stance="oppose"), said("b", 9, stance="lead")])
    on = FIRST.toordinal() + 9.0
    (before, _, _, one), (then, _, _, both) = (
        filter_actor(MODEL, prior, obs, 0, day) for day in (on - 1.0, on)
    )
    assert (len(one), len(both)) == (1, 2)
    assert (then > before).any()
    # and it is no hindsight: nothing was said after that day
    np.testing.assert_array_equal(smooth_actor(MODEL, prior, obs, 0, on)[0], then)


def test_two_rows_on_the_first_day_are_one_day() -> None:
    obs, prior = setup([said("a", 3, stance="lead"), said("b", 3, stance="oppose")])
    _, _, _, steps = filter_actor(MODEL, prior, obs, 0, END)
    first, second = before_each_day(steps)
    assert first == second
