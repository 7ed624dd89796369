"""What goes to other tools is whole and valid, and answers come back."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from willing.case import Case, check, load
from willing.case.folder import NOUNS, locate, texts
from willing.cli import app
from willing.data.map import NOTICE
from willing.errors import FaultsError
from willing.interchange import (
    COLUMNS,
    data_package,
    geojson,
    provenance,
    question_set,
    resolved,
    web_annotations,
    wording,
)
from willing.interchange.data_package import table_schema
from willing.record import positions

HAITI = load("haiti-2023")
UKRAINE = load("ukraine-2025")
TODAY = date(2025, 1, 1)


def test_a_package_describes_every_file_and_column() -> None:
    files = texts(locate("haiti-2023"))
    package = data_package(HAITI, files)
    assert [r["path"] for r in package["resources"]] == sorted(files)
    for resource in package["resources"]:
        data = files[resource["path"]].encode()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
        if resource["path"].endswith(".csv"):
            header = next(csv.reader(io.StringIO(files[resource["path"]])))
            assert [f["name"] for f in resource["schema"]["fields"]] == header
            assert all(f["description"] for f in resource["schema"]["fields"])


@pytest.mark.parametrize("table", NOUNS)
def test_a_schema_has_the_bounds_of_the_nouns(table: str) -> None:
    noun = NOUNS[table]
    names = [i.alias or n for n, i in noun.model_fields.items()]
    fields = {f["name"]: f for f in table_schema(table, names)["fields"]}
    assert list(fields) == names
    if table == "statements":
        assert fields["date"]["type"] == "date"
        assert fields["credibility"]["constraints"] == {
            "required": True,
            "minimum": 1,
            "maximum": 6,
        }
        assert "support_no_troops" in fields["stance"]["constraints"]["enum"]
        assert fields["span_start"]["constraints"] == {"minimum": 0}
    if table == "actors":
        assert fields["nato"]["type"] == "boolean"
        assert fields["influence"]["constraints"]["maximum"] == 100


def test_every_state_is_a_feature_with_its_position() -> None:
    record = positions(UKRAINE)
    found = geojson(UKRAINE, record)
    assert found["notice"] == NOTICE
    states = [a.id for a in UKRAINE.actors if a.kind == "state"]
    assert [f["id"] for f in found["features"]] == states
    for feature in found["features"]:
        mean, _ = record.position(feature["id"], "any", "participation")
        assert feature["properties"]["position"] == pytest.approx(float(mean))
        for polygon in (feature["geometry"] or {"coordinates": []})["coordinates"]:
            for ring in polygon:
                assert ring[0] == ring[-1]
                assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in ring)
    json.dumps(found, allow_nan=False)


def test_every_statement_is_an_annotation_on_its_source() -> None:
    found = web_annotations(UKRAINE)
    items = found["first"]["items"]
    assert found["total"] == len(items) == len(UKRAINE.statements)
    for s, item in zip(UKRAINE.statements, items, strict=True):
        assert item["body"]["value"]["stance"] == s.stance
        name = f"urn:willing:case:{UKRAINE.id}:source:{s.id}"  # where no address is known
        assert item["target"]["source"] == (s.source_url or name)
    spot = UKRAINE.statements[0].model_copy(
        update={"document": "ab", "span_start": 10, "span_length": 5, "source_url": ""}
    )
    only = web_annotations(UKRAINE.model_copy(update={"statements": (spot,)}))
    target = only["first"]["items"][0]["target"]
    assert target["source"] == "urn:sha256:ab"
    assert (target["selector"]["start"], target["selector"]["end"]) == (10, 15)


def test_every_statement_has_a_source_and_the_forecast_its_record() -> None:
    forecast = {"input_hash": "f" * 64, "draws": 100, "seed": 1}
    graph = {n["@id"]: n for n in provenance(UKRAINE, forecast)["@graph"]}
    for s in UKRAINE.statements:
        node = graph[f"urn:willing:case:ukraine-2025:{s.id}"]
        assert graph[node["prov:wasDerivedFrom"]["@id"]]["@type"] == "prov:Entity"
        assert graph[node["prov:wasAttributedTo"]["@id"]]["@type"] == "prov:Agent"
    made = graph["urn:sha256:" + "f" * 64]
    run = graph[made["prov:wasGeneratedBy"]["@id"]]
    assert run["willing:seed"] == 1
    assert len(graph[run["prov:used"]["@id"]]["prov:hadMember"]) == len(UKRAINE.statements)
    assert "urn:sha256:" not in str(provenance(UKRAINE))


def test_every_kind_of_question_is_put_in_words() -> None:
    for case in (HAITI, UKRAINE):
        for q in case.questions:
            title, criteria = wording(case, q)
            assert title.count("?") >= 1
            assert str(q.by.year) in title
            assert criteria.startswith("Yes if")


def test_a_question_set_has_a_row_a_question() -> None:
    rows = list(csv.DictReader(io.StringIO(question_set(HAITI, HAITI.questions, lambda q: 0.25))))
    assert tuple(rows[0]) == COLUMNS
    assert [r["id"] for r in rows] == [f"haiti-2023:{q.id}" for q in HAITI.questions]
    assert {r["probability"] for r in rows} == {"0.2500"}
    assert [r["resolution"] for r in rows] == [
        {0: "no", 1: "yes", None: ""}[q.outcome] for q in HAITI.questions
    ]


def unanswered() -> Case:
    questions = tuple(q.model_copy(update={"outcome": None}) for q in HAITI.questions)
    return HAITI.model_copy(update={"questions": questions, "resolutions": ()})


def test_what_goes_out_comes_back() -> None:
    text = question_set(HAITI, HAITI.questions, lambda q: 0.5)
    back, count, left = resolved(unanswered(), text, "q.csv", TODAY)
    assert (count, left) == (len(HAITI.questions), 0)
    assert back.questions == HAITI.questions
    assert {r.question: r.outcome for r in back.resolutions} == {
        q.id: q.outcome for q in HAITI.questions
    }


@given(
    st.dictionaries(
        st.sampled_from([q.id for q in HAITI.questions]),
        st.sampled_from(["yes", "No", "TRUE", "0", "ambiguous", "", "annulled"]),
    )
)
def test_any_answers_are_taken_and_nothing_else_changes(answers: dict[str, str]) -> None:
    text = "id,resolution\n" + "".join(f"haiti-2023:{k},{v}\n" for k, v in answers.items())
    before = unanswered()
    back, count, left = resolved(before, text, "a.csv", TODAY)
    assert count + left == len(answers)
    for q in back.questions:
        said = answers.get(q.id, "").lower()
        want = 1 if said in {"yes", "true"} else 0 if said in {"no", "0"} else None
        assert q.outcome == want
    assert back.statements == before.statements


@pytest.mark.parametrize(
    ("text", "line", "column", "expected", "near"),
    [
        ("id,resolution\nQ999,yes\n", 2, 1, "a question of the case", None),
        ("resolution,id\nyse,Q001\n", 2, 1, "yes, no, ambiguous or annulled", "yes"),
        ("id,resolution,resolved\nQ001,yes,soon\n", 2, 3, "a day such as 2025-10-01", None),
        ("question,answer\nQ001,yes\n", 1, 1, "a column id", None),
        ("", 1, 1, "a column id", None),
    ],
)
def test_faulty_answers_say_where(
    text: str, line: int, column: int, expected: str, near: str | None
) -> None:
    with pytest.raises(FaultsError) as caught:
        resolved(unanswered(), text, "a.csv", TODAY)
    fault = caught.value.faults[0]
    assert (fault.line, fault.column, fault.expected) == (line, column, expected)
    if near:
        assert fault.suggestion == near


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_package_is_a_case_folder_and_takes_answers(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    run("export", "haiti-2023", "--as", "package", "--out", folder)
    assert check(folder) == []
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["name"] == "haiti-2023"
    answers = tmp_path / "a.csv"
    answers.write_text("id,resolution,resolved\nQ001,no,2023-10-15\nQ002,annulled,\n")
    said = json.loads(run("resolve", folder, answers, "--json"))
    assert said == {"case": "haiti-2023", "resolved": 1, "open": 1}
    assert load(folder).questions[0].outcome == 0


@pytest.mark.parametrize("form", ["geojson", "annotations", "provenance"])
def test_documents_are_json_on_standard_output(form: str) -> None:
    assert json.loads(run("export", "haiti-2023", "--as", form, "--draws", 60))


def test_a_forecast_becomes_a_question_set(tmp_path: Path) -> None:
    out = tmp_path / "set.csv"
    run("export", "haiti-2023", "--as", "questions", "--draws", 60, "--out", out)
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert len(rows) == len(load("haiti-2023").questions)
    assert all(0.0 < float(r["probability"]) < 1.0 for r in rows)
    assert not list(tmp_path.glob("*.part"))
