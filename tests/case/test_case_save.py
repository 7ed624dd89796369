"""Saving: without loss, all or nothing, and gently with what is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import strategies as own
from willing.case import Case, Statement, append_statements, load, save
from willing.case.folder import FILES, _save
from willing.case.folder._parse import parse
from willing.case.folder._render import render
from willing.errors import FaultsError, UnreadableError, UsageError


def renamed(case: Case, title: str) -> Case:
    """Change something in the case file and in a table, so that a half state would show."""
    first = case.statements[0].model_copy(update={"summary": title})
    return case.model_copy(update={"title": title, "statements": (first, *case.statements[1:])})


@settings(max_examples=25)
@given(own.cases())
def test_rendering_and_reading_are_inverse(case: Case) -> None:
    read = parse(render(case))
    assert read.faults == []
    assert read.case == case


@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_words_come_back(words: str) -> None:
    case = own.blank_case()
    words = case.model_validate({**dict(case), "title": words or "x"}).title or "x"
    changed = case.model_copy(update={"title": words, "notes": (words, "no", "2025-04-05", "1e5")})
    assert parse(render(changed)).case == changed


def test_load_save_load(folder: Path, tmp_path: Path) -> None:
    case = load(folder)
    save(case, tmp_path / "copy")
    assert load(tmp_path / "copy") == case
    assert sorted(p.name for p in (tmp_path / "copy").iterdir()) == sorted(
        set(FILES) - {"resolutions.csv"}
    )


def test_shipped_cases_survive_saving(tmp_path: Path) -> None:
    from willing.case import list_cases

    for id in list_cases():
        save(load(id), tmp_path / id)
        assert load(tmp_path / id) == load(id)


def test_what_did_not_change_stays_byte_for_byte(folder: Path) -> None:
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    case = load(folder)
    save(case, folder)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    save(case.model_copy(update={"statements": case.statements[:1]}), folder)
    after = {p.name: p.read_bytes() for p in folder.iterdir()}
    assert {n for n in before if before[n] != after[n]} == {"statements.csv"}
    assert b"EXAMPLE is a placeholder" in after["case.yaml"]


def test_a_table_that_becomes_empty_keeps_its_first_line(folder: Path) -> None:
    case = load(folder).model_copy(update={"pledges": ()})
    save(case, folder)
    assert load(folder) == case
    assert (folder / "pledges.csv").read_text(encoding="utf-8").startswith("id,actor,date")


def test_a_case_that_does_not_hang_together_is_not_written(folder: Path, tmp_path: Path) -> None:
    case = load(folder)
    wrong = case.model_copy(update={"format": "elsewhere"})
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    with pytest.raises(FaultsError, match="'elsewhere'"):
        save(wrong, folder)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    stranger = case.statements[0].model_copy(update={"actor": "XXZ"})
    with pytest.raises(FaultsError, match="'XXZ'"):
        save(case.model_copy(update={"statements": (stranger,)}), tmp_path / "new")


def test_other_folders_are_left_alone(folder: Path, tmp_path: Path) -> None:
    case = load(folder)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match=r"letter\.txt"):
        save(case, tmp_path / "letters")
    with pytest.raises(UsageError):
        save(case, tmp_path / "letters" / "letter.txt")
    assert [p.name for p in (tmp_path / "letters").iterdir()] == ["letter.txt"]


class Crash(BaseException):
    """The power goes: nothing after this runs, no clean-up either."""


def crashing(monkeypatch: pytest.MonkeyPatch, after: int) -> Callable[[], int]:
    """Let the `after`-th step that touches the disk fail, and all that follow it."""
    steps = 0

    def guard(real: Callable[..., object]) -> Callable[..., object]:
        def step(*args: object, **kwargs: object) -> object:
            nonlocal steps
            steps += 1
            if steps > after:
                raise Crash
            return real(*args, **kwargs)

        return step

    for name in ("fsync", "rename", "replace"):
        monkeypatch.setattr(_save.os, name, guard(getattr(os, name)))
    monkeypatch.setattr(_save.shutil, "rmtree", guard(shutil.rmtree))
    return lambda: steps


def test_a_crash_at_any_step_leaves_the_old_or_the_new(folder: Path, tmp_path: Path) -> None:
    old = load(folder)
    new = renamed(old, "Another title")
    seen = []
    for after in range(100):
        place = tmp_path / f"crash-{after}"
        shutil.copytree(folder, place)
        with pytest.MonkeyPatch.context() as patch:
            steps = crashing(patch, after)
            try:
                save(new, place)
            except Crash:
                pass
            else:
                assert steps() == after
                break
        state = load(place)
        assert state in (old, new)
        seen.append(state == new)
        newest = renamed(state, "After the crash")
        save(newest, place)
        assert load(place) == newest
        assert {p.name for p in place.iterdir()} == set(FILES)
    else:
        pytest.fail("the save never came to its end")
    assert seen == sorted(seen)
    assert not seen[0]
    assert seen[-1]
    assert len(seen) >= 8


def test_a_crash_while_a_new_folder_is_made_leaves_nothing_or_all(
    folder: Path, tmp_path: Path
) -> None:
    case = load(folder)
    for after in range(100):
        place = tmp_path / f"new-{after}"
        with pytest.MonkeyPatch.context() as patch:
            crashing(patch, after)
            try:
                save(case, place)
            except Crash:
                pass
            else:
                break
        try:
            assert load(place) == case
        except UnreadableError:
            save(case, place)
        assert load(place) == case
    else:
        pytest.fail("the save never came to its end")


def test_a_killed_process_leaves_the_old_or_the_new(folder: Path) -> None:
    """The same with a real process that ends between moving two files."""
    script = """
