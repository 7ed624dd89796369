"""The notebooks run from top to bottom, without a network and without outputs kept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
#: no proxy answers there, so that a cell which asks the network fails
OFFLINE = {f"{scheme}_proxy": "http://127.0.0.1:9" for scheme in ("http", "https", "all")}


def read(name: str) -> Any:
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def run(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, **settings: str) -> str:
    """Run a notebook in a folder; return all it printed or showed as text."""
    for key, value in {**OFFLINE, **settings}.items():
        monkeypatch.setenv(key, value)
    source = os.pathsep.join([str(FOLDER.parent / "src"), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", source)
    book = read(name)
    client = nbclient.NotebookClient(
        book, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    said = []
    for cell in book.cells:
        for output in cell.get("outputs", []):
            said.append(output.get("text", ""))
            said.extend(str(v) for v in output.get("data", {}).values())
    return "\n".join(said)


@pytest.mark.parametrize("name", ["shipped-case", "deu-replication"])
def test_no_output_is_kept(name: str) -> None:
    book = read(name)
    nbformat.validate(book)
    assert all(not c.get("outputs") for c in book.cells)


def test_the_shipped_case_step_by_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = run("shipped-case", tmp_path, monkeypatch)
    assert "First contingent deployed" in said
    assert said.count("<svg") >= 2
    assert "cdn.jsdelivr" not in said
    assert (tmp_path / "briefing.html").is_file()


def test_the_replication_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run("deu-replication", tmp_path, monkeypatch, WILLING_DEU=str(tmp_path / "none.tsv"))
    assert "Skipped: no file" in said
    assert "10.34810/data53" in str(read("deu-replication"))


@pytest.mark.shared
def test_the_replication_from_a_copy_of_the_data(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = shared_data / "deu3" / "deu3_part.tsv"
    if not table.is_file():
        pytest.skip("DEU III is not among the data beside this checkout")
    said = run("deu-replication", tmp_path, monkeypatch, WILLING_DEU=str(table))
    assert "The mean leads the engines" in said
