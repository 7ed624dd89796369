"""Cases with known ends: whole, sourced, and blind to everything after their as-of date."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import BaseModel

from willing.case import Case, load
from willing.case.expressions import names, parse
from willing.case.folder import check
from willing.case.values import Range
from willing.data.missions import load_missions
from willing.forecast import score_case
from willing.forecast.questions import persistence
from willing.forums import load_forum

#: case -> the day before which it is assessed: the first decision that its questions ask about
DECIDED = {
    "east-timor-1999": date(1999, 9, 12),
    "burundi-2015": date(2016, 1, 31),
    "chad-2007": date(2008, 1, 11),
    "iraq-2003": date(2003, 3, 1),
    "darfur-2006": date(2006, 8, 31),
    "haiti-2023": date(2023, 10, 2),
}
STAMP = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-/.](0\d|1[0-2])(?:[-/.]([0-2]\d|3[01]))?)?(?!\d)")


@cache
def case(id: str) -> Case:
    return load(id)


def within(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every value of a case with its path."""
    found: list[tuple[str, Any]] = [(path, value)]
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            found += within(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, dict):
        for key, item in value.items():
            found += within(item, f"{path}.{key}")
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            found += within(item, f"{path}[{number}]")
    return found


@pytest.fixture(params=list(DECIDED))
def id(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_sound_and_before_the_decision(id: str) -> None:
    assert check(id) == []
    assert case(id).as_of < DECIDED[id]
    assert case(id).as_of.year - int(id[-4:]) in {0, 1}


def test_statements_are_many_dated_and_sourced(id: str) -> None:
    one = case(id)
    assert len(one.statements) >= 25
    for s in one.statements:
        assert s.known <= one.as_of, s.id
        assert s.event
        assert s.summary
        if s.source_url:
            assert urlsplit(s.source_url).scheme in {"http", "https"}
        else:
            assert s.publisher == "general knowledge, unverified"
            assert (s.reliability, s.credibility) == ("F", 6)
        if s.kind == "ascribed":
            assert s.rank in {"reported", "author", "official"}, s.id
    unsourced = [s for s in one.statements if not s.source_url]
    assert len(unsourced) <= 0.15 * len(one.statements)
    assert len({s.actor for s in one.statements}) >= 8


def test_nothing_known_later(id: str) -> None:
    """No date after the as-of day stands in what a forecast reads, but for deadlines ahead."""
    one = case(id)
    assert all(p.known <= one.as_of for p in one.pledges)
    assert all(c.known_by <= one.as_of for c in one.calendar)
    assert all(not c.decided for c in one.calendar if c.date > one.as_of)
    assert all(m.reached is None or m.reached <= one.as_of for m in one.milestones)
    read = one.model_copy(update={"questions": (), "resolutions": ()})
    limit = one.as_of.isoformat()
    ahead = {c.date.isoformat()[:4] for c in one.calendar} | {limit[:4]}
    for path, value in within(read):
        if not isinstance(value, str) or path.endswith(".id"):
            continue
        for year, month, day in STAMP.findall(value):
            if month and re.search(r"(url|source|sources\[\d+\])$", path):
                assert f"{year}-{month}-{day or '01'}" <= limit, f"{path}: {value}"
            elif not re.search(r"(url|sources\[\d+\])$", path):
                assert year <= max(ahead), f"{path}: {value}"


def test_every_question_is_answered_once_with_a_source(id: str) -> None:
    one = case(id)
    assert 12 <= sum(not q.id.startswith("R") for q in one.questions) <= 25
    answers = {r.question: r for r in one.resolutions}
    assert set(answers) == {q.id for q in one.questions}
    for q in one.questions:
        assert q.by > one.as_of
        assert q.outcome == answers[q.id].outcome
        assert answers[q.id].resolved > one.as_of
        assert answers[q.id].note
        assert answers[q.id].source_url.startswith("http"), q.id
    kinds = Counter(q.kind for q in one.questions)
    assert kinds["milestone"] >= 4
    assert kinds["condition"] >= 3
    assert kinds["stance_at_least"] >= 1


def test_the_question_of_the_rule_is_asked_of_every_candidate_with_a_source(id: str) -> None:
    """R questions: has it sent or offered a unit by one day? docs/theory/scores.md has the rule."""
    one = case(id)
    asked = [q for q in one.questions if q.id.startswith("R")]
    assert len({(q.kind, q.domain, q.target, q.by) for q in asked}) == 1
    assert (asked[0].kind, asked[0].domain, asked[0].target) == ("stance_at_least", "any", "commit")
    states = {a.id for a in one.actors if a.role in ("lead", "candidate") and a.kind == "state"}
    without_source = {"iraq-2003": {"CZE", "LVA", "NLD"}, "chad-2007": {"RUS", "UKR"}}
    assert {q.actor for q in asked} == states - without_source.get(id, set())
    assert len(asked) == len({q.actor for q in asked})


def test_answers_do_not_contradict_each_other(id: str) -> None:
    """A milestone that is reached stays reached."""
    reached: dict[str, date] = {}
    for q in sorted(case(id).questions, key=lambda q: q.by):
        if q.kind == "milestone":
            if q.outcome:
                reached.setdefault(q.target, q.by)
            else:
                assert q.target not in reached, q.id


def test_resolutions_are_hidden_as_of_the_case(id: str) -> None:
    one = case(id)
    known = one.as_known(one.as_of)
    assert known.resolutions == ()
    assert known.statements == one.statements
    assert known.pledges == one.pledges


def test_assumptions_have_a_range_and_a_reason(id: str) -> None:
    ranges = [(p, v) for p, v in within(case(id)) if isinstance(v, Range)]
    assert len(ranges) >= 20
    for path, r in ranges:
        if r.basis == "assumption":
            assert len(r.reason) >= 12, path
            assert r.low < r.high, f"{path}: an assumption without a range"
        else:
            assert r.source, path


def test_forum_members_are_actors(id: str) -> None:
    """Every vote rests on actors the case lists; only the African Assembly is too large."""
    one = case(id)
    listed = {a.id for a in one.actors}
    for use in one.forums:
        if use.rule == "au":
            continue
        members = use.members or load_forum(use.rule, one.as_of).members
        assert set(members) <= listed, use.id


def test_estimates_say_so(id: str) -> None:
    for p in case(id).pledges:
        assert p.low is not None
        assert p.high is not None
        if p.kind == "estimate":
            assert p.note.startswith("ESTIMATE")
            assert "Rule:" in p.note
        else:
            assert p.source_url


def test_expressions_name_what_is_there(id: str) -> None:
    one = case(id)
    ids = {x.id for x in (*one.conditions, *one.milestones, *one.routes)}
    for text in [r.opens for r in one.routes] + [s.requires for s in one.statements if s.requires]:
        assert names(parse(text)) <= ids


def test_a_forecast_answers_every_question() -> None:
    """The smallest end-to-end run: probabilities within 0-1 for all, scored beside persistence."""
    one = case("burundi-2015")
    scored = score_case(one, one.questions, tuple(load_missions()), draws=60, seed=5)
    assert scored["n"] == len(one.questions)
    for row in scored["questions"]:
        assert 0 <= row["probability"] <= 1
        assert row["persistence"] in {0.15, 0.5, 0.85}
    assert scored["brier"] is not None
    assert persistence(one, one.questions[0]) == scored["questions"][0]["persistence"]


def test_a_lead_that_is_blocked_by_the_host_is_not_blocked_by_its_absence() -> None:
    """What each case is here for stands in its own logic."""
    assert "host_consent" in _opens("east-timor-1999", "security_council")
    assert "host_consent" not in _opens("iraq-2003", "coalition")
    assert "vote(assembly)" in _opens("burundi-2015", "article_4h")
    assert "host_consent" not in _opens("darfur-2006", "security_council")
    assert "enablers_found" in _needs("chad-2007", "deployed")
    assert "host_consent" in _needs("darfur-2006", "deployed")
    assert {a.actor for a in case("iraq-2003").approvals} >= {"TUR"}
    assert {a.actor for a in case("haiti-2023").approvals} >= {"KEN"}


def _opens(id: str, route: str) -> str:
    return next(r.opens for r in case(id).routes if r.id == route)


def _needs(id: str, milestone: str) -> str:
    return next(m.needs for m in case(id).milestones if m.id == milestone)
