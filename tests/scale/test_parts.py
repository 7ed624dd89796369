"""Parts: the same from one process, a pool and a cluster; nothing finished is lost or repeated."""

import json
import sys

import pytest

from tests.scale.work import square
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
