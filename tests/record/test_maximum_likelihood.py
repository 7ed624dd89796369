"""Maximum likelihood of the noise model."""

import numpy as np
import pytest

from tests.record.made import AS_OF, said, simulated
from willing.record import RANGES, NoiseModel, fit, positions
from willing.record._kernel import run
from willing.record._observations import observe
from willing.record._priors import prior_of
from willing.record.maximum_likelihood import (
    _BOUNDS,
    _SD,
    PARAMETERS,
    _covariance,
    _curvature,
    _scale,
    model_at,
)

TRUTH = NoiseModel(noise=8.0, drift=4.0, offset=10.0, indirect=1.4, prior_mean=55.0, prior_sd=20.0)


@pytest.fixture(scope="module")
def pool() -> list:
    return simulated(np.random.default_rng(3), TRUTH, actors=60, each=8)


def loglik(rows: list, model: NoiseModel) -> float:
    obs = observe(rows, as_of=AS_OF)
    return run(model, prior_of(model, obs.actors, None), obs, float(AS_OF.toordinal())).loglik


def test_it_finds_the_parameters_the_statements_were_drawn_with(pool: list) -> None:
    found = fit(pool, as_of=AS_OF, shrink=0.0, profile=True, points=5)
    assert found.n == 480
    assert found.actors == 60
    for profile in found.profile:
        if profile.parameter == "indirect":  # all made alike: nothing to learn from
            continue
        truth = getattr(TRUTH, profile.parameter)
        # the ladder's ends cut the levels off, which the truth does not: a tenth of slack
        assert 0.9 * profile.low <= truth <= 1.1 * profile.high, profile.parameter


def test_the_day_is_the_last_known_where_none_is_given(pool: list) -> None:
    last = max(s.known for s in pool)
    assert fit(pool, shrink=0.0).loglik == fit(pool, as_of=last, shrink=0.0).loglik


def test_who_has_a_prior_of_its_own_is_marked() -> None:
    assert prior_of(TRUTH, ("AAA", "BBB"), {"AAA": (40.0, 9.0)}).informed.tolist() == [True, False]


def test_positions_rest_on_the_fitted_noise(pool: list) -> None:
    """Not on the noise assumed before anything was said."""
    found = positions(pool, as_of=AS_OF)
    assert found.fit is not None
    assert found.model == found.fit.model != NoiseModel()


def test_no_neighbour_is_more_likely(pool: list) -> None:
    found = fit(pool, as_of=AS_OF, shrink=0.0)
    assert found.loglik == pytest.approx(loglik(pool, found.model))
    for name in PARAMETERS:
        for factor in (0.97, 1.03):
            value = float(np.clip(getattr(found.model, name) * factor, *RANGES[name]))
            other = NoiseModel(
                **{p: getattr(found.model, p) for p in PARAMETERS} | {name: value}  # type: ignore[arg-type]
            )
            assert loglik(pool, other) <= found.loglik + 1e-4, name


def test_the_profile_peaks_at_the_estimate_and_holds_it(pool: list) -> None:
    found = fit(pool[:80], as_of=AS_OF, shrink=0.0, profile=True, points=3)
    for profile in found.profile:
        if profile.parameter == "indirect":  # flat: every statement is of the best grade
            assert np.ptp(profile.loglik) < 1e-6
            continue
        best = profile.grid[int(np.argmax(profile.loglik))]
        assert best == pytest.approx(getattr(found.model, profile.parameter), rel=0.05)
        assert profile.low <= getattr(found.model, profile.parameter) <= profile.high
        assert max(profile.loglik) == pytest.approx(found.loglik, abs=0.02)


def test_the_same_statements_in_any_order_give_the_same_fit(pool: list) -> None:
    one = fit(pool[:80], as_of=AS_OF)
    other = fit(pool[:80][::-1], as_of=AS_OF)
    assert one.model == other.model
    assert one.loglik == other.loglik


def test_shrinkage_pulls_to_the_values_set_beforehand_and_gives_way_to_evidence(pool: list) -> None:
    before = NoiseModel()
    few, many = pool[:24], pool
    for name in ("noise", "drift", "offset"):
        free = getattr(fit(few, as_of=AS_OF, shrink=0.0).model, name)
        held = getattr(fit(few, as_of=AS_OF, shrink=50.0).model, name)
        centre = getattr(before, name)
        assert abs(np.log(held / centre)) < abs(np.log(free / centre)) + 1e-9
    assert fit(many, as_of=AS_OF).model.noise == pytest.approx(
        fit(many, as_of=AS_OF, shrink=0.0).model.noise, rel=0.05
    )


def test_indirect_evidence_that_is_worse_is_found_to_be_worse() -> None:
    rng = np.random.default_rng(5)
    pairs = [("lead", "commit"), ("decline", "oppose"), ("undecided", "consider")]
    rows = []
    for k in range(60):
        high = pairs[k % 3]
        name = f"A{chr(65 + k // 26)}{chr(65 + k % 26)}"
        rows += [said(f"{name}-{d}", d, name, high[d % 2]) for d in range(4)]
        wild = ("threaten", "lead")[int(rng.integers(2))]
        rows.append(said(f"{name}-9", 9, name, wild, rank="opposition"))
    assert fit(rows, as_of=AS_OF, shrink=0.0).model.indirect > 1.5


