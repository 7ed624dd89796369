import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from willing.bargaining import read_scenario
from willing.cli import app
from willing.errors import FaultsError, UnreadableError, UsageError

CSV = """Cars,"x",3,1,
Actor,Description,Power,Price,Sal,
A,,10,0,50,
B,,20,50,40,
C,,15,100,90,
"""


def run(*words: str) -> dict:
    result = CliRunner().invoke(app, ["bargain", *words, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    path = tmp_path / "cars.csv"
    path.write_text(CSV, encoding="utf-8")
    return str(path)


def test_the_contract(scenario):
    d = run(scenario, "--model", "smp", "--turns", "2")
    assert d["model"] == "smp"
    assert [t["turn"] for t in d["turns"]] == [0, 1, 2]
    assert set(d["turns"][0]["positions"]) == set(d["turns"][0]["probability"]) == {"A", "B", "C"}
    assert {"mean", "median", "quantiles"} <= set(d["forecast"])
    assert d["forecast"]["quantiles"]["0.05"] <= d["forecast"]["median"]
    assert set(d["pressed"]) == {"A", "B", "C"}


def test_default_model_and_why(scenario):
    d = run(scenario)
    assert d["model"] == "default"
    assert d["model_because"]


def test_options_rule_and_reference(scenario):
    plain = run(scenario, "--model", "smp")
    cubic = run(scenario, "--model", "smp", "--option", "VotingRule=Cubic")
    assert cubic["options"] == {"voting": "Cubic"}
    assert plain["turns"] != cubic["turns"]
    free = run(scenario, "--reference", "100")
    bound = run(scenario, "--reference", "100", "--rule", "unanimity")
    assert bound["forecast"]["mean"] > free["forecast"]["mean"]


def test_errors_in_the_inputs(scenario):
    d = run(scenario, "--model", "mean", "--error", "10", "--draws", "200", "--seed", "4")
    assert d["draws"] == 200
    q = d["forecast"]["quantiles"]
    assert q["0.05"] < q["0.95"]
    assert d == run(scenario, "--model", "mean", "--error", "10", "--draws", "200", "--seed", "4")


def test_writes_scenarios_and_charts(scenario, tmp_path):
    xml, html = tmp_path / "out.xml", tmp_path / "out.html"
    d = run(scenario, "--model", "mean", "--write", str(xml), "--chart", str(tmp_path / "o.json"))
    assert read_scenario(xml.read_text(encoding="utf-8")).actors == ("A", "B", "C")
    assert d == run(str(xml), "--model", "mean")
    assert json.loads((tmp_path / "o.json").read_text())["vconcat"]
    with pytest.raises(UsageError, match=r"csv or \.xml"):
        run(scenario, "--write", str(html))


def test_sensitivity(scenario):
    d = run(scenario, "--model", "mean", "--sensitivity")
    assert {r["what"] for r in d["sensitivity"]} == {"rounds", "option", "error"}


def test_text_for_people(scenario):
    result = CliRunner().invoke(app, ["bargain", scenario, "--model", "smp"])
    assert result.exit_code == 0
    assert "prevails" in result.stdout
    assert "median" in result.stdout


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("nowhere.csv",), UnreadableError),
        (("{}", "--model", "smpp"), UsageError),
        (("{}", "--option", "VoteRule=Cubic"), UsageError),
        (("{}", "--option", "VotingRule=Cubik"), UsageError),
        (("{}", "--as-of", "2025-01-01"), UsageError),
        (("{}", "--error", "-1"), UsageError),
        (("{}", "--turns", "-1"), UsageError),
        (("{}", "--rule", "whim"), UsageError),
        (("ukraine-2025#nonsense",), UsageError),
        (("ukraine-2025",), UsageError),
        (("{}", "--score"), FaultsError),
    ],
)
def test_bad_use_is_refused(scenario, words, error):
    with pytest.raises(error):
        run(*(w.format(scenario) for w in words))


def test_a_case_and_its_issue():
    d = run("ukraine-2025#mission", "--draws", "50")
    assert d["draws"] == 50
    last = d["turns"][-1]["positions"]
    assert last["GBR"][0] > last["RUS"][0]
    early = run("ukraine-2025#mission", "--draws", "50", "--as-of", "2025-03-01")
    assert early["turns"] != d["turns"]


def test_two_issues_of_a_case_can_be_traded():
    d = run("ukraine-2025#talks,mission", "--model", "exchange", "--draws", "1")
    assert d["dimensions"] == ["talks", "mission"]
    assert len(d["turns"]) > 1
    assert d["pressed"]["USA"]
    # Who never spoke on an issue has no position to trade there.
    first, last = d["turns"][0]["positions"], d["turns"][-1]["positions"]
    assert first["HUN"][0] == last["HUN"][0]
    with pytest.raises(UsageError, match="Did you mean 'talks'"):
        run("ukraine-2025#mission,talk")


def test_scholz_as_its_authors_write(scenario):
    kept = run(scenario, "--model", "scholz", "--turns", "3")
    meant = run(scenario, "--model", "scholz", "--turns", "3", "--intended")
    assert kept["turns"][0]["positions"] == meant["turns"][0]["positions"]
    assert kept["turns"] != meant["turns"]


def test_score_contract(shared_data, tmp_path):
    lines = (shared_data / "deu3" / "deu3_part.tsv").read_text(encoding="utf-8").splitlines(True)
    part = tmp_path / "part.tsv"
    part.write_text("".join(lines[:14]), encoding="utf-8")
    d = run(str(part), "--score")
    assert d["n"] == 12
    for m in d["models"]:
        assert {"model", "mae", "median_ae", "within_10", "crps"} <= set(m)
    named = {m["model"] for m in d["models"]}
    assert {"default", "mean", "median", "smp", "scholz", "nash"} <= named
    assert d["cross_validated"]["n"] == 12
