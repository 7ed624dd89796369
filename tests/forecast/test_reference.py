"""The simulation: what any analyst would ask of its shape."""

from dataclasses import replace

import numpy as np
import pytest

from tests.forecast.small import ingredients, rate, small_case, span
from willing.forecast.build import build
from willing.forecast.outcome import Outcome
from willing.forecast.simulate import simulate, with_forced
from willing.forecast.spread import Spread
from willing.forecast.summary import band, difference, reached_by
from willing.forecast.world import draw_world

DRAWS = 1_000
MEMBERS = ("AAA", "BBB", "HST", "OPP")


@pytest.fixture(scope="module")
def model():
    case = small_case()
    return build(case, ingredients(case), reports=(0, 26, 52))


@pytest.fixture(scope="module")
def base(model) -> Outcome:
    return simulate(model, DRAWS, 1)


def same(a: Outcome, b: Outcome) -> bool:
    return all(
        np.array_equal(getattr(a, f), getattr(b, f))
        for f in ("first", "opened", "holds", "joins", "wants", "stance", "agreed", "votes")
    )


def test_same_seed_same_numbers_whatever_the_chunks(model, base):
    assert same(base, simulate(model, DRAWS, 1, chunk=391))


def test_another_seed_another_sample(model, base):
    assert not same(base, simulate(model, DRAWS, 2))


def test_more_time_never_lowers_a_milestone(base):
    curve = [reached_by(base.first, w).mean(axis=1) for w in range(53)]
    assert (np.diff(curve, axis=0) >= 0).all()


def test_milestones_keep_their_order(base, model):
    first = dict(zip([m.id for m in model.milestones], base.first, strict=True))
    assert (first["deployed"] >= first["mandate"]).all()
    assert (first["full_strength"] >= first["deployed"]).all()


def test_a_granted_backstop_never_lowers_participation(model, base):
    granted = simulate(with_forced(model, "us_backstop"), DRAWS, 1)
    assert (granted.joins >= base.joins).all()
    assert granted.joins.sum() > base.joins.sum()
    assert (granted.first <= base.first).all()


def test_a_veto_player_never_opens_a_route(model):
    case = small_case()
    parts = ingredients(case, levels={"OPP": 70.0})
    rule = parts.rules["council"]
    free = build(case, parts)
    strict = build(
        case,
        type(parts)(
            **{
                **{f: getattr(parts, f) for f in parts.__dataclass_fields__},
                "rules": {
                    "council": type(rule)(
                        rule.members,
                        rule.alternatives,
                        np.ones(3, bool),
                        rule.yes_from,
                        rule.no_below,
                    )
                },
            }
        ),
    )
    a, b = simulate(free, DRAWS, 1), simulate(strict, DRAWS, 1)
    assert (b.opened >= a.opened).all()
    assert (b.votes <= a.votes).all()
    assert b.votes.sum() < a.votes.sum()


def test_barring_is_the_opposite_of_forcing(model, base):
    barred = simulate(with_forced(model, "ceasefire", holds=False), DRAWS, 1)
    assert barred.joins.sum() == 0
    assert (barred.first >= base.first).all()


def test_i_go_if_two_others_go_tips():
    told = small_case().statements
    case = small_case(
        statements=[],
        taking_part={
            "requires": "members() >= 2",
            "spread": {"low": 1, "likely": 2, "high": 3, "reason": "test"},
        },
    )
    stuck = simulate(build(case, ingredients(case)), 200, 1)
    assert stuck.joins.sum() == 0  # the least fixed point: nobody goes first
    first = told[0].model_copy(update={"actor": "AAA", "requires": "true"})
    second = told[0].model_copy(update={"id": "S2", "actor": "CCC", "requires": "joins(AAA)"})
    case = case.model_copy(update={"statements": (first, second)})
    moving = simulate(build(case, ingredients(case)), 200, 1)
    bbb = [a.id for a in case.actors].index("BBB")
    assert moving.joins[:, bbb].sum() > 0


