import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from tests.bargaining.helpers import drawn, negotiations, table
from willing.bargaining import DefaultParameters, default, read_deu, shipped
from willing.bargaining.default import masses, outlook, score, weights
from willing.bargaining.fitting import cross_validate, fit, losses, paired_bootstrap
from willing.data.bargaining import read
from willing.errors import UsageError

P = DefaultParameters(exact=0.4, middle=0.7, reference=0.9)
ONE_WAY = DefaultParameters((1.0,), (0.5,), (0.5,))
NONE = np.array([np.nan])
NO = np.array([False])


@given(negotiations())
@settings(max_examples=60)
def test_closed_form_score_is_the_outlooks(n):
    x, s, c = n.positions[:, :, 0], n.salience[:, :, 0], n.influence
    o = outlook(x, s, c, P)
    mass, centre = masses(x, weights(s, c, P), NONE, NO, P)
    for y in (0.0, 33.0, 50.0, 100.0):
        assert score(x, mass, centre, P.exact, np.array([y]))[0] == pytest.approx(
            o.crps(y), abs=1e-9
        )


def test_shape_by_hand():
    n = table([0, 50, 100], salience=1.0, influence=[1, 1, 4])
    p = replace(ONE_WAY, exact=0.5, floor=0.0, middle=np.log(3), reference=0.0)
    o = default(n, p).outlooks[0]
    share = np.array([1, 1, 2]) / 4  # square roots of influence
    mass = np.sqrt(share) * [1, 3, 1]
    mass /= mass.sum()
    centre = share @ [0, 50, 100]
    assert o.mean == pytest.approx(
        0.5 * mass @ [0, 50, 100] + 0.5 * (mass @ [0, 50, 100] + centre) / 2
    )
    for k, place in enumerate((0.0, 50.0, 100.0)):
        at = o.cdf(np.array([place - 1e-9, place]))
        assert at[1] - at[0] == pytest.approx(0.5 * mass[k], abs=1e-6)


def test_powers_are_averaged_over():
    n = table([0, 30, 100], salience=[0.2, 0.9, 0.5], influence=[1, 1, 4])
    p = replace(P, salience_powers=(0.0, 2.0), support_powers=(0.0, 1.0))
    at = np.array([0.0, 30.0, 100.0])
    x, s, c = n.positions[:, :, 0], n.salience[:, :, 0], n.influence

    def spread(*powers: tuple[float, ...]) -> tuple[list[float], float]:
        q = replace(
            p, salience_powers=powers[0], influence_powers=powers[1], support_powers=powers[2]
        )
        mass, centre = masses(x, weights(s, c, q), NONE, NO, q)
        return mass[0].tolist(), float(centre[0])

    singles = [
        spread((a,), (b,), (g,))
        for a in p.salience_powers
        for b in p.influence_powers
        for g in p.support_powers
    ]
    mass, centre = spread(p.salience_powers, p.influence_powers, p.support_powers)
    assert mass == pytest.approx(np.mean([m for m, _ in singles], axis=0).tolist())
    assert centre == pytest.approx(np.mean([c for _, c in singles]))
    o = default(n, p).outlooks[0]
    steps = o.cdf(at) - o.cdf(at - 1e-9)
    assert steps.tolist() == pytest.approx([p.exact * m for m in mass], abs=1e-6)


def test_who_has_no_influence_counts_only_where_nobody_has_any():
    x, s = np.array([[0.0, 50.0, 100.0]]), np.full((1, 3), 0.5)
    o = outlook(x, s, np.array([[0.0, 3.0, 3.0]]), P)
    assert o.quantile(1e-6) == 50
    assert outlook(x, s, np.zeros((1, 3)), P).quantile(1e-6) == 0


def test_dichotomous_issues_have_no_middle():
    n = table([0, 100, 100])
    assert default(n, replace(P, middle=5.0)).outlooks[0].mean == pytest.approx(
        default(n, P).outlooks[0].mean
    )


def test_the_reference_point_counts_under_unanimity_only():
    n = table([0, 0, 100], reference=np.array([100.0]))
    free = default(n, P).outlooks[0].mean
    assert default(replace(n, rule="qualified_majority"), P).outlooks[0].mean == free
    assert default(replace(n, rule="unanimity"), P).outlooks[0].mean > free
    unknown = replace(n, rule="unanimity", reference=NONE)
    assert default(unknown, P).outlooks[0].mean == free


def test_splitting_an_actor_into_equal_halves_changes_little_and_a_place_shared_nothing():
    x, s = np.array([[0.0, 40.0, 100.0]]), np.full((1, 3), 0.5)
    p = replace(P, influence_powers=(1.0,))
    whole = outlook(x, s, np.array([[1.0, 2.0, 1.0]]), p)
    parts = outlook(np.array([[0.0, 40.0, 40.0, 100.0]]), np.full((1, 4), 0.5), np.ones((1, 4)), p)
    at = np.linspace(0, 100, 41)
    np.testing.assert_allclose(whole.cdf(at), parts.cdf(at), atol=1e-9)
    near = outlook(np.array([[0.0, 39.9, 40.1, 100.0]]), np.full((1, 4), 0.5), np.ones((1, 4)), p)
    np.testing.assert_allclose(whole.cdf(at + 0.5), near.cdf(at + 0.5), atol=0.02)


