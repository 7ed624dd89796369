"""The assessment of the shipped case: what any analyst would ask of it."""

import datetime as dt
import json
from itertools import pairwise

import pytest

from willing.case import Question, Statement, load
from willing.data.missions import load_missions
from willing.errors import UsageError
from willing.forecast import assess, document, score_case
from willing.forecast.gather import gather, stance_priors
from willing.forecast.stated import StatedStances
from willing.forecast.track_record import answer
from willing.record import positions

DRAWS = 400


@pytest.fixture(scope="module")
def case():
    return load("ukraine-2025")


@pytest.fixture(scope="module")
def missions():
    return tuple(load_missions())


@pytest.fixture(scope="module")
def assessment(case, missions):
    return assess(case, missions, draws=DRAWS, seed=1)


@pytest.fixture(scope="module")
def doc(assessment):
    return document(assessment)


def test_the_contract_is_kept(doc):
    assert set(doc) >= {
        "case",
        "as_of",
        "draws",
        "seed",
        "input_hash",
        "milestones",
        "participation",
        "routes",
        "holding_up",
        "levers",
        "reference_class",
    }
    assert [m["id"] for m in doc["milestones"]] == [
        "format_agreed",
        "headquarters_named",
        "mandate",
        "pledges_suffice",
        "deployed",
        "full_strength",
    ]
    assert {r["id"] for r in doc["routes"]} == {"security_council", "nato", "eu", "coalition"}
    json.dumps(doc, allow_nan=False)


def test_intervals_hold_their_probability_and_nothing_falls_with_time(doc):
    for m in doc["milestones"]:
        for p, low, high in zip(m["probability"], m["low"], m["high"], strict=True):
            assert 0 <= low <= p <= high <= 1
        for series in (m["probability"], m["low"], m["high"]):
            assert all(b >= a - 1e-12 for a, b in pairwise(series))


def test_stances_are_distributions_and_joining_never_exceeds_being_willing(doc):
    for row in doc["participation"]:
        assert sum(row["stance"].values()) == pytest.approx(1)
        assert row["p_join"] <= row["p_willing"] + 1e-12


def test_host_and_opponent_are_no_candidates(doc):
    assert not {r["actor"] for r in doc["participation"]} & {"UKR", "RUS"}


def test_russia_alone_blocks_the_security_council_and_any_ally_blocks_nato(doc):
    routes = {r["id"]: r for r in doc["routes"]}
    assert ["RUS"] in routes["security_council"]["blocked_by"]
    singles = [s[0] for s in routes["nato"]["blocked_by"] if len(s) == 1]
    assert {"HUN", "SVK"} == set(singles[:2])
    assert len(singles) >= 32
    assert ["UKR"] in routes["coalition"]["blocked_by"]


def test_same_inputs_same_bytes(case, missions, doc):
    again = document(assess(case, missions, draws=DRAWS, seed=1))
    assert json.dumps(again) == json.dumps(doc)


def _planted(case, **change):
    row = Statement(
        id="PLANTED",
        date=dt.date(2025, 2, 20),
        actor="POL",
        speaker="A test",
        rank="head",
        issue="participation",
        stance="lead",
        domain="any",
        kind="actor",
        reliability="A",
        credibility=1,
        summary="Never said; planted by a test.",
        publisher="test",
    ).model_copy(update=change)
    return case.model_copy(update={"statements": (*case.statements, row)})


@pytest.mark.parametrize(
    "change",
    [{"date": dt.date(2025, 3, 2)}, {"published": dt.date(2025, 3, 2)}],
    ids=["said later", "published later"],
)
def test_nothing_later_leaks_into_an_earlier_date(case, missions, change):
    on = dt.date(2025, 3, 1)
    clean = document(assess(case, missions, as_of=on, draws=60, seed=1, reasons=False))
    dirty = document(
        assess(_planted(case, **change), missions, as_of=on, draws=60, seed=1, reasons=False)
    )
    assert clean == dirty


def test_the_planted_statement_would_have_mattered(case, missions):
    on = dt.date(2025, 3, 1)
    clean = assess(case, missions, as_of=on, draws=60, seed=1, reasons=False)
    known = assess(_planted(case), missions, as_of=on, draws=60, seed=1, reasons=False)
    assert document(clean) != document(known)


def test_without_its_statements_an_actor_returns_to_its_prior_and_is_less_sure(case):
    priors = stance_priors(case)
    told = positions(case, priors=priors)
    mute = case.model_copy(
        update={"statements": tuple(s for s in case.statements if s.actor != "GBR")}
    )
    silent = positions(mute, priors=priors, model=told.model)
    (mean, sd), (before, before_sd) = silent.position("GBR"), told.position("GBR")
    assert mean == pytest.approx(priors["GBR"][0])
    assert sd > before_sd
    assert before > mean


def test_a_granted_backstop_never_lowers_participation(case, missions, assessment):
    granted = assess(
        case,
        missions,
        draws=DRAWS,
        seed=1,
        levers=("us_backstop_granted",),
        reasons=False,
        gathered=assessment.gathered,
    )
    assert (granted.base.joins >= assessment.base.joins).all()
    assert granted.base.joins.sum() > assessment.base.joins.sum()


def test_history_never_trains_on_the_case_itself_or_on_what_came_later(case, missions):
    found = gather(case.as_known(case.as_of), missions, sets=20, seed=1)
    used = set(found.two_stage.mission_ids)
    by_id = {m.id: m for m in missions}
    assert used
    assert all(by_id[i].country != "UKR" for i in used)
    assert found.two_stage.trained_until <= case.as_of


def test_a_date_beyond_the_horizon_is_refused(case, missions):
    with pytest.raises(UsageError, match="not after"):
        assess(case, missions, by=dt.date(2040, 1, 1), draws=60)


def test_an_unknown_lever_names_the_nearest(case, missions):
    with pytest.raises(UsageError, match="win_turkey"):
        assess(case, missions, levers=("win_turky",), draws=60)


def test_scores_of_the_shipped_questions_have_no_outcome_yet(case, missions):
    result = score_case(case, case.questions, missions, draws=60, seed=1)
    assert result["n"] == 0
    assert result["brier"] is None
    assert all(0 <= q["probability"] <= 1 for q in result["questions"])


def test_between_two_weeks_every_kind_of_question_is_answered_in_proportion(case, assessment):
    stated = StatedStances(case, assessment.gathered.record)
    asked = {
        "milestone": {"target": "format_agreed"},
        "condition": {"target": "ceasefire"},
        "stance_at_least": {"target": "commit", "actor": "DEU", "domain": "land"},
    }
    for kind, about in asked.items():
        days = (case.as_of + dt.timedelta(days=d) for d in (140, 142, 147))
        before, between, after = (
            answer(assessment, stated, Question(id="Q1", kind=kind, by=day, **about))
            for day in days
        )
        part = (between - before) / (after - before)
        assert part == pytest.approx(2 / 7, abs=0.04), kind  # words come at a rate: a curve