def test_the_interval_comes_from_parameters_not_from_the_number_of_draws(model):
    few, many = simulate(model, 2_000, 3), simulate(model, 8_000, 3)
    row = [m.id for m in model.milestones].index("deployed")
    narrow = band(reached_by(few.first[row], 52), few.inner)
    wide = band(reached_by(many.first[row], 52), many.inner)
    assert narrow.low <= narrow.probability <= narrow.high
    assert wide.high - wide.low > 0.5 * (narrow.high - narrow.low) > 0


def test_bands_are_beta_binomial():
    rng = np.random.default_rng(0)
    rates = rng.beta(3, 7, 400)
    hits = (rng.random((400, 50)) < rates[:, None]).ravel()
    b = band(hits, 50)
    low, high = np.quantile(rates, [0.05, 0.95])
    assert b.low == pytest.approx(low, abs=0.02)
    assert b.high == pytest.approx(high, abs=0.03)
    pure = band(rng.random(20_000) < 0.3, 50)
    assert pure.high - pure.low < 0.05


def test_difference_of_a_run_with_itself_is_nothing(base):
    hits = reached_by(base.first[2], 52)
    assert difference(hits, hits, base.inner).probability == 0


def test_what_a_draft_does_to_voting_members_is_common_and_leaves_each_as_it_was():
    """Each member's attitude keeps its distribution; the host and the opponent stand apart."""
    case = small_case()
    parts = ingredients(case)
    parts = replace(parts, rules={"council": replace(parts.rules["council"], members=MEMBERS)})
    model = replace(build(case, parts), shared=Spread(0.35, 0.35, 0.35, logit=True))
    world = draw_world(model, 0, 20_000, 100, 5)
    rows = [list(model.other_owner).index(model.actors.index(a)) for a in MEMBERS]
    x = (world.other[rows] - model.other_mean[rows, None]) / model.other_sd[rows, None]
    np.testing.assert_allclose(x.std(axis=1), 1.0, atol=0.02)
    np.testing.assert_allclose(x.mean(axis=1), 0.0, atol=0.03)
    together = np.corrcoef(x)
    assert together[0, 1] == pytest.approx(0.35, abs=0.02)
    np.testing.assert_allclose(together[:2, 2:], 0.0, atol=0.03)


def pressed_case():
    """A route that waits for one event alone, which may begin on any day, for good."""
    return small_case(
        conditions=[
            *(
                {"kind": "event", "id": i, "label": i, "begin": rate(0.4, 0.5, 0.6)}
                for i in ("ceasefire", "us_backstop")
            ),
            {"kind": "consent", "id": "host_consent", "label": "Consents", "actor": "HST"},
            {"kind": "derived", "id": "mandated", "label": "Mandated", "is": "coalition"},
        ],
        routes=[{"id": "coalition", "label": "C", "opens": "us_backstop", "days": span(1, 4, 20)}],
    )


def test_a_wait_of_days_is_neither_lengthened_nor_shortened_by_the_weeks():
    case = pressed_case()
    model = build(case, ingredients(case))
    run = simulate(model, 4_000, 1)
    opened = np.array([(run.opened[0] <= w).mean() for w in range(model.weeks + 1)])
    waited = (run.agreed[:, 0] / run.draws - opened).sum()
    asked = draw_world(model, 0, 4_000, run.inner, 1).route_weeks[0].mean()
    assert asked < 1.0
    assert waited == pytest.approx(asked, abs=0.1)  # whole weeks, rounded: a day either way


def test_what_a_route_brings_holds_in_the_week_it_opens():
    case = pressed_case()
    model = build(case, ingredients(case))
    run = simulate(model, DRAWS, 1)
    held = run.holds[:, model.conditions.index("mandated")]
    assert (held == [(run.opened[0] <= w).sum() for w in range(model.weeks + 1)]).all()
    assert held[-1] > 0
