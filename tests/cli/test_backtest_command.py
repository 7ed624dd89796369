import csv
import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from willing.briefing.charts.amounts import amounts
from willing.briefing.charts.calibration import calibration
from willing.briefing.track_record import HEAD, as_html, as_markdown, glance, held, parts, table
from willing.cli import app
from willing.data.missions._missions import SHIPPED
from willing.errors import FaultsError, UsageError

run = CliRunner()
TARGETS = {"ever", "within_91", "within_183", "within_365"}
OUTCOMES = ("authorised", "first_deployment", "full_strength", "realised", "peak_troops")


def split(folder: Path, blank: bool) -> tuple[Path, Path]:
    with SHIPPED.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    parts = ("train", rows[:64]), ("test", rows[64:72])
    paths = []
    for name, part in parts:
        path = folder / f"{name}{blank}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            for row in part:
                gone = blank and name == "test"
                writer.writerow({**row, **(dict.fromkeys(OUTCOMES, "") if gone else {})})
        paths.append(path)
    return paths[0], paths[1]


def call(*args: object) -> dict:
    result = run.invoke(app, ["backtest", *map(str, args), "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def predictions(d: dict) -> list[tuple[str, str, float]]:
    return [(p["id"], p["target"], p["probability"]) for p in d["predictions"]]


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> dict:
    train, test = split(tmp_path_factory.mktemp("missions"), blank=False)
    return call("missions", "--train", train, "--test", test)


def test_missions_speak_the_contract(scored: dict) -> None:
    assert scored["n"] == 8
    assert {p["target"] for p in scored["predictions"]} == TARGETS
    assert set(scored["scores"]) == TARGETS
    assert {"brier", "log_score", "auc", "base_brier"} <= set(scored["scores"]["ever"])
    assert scored["calibration"]
    # the last arrival among the training rows, those of the test's countries left out
    assert scored["trained_until"] == "2017-11-15"


def test_a_test_file_with_blank_outcomes(tmp_path: Path, scored: dict) -> None:
    train, test = split(tmp_path, blank=True)
    d = call("missions", "--train", train, "--test", test)
    assert "scores" not in d
    assert predictions(d) == predictions(scored)


def test_statements_need_a_case() -> None:
    with pytest.raises(UsageError, match="needs a case"):
        run.invoke(app, ["backtest", "statements"], catch_exceptions=False)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["mision"], "missions"),
        (["missions", "ukraine-2025"], "only statements"),
        (["joining"], "--train"),
        (["votes"], "--data"),
        (["joining", "--train", "a.csv"], "both"),
        (["--train", "a.csv"], "say what"),
    ],
)
def test_bad_usage_is_told(args: list[str], says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WILLING_DATA", raising=False)
    with pytest.raises(UsageError, match=says) as caught:
        run.invoke(app, ["backtest", *args], catch_exceptions=False)
    assert caught.value.status == 2


def test_a_table_of_another_kind_is_refused(tmp_path: Path) -> None:
    train, _ = split(tmp_path, blank=False)
    with pytest.raises(UsageError, match="neither a panel"):
        run.invoke(
            app,
            ["backtest", "joining", "--train", str(train), "--test", str(train)],
            catch_exceptions=False,
        )
    other = tmp_path / "o.csv"
    other.write_text("id,name\n1,x\n")
    with pytest.raises(FaultsError, match="country_iso3"):
        run.invoke(app, ["backtest", "missions", "--train", str(other)], catch_exceptions=False)


def test_panels_are_told_apart_by_their_columns(tmp_path: Path, shared_data: Path) -> None:
    panel = shared_data / "benchmark-panels/coalition_panel.csv.gz"
    with gzip.open(panel, "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    asked = [{**r, "y": ""} for r in rows if r["m"] == "EUTM RCA"]
    path = tmp_path / "asked.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(asked)
    d = call("joining", "--train", panel, "--test", path)
    assert d["n"] == 32
    assert "scores" not in d
    assert {p["target"] for p in d["predictions"]} == {"joins"}
    assert [p["line"] for p in d["predictions"]] == list(range(2, 34))
    un = shared_data / "benchmark-panels/un_tcc_panel.csv.gz"
    with pytest.raises(UsageError, match="table of"):
        run.invoke(
            app,
            ["backtest", "joining", "--train", str(un), "--test", str(path)],
            catch_exceptions=False,
        )


def test_speed_and_votes_with_others_tables(shared_data: Path) -> None:
    d = call("speed", "--data", shared_data)
    _, later, each, _ = d["backtests"]
    endings = call("endings", "--data", shared_data)["backtests"]
    assert [e["n"] for e in endings] == [292, 164, 292]
    assert {"crps", "coverage"} <= set(later["scores"]["t50"])
    assert each["n"] == 32
    votes = call("votes", "--data", shared_data)
    assert {p["target"] for p in votes["predictions"]} == {"veto"}


def test_the_page_shows_scores_gains_and_what_is_not_shown(scored: dict, tmp_path: Path) -> None:
    rows = table(scored)
    assert all(len(row) == len(HEAD) for row in rows)
    assert any(" to " in row[HEAD.index("90 %")] for row in rows)
    page = as_markdown([{**scored, "title": "Missions"}], {"Missions": "img/m.svg"})
    assert "knew the outcomes" in page
    assert "over-recorded" in page
    assert "img/m.svg" in page
    html = as_html([{**scored, "title": "Missions"}])
    assert html.count("<svg") == 1
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "aria-label" in html


def test_the_chart_is_pure_and_needs_outcomes(scored: dict) -> None:
    spec = calibration(scored).to_dict()
    assert len(spec["concat"]) == 4
    assert calibration(scored).to_dict() == spec
    with pytest.raises(ValueError, match="no outcome"):
        calibration({"calibration": []})


def test_the_page_is_written(tmp_path: Path, scored: dict) -> None:
    train, test = split(tmp_path, blank=False)
    args = ["backtest", "missions", "--train", str(train), "--test", str(test)]
    out = tmp_path / "docs" / "record.md"
    out.parent.mkdir()
    result = run.invoke(app, [*args, "--page", str(out)], catch_exceptions=False)
    assert result.exit_code == 0
    assert "goes at all: Brier" in result.stdout
    assert "img/track-record-missions.svg" in out.read_text(encoding="utf-8")
    assert (out.parent / "img/track-record-missions.svg").read_text().startswith("<svg")


def scores_of(gain: float, low: float, high: float) -> dict:
    return {
        "n": 2,
        "clusters": 2,
        "crps": 2.0,
        "coverage": {"0.5": 0.5, "0.8": 1.0},
        "baselines": {"lognormal": {"crps": 2.0 + gain}, "at_mandate": {"crps": 2.5}},
        "gains": {"lognormal": {"crps": {"gain": gain, "low": low, "high": high, "better": 0.9}}},
    }


def speed(gain: float, low: float, high: float) -> dict:
    quantiles = {"0.1": 1.0, "0.5": 4.0, "0.9": 12.0}
    return {
        "title": "Speed: some",
        "kind": "speed",
        "protocol": "each from the others",
        "n": 3,
        "clusters": 3,
        "trained_on": 2,
        "trained_until": "2009-03-31",
        "predictions": [
            {"id": "A", "target": "t50", "quantiles": quantiles, "outcome": 3.0},
            {"id": "B", "target": "t50", "quantiles": quantiles, "outcome": 14.0},
            {"id": "C", "target": "t50", "quantiles": quantiles},
        ],
        "notes": ["Said `once`."],
        "scores": {"t50": scores_of(gain, low, high)},
        "calibration": [],
    }


def test_at_a_glance_says_what_is_shown_and_what_is_not() -> None:
    found = [speed(0.5, 0.1, 0.9), speed(0.5, -0.1, 0.9), speed(-0.5, -0.9, -0.1)]
    assert [row[1] for row in glance(found)] == ["better", "not shown to differ", "worse"]


def test_an_amount_is_shown_with_its_intervals_and_drawn() -> None:
    d = speed(0.5, 0.1, 0.9)
    assert held(d) == "The 50 / 80 % intervals held what came in 50 / 100 % of the cases."
    assert [row[1] for row in table(d)] == ["2.000", "2.500"]
    drawn = amounts(d).to_dict()
    rows = drawn["data"]["values"]
    assert [r["id"] for r in rows] == ["A", "B"]
    html = as_html([d, d])
    assert html.count("<code>once</code>") == 1  # a note is said once
    assert "1 of them without a known outcome" in html
    with pytest.raises(ValueError, match="nothing to draw"):
        amounts({**d, "predictions": d["predictions"][2:]})


def test_missions_of_a_panel_are_listed_apart() -> None:
    d = speed(0.5, 0.1, 0.9)
    d["scores"]["t50"]["by_cluster"] = {"X": {"n": 7, "brier": 0.2}}
    assert parts(d) == ["X 0.200 (n = 7)"]
    assert "X 0.200 (n = 7)" in as_markdown([d], {})
    assert "<details>" in as_html([d])
