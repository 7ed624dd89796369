import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import ndtr, ndtri

from willing.errors import UsageError
from willing.statistics.scores import (
    auc,
    brier,
    calibration,
    crps,
    log_scores,
    paired_bootstrap,
    wilson,
)


def test_scores_by_hand() -> None:
    p, y = np.array([0.8, 0.3]), np.array([1.0, 0.0])
    assert brier(p, y) == pytest.approx([0.04, 0.09])
    assert log_scores(p, y) == pytest.approx([-np.log(0.8), -np.log(0.7)])


def test_a_certain_forecast_that_fails_is_dear_but_finite() -> None:
    assert log_scores(np.array([0.0]), np.array([1.0]))[0] == pytest.approx(13.8155, abs=1e-3)


def test_crps_by_hand() -> None:
    # E|X - 2| = 1, half of E|X - X'| = 0.5 for 1 and 3, equally likely
    assert crps(np.array([1.0, 3.0]), 2.0) == pytest.approx(0.5)
    assert crps(np.array([4.0]), 1.0) == pytest.approx(3.0)


@pytest.mark.parametrize(("mean", "sd", "y"), [(1.0, 0.8, 4.0), (0.2, 0.3, 0.5), (2.0, 1.2, 30.0)])
def test_crps_is_the_integral_it_stands_for(mean: float, sd: float, y: float) -> None:
    def below(x: float) -> float:
        return float(ndtr((np.log(x) - mean) / sd)) ** 2

    def above(x: float) -> float:
        return float(ndtr(-(np.log(x) - mean) / sd)) ** 2

    integral = quad(below, 1e-12, y)[0] + quad(above, y, np.inf)[0]
    points = np.exp(mean + sd * ndtri((np.arange(20_000) + 0.5) / 20_000))
    assert crps(points, y) == pytest.approx(integral, rel=2e-3)


def test_auc_counts_ties_half() -> None:
    assert auc(np.array([0.9, 0.5, 0.5, 0.1]), np.array([1.0, 1.0, 0.0, 0.0])) == 0.875
    assert auc(np.array([0.9, 0.5]), np.array([1.0, 1.0])) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=40))
def test_auc_is_the_share_of_pairs_in_order(rows: list[tuple[float, bool]]) -> None:
    p = np.array([r[0] for r in rows])
    y = np.array([float(r[1]) for r in rows])
    pairs = [(a, b) for a in p[y == 1] for b in p[y == 0]]
    expected = np.mean([(a > b) + 0.5 * (a == b) for a, b in pairs]) if pairs else None
    found = auc(p, y)
    assert (found is None) == (expected is None)
    if expected is not None:
        assert found == pytest.approx(expected)


def test_wilson_against_a_published_value() -> None:
    # Newcombe (1998), Statistics in Medicine 17: 81 of 263, 95 %: 0.2553 to 0.3662
    low, high = wilson(81, 263, z=1.959964)
    assert (low, high) == (pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))


def test_calibration_bins_hold_every_case_once() -> None:
    rng = np.random.default_rng(0)
    p = rng.random(100)
    y = (rng.random(100) < p).astype(float)
    bins = calibration(p, y)
    assert sum(b.n for b in bins) == 100
    assert sum(b.n * b.observed for b in bins) == pytest.approx(y.sum())
    assert all(b.low <= b.observed <= b.high for b in bins)
    assert [b.forecast for b in bins] == sorted(b.forecast for b in bins)


def test_bootstrap_draws_whole_clusters() -> None:
    # one cluster holds all of the gain: the interval must reach down to no gain at all
    ours, rival = np.zeros(40), np.zeros(40)
    rival[:10] = 1.0
    clusters = [i // 10 for i in range(40)]
    gain = paired_bootstrap(ours, rival, clusters, rng=np.random.default_rng(1))
    assert gain.gain == 0.25
    assert gain.low == 0.0
    assert gain.clusters == 4
    # drawn row by row the same data would exclude zero
    rows = paired_bootstrap(ours, rival, range(40), rng=np.random.default_rng(1))
    assert rows.low > 0.1


def test_a_pair_of_different_lengths_is_refused() -> None:
    with pytest.raises(UsageError):
        paired_bootstrap(np.zeros(2), np.zeros(3), [1, 2], rng=np.random.default_rng(0))
