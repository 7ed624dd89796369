"""Maximum likelihood of the noise model."""

import numpy as np
import pytest

from tests.record.made import AS_OF, said, simulated
from willing.record import RANGES, NoiseModel, fit, positions
from willing.record._kernel import run
from willing.record._observations import observe
from willing.record._priors import prior_of
from willing.record.maximum_likelihood import PARAMETERS

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
    assert found.n == 0


def test_samples_stay_in_range_and_follow_the_generator(pool: list) -> None:
    found = fit(pool[:40], as_of=AS_OF)
    draws = found.sample(np.random.default_rng(7), 300)
    assert draws == found.sample(np.random.default_rng(7), 300)
    noise = np.log([m.noise for m in draws])
    assert noise.mean() == pytest.approx(np.log(found.model.noise), abs=0.1)
    assert 0.02 < noise.std() < 1.0
