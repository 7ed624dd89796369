"""Many at once on a real server: readers and writers, no error, every write there at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles

import httpx
import pytest

from tests.store.cluster import binaries, cluster, free_port
from tests.workbench.served import CASE, small
from willing.store import Store

SECONDS = float(os.environ.get("WILLING_LOAD_SECONDS", "6"))
READERS, WRITERS = 50, 5
PATHS = ("/api/cases", CASE, f"{CASE}/statements", f"{CASE}/history?limit=20", "/healthz")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        with serving(f"sqlite:///{tmp_path / 'store.db'}") as url:
            yield url
        return
    if binaries() is None:
        pytest.skip("PostgreSQL's initdb and pg_ctl are not installed (Debian: postgresql)")
    with cluster() as database, serving(database) as url:
        yield url


class serving:  # noqa: N801 (a context manager)
    def __init__(self, store: str) -> None:
        self.store = store

    def __enter__(self) -> str:
        opened = Store.open(self.store)
        opened.cases.put(small(), "tester")
        opened.close()
        port = free_port()
        code = (
            "import sys, uvicorn; from willing.workbench import create_app;"
            "uvicorn.run(create_app(sys.argv[1], shipped=False), port=int(sys.argv[2]),"
            " log_level='warning')"
        )
        self.process = subprocess.Popen([sys.executable, "-c", code, self.store, str(port)])
        url = f"http://127.0.0.1:{port}"
        for _ in range(400):
            try:
                httpx.get(f"{url}/healthz", timeout=5)
                return url
            except httpx.HTTPError:
                time.sleep(0.1)
        raise TimeoutError(url)

    def __exit__(self, *failure: object) -> None:
        self.process.terminate()
        self.process.wait(20)


def test_fifty_readers_and_five_writers(server: str) -> None:
    model = httpx.get(f"{server}{CASE}/statements", timeout=30).json()["statements"][0]
    model = {k: v for k, v in model.items() if k not in ("version", "revision")}

    def read(k: int) -> list[tuple[int, float]]:
        seen = []
        while time.monotonic() < until:
            begun = time.monotonic()
            answer = client.get(PATHS[(k + len(seen)) % len(PATHS)])
            seen.append((answer.status_code, time.monotonic() - begun))
        return seen

    def write(k: int) -> tuple[list[tuple[int, float]], list[str]]:
        seen, ids = [], []
        while time.monotonic() < until:
            name = f"W-{k}-{len(ids)}"
            body = {"statements": [{**model, "id": name, "event": name}], "why": "load"}
            begun = time.monotonic()
            answer = client.post(f"{CASE}/statements", json=body)
            seen.append((answer.status_code, time.monotonic() - begun))
            ids.append(name)
        return seen, ids

    limits = httpx.Limits(max_connections=READERS + WRITERS)
    client = httpx.Client(base_url=server, timeout=60, limits=limits)
    until = time.monotonic() + SECONDS
    with client, ThreadPoolExecutor(READERS + WRITERS) as pool:
        readers = [pool.submit(read, k) for k in range(READERS)]
        writers = [pool.submit(write, k) for k in range(WRITERS)]
        reads = [one for r in readers for one in r.result()]
        writes = [one for w in writers for one in w.result()[0]]
        ids = {i for w in writers for i in w.result()[1]}
    assert {status for status, _ in reads} == {200}
    assert {status for status, _ in writes} == {201}
    there = httpx.get(f"{server}{CASE}/statements", timeout=60).json()["statements"]
    assert ids <= {s["id"] for s in there}
    for what, seen in (("reads", reads), ("writes", writes)):
        p95 = quantiles([s for _, s in seen], n=20)[-1]
        print(f"{what}: {len(seen)} in {SECONDS:g} s, p95 {1000 * p95:.0f} ms")
