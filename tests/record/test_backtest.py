"""Rolling origin: no leak, honest baselines, and the shipped record."""

import datetime as dt

import numpy as np
import pytest

from tests.record.made import AS_OF, FIRST, NoiseModel, said, simulated
from willing.case import Actor, Case, Statement
from willing.case.folder import load
from willing.record import fit_law, positions
from willing.record.backtest import (
    Prediction,
    _calibration,
    advantage,
    marginal,
    persistence,
    predictions,
    rolling_origin,
    scores,
)
from willing.record.next_statement import last_rung


def made_case(rows: list[Statement]) -> Case:
    """A case with actors and statements, and nothing else that the record reads."""
    names = sorted({s.actor for s in rows})
    return Case.model_construct(
        id="made",
        as_of=AS_OF,
        issues=(),
        actors=tuple(Actor(id=n, name=n) for n in names),
        statements=tuple(rows),
        pledges=(),
        calendar=(),
        milestones=(),
        resolutions=(),
    )


@pytest.fixture(scope="module")
def pool() -> list[Statement]:
    truth = NoiseModel(noise=9.0, drift=3.0, offset=5.0, prior_sd=22.0)
    return simulated(np.random.default_rng(11), truth, 25, 5)


START = FIRST + dt.timedelta(days=50)


def test_what_comes_after_an_origin_changes_no_prediction_made_there(
    pool: list[Statement],
) -> None:
    cut = START + dt.timedelta(days=1)
    flipped = [
        s.model_copy(update={"stance": "threaten", "rank": "opposition" if k % 2 else "head"})
        if s.date >= cut
        else s
        for k, s in enumerate(pool)
    ]
    kept = {m.actor: m for m in predictions(made_case(pool), start=START, step_days=1000)}
    seen = {
        m.actor: m
        for m in predictions(
            made_case(flipped), start=START, step_days=1000, counted=lambda s: True
        )
    }
    assert kept
    for actor, m in kept.items():
        other = seen[actor]
        assert other.rung == 0
        for which in ("model", "persistence", "marginal"):
            assert getattr(m, which).tobytes() == getattr(other, which).tobytes()


def test_what_was_said_before_but_published_later_is_no_target_and_not_known() -> None:
    hidden = said("h", 40, "AAA", "lead", published=FIRST + dt.timedelta(days=60))
    rows = [said("a", 10, "AAA", "decline"), said("b", 80, "AAA", "oppose"), hidden]
    (made,) = predictions(made_case(rows), start=START, step_days=1000)
    assert made.id == "b"
    assert made.persistence.argmax() == 2


def test_a_day_of_two_statements_counts_as_one_and_an_event_once() -> None:
    rows = [
        said("a", 60, "AAA", "decline", "land"),
        said("b", 60, "AAA", "lead", "sea"),
        said("c", 60, "BBB", "lead", "land", event="e"),
        said("d", 60, "BBB", "commit", "land", event="e", reliability="E"),
        said("e", 70, "AAA", "lead", "land"),
    ]
    made = list(predictions(made_case(rows), start=START, step_days=1000))
    assert {(m.id, m.weight) for m in made} == {("a", 0.5), ("b", 0.5), ("c", 1.0)}
    assert rolling_origin(made_case(rows), start=START, step_days=1000)["n"] == 2


def test_the_baselines_are_what_they_say() -> None:
    assert persistence(3, np.full(9, 1 / 9)) == pytest.approx(
        [*[0.15 / 8] * 3, 0.85, *[0.15 / 8] * 5]
    )
    fallback = np.full(9, 1 / 9)
    assert persistence(None, fallback) is fallback
    rows = [said("a", 1, stance="lead"), said("b", 2, stance="lead"), said("c", 3, stance="oppose")]
    from willing.record._observations import observe

    share = marginal(observe(rows, as_of=AS_OF))
    assert share[8] == pytest.approx(2.5 / 7.5)
    assert share[1] == pytest.approx(1.5 / 7.5)
    assert share.sum() == pytest.approx(1.0)


def test_scores_by_hand() -> None:
    rows = [said("a", 60, "AAA", "lead"), said("b", 60, "BBB", "threaten")]
    made = list(predictions(made_case(rows), start=START, step_days=1000))
    assert [m.marginal.tolist() for m in made] == [[1 / 9] * 9] * 2
    assert scores(made, "marginal") == pytest.approx(
        {"log_score": np.log(9), "brier": 8 / 81 + (8 / 9) ** 2}
    )


def test_the_advantage_is_the_difference_of_the_scores(pool: list[Statement]) -> None:
    made = list(predictions(made_case(pool), start=START, step_days=14))
    for which in ("persistence", "marginal"):
        gain = advantage(made, which)
        for score in ("log_score", "brier"):
            expected = scores(made, which)[score] - scores(made)[score]
            assert gain[score]["mean"] == pytest.approx(expected)
            assert gain[score]["standard_error"] > 0


