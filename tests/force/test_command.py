import json

import pytest
from typer.testing import CliRunner

from willing.cli import app
from willing.errors import UsageError

RUN = CliRunner()
FAST = ["--time-limit", "2", "--draws", "50", "--checked", "0"]


def run(*args: str) -> dict:
    got = RUN.invoke(app, ["force", *args, *FAST, "--json"], catch_exceptions=False)
    assert got.exit_code in (0, 1), got.output
    return {**json.loads(got.stdout), "status": got.exit_code}


def test_json_is_one_document_with_the_contracts_keys() -> None:
    made = run("chad-2007")
    keys = {
        "coverage",
        "bound",
        "gap",
        "cost",
        "months",
        "unfilled",
        "as_pledged",
        "no_replan",
        "replan",
        "prices",
    }
    assert keys <= set(made)
    assert made["status"] == 0


def test_past_missions_are_cases_too() -> None:
    made = run("eufor-chad-2008")
    assert made["case"] == "eufor-chad-2008"
    past = made["history"]
    assert past["shares"][0] == {"contributor": "France", "share": pytest.approx(0.514, abs=1e-3)}
    assert past["ramp"][0]["share"] == pytest.approx(0.79, abs=0.005)
    assert {row["enabler"] for row in past["gaps"]} == {"helicopters", "hospital"}
    assert 0 < past["delivery"]["brier"] < past["delivery"]["baselines"]["as_pledged"]["brier"]
    assert all(want["value"] <= 100 * (1 - made["coverage"]) + 5 for want in made["wants"])


def test_a_demand_that_cannot_be_met_is_explained_and_exits_1() -> None:
    made = run("eufor-chad-2008", "--demand", "land=1", "--demand", "land=0.5")
    assert made["status"] == 1
    assert [c["demand"] for c in made["conflicts"]] == ["land=1"]
    assert "nothing but the pledges" in made["conflicts"][0]["words"]


def test_a_fact_can_be_denied() -> None:
    made = run("ukraine-2025", "--without", "un_mandate", "--months", "6")
    facts = {a["fact"]: a["value"] for a in made["assumptions"]}
    assert facts["un_mandate"] is False


def test_tables_are_written(tmp_path) -> None:
    book = tmp_path / "out" / "force.xlsx"
    run("eufor-chad-2008", "--out", str(book))
    assert book.read_bytes()[:2] == b"PK"
    run("eufor-chad-2008", "--out", str(tmp_path / "csv"))
    assert (tmp_path / "csv" / "months.csv").read_text(encoding="utf-8").startswith("month,domain")
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["ukraine-2025", "--format", "reasurance"], "Did you mean 'reassurance'"),
        (["ukraine-2025", "--only", "promise"], "pledge, offer or estimate"),
        (["eufor-chad-2008", "--demand", "moon=0.5"], "no domain 'moon'"),
        (["eufor-chad-2008", "--demand", "land=lots"], "not a share"),
        (["eufor-chad-2008", "--out", "x.doc"], "ending in .xlsx"),
    ],
)
def test_wrong_words_say_what_would_be_right(args, words) -> None:
    with pytest.raises(UsageError, match=words):
        RUN.invoke(app, ["force", *args, *FAST], catch_exceptions=False)


def test_the_table_for_people_says_bound_and_placeholders() -> None:
    got = RUN.invoke(app, ["force", "ukraine-2025", "--months", "6", *FAST])
    assert got.exit_code == 0
    assert "no plan covers more than" in got.stdout
    assert "placeholder" in got.stdout.replace("\n", "")
