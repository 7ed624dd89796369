import numpy as np
import pytest

from willing.errors import UsageError
from willing.participation.extra_trees import fit_extra_trees


def rows(n: int = 800) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    x = rng.uniform(-1, 1, (n, 3))
    # a corner no logit can draw
    y = ((x[:, 0] > 0) & (x[:, 1] > 0)).astype(float)
    return x, np.where(rng.random(n) < 0.05, 1 - y, y)


def forest(**options):
    x, y = rows()
    return fit_extra_trees(x, y, rng=np.random.default_rng(3), **options)


def test_it_learns_a_corner() -> None:
    p = forest(n_trees=100).probability(
        np.array([[0.6, 0.6, 0.0], [-0.6, 0.6, 0.0], [0.6, -0.6, 0.0], [-0.6, -0.6, 0.0]])
    )
    assert p[0] > 0.65
    assert (p[1:] < 0.25).all()


def test_probabilities_are_shares_and_leaves_hold_enough_rows() -> None:
    x, y = rows(100)
    leaf = 20
    f = fit_extra_trees(x, y, rng=np.random.default_rng(0), n_trees=30, leaf=leaf)
    p = f.probability(x)
    assert ((p >= 0) & (p <= 1)).all()
    # a leaf of at least 20 rows out of 100: at most five leaves, so at most nine nodes in use
    assert ((f.feature >= 0).sum(axis=1) <= 4).all()


def test_one_tree_without_a_cut_is_the_base_rate() -> None:
    x, y = rows(100)
    f = fit_extra_trees(x, y, rng=np.random.default_rng(0), n_trees=1, leaf=50)
    constant = fit_extra_trees(
        np.zeros((100, 1)), y, rng=np.random.default_rng(0), n_trees=1, leaf=5
    )
    assert constant.probability(np.zeros((1, 1)))[0] == pytest.approx(y.mean())
    assert f.probability(x).mean() == pytest.approx(y.mean())


def test_every_tree_keeps_the_mean_of_its_rows() -> None:
    x, y = rows()
    for k in range(5):
        f = fit_extra_trees(x, y, rng=np.random.default_rng(k), n_trees=1)
        assert f.probability(x).mean() == pytest.approx(y.mean())


def test_same_generator_same_forest() -> None:
    at = rows(50)[0]
    assert (forest(n_trees=20).probability(at) == forest(n_trees=20).probability(at)).all()


def test_missing_values_are_refused() -> None:
    with pytest.raises(UsageError, match="missing"):
        fit_extra_trees(np.full((20, 1), np.nan), np.zeros(20), rng=np.random.default_rng(0))
