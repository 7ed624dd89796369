"""Many forecasts, many documents: two workers beside one, and one that is killed on the way.

`python benchmarks/bench_scale.py [SCENARIOS]`. Wall time needs two idle cores; the processor time
beside it says what the second worker costs to start.
"""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.report import curve, figure
from willing.case import load
from willing.scale import Scenario, sweep, tornado

SHIPPED = "ukraine-2025"


def plan(scenarios: int, draws: int = 1_000) -> list[Scenario]:
    return tornado(Scenario(SHIPPED, draws=draws), load(SHIPPED), scenarios)[:scenarios]


def timed(what: list[Scenario], workers: int) -> tuple[list[Any], float, float]:
    """Rows, wall and processor seconds of a sweep into a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        own, before = time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        rows = sweep(what, Path(folder), workers=workers)
        wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return rows, wall, spent + time.process_time() - own


def killed(what: list[Scenario]) -> list[Any]:
    """Rows of a sweep one of whose two workers is killed once the first part is there."""
    from threading import Thread

    with tempfile.TemporaryDirectory() as folder:
        found: list[Any] = []
        run = Thread(target=lambda: found.extend(sweep(what, Path(folder), workers=2, part=4)))
        run.start()
        while not list(Path(folder).glob("*.json")):
            time.sleep(0.05)
        seen = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True
        )
        import os

        for line in seen.stdout.splitlines():
            pid, parent, command = line.split(None, 2)
            if int(parent) == os.getpid() and "spawn_main" in command:
                os.kill(int(pid), signal.SIGKILL)
                break
        run.join()
    return found


def test_two_workers_give_the_rows_of_one(benchmark: Any) -> None:
    what = plan(4, 40)
    rows, _, _ = benchmark.pedantic(timed, (what, 2), rounds=1)
    assert rows == timed(what, 1)[0]


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    what = plan(most)
    timed(what[:1], 1)  # compiled code is loaded, the engines are asked
    one, wall_one, cpu_one = timed(what, 1)
    two, wall_two, cpu_two = timed(what, 2)
    assert one == two
    figure(f"{most} scenarios, one worker, wall", wall_one, "s", note=f"{cpu_one:.1f} s processor")
    figure(f"{most} scenarios, two workers, wall", wall_two, "s", note=f"{cpu_two:.1f} s processor")
    note = "with the start of both workers"
    figure("two workers over one, wall", wall_one / wall_two, "times", goal=">= 1.8", note=note)
    few = what[:24]
    same = killed(few) == one[:24]
    figure("one of two workers killed: rows the same", float(same), "", goal=">= 1")
    sizes, seconds = [8, 32, 128], []
    for n in sizes:
        seconds.append(timed(what[:n], 1)[2])
    curve("sweep, one worker", "scenarios", sizes, seconds)
    corpus()


def corpus() -> None:
    """Documents of the tests over and over, Parquet in and Parquet out."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from willing.scale import read_corpus

    folder = Path(__file__).resolve().parent.parent / "tests" / "reading"
    texts = [f.read_text(encoding="utf-8") for f in sorted(folder.rglob("*.txt"))]
    words = sum(len(t.split()) for t in texts) / len(texts)
    sizes, seconds = [50, 100, 200], []
    with tempfile.TemporaryDirectory() as place:
        for n in (4, *sizes):
            file = Path(place) / f"{n}.parquet"
            pq.write_table(pa.table({"text": [texts[k % len(texts)] for k in range(n)]}), file)
            start = time.process_time()
            read_corpus(file, Path(place) / f"out{n}", workers=1)
            seconds.append(time.process_time() - start)
    spent = seconds[-1] / sizes[-1]
    figure("a document of a corpus", spent * 1e3, "ms", note=f"{words:.0f} words on average")
    curve("corpus, one worker", "documents", sizes, seconds[1:])


if __name__ == "__main__":
    main()
