"""`willing positions`: the contract, and what a person types wrong."""

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from willing.case import DOMAINS, STANCES
from willing.case.folder import load, locate

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def willing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    from willing.cli import main

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["willing", *arguments])
        capsys.readouterr()
        status: object = 0
        try:
            main()
        except SystemExit as end:
            status = end.code
        out, err = capsys.readouterr()
        return int(status or 0), out, err  # type: ignore[call-overload]

    return run


def test_the_document_keeps_the_contract(willing: Run) -> None:
    status, out, err = willing("positions", "ukraine-2025", "--json")
    assert (status, err) == (0, "")
    document = json.loads(out)
    assert document["as_of"] == load("ukraine-2025").as_of.isoformat()
    rows = {(r["actor"], r["issue"], r["domain"]): r for r in document["positions"]}
    assert len(rows) == len(document["positions"])
    for r in rows.values():
        assert 0 < r["sd"] < 60
        assert tuple(r["stance"]) == STANCES
        assert sum(r["stance"].values()) == pytest.approx(1.0)
        assert all({"id", "weight", "shift"} <= set(s) for s in r["statements"])
        assert r["prior_only"] == (not r["statements"])
    italy = {d for a, i, d in rows if (a, i) == ("ITA", "participation")}
    assert italy == set(DOMAINS)
    assert ("RUS", "mission", "any") in rows
    assert rows["RUS", "mission", "any"]["mean"] < rows["UKR", "mission", "any"]["mean"]
    assert (
        rows["POL", "participation", "land"]["mean"] < rows["FRA", "participation", "land"]["mean"]
    )
    assert document["model"]["noise"] > 0


def test_the_same_document_twice(willing: Run) -> None:
    once = willing("positions", "ukraine-2025", "--json")[1]
    assert willing("positions", "ukraine-2025", "--json")[1] == once


def copy_with(place: Path, row: str) -> str:
    """The shipped case, with one more statement."""
    for file in locate("ukraine-2025").iterdir():
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            more = row if file.name == "statements.csv" else ""
            (place / file.name).write_text(text + more, encoding="utf-8")
    return str(place)


@pytest.mark.parametrize(
    "dates", ["2025-03-02,", "2025-02-20,2025-03-02"], ids=["dated later", "published later"]
)
def test_a_planted_later_statement_changes_nothing_before(
    willing: Run, tmp_path: Path, dates: str
) -> None:
    header = (locate("ukraine-2025") / "statements.csv").read_text(encoding="utf-8").split("\n")[0]
    said, published = dates.split(",")
    fields = {
        "id": "PLANTED",
        "date": said,
        "published": published,
        "actor": "ITA",
        "rank": "head",
        "issue": "participation",
        "stance": "lead",
        "domain": "land",
        "kind": "actor",
        "reliability": "A",
        "credibility": "1",
        "summary": "planted",
        "publisher": "nobody",
    }
    row = ",".join(fields.get(name, "") for name in header.strip().split(",")) + "\n"
    planted = copy_with(tmp_path, row)
    ask = ("--as-of", "2025-03-01", "--json")
    before = willing("positions", "ukraine-2025", *ask)
    after = willing("positions", planted, *ask)
    assert before[0] == after[0] == 0
    assert after[1] == before[1]
    assert "PLANTED" in willing("positions", planted, "--json")[1]


def test_one_actor_shows_its_sentences_and_contradictions(willing: Run) -> None:
    status, out, _ = willing("positions", "ukraine-2025", "--actor", "GRC")
    assert status == 0
    assert "ST-108" in out
    assert "weight" in out
    assert "one day, more than one stance" in out
    known = [s for s in load("ukraine-2025").statements if s.actor == "GRC"]
    assert all(s.id in out for s in known if s.issue != "other")


def test_one_issue(willing: Run) -> None:
    document = json.loads(willing("positions", "ukraine-2025", "--issue", "mission", "--json")[1])
    assert {r["issue"] for r in document["positions"]} == {"mission"}
    assert all(c["issue"] == "mission" for c in document["contradictions"])


def test_before_anybody_spoke_all_is_prior(willing: Run) -> None:
    document = json.loads(
        willing("positions", "ukraine-2025", "--as-of", "2024-01-01", "--json")[1]
    )
    assert document["as_of"] == date(2024, 1, 1).isoformat()
    assert document["positions"]
    assert all(r["prior_only"] for r in document["positions"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--issue", "misson"), "Did you mean 'mission'?"),
        (("--actor", "FRN"), "expected one of"),
        (("--as-of", "2025-13-01"), "expected a date"),
    ],
)
def test_wrong_words_are_named(willing: Run, arguments: tuple[str, str], said: str) -> None:
    status, out, err = willing("positions", "ukraine-2025", *arguments)
    assert (status, out) == (2, "")
    assert said in err


def test_the_profile_is_shown_when_asked(willing: Run) -> None:
    ask = ("positions", "ukraine-2025", "--issue", "talks", "--as-of", "2025-02-20", "--profile")
    document = json.loads(willing(*ask, "--json")[1])
    assert {p["parameter"] for p in document["profile"]} >= {"noise", "drift", "offset"}
    assert len(document["ladder"]["estimated"]) == 8
    assert "likelihood-ratio" in willing(*ask)[1]
