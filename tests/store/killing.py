"""Writes until it is killed, again and again; then counts what was acknowledged and is lost.

    python -m tests.store.killing URL ROUNDS SEED

Each round a child process adds statements and acknowledges each one on a pipe after the change
returned; the parent kills it (SIGKILL) at a random moment.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time

from tests.store.conftest import SMALL, small
from willing.case import Statement
from willing.store import Database, Store


def write(url: str, number: int, out: int) -> None:
    store = Store(Database(url))  # its tables are there
    row = store.statements.get(SMALL, store.statements.every(SMALL, 1)[0]["id"], 1)
    model = {k: v for k, v in row.items() if k not in ("version", "revision")}
    for k in range(10_000):
        name = f"K-{number}-{k}"
        new = Statement.model_validate({**model, "id": name, "event": name})
        store.statements.add(SMALL, [new], "writer", "")
        os.write(out, f"{name}\n".encode())


def round_(url: str, number: int, pause: float) -> list[str]:
    source, out = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(source)
        try:
            write(url, number, out)
        finally:
            os._exit(1)
    os.close(out)
    data = b""
    select.select([source], [], [], 20)  # the first acknowledgement, or the end of the pipe
    until = time.monotonic() + pause
    time.sleep(max(until - time.monotonic(), 0))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while chunk := os.read(source, 65536):
        data += chunk
    os.close(source)
    return data.decode().split()


def main() -> None:
    url, rounds, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    draw = random.Random(seed)
    begun = Store.open(url)
    begun.cases.put(small(), "tester")
    begun.close()
    acknowledged: list[str] = []
    for number in range(rounds):
        acknowledged += round_(url, number, draw.uniform(0.0, 0.06))
    store = Store.open(url)
    case, revision = store.cases.get(SMALL)  # it reads, so it hangs together
    there = {s.id for s in case.statements}
    versions = {s["id"] for s in store.statements.every(SMALL)}
    report = {
        "kills": rounds,
        "acknowledged": len(acknowledged),
        "lost": sorted(set(acknowledged) - there),
        "torn": sorted(there ^ versions),
        "revisions": revision,
        "unacknowledged_but_whole": len([i for i in there if i.startswith("K-")])
        - len(acknowledged),
        "rows_match_revisions": revision - 1 == len([i for i in there if i.startswith("K-")]),
    }
    store.close()
    print(json.dumps(report))


if __name__ == "__main__":
    main()