def test_the_error_of_the_advantage_is_clustered_by_actor(pool: list[Statement]) -> None:
    """The plain form: an actor's weighted gains are one draw, however many there are of them."""
    made = list(predictions(made_case(pool), start=START, step_days=14))
    whole = sum(m.weight for m in made)
    found = advantage(made, "marginal")["log_score"]
    sums: dict[str, float] = {}
    for m in made:
        gain = float(np.log(m.model[m.rung]) - np.log(m.marginal[m.rung])) - found["mean"]
        sums[m.actor] = sums.get(m.actor, 0.0) + m.weight / whole * gain
    k = len(sums)
    error = (k / (k - 1) * sum(x * x for x in sums.values())) ** 0.5
    assert found["standard_error"] == pytest.approx(error)


def test_on_statements_drawn_from_the_model_it_beats_both(pool: list[Statement]) -> None:
    result = rolling_origin(made_case(pool), start=START)
    for baseline in result["baselines"].values():
        assert result["log_score"] < baseline["log_score"]
        assert result["brier"] < baseline["brier"]


def test_nothing_to_predict() -> None:
    result = rolling_origin(made_case([said("a", 1)]), start=START)
    nothing = {"n": 0, "log_score": None, "brier": None, "baselines": {}, "origins": []}
    assert result == nothing


@pytest.fixture(scope="module")
def shipped() -> dict:
    return rolling_origin(load("ukraine-2025"))


def test_on_the_shipped_record_it_beats_both_baselines_in_both_scores(shipped: dict) -> None:
    assert shipped["n"] > 80
    assert shipped["origins"][0] == "2025-02-15"
    for which in ("persistence", "marginal"):
        for score in ("log_score", "brier"):
            assert shipped[score] < shipped["baselines"][which][score], (which, score)


def test_on_the_shipped_record_it_beats_both_where_an_actor_has_spoken(shipped: dict) -> None:
    part = shipped["spoken"]
    for baseline in part["baselines"].values():
        assert part["log_score"] < baseline["log_score"]
        assert part["brier"] < baseline["brier"]


def test_predicted_shares_are_near_the_stated_ones(shipped: dict) -> None:
    for one in shipped["calibration"]:
        if one["n"] >= 100:
            assert one["stated"] == pytest.approx(one["predicted"], abs=0.08)


def test_a_prediction_is_the_law_at_the_position_a_week_ahead(pool: list[Statement]) -> None:
    case = made_case(pool)
    priors = {a.id: (30.0 + 2 * k, 8.0) for k, a in enumerate(case.actors)}
    before = positions(case.as_known(START), as_of=START, priors=priors)
    law, one = fit_law(before), before.participation
    made = list(predictions(case, start=START, step_days=1000, priors=priors))
    assert len({m.domain for m in made}) > 2
    for m in made:
        said_of = next(s for s in pool if s.id == m.id)
        assert m.domain == said_of.domain
        place = before.domains.index(m.domain) if m.domain != "any" else -1
        last = last_rung(one, before.actors.index(m.actor), place, float("inf"))
        expected = law.predict(*before.position(m.actor, m.domain, weeks=1.0), last, m.domain)
        np.testing.assert_allclose(m.model, expected)


def test_origins_are_a_week_apart_and_the_last_before_a_statement_predicts_it_once() -> None:
    rows = [said("a", 1, "AAA"), said("b", 75, "AAA", "lead"), said("c", 64, "BBB", "lead")]
    result = rolling_origin(made_case(rows), start=START)
    days = [START + dt.timedelta(days=7 * k) for k in range(4)]
    assert result["origins"] == [day.isoformat() for day in days]
    assert result["n"] == 6  # four origins before day 75, two before day 64
    assert (result["spoken"]["n"], result["first_spoken"]["n"], result["once"]["n"]) == (4, 2, 2)
    assert result["statements"] == 2


def test_calibration_by_hand() -> None:
    def one(rung: int, *chances: float) -> Prediction:
        p = np.array([*chances, *[0.0] * (9 - len(chances))])
        return Prediction(AS_OF, "AAA", "a", "any", rung, 1.0, p, p, p)

    found = _calibration([one(0, 1.0), one(1, 0.7, 0.3), one(0, 0.35, 0.65)])
    assert [(b["low"], b["high"], b["n"]) for b in found] == [
        (0.0, 0.2, 22), (0.2, 0.4, 2), (0.6, 0.8, 2), (0.8, 1.0, 1),
    ]  # fmt: skip
    assert [b["predicted"] for b in found] == pytest.approx([0.0, 0.325, 0.675, 1.0])
    assert [b["stated"] for b in found] == pytest.approx([0.0, 1.0, 0.0, 1.0])