@given(negotiations(dims=2))
@settings(max_examples=60)
def test_never_nan_and_within_the_stated_range(n):
    for k, o in enumerate(default(n).outlooks):
        x = n.positions[0, :, k]
        assert x.min() - 1e-9 <= o.quantile(0.01) <= o.quantile(0.99) <= x.max() + 1e-9
        assert np.isfinite([o.mean, o.median, o.sd]).all()


def test_other_scales_and_draws():
    one = drawn(np.random.default_rng(0), 1, 6)
    wide = replace(one, positions=one.positions * 3 + 7, scale=np.array([[7.0, 307.0]]))
    assert default(wide).outlooks[0].mean == pytest.approx(default(one).outlooks[0].mean * 3 + 7)
    many = drawn(np.random.default_rng(0), 4, 6)
    each = [default(many.one(k)).outlooks[0].mean for k in range(4)]
    assert default(many).outlooks[0].mean == pytest.approx(np.mean(each))


def test_many_actors():
    o = default(drawn(np.random.default_rng(0), 1, 1000)).outlooks[0]
    assert 0 < o.quantile(0.05) < o.median < o.quantile(0.95) < 100


def test_shipped_parameters_come_with_their_fit():
    document = json.loads(read("default.json"))
    assert DefaultParameters.read(document) == shipped()
    fit_ = document["fit"]
    assert fit_["n"] == len(fit_["issues"]) == 206
    assert fit_["crps_in_sample"] < fit_["crps_cross_validated"] < fit_["crps_mixture"]
    assert fit_["date"]
    assert "10.34810/data53" in fit_["data"]
    with pytest.raises(UsageError, match="unknown nonsense"):
        DefaultParameters.read({"parameters": {"nonsense": 1}})


def test_shipped_parameters_are_those_of_the_fit(shared_data):
    text = (shared_data / "deu3" / "deu3_part.tsv").read_text(encoding="utf-8")
    decisions, skipped = read_deu(text)
    assert (len(decisions), len(skipped)) == (206, 5)
    assert vars_of(fit(decisions)) == pytest.approx(vars_of(shipped()), abs=2e-3)


def test_cross_validated_by_proposal_it_beats_the_bar(shared_data):
    text = (shared_data / "deu3" / "deu3_part.tsv").read_text(encoding="utf-8")
    decisions, _ = read_deu(text)
    held = cross_validate(decisions, np.random.default_rng(0), repeats=2)
    assert held.mean() <= 15.5
    assert held.mean() > losses(decisions, fit(decisions)).mean()  # it costs something


def test_no_row_is_scored_by_a_fit_that_saw_its_proposal(shared_data):
    text = (shared_data / "deu3" / "deu3_part.tsv").read_text(encoding="utf-8")
    decisions, _ = read_deu(text)
    some = decisions[:40]
    # Changing one proposal's outcomes changes the others' scores, and its own only by itself.
    name = some[0].proposal
    changed = [replace(d, outcome=100 - d.outcome) if d.proposal == name else d for d in some]
    rng = np.random.default_rng
    proposals = len({d.proposal for d in some})
    a = cross_validate(some, rng(0), folds=proposals)
    b = cross_validate(changed, rng(0), folds=proposals)
    others = np.array([d.proposal != name for d in some])
    assert (a[others] != b[others]).any()
    kept = fit([d for d in some if d.proposal != name])
    own = losses([d for d in changed if d.proposal == name], kept)
    np.testing.assert_allclose(b[~others], own, atol=1e-6)


def test_bootstrap_draws_whole_proposals(shared_data):
    text = (shared_data / "deu3" / "deu3_part.tsv").read_text(encoding="utf-8")
    decisions, _ = read_deu(text)
    first = np.ones(len(decisions))
    same = paired_bootstrap(decisions, first, first, np.random.default_rng(0), 100)
    assert (same.mean, same.low, same.high) == (0, 0, 0)
    better = paired_bootstrap(decisions, first, first + 1, np.random.default_rng(0), 100)
    assert (better.mean, better.low, better.high, better.share_better) == (-1, -1, -1, 1)
    # A loss that is the same within proposals varies more than one shuffled over rows.
    names = sorted({d.proposal for d in decisions})
    by_group = np.array([np.sin(7.0 * names.index(d.proposal)) for d in decisions])
    grouped = paired_bootstrap(decisions, by_group, 0 * by_group, np.random.default_rng(0))
    mixed = np.random.default_rng(1).permutation(by_group)
    shuffled = paired_bootstrap(decisions, mixed, 0 * mixed, np.random.default_rng(0))
    assert grouped.high - grouped.low > shuffled.high - shuffled.low


def vars_of(p: DefaultParameters) -> list[float]:
    values = [getattr(p, name) for name in DefaultParameters.__slots__]
    return [x for v in values for x in (v if isinstance(v, tuple) else (v,))]
