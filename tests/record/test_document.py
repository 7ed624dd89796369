"""The `positions` document: who has a row, and what stands in it."""

import pytest

from tests.record.made import AS_OF, MODEL, said
from tests.record.test_backtest import made_case
from willing.case import STANCES, Actor, Case
from willing.record import Record, positions, positions_document

ROWS = [
    said("a1", 5, "AAA", "commit", "land", event="e"),
    said("a2", 5, "AAA", "consider", "land", event="e", reliability="D"),
    said("b1", 9, "BBB", "oppose", issue="mission"),
    said("d1", 9, "DDD", "lead"),
]
ROLES = {"AAA": "candidate", "BBB": "host", "CCC": "lead", "DDD": "stakeholder", "EEE": "opposing"}


def made() -> tuple[Case, Record]:
    actors = tuple(Actor(id=a, name=a, role=role) for a, role in ROLES.items())
    case = made_case(ROWS).model_copy(update={"actors": actors})
    record = positions(
        case, model=MODEL, priors={"AAA": (40.0, 9.0)}, issues=("participation", "mission")
    )
    return case, record


def shown(**asked: str) -> set[tuple[str, str]]:
    return {(r["actor"], r["issue"]) for r in positions_document(*made(), **asked)["positions"]}


def test_who_spoke_or_is_asked_to_take_part_has_rows() -> None:
    taking = {("AAA", "participation"), ("CCC", "participation"), ("DDD", "participation")}
    assert shown() == taking | {("BBB", "mission")}
    assert shown(issue="mission") == {("BBB", "mission")}
    assert shown(actor="EEE") == {("EEE", "participation"), ("EEE", "mission")}
    document = positions_document(*made())
    assert document["prior_only"] == ["CCC"]
    domains = [r["domain"] for r in document["positions"] if r["actor"] == "CCC"]
    assert domains == ["any", *made()[1].domains]
    (mission,) = (r for r in document["positions"] if r["issue"] == "mission")
    assert mission["domain"] == "any"


def test_a_row_says_position_stance_prior_and_what_moved_it() -> None:
    case, record = made()
    rows = positions_document(case, record)["positions"]
    row = next(r for r in rows if (r["actor"], r["domain"]) == ("AAA", "land"))
    assert set(row) == {
        "actor", "issue", "domain", "mean", "sd", "stance", "prior", "prior_only", "statements",
    }  # fmt: skip
    assert (row["mean"], row["sd"]) == record.position("AAA", "land")
    assert row["stance"] == dict(zip(STANCES, record.stance("AAA", "land").tolist(), strict=True))
    assert row["prior"] == {"mean": 40.0, "sd": 9.0, "from": "history"}
    assert row["prior_only"] is False
    counted, dropped = row["statements"]
    assert set(counted) == {"id", "weight", "shift", "share_now"}
    assert counted["id"] == "a1"
    (moved, _) = record.moved("AAA", "land")
    assert (counted["weight"], counted["shift"], counted["share_now"]) == (
        moved.weight, moved.shift, moved.now,
    )  # fmt: skip
    assert dropped == {"id": "a2", "weight": 0.0, "shift": 0.0, "share_now": 0.0, "counts_as": "a1"}
    silent = next(r for r in rows if r["actor"] == "CCC")
    assert silent["prior"] == {"mean": MODEL.prior_mean, "sd": MODEL.prior_sd, "from": "pool"}
    assert silent["prior_only"] is True
    (mission,) = (r for r in rows if r["issue"] == "mission")
    assert mission["stance"] == pytest.approx(
        dict(zip(STANCES, record.stance("BBB", issue="mission"), strict=True))
    )


def test_the_head_says_which_case_day_and_noise() -> None:
    case, record = made()
    head = positions_document(case, record)
    assert (head["case"], head["as_of"]) == ("made", AS_OF.isoformat())
    assert head["handling"] == case.handling
    assert head["model"] == MODEL.as_dict()
    fitted = positions(case)
    assert fitted.fit is not None
    told = positions_document(case, fitted)["model"]
    assert {k: told[k] for k in ("statements", "actors", "loglik", "shrink")} == {
        "statements": 2, "actors": 2, "loglik": fitted.fit.loglik, "shrink": 1.0,
    }  # fmt: skip


def test_contradictions_are_those_of_the_issue_and_actor_asked_for() -> None:
    rows = [*ROWS, said("d2", 9, "DDD", "oppose"), said("b2", 9, "BBB", "lead", issue="mission")]
    case = made()[0].model_copy(update={"statements": tuple(rows)})
    record = positions(case, model=MODEL, issues=("participation", "mission"))

    def found(**asked: str) -> set[str]:
        return {c["actor"] for c in positions_document(case, record, **asked)["contradictions"]}

    assert found() == {"AAA", "BBB", "DDD"}
    assert found(actor="DDD") == {"DDD"}
    assert found(issue="mission") == {"BBB"}
