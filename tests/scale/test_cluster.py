"""A cluster of real processes: a scheduler and two workers, one of them killed on the way."""

import subprocess
import sys
import time
from contextlib import ExitStack
from threading import Thread

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import ROOT
from willing.case import load
from willing.scale import Scenario, by_lever, read_corpus, sweep

pytest.importorskip("distributed")
PATIENCE = 60


@pytest.fixture
def cluster(tmp_path):
    """Address of the scheduler, and the workers' processes by name."""
    file = tmp_path / "scheduler.json"
    common = ["--no-dashboard", "--scheduler-file", str(file), "--host", "127.0.0.1"]
    with ExitStack() as stack:

        def start(kind, *options):
            command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *common, *options]
            log = stack.enter_context((tmp_path / f"{kind}-{len(running)}.log").open("w"))
            running.append(subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log))
            return running[-1]

        running = []
        stack.callback(lambda: [(p.kill(), p.wait()) for p in running])
        start("scheduler", "--port", "0")
        until = time.monotonic() + PATIENCE
        while not file.exists():
            assert time.monotonic() < until, (tmp_path / "scheduler-0.log").read_text()
            time.sleep(0.05)
        workers = [
            start("worker", "--nthreads", "1", "--no-nanny", "--name", name) for name in "ab"
        ]
        import distributed

        with distributed.Client(scheduler_file=str(file), set_as_default=False) as client:
            client.wait_for_workers(2, timeout=PATIENCE)
            address = client.scheduler.address
        yield address, workers


def written(folder):
    found = {f.name: f.read_bytes() for f in folder.glob("*.parquet")}
    return found | {f.name: f.read_bytes() for f in (folder / "parts").glob("*.json")}


def test_a_corpus_and_a_sweep_survive_a_killed_worker_with_the_same_bytes(cluster, tmp_path):
    address, workers = cluster
    texts = [f.read_text("utf-8") for f in sorted((ROOT / "tests/reading/texts").glob("*.txt"))]
    source = tmp_path / "news.parquet"
    count = 32
    rows = {"id": [f"D{k}" for k in range(count)], "text": [texts[k % 12] for k in range(count)]}
    pq.write_table(pa.table(rows), source)
    found = {}

    def read(name, **how):
        found[name] = read_corpus(source, tmp_path / name, parser="plain", part=2, **how)

    on_cluster = Thread(target=read, args=("cluster",), kwargs={"cluster": address})
    on_cluster.start()
    parts, until = tmp_path / "cluster" / "parts", time.monotonic() + PATIENCE
    while not list(parts.glob("*.json")):
        assert time.monotonic() < until
        time.sleep(0.01)
    workers[0].kill()
    at_the_kill = len(list(parts.glob("*.json")))
    read("one", workers=1)
    read("pool", workers=2)
    on_cluster.join(PATIENCE)
    assert at_the_kill < count / 2, "killed too late to tell anything"
    assert found["one"] == found["pool"] == found["cluster"]
    assert found["one"]["statements"] > 0
    assert written(tmp_path / "one") == written(tmp_path / "pool") == written(tmp_path / "cluster")

    id = "east-timor-1999"
    plan = by_lever(Scenario(id, draws=40), load(id))
    assert sweep(plan, tmp_path / "s1", workers=1) == sweep(plan, tmp_path / "s2", cluster=address)
