"""The shipped case: whole, sourced, coded as its page says, and nothing from later."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from willing.case import Case, Consent, Derived, Event, Range, Statement, load
from willing.case.consistency import contradictions
from willing.case.expressions import names, parse
from willing.case.folder import check
from willing.forums import load_forum

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "src/willing/cases/ukraine-2025"
PAGE = (ROOT / "docs/cases/ukraine-2025.md").read_text(encoding="utf-8")
AS_OF = date(2025, 4, 5)
#: fields that hold the condition language
EXPRESSION_FIELDS = {
    "mended_by",
    "when",
    "possible",
    "also",
    "holds",
    "opens",
    "needs",
    "requires",
}
PAIRS = {
    ("ART-11", "ST-004"),
    ("POS-01", "ST-008"),
    ("ART-07", "POS-04", "ST-013"),
    ("ART-13", "ST-052"),
    ("POS-09", "ST-054"),
    ("ART-08", "ST-070"),
    ("POS-17", "ST-084"),
    ("ST-100", "ST-101"),
    ("ART-05", "ST-114"),
    ("ART-01", "ART-02", "ART-03", "ST-117"),
    ("ART-06", "ST-118"),
}


@pytest.fixture(scope="module")
def case() -> Case:
    return load("ukraine-2025")


@pytest.fixture(scope="module")
def said(case: Case) -> dict[str, Statement]:
    return {s.id: s for s in case.statements}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def within(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every value in a noun, with its path."""
    yield path, value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from within(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from within(item, f"{path}[{number}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from within(item, f"{path}[{key}]")


def expressions(case: Case) -> Iterator[tuple[str, str]]:
    """Every text in the condition language, with its path."""
    for path, value in within(case):
        field = path.rpartition(".")[2]
        plain = field not in EXPRESSION_FIELDS or ".approvals[" in path  # whose `when` is a word
        if isinstance(value, str) and value and not plain:
            yield path, value


def test_is_sound() -> None:
    assert check("ukraine-2025") == []


def test_is_as_large_as_promised(case: Case) -> None:
    assert case.as_of == AS_OF
    assert len(case.actors) >= 40
    assert len(case.statements) >= 140
    assert len({a.actor for a in case.approvals}) >= 15
    assert len(case.formats) >= 4
    assert len({p.actor for p in case.pledges}) >= 25
    assert {p.domain for p in case.pledges} == {"land", "air", "sea", "air_defence", "training"}
    assert len(case.questions) >= 60


def test_contract(case: Case) -> None:
    assert [r.id for r in case.routes] == ["security_council", "nato", "eu", "coalition"]
    assert [(m.id, m.model) for m in case.milestones] == [
        ("format_agreed", "announced"),
        ("headquarters_named", "hazard"),
        ("mandate", "route"),
        ("pledges_suffice", "force"),
        ("deployed", "arrival"),
        ("full_strength", "ramp"),
    ]
    conditions = {c.id: c for c in case.conditions}
    assert {
        "ceasefire",
        "peace_agreement",
        "agreement_endorsed",
        "un_mandate",
        "host_consent",
        "parties_consent",
        "composition_accepted",
        "us_backstop",
    } <= set(conditions)
    ceasefire, truce = conditions["ceasefire"], conditions["sea_air_truce"]
    assert isinstance(ceasefire, Event)
    assert ceasefire.settle_weeks * 7 == 14
    assert isinstance(truce, Event)
    for one in conditions.values():  # a partial truce is never taken for the ceasefire
        if isinstance(one, Derived):
            assert "sea_air_truce" not in names(parse(one.holds))
    assert {lever.id for lever in case.levers} >= {
        "win_turkey",
        "us_backstop_granted",
        "us_consent_as_compensation",
        "outside_nato",
        "deploy_before_ceasefire",
        "security_council_with_consent",
        "early_framework",
    }
    assert set(next(f for f in case.formats if f.id == case.format).requires) == {
        "land",
        "air",
        "sea",
        "air_defence",
    }


def test_every_forum_member_is_an_actor(case: Case) -> None:
    known = {a.id: a for a in case.actors}
    for rule, flag in (("unsc", None), ("nato", "nato"), ("eu", "eu")):
        members = set(load_forum(rule, AS_OF).members)
        assert members <= set(known)
        if flag:
            assert {a.id for a in case.actors if getattr(a, flag)} == members
    assert {"COW", "UN", "EU", "NATO", "OSCE"} == {
        a.id for a in case.actors if a.kind == "organisation"
    }


def test_roles(case: Case) -> None:
    role = {a.id: a.role for a in case.actors}
    assert role["UKR"] == "host"
    assert role["RUS"] == "opposing"
    assert {a for a, r in role.items() if r == "lead"} == {"GBR", "FRA"}
    for never in ("RUS", "UKR", "USA", "CHN"):
        assert role[never] not in {"lead", "candidate"}
    assert not {p.actor for p in case.pledges} & {"RUS", "UKR", "USA", "CHN"}
    assert "ST-005" in next(a.note for a in case.actors if a.id == "USA")


def test_nothing_is_later_than_the_case(case: Case) -> None:
    assert all(s.known <= AS_OF for s in case.statements)
    assert all(p.known <= AS_OF for p in case.pledges)
    assert all(c.known_by <= AS_OF for c in case.calendar)
    assert all(c.date <= AS_OF or not c.decided for c in case.calendar)
    assert all(q.outcome is None and q.by > AS_OF for q in case.questions)
    assert case.resolutions == ()


def test_no_source_carries_a_later_date(case: Case) -> None:
    """Addresses, sources and reasons that name a day name one up to the as-of date."""
    stamp = re.compile(r"(?<!\d)(20\d\d)[-/](0\d|1[0-2])(?:[-/]([0-2]\d|3[01]))?(?!\d)")
    where = re.compile(r"\.(source_url|publisher|source|reason|sources\[\d+\])$")
    seen = 0
    for path, value in within(case):
        if isinstance(value, str) and where.search(path):
            for year, month, day in stamp.findall(value):
                seen += 1
                assert (year, month, day or "01") <= ("2025", "04", "05"), f"{path}: {value}"
    assert seen > 50


def test_as_of_an_earlier_day(case: Case) -> None:
    earlier = case.as_known(date(2025, 3, 1))
    ids = {s.id for s in earlier.statements}
    assert "ST-013" in ids
    assert "ART-07" not in ids
    assert "ST-022" not in ids  # said on 18 February, reported on 10 March
    assert max(s.known for s in earlier.statements) <= date(2025, 3, 1)
    assert earlier.milestones[0].due is None


def test_one_utterance_has_one_event(case: Case, said: dict[str, Statement]) -> None:
    events: dict[str, list[str]] = defaultdict(list)
    for s in case.statements:
        assert s.event
        events[s.event].append(s.id)
    assert {tuple(sorted(ids)) for ids in events.values() if len(ids) > 1} == PAIRS
    for ids in PAIRS:
        assert len({(said[i].actor, said[i].date) for i in ids}) == 1
        assert all(i in PAGE for i in ids)


def test_issues(case: Case, said: dict[str, Statement]) -> None:
    """Only a word on one's own part in the force is participation."""
    counts = Counter(s.issue for s in case.statements)
    assert set(counts) == {"participation", "mission", "mandate", "talks", "other"}
    own = {s.actor for s in case.statements if s.issue == "participation"}
    assert not own & {"UKR", "RUS", "COW", "UN", "EU", "NATO", "OSCE"}
    assert all(s.issue != "participation" for s in case.statements if s.stance == "threaten")
    for s in case.statements:
        if s.domain == "finance":
            assert s.issue == "other"
    for id, issue in {
        "ST-005": "participation",  # no US troops
        "ST-042": "other",  # air-defence missiles on credit
        "ST-089": "mandate",  # no Russian veto
        "ST-043": "talks",  # a month's truce
        "ST-028": "mission",  # European peacekeepers
        "ST-002": "mission",  # the host's number
        "NEW-24": "participation",
    }.items():
        assert said[id].issue == issue


def test_voices(said: dict[str, Statement]) -> None:
    assert said["ART-09"].kind == "forecast"
    assert said["ART-09"].rank == "author"
    assert [s.id for s in said.values() if s.kind == "forecast"] == ["ART-09"]
    for s in said.values():
        if "author's assessment" in s.speaker:
            assert s.rank == "author"
            assert s.kind in {"ascribed", "forecast"}
        if s.kind == "ascribed":
            assert s.rank in {"author", "reported"}
        if re.search(r"TASS|\bRT\b|Pravda network|\bEIN\b|RIA", s.publisher):
            assert s.reliability in "DEF", s.id
    for id in ("NEW-01", "ST-014", "ST-038", "ST-068", "ST-071"):
        assert said[id].rank == "opposition"
    assert said["ST-038"].credibility >= 4  # not found again


def test_conditions_of_actors(said: dict[str, Statement]) -> None:
    assert said["ST-108"].requires == "ceasefire and not hostilities_resumed"
    assert said["ST-008"].requires == "ceasefire and us_backstop"
    assert "members(land) >= 5" in said["ST-096"].requires
    for id in ("NEW-11", "NEW-24", "ST-106"):
        assert "un_mandate" in said[id].requires


def test_contradictions_are_kept(case: Case) -> None:
    found = {c.actor: dict(c.statements) for c in contradictions(case) if c.domain == "land"}
    assert found["GRC"] == {"ST-108": "conditional", "ST-109": "decline"}


def test_assumptions_have_a_range_and_a_reason(case: Case) -> None:
    ranges = [(p, v) for p, v in within(case) if isinstance(v, Range)]
    assert len(ranges) > 100
    for path, r in ranges:
        if r.basis == "assumption":
            assert len(r.reason) >= 12, path
            assert r.low < r.high, f"{path}: an assumption without a range"
        else:
            assert r.source, path


def test_expressions_refer_to_what_is_there(case: Case) -> None:
    ids = {x.id for x in (*case.conditions, *case.milestones, *case.routes)}
    found = list(expressions(case))
    assert len(found) > 80
    for path, text in found:
        assert names(parse(text)) <= ids, f"{path}: {text}"


def test_estimates_say_so(case: Case) -> None:
    for p in case.pledges:
        assert p.low is not None
        assert p.high is not None
        assert p.low < p.high
        if p.kind == "estimate":
            assert p.note.startswith("ESTIMATE")
            assert "Rule:" in p.note
    assert {p.actor for p in case.pledges if p.kind != "estimate"} == {"CHE"}
    littoral = {"TUR", "ROU", "BGR"}
    for p in case.pledges:
        if p.domain == "sea":
            assert (p.requires == "straits_open") == (p.actor not in littoral)


def test_land_estimates_follow_their_rule(case: Case) -> None:
    active = {a.id: a.active_personnel for a in case.actors}
    for p in case.pledges:
        if p.domain == "land" and p.kind == "estimate":
            share = 1.0 if p.actor in {"GBR", "FRA"} else 0.5
            by_rule = (active[p.actor] or 0) * 0.10 * 0.37 * share
            assert p.number == pytest.approx(by_rule, abs=5), p.id


def test_calendar_holds_the_deadlines(case: Case) -> None:
    by = {(c.date, c.decides): c for c in case.calendar}
    month = by[date(2025, 5, 4), "format_agreed"]
    assert month.announced_by == "UKR"
    assert month.known_by == date(2025, 4, 4)
    assert by[date(2025, 4, 30), "german_government_formed"].actors == ("DEU",)
    assert by[date(2025, 7, 4), "ceasefire"].announced_by == "USA"
    milestone = next(m for m in case.milestones if m.id == "format_agreed")
    assert milestone.due == month.date
    assert milestone.slip
    assert milestone.never
    weekly = [c for c in case.calendar if "Weekly" in c.event]
    assert len(weekly) == 4
    assert all(c.date > AS_OF and c.actors == ("UKR", "GBR", "FRA") for c in weekly)


ELEMENTS: dict[str, Callable[[Any], bool]] = {
    "coalition": lambda c: {a.role for a in c.actors} >= {"lead", "candidate", "stakeholder"},
    "beyond Europe": lambda c: {"CAN", "AUS"} <= {a.id for a in c.actors if a.role == "candidate"},
    "bypassing NATO": lambda c: {("HUN", "oppose"), ("SVK", "oppose")} <= stances(c, "mission"),
    "refusals": lambda c: {("POL", "decline"), ("ITA", "decline")} <= stances(c, "participation"),
    "consideration": lambda c: ("TUR", "consider") in stances(c, "participation"),
    "threats": lambda c: ("RUS", "threaten") in stances(c, "mission"),
    "mandate by both": lambda c: ("RUS", "lead") in stances(c, "mandate"),
    "left out": lambda c: {"GBR", "FRA", "EU"} <= set(track(c, "us_russia").left_out),
    "cost of it": lambda c: track(c, "us_russia").exclusion_cost.likely > 0,
    "second track": lambda c: {"GBR", "FRA", "UKR"} <= set(track(c, "coalition").participants),
    "host government": lambda c: "host_consent_withdrawn" in condition(c, "host_consent").also,
    "mood": lambda c: condition(c, "us_pressure_on_russia").initially,
    "mood swings": lambda c: condition(c, "us_pressure_on_russia").end.likely > 0,
    "pressure works": lambda c: "us_pressure_on_russia" in pushes(c, "ceasefire"),
    "backstop can end": lambda c: condition(c, "us_backstop_promised").end.likely > 0,
    "fait accompli": lambda c: any("framework" in p for p in pushes(c, "us_backstop_promised")),
    "endorsement apart": lambda c: isinstance(condition(c, "agreement_endorsed"), Event),
    "gains from waiting": lambda c: resistance(c, "RUS") > resistance(c, "USA"),
    "risk is shown": lambda c: condition(c, "attacks_on_force_threat").adverse,
    "nuclear opponent": lambda c: c.theatre.nuclear_opponent and c.theatre.casualty_risk == "high",
    "straits": lambda c: "straits_war" in c.theatre.access,
    "host consents": lambda c: isinstance(condition(c, "host_consent"), Consent),
}


def stances(case: Case, issue: str) -> set[tuple[str, str]]:
    return {(s.actor, s.stance) for s in case.statements if s.issue == issue}


def track(case: Case, id: str) -> Any:
    return next(t for t in case.tracks if t.id == id)


def condition(case: Case, id: str) -> Any:
    return next(c for c in case.conditions if c.id == id)


def pushes(case: Case, id: str) -> list[str]:
    return [p.when for p in condition(case, id).hastened_by]


def resistance(case: Case, actor: str) -> float:
    return next(d.resistance.likely for d in case.clock.delays if d.actor == actor)


@pytest.mark.parametrize("element", ELEMENTS)
def test_elements_of_the_article(case: Case, element: str) -> None:
    assert ELEMENTS[element](case)


def test_the_threat_is_in_no_expression(case: Case) -> None:
    for path, text in expressions(case):
        assert "attacks_on_force_threat" not in names(parse(text)), path


def test_every_row_of_the_sources_is_carried(shared_data: Path, said: dict[str, Statement]) -> None:
    table = rows(shared_data / "ukraine/statements_until_2025-04-05.csv")
    assert {r["id"] for r in table} <= set(said)
    for r in table:
        assert said[r["id"]].actor == r["actor"]
        assert r["source_url"] in {"", said[r["id"]].source_url}
        assert said[r["id"]].publisher == r["publisher"]
    more = rows(shared_data / "positions-ukraine/positions_until_2025-04-05.csv")
    for number, r in enumerate(more, 1):
        s = said[f"POS-{number:02d}"]
        assert (s.actor, s.source_url) == (r["iso3"], r["source"])


def test_every_correction_is_on_the_page(shared_data: Path, said: dict[str, Statement]) -> None:
    corrected = PAGE.split("## What was corrected")[1].split("## One utterance")[0]
    listed = set(re.findall(r"\b(?:ART|ST|NEW)-\d+", corrected))
    for first, last in re.findall(r"(\w+-\d+) to (\w+-\d+)", corrected):
        stem, start = first.split("-")
        numbers = range(int(start), int(last.split("-")[1]) + 1)
        listed |= {f"{stem}-{n:0{len(start)}d}" for n in numbers}
    for r in rows(shared_data / "ukraine/statements_until_2025-04-05.csv"):
        s = said[r["id"]]
        if (r["stance"], r["domain"], r["date"]) != (s.stance, s.domain, s.date.isoformat()):
            assert r["id"] in listed, f"{r['id']} was changed without a word"


def test_covariates_are_those_of_the_tables(shared_data: Path, case: Case) -> None:
    active = {
        r["actor"]: float(r["value"])
        for r in rows(shared_data / "ukraine/capabilities.csv")
        if r["metric"] == "active_personnel"
    }
    own = {a.id: a.active_personnel for a in case.actors}
    assert all(own[a] == n for a, n in active.items())
    place = {
        r["statenme"]: (math.radians(float(r["lat"])), math.radians(float(r["lng"])))
        for r in rows(shared_data / "cow/capitals.csv")
        if r["enddate"] >= "2016"
    }
    kyiv = place["Ukraine"]
    for a in case.actors:
        if a.name in place:
            lat, lng = place[a.name]
            cosine = math.sin(lat) * math.sin(kyiv[0])
            cosine += math.cos(lat) * math.cos(kyiv[0]) * math.cos(lng - kyiv[1])
            km = 6371.0088 * math.acos(min(1.0, cosine))
            assert a.distance_km == pytest.approx(km, abs=15), a.id


def test_approvals_rest_on_the_rules(shared_data: Path, case: Case) -> None:
    rules: dict[str, set[str]] = defaultdict(set)
    for r in rows(shared_data / "ukraine/rules.csv"):
        rules[r["actor"]] |= {u.strip() for u in r["source_url"].split(" ; ")}
    for a in case.approvals:
        assert a.sources, a.actor
        assert set(a.sources) <= rules[a.actor], a.actor
    missing = {"BEL", "GRC", "PRT", "AUT", "HUN", "SVK", "SVN", "BGR", "LUX", "LVA"}
    assert not missing & {a.actor for a in case.approvals}
    assert all(m in " ".join(case.notes) for m in missing)
