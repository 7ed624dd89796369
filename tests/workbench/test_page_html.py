"""The pages without a browser: plain HTML that already says what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient

from willing.workbench import create_app
from willing.workbench.pages import VIEWS
from willing.workbench.pictures import NEEDS_FORECAST, PICTURES
from willing.workbench.words import texts

CASE = "/cases/chad-2007"
FOLDER = Path(__file__).parents[2] / "src" / "willing" / "workbench"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    store = tmp_path_factory.mktemp("store") / "willing.db"
    with TestClient(create_app(f"sqlite:///{store}"), base_url="http://127.0.0.1") as found:
        yield found


@pytest.mark.parametrize("view", [*VIEWS, "import"])
def test_every_view_is_there_before_any_forecast(client: TestClient, view: str) -> None:
    answer = client.get(f"{CASE}/{view}")
    assert answer.status_code == 200, answer.text[:300]
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    assert answer.text.count("<h1") == 1


def test_the_handling_mark_stands_on_every_page_and_chart(client: TestClient) -> None:
    revision = client.get(f"/api{CASE}").json()["revision"]
    body = {"handling": "TLP:AMBER", "revision": revision, "why": "for this test"}
    assert client.put(f"/api{CASE}/handling", json=body).status_code == 200
    for view in VIEWS:
        assert client.get(f"{CASE}/{view}").text.count("TLP:AMBER") >= 2, view
    drawn = client.get(f"{CASE}/charts/timeline.svg?download=1")
    assert "TLP-AMBER" in drawn.headers["content-disposition"]
    assert "TLP:AMBER" in drawn.text


def test_unknown_things_are_told_apart(client: TestClient) -> None:
    for path in (
        "/cases/nowhere/who",
        f"{CASE}/nonsense",
        f"{CASE}/who/XXX",
        f"{CASE}/charts/x.svg",
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert "found no" in answer.json()["detail"]
    assert client.get(f"{CASE}/charts/prospects.json").status_code == 404
    assert client.get(f"{CASE}/charts/map.json?domain=moon").status_code == 400


@pytest.mark.parametrize("name", ["map", "timeline", "domains"])
@pytest.mark.parametrize("form", ["svg", "png"])
def test_charts_can_be_kept(client: TestClient, name: str, form: str) -> None:
    answer = client.get(f"{CASE}/charts/{name}.{form}")
    assert answer.status_code == 200
    assert answer.content.startswith(b"<svg" if form == "svg" else b"\x89PNG")


def test_charts_that_need_a_forecast_are_charts() -> None:
    assert set(PICTURES) >= NEEDS_FORECAST


def test_the_engine_and_the_map_come_from_here(client: TestClient) -> None:
    engine = client.get("/vega.js").text
    assert "vegaEmbed" in engine
    assert "BSD-3-Clause" in engine[:200]
    assert client.get("/map.json").json()["type"] == "Topology"


def test_every_word_the_templates_ask_for_is_in_the_file() -> None:
    words = texts()
    missing = []
    for template in sorted((FOLDER / "templates").glob("*.html")):
        for path in re.findall(r"\bt\.([a-z_]+(?:\.[a-z_]+)*)(?![\w\[(])", template.read_text()):
            at = words
            for part in path.removesuffix(".get").split("."):
                at = at.get(part) if isinstance(at, dict) else None
                if at is None:
                    missing.append(f"{template.name}: {path}")
                    break
    assert missing == []


def test_every_word_the_scripts_ask_for_is_in_the_file() -> None:
    asked = {
        name
        for script in (FOLDER / "static").glob("*.js")
        for name in re.findall(r"\btexts\.([a-z_]+)", script.read_text())
    }
    assert asked <= set(texts()["js"])


def test_no_yaml_key_is_a_truth_value() -> None:
    """`on:` is true in YAML 1.1."""

    def keys(node: object) -> Iterator[object]:
        if isinstance(node, dict):
            yield from node
            for value in node.values():
                yield from keys(value)

    found = yaml.safe_load((FOLDER / "texts" / "en.yaml").read_text())
    assert all(isinstance(key, str) for key in keys(found))
