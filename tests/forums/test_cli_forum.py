"""`willing forum`."""

import gzip
import json

import pytest
from typer.testing import CliRunner

from willing.cli import app
from willing.errors import FaultsError, UnreadableError, UsageError

run = CliRunner().invoke


def document(*args):
    result = run(app, ["forum", *args, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_members_rule_and_power_on_a_date():
    said = document("unsc", "--date", "2025-04-05")
    assert len(said["members"]) == 15
    assert said["rule"]["vetoes"] == ["CHN", "FRA", "GBR", "RUS", "USA"]
    assert set(said["power"]) == {"shapley_shubik", "banzhaf", "banzhaf_absolute"}
    assert said["power"]["shapley_shubik"]["RUS"] == pytest.approx(0.196270, abs=1e-6)
    assert said["power"]["banzhaf_absolute"]["DNK"] == pytest.approx(84 / 2**14)


def test_without_a_date_the_last_known_council_answers():
    assert len(document("unsc")["members"]) == 15


def test_the_list_of_bodies():
    assert {"unsc", "nato", "eu", "eu_qmv", "osce", "au", "unga"} <= set(document()["forums"])


def test_words_for_people():
    result = run(app, ["forum", "nato", "--date", "2025-04-05"])
    assert "32 members" in result.stdout
    assert "any member" in result.stdout


def test_a_coalition_by_options():
    said = document(
        "coalition", "--member", "FRA", "--member", "GBR", "--member", "POL",
        "--lead", "FRA", "--threshold", "2", "--date", "2025-04-05",
    )  # fmt: skip
    assert said["rule"]["vetoes"] == ["FRA"]
    assert said["power"]["shapley_shubik"]["FRA"] == pytest.approx(2 / 3)


HEAD = "year,symbol,outcome,vetoed_by,yes,no,abstain\n"


@pytest.mark.parametrize("name", ["votes.csv", "votes.csv.gz"])
def test_replay_of_a_file(tmp_path, name):
    text = HEAD + "1995,S/1,adopted,,9,0,6\n1995,S/2,not_adopted,,10,1,4\n"
    file = tmp_path / name
    file.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    said = document("unsc", "--replay", str(file))
    assert (said["votes"], said["agree"]) == (2, 1)
    assert said["disagreements"][0]["id"] == "S/2"
    assert set(said["disagreements"][0]) >= {"id", "recorded", "rule_says", "why"}


def test_bad_input_says_where(tmp_path):
    missing = run(app, ["forum", "unsc", "--replay", str(tmp_path / "none.csv")])
    assert isinstance(missing.exception, UnreadableError)
    binary = tmp_path / "b.csv"
    binary.write_bytes(b"\xff\xfe\x00")
    assert isinstance(
        run(app, ["forum", "unsc", "--replay", str(binary)]).exception, UnreadableError
    )
    ragged = tmp_path / "r.csv"
    ragged.write_text(HEAD + "1995,S/1,adopted,,9,0,6,too,many\n")
    fault = run(app, ["forum", "unsc", "--replay", str(ragged)]).exception
    assert isinstance(fault, FaultsError)
    assert fault.faults[0].line == 2
    assert isinstance(run(app, ["forum", "unscc"]).exception, UsageError)
    assert run(app, ["forum", "unsc", "--date", "April"]).exit_code == 2