import os, sys
from willing.case import load, save
import willing.case.folder._save as module
real, count = os.replace, 0
def once(a, b):
    global count
    if count == 1: os._exit(9)
    count += 1
    real(a, b)
module.os.replace = once
case = load(sys.argv[1])
first = case.statements[0].model_copy(update={"summary": "killed"})
save(case.model_copy(update={"title": "Killed", "statements": (first,)}), sys.argv[1])
"""
    done = subprocess.run([sys.executable, "-c", script, str(folder)], timeout=120)
    assert done.returncode == 9
    assert (folder / ".saved").is_dir()
    state = load(folder)
    assert (state.title, state.statements[0].summary) == ("Killed", "killed")
    save(state, folder)
    assert not (folder / ".saved").exists()
    assert load(folder) == state


def test_readers_never_see_half(folder: Path) -> None:
    """While one thread saves, another reads: title and first statement always agree."""
    case = load(folder)
    stop = threading.Event()
    errors: list[BaseException] = []

    def write() -> None:
        number = 0
        try:
            while not stop.is_set():
                number += 1
                save(renamed(case, f"Title {number}"), folder)
        except BaseException as error:  # told in the main thread
            errors.append(error)

    save(renamed(case, "Title 0"), folder)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(15):
            state = load(folder)
            assert state.title == state.statements[0].summary
    finally:
        stop.set()
        writer.join()
    assert errors == []


def statement(id: str, **fields: object) -> Statement:
    return Statement.model_validate(
        {
            "id": id,
            "date": "2025-04-01",
            "actor": "FRA",
            "rank": "head",
            "issue": "participation",
            "stance": "lead",
            "domain": "land",
            "kind": "actor",
            "reliability": "B",
            "credibility": 2,
            "summary": 'Said "we lead", and more.',
            "publisher": "Gazette",
            **fields,
        }
    )


def test_append_keeps_what_is_there(folder: Path) -> None:
    before = (folder / "statements.csv").read_bytes()
    case = append_statements(folder, [statement("N-1"), statement("N-2")])
    assert (folder / "statements.csv").read_bytes().startswith(before)
    assert [s.id for s in case.statements[-2:]] == ["N-1", "N-2"]
    assert load(folder) == case


def test_append_to_a_file_without_an_end_of_line(folder: Path) -> None:
    path = folder / "statements.csv"
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert append_statements(folder, [statement("N-1")]).statements[-1].id == "N-1"
    assert load(folder).statements[-1].id == "N-1"


def test_append_adds_the_columns_it_needs(folder: Path) -> None:
    path = folder / "statements.csv"
    rows = [line.rsplit(",", 3)[0] for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    append_statements(folder, [statement("N-1")])
    assert path.read_text(encoding="utf-8").startswith("\n".join(rows))
    said = statement("N-2", document="report", span_start=0, span_length=5)
    assert append_statements(folder, [said]).statements[-1] == said
    assert load(folder).statements[-1] == said


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (statement("EX-1"), "'EX-1' again"),
        (statement("N-1", actor="XXZ"), "'XXZ'"),
        (statement("N-1", issue="weather"), "'weather'"),
        (statement("N-1", requires="nothing"), "'nothing'"),
    ],
)
def test_append_refuses_what_would_be_a_fault(said: Statement, message: str, folder: Path) -> None:
    before = (folder / "statements.csv").read_bytes()
    with pytest.raises(FaultsError, match=message):
        append_statements(folder, [said])
    assert (folder / "statements.csv").read_bytes() == before
    assert not (folder / ".saving").exists()


def test_append_to_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        append_statements(tmp_path / "none", [statement("N-1")])


def test_appends_at_the_same_time_all_count(folder: Path) -> None:
    def add(name: str) -> None:
        for number in range(4):
            append_statements(folder, [statement(f"{name}-{number}")])

    threads = [threading.Thread(target=add, args=(name,)) for name in ("A", "B", "C")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(load(folder).statements) == len({s.id for s in load(folder).statements}) == 16


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_appended_statements_come_back(data: st.DataObject, folder: Path) -> None:
    known = tuple(a.id for a in load(folder).actors)
    number = len(load(folder).statements)
    said = data.draw(own.statements(known, f"H-{number}"))
    assert append_statements(folder, [said]).statements[-1] == said
    assert load(folder).statements[-1] == said
