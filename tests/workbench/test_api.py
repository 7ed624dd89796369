"""The API: forecasts and runs, what-if, review, spreadsheets, opinions, exports."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.workbench.served import CASE, SMALL, app_on, client_of, finished, small, small_client
from willing.workbench.jobs import CancelledError, Jobs
from willing.workbench.whatif import Pulled, hits, outcome_of

__all__ = ["small_client"]

EVIL = "<script>alert(1)</script>"
XSS_TEXT = f'{EVIL}"><img src=x onerror=alert(1)>'


@pytest.fixture(name="api")
def _api(small_client: TestClient) -> TestClient:
    return small_client


@pytest.fixture(scope="module")
def forecast(small_client: TestClient) -> str:
    started = small_client.post(f"{CASE}/assess", json={"draws": 200}).json()
    job = finished(small_client, started["id"])
    assert job["state"] == "done", job
    assert job["result"]["forecast"] == started["forecast"]
    return str(started["forecast"])


def test_what_if_is_the_model_with_those_levers_on_the_same_numbers(api: TestClient) -> None:
    stage = api.app.state.stages.get(SMALL)  # type: ignore[attr-defined]
    asked = {"levers": ["lead_commits"], "shifts": [{"actor": "FRA", "by": 15}]}
    answer = api.post(f"{CASE}/whatif", json=asked).json()
    pulled = Pulled(("lead_commits",), (("FRA", "participation", 15.0),))
    outcome = outcome_of(stage, pulled)
    for place, m in enumerate(answer["milestones"]):
        change = hits(outcome, place, stage.weeks) - hits(stage.base, place, stage.weeks)
        assert m["change"] == pytest.approx(list(change), abs=1e-5)
        assert m["probability"] == sorted(m["probability"])
        assert all(
            a <= b <= c for a, b, c in zip(m["low"], m["probability"], m["high"], strict=True)
        )
    assert len(answer["dates"]) == stage.weeks + 1


def test_nothing_pulled_changes_nothing_and_a_ceasefire_helps(api: TestClient) -> None:
    still = api.post(f"{CASE}/whatif", json={}).json()["milestones"]
    assert all(set(m["change"]) == {0.0} for m in still)
    helped = api.post(f"{CASE}/whatif", json={"levers": ["ceasefire_now"]}).json()["milestones"]
    assert sum(m["change"][-1] for m in helped) > 0


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"levers": ["lead_comits"]}, "lead_commits"),
        ({"shifts": [{"actor": "FRB", "by": 5}]}, "FRA"),
        ({"rates": {"ceasfire": 2}}, "ceasefire"),
        ({"by": "1999-01-01"}, "by"),
    ],
)
def test_what_if_says_what_would_be_right(
    api: TestClient, asked: dict[str, Any], says: str
) -> None:
    answer = api.post(f"{CASE}/whatif", json=asked)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.json()["detail"]


def test_a_forecast_keeps_what_reproduces_it(api: TestClient, forecast: str) -> None:
    found = api.get(f"/api/forecasts/{forecast}").json()
    about = found["about"]
    assert (about["seed"], about["draws"], about["revision"]) == (20250405, 200, 1)
    assert about["input_hash"] == found["input_hash"]
    again = finished(api, api.post(f"/api/forecasts/{forecast}/reproduce").json()["id"])
    assert again["result"]["same"]
    assert again["result"]["same_inputs"]
    cached = api.post(f"{CASE}/assess", json={"draws": 200}).json()
    assert (cached["cached"], cached["forecast"]) == (True, forecast)


def test_the_draws_add_up_to_the_curve(api: TestClient, forecast: str) -> None:
    found = api.get(f"/api/forecasts/{forecast}").json()
    curve = next(m for m in found["milestones"] if m["id"] == "format_agreed")["probability"]
    weeks = api.get(f"/api/forecasts/{forecast}/draws?of=milestone:format_agreed").json()["weeks"]
    for w in (4, 26, len(curve) - 1):
        assert sum(r["draws"] for r in weeks if r["week"] <= w) / 200 == pytest.approx(curve[w])
    assert api.get(f"/api/forecasts/{forecast}/draws?of=x';drop").status_code == 404


def test_downloads_carry_the_handling_mark(api: TestClient, forecast: str) -> None:
    starts = {"html": b"<!doctype html>", "docx": b"PK", "pdf": b"%PDF-"}
    for form, start in starts.items():
        answer = api.get(f"/api/forecasts/{forecast}/briefing.{form}")
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(start)
        assert "attachment" in answer.headers["content-disposition"]
        assert answer.headers["x-handling"] == "TLP:CLEAR"
    for form, start in {"svg": b"<svg", "png": b"\x89PNG"}.items():
        answer = api.get(f"/api/forecasts/{forecast}/charts/prospects.{form}")
        assert answer.content.startswith(start)
    drawn = api.get(f"/api/forecasts/{forecast}/charts/prospects.svg").text
    assert "TLP:CLEAR  A small case, as of 5 April 2025" in drawn
    for form in ("csv", "xlsx", "parquet"):
        for what in ("statements", "positions", "milestones", "participation"):
            assert api.get(f"{CASE}/data.{form}?what={what}").status_code == 200
    shapes = api.get(f"{CASE}/data.geojson").json()
    assert {f["id"] for f in shapes["features"]} == {"UKR", "RUS", "GBR", "FRA"}
    assert all(f["geometry"]["coordinates"] for f in shapes["features"])


def test_runs_are_cancelled_and_resumed(tmp_path: Path) -> None:
    seen: list[float] = []

    def slow(settings: dict[str, Any], by: str, note: Any) -> dict[str, Any]:
        for k in range(settings["steps"]):
            note(k / settings["steps"], "on it")
            seen.append(k)
            time.sleep(0.01)
        return {"steps": settings["steps"], "by": by}

    app = app_on(tmp_path)
    jobs = app.state.jobs = Jobs(app.state.store, {"slow": slow})
    with client_of(app) as client:
        started = jobs.start("slow", SMALL, {"steps": 3000}, "ann")
        while len(seen) < 3:
            time.sleep(0.01)
        client.post(f"/api/jobs/{started['id']}/cancel")
        job = finished(client, started["id"])
        assert job["state"] == "cancelled"
        assert len(seen) < 3000
        app.state.store.jobs.change(started["id"], settings={"steps": 2})
        client.post(f"/api/jobs/{started['id']}/resume")
        job = finished(client, started["id"])
        assert (job["state"], job["result"]) == ("done", {"steps": 2, "by": "ann"})
        assert client.post(f"/api/jobs/{started['id']}/resume").status_code == 409


def test_a_restart_marks_what_it_interrupted(tmp_path: Path) -> None:
    app = app_on(tmp_path)
    app.state.store.jobs.add("j1", "assess", SMALL, {"case": SMALL}, "ann")
    again = app_on(tmp_path)
    assert again.state.jobs.get("j1")["state"] == "interrupted"
    assert issubclass(CancelledError, Exception)


def test_two_analysts_edit_one_statement(api: TestClient) -> None:
    one = api.get(f"{CASE}/statements/EX-1").json()
    version = one.pop("version")
    one.pop("revision")
    mine = {"version": version, "statement": one | {"summary": "mine"}, "why": "a"}
    yours = {"version": version, "statement": one | {"summary": "yours"}, "why": "b"}
    assert api.put(f"{CASE}/statements/EX-1", json=mine).status_code == 200
    late = api.put(f"{CASE}/statements/EX-1", json=yours)
    assert late.status_code == 409
    assert late.json()["theirs"]["statement"]["summary"] == "mine"
    assert late.json()["yours"]["statement"]["summary"] == "yours"
    versions = api.get(f"{CASE}/statements/EX-1/history").json()["versions"]
    assert [v["statement"]["summary"] == "mine" for v in versions] == [False, True]
    assert api.get(f"{CASE}/statements/EX-1?at=1").json()["summary"] == one["summary"]


def test_read_review_accept(api: TestClient) -> None:
    text = "France will lead the force, President Emmanuel Macron said on Thursday. He was glad."
    queued = api.post(f"{CASE}/read", json={"text": text, "published": "2025-04-05"})
    assert queued.status_code == 201, queued.text
    rows = api.get(f"{CASE}/review").json()["candidates"]
    row = next(r for r in rows if "FRA" in r["candidate"]["actor"])
    path = f"{CASE}/review/{row['key']}"
    edited = {"version": 0, "changes": {"stance": "lead", "domain": "land"}, "why": "clear"}
    assert api.post(f"{path}/edit", json=edited).json()["version"] == 1
    stale = {"version": 0, "why": "no"}
    assert api.post(f"{path}/reject", json=stale).status_code == 409
    accepted = {"version": 1, "summary": "Would lead it.", "publisher": "A paper"}
    done = api.post(f"{path}/accept", json=accepted)
    assert done.status_code == 200, done.text
    new = api.get(f"{CASE}/statements/{done.json()['statements'][0]}").json()
    assert (new["actor"], new["stance"], new["summary"]) == ("FRA", "lead", "Would lead it.")
    start, length = row["candidate"]["span"]
    shown = api.get(f"{CASE}/documents/{new['document']}").json()["text"]
    assert (
        shown[new["span_start"] : new["span_start"] + new["span_length"]] == text[start:][:length]
    )
    assert api.post(f"{path}/accept", json={**accepted, "version": 2}).status_code == 409
    log = api.get(f"{CASE}/review/log").json()["decisions"]
    assert [d["action"] for d in log] == ["edit", "accept"]


def test_who_is_not_in_the_case_is_refused_or_added(tmp_path: Path) -> None:
    with client_of(app_on(tmp_path)) as api:
        text = "Poland would not send troops, Polish Prime Minister Donald Tusk said."
        api.post(f"{CASE}/read", json={"text": text, "published": "2025-04-05"})
        (row,) = api.get(f"{CASE}/review").json()["candidates"]
        path = f"{CASE}/review/{row['key']}/accept"
        wanted = {"version": 0, "summary": "No troops.", "publisher": "A", "day": "2025-04-04"}
        refused = api.post(path, json=wanted)
        assert (refused.status_code, "POL" in refused.text) == (422, True)
        assert api.get(CASE).json()["revision"] == 1
        done = api.post(path, json={**wanted, "add_as": "candidate"})
        assert done.status_code == 200, done.text
        case = api.get(CASE).json()
        assert [(a["name"], a["role"]) for a in case["actors"] if a["id"] == "POL"] == [
            ("Poland", "candidate")
        ]
        assert case["statements"][-1]["actor"] == "POL"
        assert (done.json()["added"], case["revision"]) == (["POL"], 3)
        back = api.post(f"{CASE}/reopen", json={"revision": 1, "expected": 3})
        assert back.is_success  # what the page's Undo asks for
        assert "POL" not in {a["id"] for a in api.get(CASE).json()["actors"]}


def test_what_was_accepted_and_undone_waits_again(tmp_path: Path) -> None:
    with client_of(app_on(tmp_path)) as api:
        api.post(f"{CASE}/read", json={"text": "France will lead the force, Macron said."})
        (row,) = api.get(f"{CASE}/review").json()["candidates"]
        path = f"{CASE}/review/{row['key']}"
        wanted = {"version": 0, "summary": "Would lead.", "publisher": "A", "day": "2025-04-04"}
        first = api.post(f"{path}/accept", json=wanted).json()
        assert api.get(f"{CASE}/review").json()["candidates"] == []
        api.post(f"{CASE}/reopen", json={"revision": 1})
        (again,) = api.get(f"{CASE}/review").json()["candidates"]
        assert (again["key"], again["version"], again["state"]) == (row["key"], 1, "pending")
        second = api.post(f"{path}/accept", json={**wanted, "version": 1})
        assert second.status_code == 200, second.text
        assert api.get(f"{CASE}/statements/{second.json()['statements'][0]}").is_success
        assert first["statements"] == second.json()["statements"]
        assert api.post(f"{path}/reject", json={"version": 2, "why": "no"}).status_code == 409


def test_spreadsheets_in_and_out_run_nothing(api: TestClient) -> None:
    formula = '=HYPERLINK("http://evil","x")'
    table = io.StringIO()
    rows = [
        ["Country", "Day", "Text"],
        ["FRA", "2025-04-01", formula],
        ["GBR", "2025-04-02", XSS_TEXT],
    ]
    csv.writer(table).writerows(rows)
    seen = api.post(f"{CASE}/sheet/preview", content=table.getvalue().encode()).json()
    assert seen["mapping"]["actor"] == "Country"
    assert seen["mapping"]["date"] == "Day"
    mapped = {
        "rows": [{**r, "Id": f"S-{k}"} for k, r in enumerate(seen["rows"])],
        "mapping": {"id": "Id", "actor": "Country", "date": "Day", "summary": "Text"},
        "defaults": {
            "rank": "head",
            "issue": "participation",
            "stance": "consider",
            "domain": "land",
            "kind": "actor",
            "reliability": "C",
            "credibility": "3",
            "publisher": "@SUM(1+1)",
        },
    }
    wrong = {**mapped, "defaults": {**mapped["defaults"], "stance": "leed"}}
    refused = api.post(f"{CASE}/sheet/import", json=wrong)
    assert (refused.status_code, len(refused.json()["faults"])) == (422, 2)
    assert api.post(f"{CASE}/sheet/import", json=mapped).status_code == 201
    exported = list(csv.reader(io.StringIO(api.get(f"{CASE}/data.csv").text)))
    cells = [cell for row in exported for cell in row]
    assert "'" + formula in cells
    assert not [c for c in cells if c.startswith(("=", "+", "@", "\t", "\r"))]
    book = api.get(f"{CASE}/data.xlsx").content
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        sheets = "".join(archive.read(n).decode() for n in archive.namelist() if "sheet" in n)
    assert "<f>" not in sheets
    assert formula in api.get(f"{CASE}/statements").json()["statements"][-2]["summary"]
    home = api.get("/")
    assert EVIL not in home.text


def test_export_and_import_are_loss_free(api: TestClient, tmp_path: Path) -> None:
    whole = api.get(f"{CASE}/export?at=1").content
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        texts = {n.split("/")[1]: archive.read(n).decode() for n in archive.namelist()}
    assert texts == small()
    with client_of(app_on(tmp_path)) as other:
        answer = other.post("/api/cases?replace=true", content=whole)
        assert answer.json() == {"id": SMALL, "revision": 1}
        assert other.post("/api/cases", content=whole).status_code == 409
        assert other.get(f"{CASE}/export").content == whole


def test_a_mark_shows_on_exports_from_then_on(tmp_path: Path) -> None:
    with client_of(app_on(tmp_path)) as api:
        marked = {"handling": "TLP:AMBER+STRICT", "revision": 1}
        assert api.put(f"{CASE}/handling", json=marked).json()["handling"] == "TLP:AMBER+STRICT"
        answer = api.get(f"{CASE}/data.csv")
        assert answer.headers["x-handling"] == "TLP:AMBER+STRICT"
        assert "TLP-AMBER-STRICT" in answer.headers["content-disposition"]
        news = api.get(f"{CASE}/news").json()
        assert (news["seen"], news["revision"]) == (0, 2)
        api.post(f"{CASE}/news")
        assert api.get(f"{CASE}/news").json()["revisions"] == []
        assert api.post(f"{CASE}/reopen", json={"revision": 1}).json()["revision"] == 3
        assert api.get(f"{CASE}").json()["handling"] == "TLP:CLEAR"


def test_an_undo_from_an_older_state_is_a_conflict(tmp_path: Path) -> None:
    with client_of(app_on(tmp_path)) as api:
        for revision, mark in enumerate(("TLP:GREEN", "TLP:RED"), 1):
            marked = {"handling": mark, "revision": revision}
            assert api.put(f"{CASE}/handling", json=marked).is_success
        late = api.post(f"{CASE}/reopen", json={"revision": 1, "expected": 2})
        assert (late.status_code, late.json()["theirs"]) == (409, {"revision": 3})
        undone = api.post(f"{CASE}/reopen", json={"revision": 2, "expected": 3})
        assert undone.json()["revision"] == 4
        assert api.get(CASE).json()["handling"] == "TLP:GREEN"
        page = api.get(f"/cases/{SMALL}/who?at=3").text
        assert "TLP:RED" in page
        assert "earlier state" in page


def test_a_case_is_begun_from_examples(tmp_path: Path) -> None:
    with client_of(app_on(tmp_path)) as api:
        begun = {"id": "new-2026", "title": "New: a force", "as_of": "2026-01-05", "host": "ukr"}
        begun |= {"leads": ["GBR"], "candidates": ["pol", " "]}  # type: ignore[dict-item]
        assert api.post("/api/cases/new", json=begun).json() == {"id": "new-2026", "revision": 1}
        assert api.get("/api/cases/new-2026/check").json()["ok"]
        roles = {a["id"]: a["role"] for a in api.get("/api/cases/new-2026").json()["actors"]}
        assert (roles["GBR"], roles["POL"]) == ("lead", "candidate")
        assert api.post("/api/cases/new", json=begun).status_code == 409
        wrong = {**begun, "id": "other-2026", "host": "Ukraine"}
        answer = api.post("/api/cases/new", json=wrong)
        assert (answer.status_code, "UKRAINE" in answer.text) == (400, True)


def test_the_same_run_is_joined_and_its_result_kept(api: TestClient) -> None:
    asked = {"time_limit": 1}
    first, second = (api.post(f"{CASE}/force", json=asked).json() for _ in range(2))
    assert first["id"] == second["id"]
    job = finished(api, first["id"])
    assert job["state"] == "done", job
    plan = job["result"]
    assert {"coverage", "bound", "gap", "as_pledged", "no_replan", "replan", "prices"} <= set(plan)
    assert {"coverage", "rotations"} <= set(plan["charts"])
    assert api.post(f"{CASE}/force", json=asked).json()["result"] == plan


def test_own_probabilities_are_scored_beside_the_model(tmp_path: Path) -> None:
    app = app_on(tmp_path)
    store = app.state.store
    texts = store.cases.texts(SMALL)
    question = app.state.store.cases.get(SMALL)[0].questions[0].id
    texts["resolutions.csv"] = (
        f"question,outcome,resolved,source_url,note\n{question},1,2025-04-05,,\n"
    )
    store.cases.put(texts, "a")
    with client_of(app) as api:
        for p in (0.1, 0.8):
            own = {"question": question, "probability": p, "model": 0.5}
            assert api.post(f"{CASE}/probabilities", json=own).status_code == 201
        found = api.get(f"{CASE}/probabilities").json()
        assert [r["probability"] for r in found["probabilities"]] == [0.1, 0.8]
        (score,) = found["scores"]
        assert score["brier"] == pytest.approx(0.04)
        assert score["model_brier"] == pytest.approx(0.25)


def test_second_codings_and_their_agreement(api: TestClient) -> None:
    record = {s["id"]: s["stance"] for s in api.get(f"{CASE}/statements?at=1").json()["statements"]}
    for id, stance in record.items():
        assert api.post(f"{CASE}/codings", json={"statement": id, "stance": stance}).is_success
    found = api.get(f"{CASE}/codings").json()["agreement"]["stance"]
    assert (found["alpha"], found["statements"]) == (1.0, len(record))
    api.post(f"{CASE}/codings", json={"statement": "EX-1", "stance": "oppose"})
    assert api.get(f"{CASE}/codings").json()["agreement"]["stance"]["alpha"] < 1


def test_engines(api: TestClient) -> None:
    unsc = api.get("/api/forums/unsc?date=2025-04-05").json()
    assert len(unsc["members"]) == 15
    assert sum(unsc["power"]["shapley_shubik"].values()) == pytest.approx(1)
    assert api.get(f"{CASE}/positions").json()["positions"]
    assert api.get(f"{CASE}/routes").json()["routes"]
    scenario = "a,b,2,1\n,,y\n"
    assert api.post("/api/bargain", content=scenario.encode()).status_code in (400, 422)
