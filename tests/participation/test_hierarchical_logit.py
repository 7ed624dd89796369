import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm

from willing.errors import UsageError
from willing.participation.hierarchical_logit import fit_hierarchical_logit


def simulate(n_groups: int, spread: float, seed: int = 0):
    rng = np.random.default_rng(seed)
    level = spread * rng.standard_normal(n_groups)
    group = np.repeat(np.arange(n_groups), 60)
    x = np.column_stack([np.ones(len(group)), rng.standard_normal(len(group))])
    p = expit(-0.5 + 0.8 * x[:, 1] + level[group])
    return x, (rng.random(len(group)) < p).astype(float), group.tolist()


def fit(x, y, group, **options):
    return fit_hierarchical_logit(
        x, y, group, prior_mean=np.zeros(2), prior_sd=np.array([2.0, 1.0]), **options
    )


def test_the_fit_finds_what_made_the_data() -> None:
    m = fit(*simulate(40, 1.0))
    assert m.coefficients == pytest.approx([-0.5, 0.8], abs=0.25)
    assert m.spread == pytest.approx(1.0, abs=0.3)
    assert m.n_groups == 40


def test_the_spread_is_learned_from_the_missions() -> None:
    assert fit(*simulate(30, 0.3)).spread < fit(*simulate(30, 1.8)).spread


def test_a_new_mission_has_its_level_integrated_out() -> None:
    m = fit(*simulate(12, 1.2), spreads=(1.0,))
    at = np.array([[1.0, 0.7]])
    c = m.components[0]
    variance = float(at[0] @ c.covariance @ at[0] + 1.0)

    def integrand(u: float) -> float:
        return float(expit(u) * norm.pdf(u, at[0] @ c.mean, np.sqrt(variance)))

    assert m.probability(at)[0] == pytest.approx(quad(integrand, -15, 15)[0], abs=1e-6)


def test_where_missions_differ_forecasts_stay_nearer_even_odds() -> None:
    x, y, group = simulate(12, 1.0)
    tight, wide = fit(x, y, group, spreads=(0.2,)), fit(x, y, group, spreads=(2.0,))
    far = np.array([[1.0, 4.0]])
    assert 0.5 < wide.probability(far)[0] < tight.probability(far)[0]


def test_one_mission_speaks_less_than_many() -> None:
    x, y, group = simulate(20, 1.0)
    few = fit(x[:60], y[:60], group[:60])
    assert few.sd[0] > fit(x, y, group).sd[0]


def test_shapes_must_agree() -> None:
    with pytest.raises(UsageError):
        fit(np.ones((3, 2)), np.zeros(2), [1, 1, 1])
