"""Broken cases: each gives its one clear error, at its place, with its exit status."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.case.broken import (
    ACTORS,
    BROKEN,
    CALENDAR,
    ONE,
    PLEDGES,
    POLAND,
    QUESTIONS,
    STATEMENTS,
    YAML,
    Broken,
)
from tests.case.conftest import Run
from willing.case import check, load
from willing.errors import FaultsError, UnreadableError


def place_of(text: str, anchor: str, shift: int) -> tuple[int, int]:
    at = text.index(anchor) + shift
    before = text[:at]
    return before.count("\n") + 1, at - before.rfind("\n")


@pytest.mark.parametrize("broken", BROKEN, ids=lambda b: b.name)
def test_one_clear_error(broken: Broken, folder: Path, willing: Callable[..., Run]) -> None:
    path = folder / broken.file
    text = path.read_text(encoding="utf-8")
    assert broken.old in text, "the sound case has changed"
    text = text.replace(broken.old, broken.new, 1)
    path.write_text(text, encoding="utf-8", newline="")
    run = willing("check", folder, "--json")
    assert run.status == 1
    assert run.err == ""
    assert run.json["ok"] is False
    faults = run.json["faults"]
    assert len(faults) == 1, faults
    fault = faults[0]
    assert fault["file"] == broken.file
    assert (fault["line"], fault["column"]) == place_of(text, broken.at, broken.shift)
    assert broken.found in fault["found"]
    assert broken.expected in fault["expected"]
    assert fault["suggestion"] == broken.suggestion
    with pytest.raises(FaultsError) as caught:
        load(folder)
    assert [f.line for f in caught.value.faults] == [fault["line"]]


def test_there_are_more_than_forty() -> None:
    assert len({b.name for b in BROKEN}) == len(BROKEN) >= 60


def laugh(levels: int) -> str:
    """A YAML bomb: each alias stands for ten of the one before."""
    lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a bomb", laugh(12), "the alias *a0"),
        ("deep nesting", "id: " + "[" * 5_000 + "]" * 5_000, "deeper nesting"),
        ("deep nesting in fields", "id: " + "{a: " * 5_000, "deeper nesting"),
        ("very many values", "id: [" + "1," * 120_000 + "1]", "more values than a case needs"),
        ("nothing", "", "an empty file"),
        ("a comment", "# nothing yet\n", "an empty file"),
        ("a list", "- 1\n- 2\n", "a list of 2"),
        ("a word", "case", "'case'"),
        ("a null byte", "id: \x00", "the character U+0000"),
    ],
)
def test_yaml_that_is_no_case(
    name: str, text: str, found: str, folder: Path, willing: Callable[..., Run]
) -> None:
    (folder / YAML).write_text(text, encoding="utf-8")
    run = willing("check", folder, "--json")
    assert run.status == 1
    assert any(found in fault["found"] for fault in run.json["faults"]), run.json["faults"][:3]
    assert {fault["file"] for fault in run.json["faults"]} == {YAML}


@pytest.mark.parametrize(
    ("table", "text", "found", "expected"),
    [
        (ACTORS, "", "an empty file", "a first line with the column names id,name"),
        (ACTORS, "\n\n", "an empty file", "a first line"),
        (ACTORS, "id;name;kind\nUKR;Ukraine;state\n", "the column 'id;name;kind'", "commas"),
        (ACTORS, 'id,name\nUKR,"Ukr', "a quote that is never closed", "a cell closed"),
        (ACTORS, 'id,name\nUKR,"Ukr"x\n', "text after a closing quote", "a cell closed"),
        (ACTORS, "name\nUkraine\n", "no column 'id'", "a column 'id'"),
        (STATEMENTS, "id,date\n", "no column 'actor'", "a column 'actor'"),
    ],
)
def test_tables_that_are_none(
    table: str, text: str, found: str, expected: str, folder: Path, willing: Callable[..., Run]
) -> None:
    (folder / table).write_text(text, encoding="utf-8", newline="")
    run = willing("check", folder, "--json")
    assert run.status == 1
    mine = [f for f in run.json["faults"] if f["file"] == table]
    assert found in {f["found"] for f in mine}
    assert any(expected in f["expected"] for f in mine if f["found"] == found)


def no_folder(folder: Path) -> Path:
    return folder / "elsewhere"


def a_file(folder: Path) -> Path:
    return folder / YAML


def no_case_file(folder: Path) -> Path:
    (folder / YAML).unlink()
    return folder


def no_statements(folder: Path) -> Path:
    (folder / STATEMENTS).unlink()
    return folder


def an_empty_folder(folder: Path) -> Path:
    (folder / "new").mkdir()
    return folder / "new"


def latin(folder: Path) -> Path:
    text = (folder / ACTORS).read_text(encoding="utf-8").replace("Poland", "Pologne é")
    (folder / ACTORS).write_text(text, encoding="latin-1")
    return folder


def utf_16(folder: Path) -> Path:
    text = (folder / YAML).read_text(encoding="utf-8")
    (folder / YAML).write_text(text, encoding="utf-16")
    return folder


def huge(folder: Path) -> Path:
    with (folder / STATEMENTS).open("r+b") as stream:
        stream.truncate(20_000_001)
    return folder


def a_link_out(folder: Path) -> Path:
    outside = folder.parent / "outside.csv"
    (folder / ACTORS).rename(outside)
    (folder / ACTORS).symlink_to(outside)
    return folder


def a_link_out_by_dots(folder: Path) -> Path:
    outside = folder.parent / "outside.csv"
    (folder / PLEDGES).rename(outside)
    (folder / PLEDGES).symlink_to(Path("..") / "outside.csv")
    return folder


def a_link_to_nothing(folder: Path) -> Path:
    (folder / PLEDGES).unlink()
    (folder / PLEDGES).symlink_to("nowhere.csv")
    return folder


def a_folder_for_a_file(folder: Path) -> Path:
    (folder / CALENDAR).unlink()
    (folder / CALENDAR).mkdir()
    return folder


def a_pipe(folder: Path) -> Path:
    (folder / CALENDAR).unlink()
    os.mkfifo(folder / CALENDAR)
    return folder


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        (no_folder, "found nothing there"),
        (a_file, "found a file"),
        (no_case_file, "case.yaml: found no such file"),
        (no_statements, "statements.csv: found no such file"),
        (an_empty_folder, "actors.csv: found no such file"),
        (latin, "actors.csv: found byte 0xE9 on line "),
        (utf_16, "case.yaml: found byte 0xFF on line 1, byte 1"),
        (huge, "statements.csv: found more than 20,000,000 bytes"),
        (a_link_out, "actors.csv: found a link that leads out of the case folder"),
        (a_link_out_by_dots, "pledges.csv: found a link that leads out of the case folder"),
        (a_link_to_nothing, "pledges.csv: found something else"),
        (a_folder_for_a_file, "calendar.csv: found something else"),
        (a_pipe, "calendar.csv: found something else"),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_what_cannot_be_read_at_all(
    breaks: Callable[[Path], Path], said: str, folder: Path, willing: Callable[..., Run]
) -> None:
    place = breaks(folder)
    run = willing("check", place, "--json")
    assert run.status == 2
    assert run.out == ""
    error = json.loads(run.err)
    assert error["error"] == "UnreadableError"
    assert said in error["message"]
    with pytest.raises(UnreadableError):
        load(place)


def test_a_closed_folder_is_named_itself(folder: Path) -> None:
    """As a user without rights would find it; a file inside that nobody asked for is not named."""
    privileged = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as open_to_all:
        Path(open_to_all).chmod(0o755)
        closed = Path(shutil.copytree(folder, Path(open_to_all) / "closed"))
        closed.chmod(0o000)
        if privileged:  # nobody is refused what the superuser is not
            os.seteuid(65534)
        try:
            with pytest.raises(UnreadableError) as told:
                load(closed)
        finally:
            if privileged:
                os.seteuid(0)
            closed.chmod(0o700)
    assert str(told.value).startswith(f"{closed}: found a closed folder")


def test_all_faults_show_at_once(folder: Path) -> None:
    edit(folder / YAML, "as_of: 2025-04-05", "as_of: yesterday")
    edit(folder / YAML, "opposing: [RUS]", "opposing: [RSU]")
    edit(folder / YAML, "opens: un_mandate", "opens: un_mandat")
    edit(folder / YAML, "casualty_risk: med ", "casualty_risk: huge ")
    edit(folder / ACTORS, POLAND, "POL,Poland,state,leader")
    edit(folder / STATEMENTS, ONE, ONE.replace("FRA", "FRE"))
    edit(folder / STATEMENTS, "EX-2,2025-04-05", "EX-2,05/04/2025")
    edit(folder / QUESTIONS, "deployed", "deploy")
    faults = check(folder)
    assert [(f.file, f.found.split(" in the")[0]) for f in faults] == [
        (YAML, "'yesterday'"),
        (YAML, "'huge'"),
        (YAML, "'RSU'"),
        (YAML, "'un_mandat'"),
        (ACTORS, "'leader'"),
        (STATEMENTS, "'FRE'"),
        (STATEMENTS, "'05/04/2025'"),
        (QUESTIONS, "'deploy'"),
    ]


def test_a_part_that_cannot_be_read_casts_no_blame_on_others(folder: Path) -> None:
    """What a broken list would have named is not called unknown elsewhere."""
    edit(folder / YAML, "issues:\n", "issues: *none\nissue:\n")
    assert [f.found for f in check(folder)] == ["the alias *none", "the field 'issue'"]


def test_an_actor_with_a_fault_is_still_an_actor(folder: Path) -> None:
    edit(folder / ACTORS, POLAND, "POL,Poland,stat,lead")
    assert [f.found for f in check(folder)] == ["'stat' in the column 'kind'"]


def test_circles_are_welcome_where_something_can_tip_them(folder: Path) -> None:
    edit(folder / YAML, "is: vote(security_council)\n", "is: agreement_endorsed or ceasefire\n")
    edit(folder / YAML, "is: peace_agreement and vote(security_council)", "is: un_mandate")
    assert check(folder) == []


def test_circles_that_nothing_tips_are_shown_once(folder: Path) -> None:
    edit(folder / YAML, "is: vote(security_council)\n", "is: agreement_endorsed and ceasefire\n")
    edit(folder / YAML, "is: peace_agreement and vote(security_council)", "is: un_mandate")
    (fault,) = check(folder)
    assert fault.found == "a fact that waits for itself through un_mandate"


def test_the_same_fault_is_told_once(folder: Path) -> None:
    edit(folder / YAML, "opens: un_mandate and host_consent", "opens: nothing and nothing")
    assert len(check(folder)) == 1


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} has changed: {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


def test_a_byte_order_mark_and_other_line_ends_are_taken(folder: Path) -> None:
    sound = load(folder)
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        path.write_bytes(text.encode("utf-8-sig"))
    assert load(folder) == sound


def test_a_fault_behind_a_byte_order_mark_has_its_place(folder: Path) -> None:
    path = folder / ACTORS
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"id,name", b"idd,name", 1))
    faults = {(f.line, f.column, f.found) for f in check(folder)}
    assert faults == {(1, 1, "no column 'id'"), (1, 1, "the column 'idd'")}


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "willing", *arguments], capture_output=True, text=True, timeout=120
    )


def test_the_real_command(folder: Path) -> None:
    good = command("check", str(folder), "--json")
    assert (good.returncode, good.stderr) == (0, "")
    assert json.loads(good.stdout)["ok"] is True
    edit(folder / ACTORS, POLAND, "POL,Poland,state,leader")
    bad = command("check", str(folder))
    assert bad.returncode == 1
    assert "found 'leader' in the column 'role'; expected one of host" in bad.stdout
    assert "Did you mean 'lead'?" in bad.stdout
    (folder / ACTORS).unlink()
    gone = command("check", str(folder))
    assert (gone.returncode, gone.stdout) == (2, "")
    assert gone.stderr.startswith("willing: actors.csv: found no such file")