def test_a_callers_prior_holds_for_its_actor(pool: list) -> None:
    names = sorted({s.actor for s in pool})
    told = dict.fromkeys(names, (55.0, 20.0))
    found = fit(pool, as_of=AS_OF, priors=told)
    # with a prior for everybody the pool's own has nothing to explain
    assert found.model.prior_mean == pytest.approx(NoiseModel().prior_mean, abs=0.5)


def test_without_statements_the_values_set_beforehand_come_back() -> None:
    found = fit([], as_of=AS_OF)
    assert found.model == NoiseModel()
    assert model_at(found.point).as_dict() == pytest.approx(NoiseModel().as_dict())
    assert (found.n, found.actors, found.loglik, found.shrink) == (0, 0, 0.0, 1.0)
    np.testing.assert_allclose(found.covariance, np.diag(_SD**2))


def test_the_scale_of_the_search_leads_back_to_the_parameters() -> None:
    there = model_at([_scale(name, getattr(TRUTH, name)) for name in PARAMETERS])
    for name in PARAMETERS:
        assert getattr(there, name) == pytest.approx(getattr(TRUTH, name)), name
    quick = {"drift": 12.0, "prior_sd": 4.0, "indirect": 1.0}
    held = model_at([_scale(n, quick.get(n, getattr(TRUTH, n))) for n in PARAMETERS])
    assert held.drift == pytest.approx(3.6)  # a week moves less than the whole spread
    assert held.indirect == pytest.approx(1.0)


def test_samples_stay_in_range_and_follow_the_generator(pool: list) -> None:
    found = fit(pool[:40], as_of=AS_OF)
    draws = found.sample(np.random.default_rng(7), 300)
    assert draws == found.sample(np.random.default_rng(7), 300)
    noise = np.log([m.noise for m in draws])
    assert noise.mean() == pytest.approx(np.log(found.model.noise), abs=0.1)
    assert 0.02 < noise.std() < 1.0


class Bowl:
    """Half a quadratic form about the values set beforehand: its curvature is its matrix."""

    def __init__(self, matrix: np.ndarray, shrink: float = 1.0) -> None:
        self.matrix, self.shrink = matrix, shrink
        self.asked: list[np.ndarray] = []

    def __call__(self, x: np.ndarray) -> float:
        self.asked.append(x)
        return float(0.5 * x @ self.matrix @ x)


def leaning() -> np.ndarray:
    """Six parameters, each bound up with each other one in its own way, on its own scale."""
    root = np.random.default_rng(4).normal(size=(6, 6))
    return (root @ root.T + 6 * np.eye(6)) / np.outer(_SD, _SD)


@pytest.mark.parametrize("end", [0, 1])
def test_curvature_is_that_of_a_bowl_also_at_the_end_of_a_range(end: int) -> None:
    bowl = Bowl(leaning())
    found = _curvature(bowl, np.array([b[end] for b in _BOUNDS]))
    np.testing.assert_allclose(found, bowl.matrix, rtol=1e-5, atol=1e-5 / _SD.min() ** 2)
    low, high = np.array(_BOUNDS).T
    assert all((low - 1e-9 <= x).all() and (x <= high + 1e-9).all() for x in bowl.asked)


def test_what_is_known_of_a_parameter_is_the_inverse_of_the_curvature() -> None:
    bowl = Bowl(leaning())
    middle = np.mean(_BOUNDS, axis=1)
    np.testing.assert_allclose(_covariance(bowl, middle), np.linalg.inv(bowl.matrix), rtol=1e-4)


@pytest.mark.parametrize(("shrink", "spreads"), [(1.0, 1.0), (0.0, 2.0)])
def test_of_what_nothing_is_learnt_the_spread_set_beforehand_is_left(
    shrink: float, spreads: float
) -> None:
    """Without shrinkage, where nothing holds a parameter, twice that."""
    steep = np.array([9.0, 4.0, 0.0, 0.0, 1.0, 16.0])
    found = _covariance(Bowl(np.diag(steep / _SD**2), shrink), np.mean(_BOUNDS, axis=1))
    learnt = np.array([1 / 3, 1 / 2, spreads, spreads, 1.0, 1 / 4])
    np.testing.assert_allclose(np.sqrt(np.diag(found)), learnt * _SD, rtol=1e-3)


def test_the_curvature_and_the_profile_tell_of_the_same_uncertainty(pool: list) -> None:
    """The 95 % interval of the likelihood is 1.96 standard errors to either side."""
    found = fit(pool, as_of=AS_OF, shrink=0.0, profile=True, points=9)
    index = PARAMETERS.index("noise")
    profile = found.profile[index]
    width = np.log(profile.high / profile.low)
    assert width == pytest.approx(2 * 1.96 * np.sqrt(found.covariance[index, index]), rel=0.05)
