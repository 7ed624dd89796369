"""`willing check`: for a person and for a program."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.case.conftest import Run


def test_a_sound_case(folder: Path, willing: Callable[..., Run]) -> None:
    run = willing("check", folder)
    assert run.status == 0
    assert run.out.startswith(f"{folder}: sound (4 actors, 4 statements")
    document = willing("check", folder, "--json").json
    assert document["ok"] is True
    assert document["faults"] == []
    assert document["contradictions"] == []
    assert document["counts"]["actors"] == 4


def test_faults_are_grouped_by_file(folder: Path, willing: Callable[..., Run]) -> None:
    for name, old, new in (
        ("case.yaml", "opposing: [RUS]", "opposing: [RSU]"),
        ("case.yaml", "casualty_risk: med ", "casualty_risk: '[red]huge[/red]' "),
        ("actors.csv", "POL,Poland,state,lead", "POL,Poland,state,leader"),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    run = willing("check", folder)
    assert run.status == 1
    lines = run.out.splitlines()
    assert lines[0] == str(folder / "case.yaml")
    assert lines.index(str(folder / "actors.csv")) == 3
    assert lines[-1].startswith(f"{folder}: 3 faults (")
    assert "found 'leader' in the column 'role'" in run.out
    assert "Did you mean 'lead'?" in run.out
    assert "found '[red]huge[/red]'; expected one of low, med, high." in run.out
    assert run.err == ""
    assert set(willing("check", folder, "--json").json["faults"][0]) == {
        "file",
        "line",
        "column",
        "found",
        "expected",
        "suggestion",
    }


def test_contradictions_are_listed_and_are_no_faults(
    folder: Path, willing: Callable[..., Run]
) -> None:
    path = folder / "statements.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    said = lines[1].replace("forecast", "actor")
    lines += [said.replace("EX-1", "A"), said.replace("EX-1", "B").replace("consider", "decline")]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    run = willing("check", folder)
    assert run.status == 0
    assert "FRA on 2025-04-05, participation, any: consider (A), decline (B)" in run.out
    document = willing("check", folder, "--json").json
    assert document["ok"] is True
    assert document["contradictions"] == [
        {
            "actor": "FRA",
            "date": "2025-04-05",
            "issue": "participation",
            "domain": "any",
            "statements": [{"id": "A", "stance": "consider"}, {"id": "B", "stance": "decline"}],
        }
    ]


def test_contradictions_show_beside_faults(folder: Path, willing: Callable[..., Run]) -> None:
    path = folder / "statements.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    said = lines[1].replace("forecast", "actor")
    lines += [said.replace("EX-1", "A"), said.replace("EX-1", "B").replace("consider", "decline")]
    lines += [said.replace("EX-1", "C").replace("FRA", "FRE")]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    document = willing("check", folder, "--json").json
    assert document["ok"] is False
    assert len(document["faults"]) == len(document["contradictions"]) == 1


def test_no_case(willing: Callable[..., Run]) -> None:
    run = willing("check")
    assert (run.status, run.out) == (2, "")
    assert "found no case" in run.err


def test_an_unknown_id_names_the_shipped_cases(
    willing: Callable[..., Run], tmp_path: Path, monkeypatch: object
) -> None:
    run = willing("check", "ukrain-2025", "--json")
    assert run.status == 2
    message = json.loads(run.err)["message"]
    assert "ukraine-2025" in message
    assert "Did you mean 'ukraine-2025'?" in message


def test_paths_that_are_none(willing: Callable[..., Run]) -> None:
    for path in ("a\x00b", "x" * 5_000, ""):
        assert willing("check", path).status == 2, path[:10]


def test_the_schema(willing: Callable[..., Run]) -> None:
    run = willing("check", "--schema")
    assert run.status == 0
    assert json.loads(run.out)["title"] == "A Willing case"
