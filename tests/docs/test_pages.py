"""What README and docs tell a reader to type works as they say."""

from __future__ import annotations

import doctest
import json
import os
import re
import shutil
from pathlib import Path

import pytest
import yaml

from tests.docs.console import ELSEWHERE, follow, matches, run, steps

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")])
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
_FENCED = re.compile(r"^ *```(\w+)[^\n]*\n(.*?)^ *```", re.DOTALL | re.MULTILINE)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def having(language: str, what: str = "") -> list[Path]:
    return [
        page
        for page, text in TEXTS.items()
        if any(kind == language and what in body for kind, body in _FENCED.findall(text))
    ]


def reviewed(command: str, folder: Path) -> str:
    """Do what the tutorial asks for between commands; return the keys its reader presses."""
    if command == "willing check my-case":
        table = folder / "my-case" / "statements.csv"
        lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
        table.write_text("".join(x for x in lines if not x.startswith("EX-")), encoding="utf-8")
    if not command.startswith("willing review"):
        return ""
    _, out, _ = run("willing review queue --json", folder)
    keys, named, later = "", False, 0
    for row in json.loads(out)["pending"]:
        candidate = row["candidate"]
        if candidate["actor"] == ["UKR"] and candidate["stance"] == "undecided":
            keys += "rabout the mandate, not about the mission\n"
        elif (candidate["speaker"] or "").endswith("Grushko"):
            keys += "estance\noppose\ncontingents are refused\n"
            later += 1
        else:
            keys += "a\n" + ("" if named else "Digest of our own\n") + "In my own words.\nC\n2\n"
            named = True
    return keys + "a\nIn my own words.\nC\n2\n" * later


@pytest.mark.parametrize("page", having("console"), ids=name)
def test_what_a_page_tells_to_type_works(page: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    shutil.copy(DOCS / "tutorials" / "article.txt", tmp_path)
    data = Path(os.environ.get("WILLING_SHARED") or ROOT.parent / "shared") / "data"
    text = TEXTS[page]
    if "decisions.tsv" in text or "scenario.csv" in text:  # files that a reader brings
        if not data.is_dir():
            pytest.skip("data owned by others is not beside this checkout (set WILLING_SHARED)")
        shutil.copy(data / "deu3" / "deu3_part.tsv", tmp_path / "decisions.tsv")
        scenario = sorted((data / "bargaining").glob("ktab_smp_*_input.csv"))[0]
        shutil.copy(scenario, tmp_path / "scenario.csv")
    wanted = [s for s in steps(text) if not ELSEWHERE.match(s.command)]
    assert follow(text, tmp_path, reviewed) == len(wanted)


def test_the_tutorial_ends_in_a_briefing_of_what_was_read(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    shutil.copy(DOCS / "tutorials" / "article.txt", tmp_path)
    follow(TEXTS[DOCS / "tutorials" / "first-briefing.md"], tmp_path, reviewed)
    from willing.case import load

    case = load(tmp_path / "my-case")
    read = {(s.actor, s.stance) for s in case.statements if s.document}
    assert {
        ("ITA", "decline"),
        ("FIN", "decline"),
        ("LTU", "conditional"),
        ("RUS", "oppose"),
    } <= read
    assert ("UKR", "undecided") not in read
    page = (tmp_path / "briefing.html").read_text(encoding="utf-8")
    assert "A force for Ukraine" in page
    assert 'src="http' not in page


@pytest.mark.parametrize("page", having("python", ">>>"), ids=name)
def test_python_that_a_page_shows_runs(page: Path) -> None:
    found = doctest.testfile(
        str(page), module_relative=False, optionflags=doctest.ELLIPSIS, encoding="utf-8"
    )
    assert found.attempted
    assert found.failed == 0


@pytest.mark.parametrize("page", having("python"), ids=name)
def test_python_that_a_page_shows_compiles(page: Path) -> None:
    for kind, body in _FENCED.findall(TEXTS[page]):
        if kind == "python" and ">>>" not in body and page.name != "python.md":
            compile(body, str(page), "exec")


@pytest.mark.parametrize("page", having("yaml"), ids=name)
def test_yaml_that_a_page_shows_parses(page: Path) -> None:
    for kind, body in _FENCED.findall(TEXTS[page]):
        if kind == "yaml":
            assert yaml.safe_load(body)


def test_every_make_verb_that_a_page_names_is_there() -> None:
    verbs = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page, text in TEXTS.items():
        named = set(re.findall(r"`make ([a-z-]+)", text)) | {
            s.command.split()[1] for s in steps(text) if s.command.startswith("make ")
        }
        assert named <= verbs, f"{name(page)}: make {named - verbs}"


def test_every_command_that_a_page_names_is_there() -> None:
    from willing.cli import COMMANDS

    for page, text in TEXTS.items():
        named = set(re.findall(r"`willing ([a-z]+)[` ]", text))
        assert named <= set(COMMANDS), f"{name(page)}: willing {named - set(COMMANDS)}"


def test_the_checker_can_fail() -> None:
    assert matches("a\n...\nd", "a\nb\nc\nd")
    assert not matches("a\n...\nd", "a\nb\nc")
    assert [s.command for s in steps("```console\n$ one   # why\nx\n$ two\n```\n")] == [
        "one",
        "two",
    ]
    with pytest.raises(AssertionError, match="status 2"):
        follow("```console\n$ willing assess nowhere\n```\n", Path.cwd())
    with pytest.raises(AssertionError, match="neither run here"):
        follow("```console\n$ rm -r everything\n```\n", Path.cwd())
