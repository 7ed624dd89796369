"""Positions to stances, and the cut points between the rungs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from willing.case import CUTS, LEVEL, STANCES
from willing.record import estimate_cuts, highest_probabilities, stance_probabilities

levels = st.floats(-50, 150)
spreads = st.floats(0.1, 60)


@given(levels, spreads)
def test_they_are_the_normal_between_the_cuts(mean: float, sd: float) -> None:
    p = stance_probabilities(mean, sd)
    edges = norm.cdf(CUTS, mean, sd)
    np.testing.assert_allclose(p, np.diff([0.0, *edges, 1.0]), atol=1e-12)
    assert p.min() >= 0
    assert p.sum() == pytest.approx(1.0)


@given(levels, st.floats(0.01, 40), spreads)
def test_a_higher_position_never_lowers_the_chance_of_a_rung_or_better(
    mean: float, more: float, sd: float
) -> None:
    low, high = stance_probabilities([mean, mean + more], sd)
    assert (np.cumsum(high)[:-1] <= np.cumsum(low)[:-1] + 1e-12).all()


@pytest.mark.parametrize("stance", STANCES)
def test_a_position_known_for_sure_is_on_its_rung(stance: str) -> None:
    p = stance_probabilities(LEVEL[stance], 0.0)
    assert p[STANCES.index(stance)] == 1.0


def test_shapes_broadcast() -> None:
    assert stance_probabilities(np.zeros((4, 1)), np.ones(3)).shape == (4, 3, 9)


def test_the_highest_of_one_is_that_one() -> None:
    p = highest_probabilities(np.array([62.0]), np.array([[81.0]]))
    np.testing.assert_allclose(p, stance_probabilities(62.0, 9.0), atol=2e-3)


def test_the_highest_of_independent_positions_is_the_product_of_their_distributions() -> None:
    mean, sd = np.array([40.0, 55.0, 50.0, 60.0, 30.0]), np.array([12.0, 5.0, 20.0, 8.0, 25.0])
    p = highest_probabilities(mean, np.diag(sd**2))
    below = np.prod(norm.cdf(np.array(CUTS)[:, None], mean, sd), axis=1)
    np.testing.assert_allclose(np.cumsum(p)[:-1], below, atol=4e-3)


def test_the_highest_of_positions_that_move_as_one_is_any_of_them() -> None:
    p = highest_probabilities(np.full(5, 58.0), np.full((5, 5), 100.0))
    np.testing.assert_allclose(p, stance_probabilities(58.0, 10.0), atol=2e-3)


def test_the_highest_is_the_same_every_time() -> None:
    cov = np.diag([9.0, 16.0, 25.0, 4.0, 1.0]) + 3.0
    mean = np.arange(5) * 10.0 + 30
    one, other = highest_probabilities(mean, cov), highest_probabilities(mean, cov)
    assert one.tobytes() == other.tobytes()


def test_cut_points_are_found_again() -> None:
    rng = np.random.default_rng(2)
    truth = np.array([-10.0, 10.0, 40.0, 44.0, 50.0, 65.0, 90.0, 95.0])
    mean = rng.uniform(-20, 120, 6_000)
    rung = np.searchsorted(truth, mean + 6.0 * rng.standard_normal(len(mean)))
    found = estimate_cuts(mean, np.full(len(mean), 6.0), rung, shrink=0.0)
    np.testing.assert_allclose(found.estimated, truth, atol=1.5)
    assert found.p_value < 1e-6
    assert sum(found.counts) == found.n == 6_000
    assert estimate_cuts([50.0], [9.0], [4]).counts == (0, 0, 0, 0, 1, 0, 0, 0, 0)


def test_the_assumed_spacing_is_kept_where_it_is_right() -> None:
    rejected = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        mean = rng.uniform(0, 100, 400)
        rung = np.searchsorted(CUTS, mean + 10 * rng.standard_normal(400))
        rejected += estimate_cuts(mean, np.full(400, 10.0), rung).p_value < 0.05
    assert rejected <= 3


@settings(deadline=None, max_examples=15)
@given(st.lists(st.tuples(st.floats(0, 100), st.integers(0, 8)), max_size=12))
def test_estimated_cut_points_ascend_and_are_never_less_likely(rows: list) -> None:
    mean, rung = [m for m, _ in rows], [r for _, r in rows]
    found = estimate_cuts(mean, [10.0] * len(rows), rung)
    assert (np.diff(found.estimated) > 0).all()
    assert found.loglik_estimated >= found.loglik_assumed - 1e-6


def test_who_stands_for_sure_on_a_cut_stands_above_it() -> None:
    cuts = np.array([10.0, 20.0, 30.0])
    chances = stance_probabilities(np.array([20.0]), np.array([0.0]), cuts)
    np.testing.assert_array_equal(chances, [[0.0, 0.0, 1.0, 0.0]])


@pytest.mark.parametrize("shrink", [0.5, 5.0])
def test_cut_points_are_held_to_the_assumed_ones_as_firmly_as_asked(shrink: float) -> None:
    """As by a prior: the first within one rung, the width of each within a factor of e."""
    rng = np.random.default_rng(6)
    mean = rng.uniform(-10, 110, 60)
    rung = np.searchsorted(np.array(CUTS) ** 1.1 / 100**0.1, mean + 9 * rng.standard_normal(60))
    options = {} if shrink == 0.5 else {"shrink": shrink}
    best = np.array(estimate_cuts(mean, np.full(60, 9.0), rung, **options).estimated)
    width, sd = np.diff(CUTS), 1 / np.sqrt(shrink)

    def height(first: float, widths: np.ndarray) -> float:
        cuts = np.concatenate(([first], first + np.cumsum(widths)))
        chances = stance_probabilities(mean, 9.0, cuts)[np.arange(60), rung]
        held = (
            norm.logpdf(first, CUTS[0], 12.5 * sd)
            + norm.logpdf(np.log(widths / width), 0, sd).sum()
        )
        return float(np.log(chances).sum() + held)

    first, widths = best[0], np.diff(best)
    top = height(first, widths)
    for off in (-1, 1):
        assert height(first + 0.4 * off, widths) < top
        for k in range(len(widths)):
            assert height(first, widths * np.exp(0.08 * off * np.eye(len(widths))[k])) < top
    assert np.abs(best - CUTS).max() > 1.0  # and it is not where it began
