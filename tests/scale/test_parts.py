"""Parts: the same from one process, a pool and a cluster; nothing finished is lost or repeated."""

import json
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from tests.scale.work import remember, square
from willing.errors import WillingError
from willing.scale import Part, run_parts

EXPECTED = [{"n": n, "square": n * n, "third": n / 3} for n in range(12)]


@pytest.fixture
def log(tmp_path):
    folder = tmp_path / "log"
    folder.mkdir()
    return folder


def plan(log, **special):
    return [Part({"n": n, "folder": str(log), **special.get(f"n{n}", {})}) for n in range(12)]


def files(folder):
    return {f.name: f.read_bytes() for f in folder.glob("*.json")}


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def ran(log):
    return {int(f.name[4:]): len(f.read_text()) for f in log.glob("ran-*")}


def test_one_process_a_pool_and_a_cluster_write_the_same_bytes(log, tmp_path):
    distributed = pytest.importorskip("distributed")
    alone = run_parts(plan(log), square, tmp_path / "alone")
    pool = run_parts(plan(log), square, tmp_path / "pool", workers=2)
    with distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=2,
        processes=False,
        protocol="tcp://",
        dashboard_address=None,
    ) as local:
        address = local.scheduler_address
        cluster = run_parts(plan(log), square, tmp_path / "cluster", cluster=address)
    assert alone == pool == cluster == EXPECTED
    assert files(tmp_path / "alone") == files(tmp_path / "pool") == files(tmp_path / "cluster")


def test_a_killed_worker_loses_nothing(log, tmp_path):
    found = run_parts(plan(log, n5={"dies": True}), square, tmp_path / "kept", workers=2)
    assert [r["square"] for r in found] == [n * n for n in range(12)]
    assert ran(log)[5] == 2
    assert not list((tmp_path / "kept").glob("*.draft"))


def test_a_part_that_always_kills_its_worker_is_an_error_and_the_rest_is_kept(
    log, tmp_path, monkeypatch
):
    monkeypatch.setattr("willing.scale.parts.PATIENCE", 1)
    with pytest.raises(WillingError, match="workers died"):
        run_parts(plan(log, n11={"always": True}), square, tmp_path / "kept", workers=2)
    assert len(files(tmp_path / "kept")) == 11


def test_a_client_that_dies_keeps_what_is_finished_and_a_rerun_does_the_rest(log, tmp_path):
    parts = plan(log, n7={"interrupt": True})
    with pytest.raises(KeyboardInterrupt):
        run_parts(parts, square, tmp_path / "kept")
    assert len(files(tmp_path / "kept")) == 7
    again = run_parts(parts, square, tmp_path / "kept")
    assert [r["n"] for r in again] == list(range(12))
    assert ran(log) == {n: 2 if n == 7 else 1 for n in range(12)}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc on this system")
def test_a_killed_client_leaves_no_process_and_a_rerun_does_the_rest(log, tmp_path):
    parts = plan(log, **{f"n{n}": {"sleeps": 0.3} for n in range(12)})
    task = tmp_path / "task.json"
    task.write_text(json.dumps([p.task for p in parts]))
    code = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from tests.scale.work import remember, square\n"
        "from willing.scale import Part, run_parts\n"
        "if __name__ == '__main__':\n"
        "    parts = [Part(t) for t in json.loads(Path(sys.argv[1]).read_text())]\n"
        "    run_parts(parts, square, Path(sys.argv[2]), workers=2)\n"
    )
    client = subprocess.Popen(
        [sys.executable, "-c", code, str(task), str(tmp_path / "kept")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, map(str, sys.path)))},
    )
    while not files(tmp_path / "kept"):
        assert client.poll() is None
        time.sleep(0.02)
    own = {int(f.read_text()) for f in log.glob("pid-*")}
    client.kill()
    client.wait()
    until = time.monotonic() + 30
    while any(map(alive, own)) and time.monotonic() < until:
        time.sleep(0.05)
    assert own
    assert not any(map(alive, own))
    done = len(files(tmp_path / "kept"))
    assert done < 12
    assert run_parts(parts, square, tmp_path / "kept") == EXPECTED
    assert sum(ran(log).values()) <= 12 + 4  # two were at work, and two may just have begun


def test_what_is_prepared_here_is_there_in_every_process(log, tmp_path):
    seen = []

    def prepare(tasks):
        seen.extend(t["n"] for t in tasks)
        return partial(remember, log, "told")

    run_parts(plan(log), square, tmp_path / "p", workers=2, prepare=prepare)
    assert seen == list(range(12))
    assert 1 <= len(list(log.glob("told-*"))) <= 2


def test_a_rerun_repeats_nothing(log, tmp_path):
    run_parts(plan(log), square, tmp_path / "kept")
    assert run_parts(plan(log), square, tmp_path / "kept", workers=2) == EXPECTED
    assert set(ran(log).values()) == {1}


def test_a_part_made_from_something_else_is_another_part():
    assert Part([1], "a").id != Part([1], "b").id
    assert Part([1], "a").id == Part([1], "a").id


def test_progress_counts_the_parts(log, tmp_path):
    told = []
    run_parts(plan(log), square, tmp_path / "p", progress=lambda f, what: told.append(f))
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_without_the_extra_a_cluster_is_one_sentence(log, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(WillingError, match=r"willing\[cluster\]"):
        run_parts(plan(log), square, tmp_path / "p", cluster="tcp://127.0.0.1:1")


def test_what_is_kept_is_plain_json(log, tmp_path):
    run_parts(plan(log)[:1], square, tmp_path / "p")
    (text,) = files(tmp_path / "p").values()
    assert json.loads(text) == EXPECTED[0]
