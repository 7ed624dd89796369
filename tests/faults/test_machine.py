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
from sqlalchemy import event

from willing.case import check, load, save
from willing.case.folder import locate

ROOT = Path(__file__).resolve().parents[2]


#: in front of a command: even root keeps to the permissions of files then
POWERS = "-dac_override,-dac_read_search"
BOUND = ["setpriv", f"--bounding-set={POWERS}", f"--inh-caps={POWERS}"]


def willing(
    *arguments: object, cwd: Path, bound: bool = False, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own, so that no fault is caught by the test."""
    return subprocess.run(
        [*(BOUND if bound else ()), sys.executable, "-m", "willing", *map(str, arguments)],
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


@pytest.fixture
def permissions(tmp_path: Path) -> Iterator[Path]:
    """A folder in which permissions count, put right again afterwards."""
    if os.geteuid() == 0 and subprocess.run([*BOUND, "true"], capture_output=True).returncode:
        pytest.skip("root passes over permissions, and setpriv is not there to bind it")
    yield tmp_path
    for path in (tmp_path, *tmp_path.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.mark.parametrize("closed", [".", "case.yaml", "statements.csv"])
@pytest.mark.parametrize("command", ["check", "positions", "assess"])
def test_a_case_that_may_not_be_read_is_one_sentence(
    permissions: Path, closed: str, command: str
) -> None:
    folder = copy_of(permissions / "case")
    (folder / closed).chmod(0)
    done = willing(command, folder, cwd=permissions, bound=os.geteuid() == 0)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("willing: "), done.stderr
    assert done.stderr.count("\n") == 1
    assert "Permission denied" in done.stderr
    assert ("case" if closed == "." else closed) in done.stderr


def test_a_folder_that_may_only_be_read_is_read_and_not_written(permissions: Path) -> None:
    folder = copy_of(permissions / "case")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    folder.chmod(0o555)
    bound = os.geteuid() == 0
    assert willing("check", folder, cwd=permissions, bound=bound).returncode == 0
    (permissions / "a.txt").write_text("Kenya said it will lead the force.\n")
    done = willing("read", "a.txt", "--queue", folder / "q", cwd=permissions, bound=bound)
    assert done.returncode == 2
    assert done.stderr.startswith("willing: "), done.stderr
    assert "Permission denied" in done.stderr
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_store_that_may_not_be_written_is_one_sentence(permissions: Path, what: str) -> None:
    from willing.store import Store

    place = permissions / "store"
    place.mkdir()
    if what == "file":
        Store.open(f"sqlite:///{place / 'w.db'}").close()
        (place / "w.db").chmod(0o444)
    place.chmod(0o555)
    url = f"sqlite:///{place / 'w.db'}"
    done = willing("serve", "--store", url, cwd=permissions, bound=os.geteuid() == 0)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"willing: --store {url}: "), done.stderr
    assert "may be read and written" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_store_that_turns_read_only_under_the_server_loses_nothing(tmp_path: Path) -> None:
    from starlette.testclient import TestClient

    from tests.workbench.served import CASE, app_on

    app = app_on(tmp_path)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        mark = {"handling": "TLP:RED", "revision": 1}

        def only_read(connection: object, *_: object) -> None:
            connection.exec_driver_sql("PRAGMA query_only = ON")  # type: ignore[attr-defined]

        engine = app.state.store.database.engine
        event.listen(engine, "begin", only_read)
        refused = client.put(f"{CASE}/handling", json=mark)
        assert refused.status_code == 503, refused.text
        assert "readonly" in refused.json()["detail"]
        assert client.get(CASE).json()["handling"] == "TLP:CLEAR"
        event.remove(engine, "begin", only_read)
        with app.state.store.database.read() as connection:
            connection.exec_driver_sql("PRAGMA query_only = OFF")
        assert client.put(f"{CASE}/handling", json=mark).status_code == 200


def test_the_clock_decides_nothing(tmp_path: Path) -> None:
    """The same case gives the same bytes a century later: dates come from the case."""
    from unittest import mock

    import willing as door

    def run() -> dict[str, object]:
        return door.open("haiti-2023").assess(draws=40, reasons=False).document

    now = run()
    with mock.patch("time.time", return_value=4_102_444_800.0):
        assert run() == now
