"""What holds when the machine fails: full disk, no right to write, a clock that jumps.

Crashes at every step and kills at random are tried where things are saved: in
`tests/case/test_case_save.py`, `tests/store/test_killed.py`, `tests/reading/test_watch.py` and
`tests/scale/test_parts.py`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from willing.case import check, load, save
from willing.case.folder import locate

ROOT = Path(__file__).resolve().parents[2]


def willing(*arguments: object, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own, so that no fault is caught by the test."""
    return subprocess.run(
        [sys.executable, "-m", "willing", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **env},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KB of its own; skips where none can be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)], capture_output=True
    )
    if made.returncode:
        pytest.skip("mounting a small file system needs root")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def copy_of(folder: Path) -> Path:
    shutil.copytree(locate("haiti-2023"), folder)
    return folder


def fill(disk: Path, leave: int = 0) -> None:
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with (disk / "ballast").open("wb") as out:
        out.write(b"\0" * max(free - leave, 0))


def test_a_full_disk_leaves_the_case_as_it_was(small_disk: Path) -> None:
    folder = copy_of(small_disk / "case")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    case = load(folder)
    fill(small_disk, leave=8192)
    changed = case.model_copy(update={"title": "Another title", "statements": case.statements[:-1]})
    with pytest.raises(Exception, match=r"space|written|Errno 28") as caught:
        save(changed, folder)
    assert type(caught.value).__name__ != "AssertionError"
    assert check(folder) == []
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == before
    (small_disk / "ballast").unlink()
    save(changed, folder)
    assert load(folder).title == "Another title"


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "haiti-2023", "--as", "geojson", "--out", "g.json"),
        ("assess", "haiti-2023", "--draws", "40", "--out", "b.html"),
        ("new", "made", "--title", "T"),
    ],
    ids=lambda a: a[0],
)
def test_a_full_disk_is_one_sentence(small_disk: Path, arguments: tuple[str, ...]) -> None:
    fill(small_disk)
    done = willing(*arguments, cwd=small_disk)
    assert done.returncode in (1, 2), done.stdout
    assert done.stderr.startswith("willing: "), done.stderr
    assert "Traceback" not in done.stderr
    left = [p.name for p in small_disk.iterdir() if p.name != "ballast" and p.is_file()]
    assert left == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("assess", "haiti-2023", "--draws", "40", "--out", "/proc/nothing/b.html"),
        ("export", "haiti-2023", "--as", "package", "--out", "/proc/nothing"),
        ("new", "/proc/nothing", "--title", "T"),
        ("read", "a.txt", "--queue", "/proc/nothing"),
    ],
    ids=lambda a: a[0],
)
def test_a_place_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "a.txt").write_text("Poland said it will not send troops to Ukraine.\n")
    done = willing(*arguments, cwd=tmp_path)
    assert done.returncode in (1, 2), done.stdout
    assert done.stderr.startswith("willing: "), done.stderr
    assert "/proc/nothing" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_clock_decides_nothing(tmp_path: Path) -> None:
    """The same case gives the same bytes a century later: dates come from the case."""
    from unittest import mock

    import willing as door

    def run() -> dict[str, object]:
        return door.open("haiti-2023").assess(draws=40, reasons=False).document

    now = run()
    with mock.patch("time.time", return_value=4_102_444_800.0):
        assert run() == now
