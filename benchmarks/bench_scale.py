"""Many forecasts, many documents: two workers beside one, and one that is killed on the way.

`python benchmarks/bench_scale.py [SCENARIOS]`. Wall time needs two idle cores. Processor seconds
are those of one worker in this process: those of a pool are not counted with their client.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

from benchmarks.report import ROOT, curve, figure
from willing.case import load
from willing.scale import Scenario, by_day, sweep, tornado

SHIPPED = "ukraine-2025"
#: scenarios of the small sweep that tells what starting two workers costs
SMALL = 32


def plan(scenarios: int, draws: int = 1_000) -> list[Scenario]:
    return tornado(Scenario(SHIPPED, draws=draws), load(SHIPPED), scenarios)[:scenarios]


def timed(what: list[Scenario], workers: int) -> tuple[list[Any], float, float]:
    """Rows, wall seconds, and processor seconds of this process, of a sweep into a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        own, start = time.process_time(), time.perf_counter()
        rows = sweep(what, Path(folder), workers=workers)
        return rows, time.perf_counter() - start, time.process_time() - own


def killed(what: list[Scenario]) -> list[Any]:
    """Rows of a sweep one of whose two workers is killed once the first part is there."""
    with tempfile.TemporaryDirectory() as folder:
        found: list[Any] = []
        run = Thread(target=lambda: found.extend(sweep(what, Path(folder), workers=2, part=2)))
        run.start()
        while not list(Path(folder).glob("*.json")):
            time.sleep(0.01)
        victim = next(iter(_workers()))
        os.kill(victim, signal.SIGKILL)
        run.join()
    return found


def _workers() -> list[int]:
    """Processes of this one's pool: children of its fork server, or its own."""
    seen = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True)
    rows = [line.split(None, 2) for line in seen.stdout.splitlines()]
    parents = {os.getpid()}
    parents |= {int(r[0]) for r in rows if int(r[1]) == os.getpid() and "forkserver" in r[2]}
    marks = ("forkserver", "spawn_main")
    found = [int(r[0]) for r in rows if int(r[1]) in parents and any(m in r[2] for m in marks)]
    return [pid for pid in found if pid not in parents]


def command(workers: int) -> float:
    """Wall seconds of a small sweep as a user starts it, all its start-up included."""
    with tempfile.TemporaryDirectory() as folder:
        call = [sys.executable, "-m", "willing", "sweep", SHIPPED, "--over", "samples", "--json"]
        call += ["--scenarios", str(SMALL), "--workers", str(workers), "--folder", folder]
        start = time.perf_counter()
        subprocess.run(call, check=True, capture_output=True)
        return time.perf_counter() - start


def test_two_workers_give_the_rows_of_one(benchmark: Any) -> None:
    what = plan(4, 40)
    rows, _, _ = benchmark.pedantic(timed, (what, 2), rounds=1)
    assert rows == timed(what, 1)[0]


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    what = plan(most)
    timed(what[:1], 1)  # compiled code is loaded, the engines are asked
    one, wall_one, cpu_one = timed(what, 1)
    two, wall_two, _ = timed(what, 2)
    assert one == two
    note = f"{cpu_one:.1f} s of processor"
    figure(f"{most:,} scenarios, one worker, wall", wall_one, "s", note=note)
    figure(f"{most:,} scenarios, two workers, wall", wall_two, "s", note="their start included")
    figure("two workers over one, wall", wall_one / wall_two, "times", goal=">= 1.8")
    figure("scenarios a second and core", most / cpu_one, "", note="1,000 draws, a year ahead")
    few = what[:48]
    same = killed(few) == one[: len(few)]
    figure("one of two workers killed: rows the same", float(same), "", goal=">= 1")
    alone, both = command(1), command(2)
    note = f"{alone:.1f} s and {both:.1f} s, the start of the command included"
    figure(f"{SMALL} scenarios, two workers over one", alone / both, "times", note=note)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    figure("memory of a process that forecasts", memory, "MB")
    sizes, seconds = [8, 32, 128], []
    for n in sizes:
        seconds.append(timed(what[:n], 1)[2])
    curve("sweep, one worker", "scenarios", sizes, seconds)
    days()
    corpus()


def days() -> None:
    """A case as of each day: the engines are asked anew for every one."""
    last = load(SHIPPED).as_of
    sizes, seconds = [2, 4, 8], []
    for n in sizes:
        each = by_day(Scenario(SHIPPED), last - timedelta(days=n), last - timedelta(days=1))
        seconds.append(timed(each, 1)[2])
    note = "1,000 draws, a year ahead, all engines asked"
    figure("a forecast as of another day, processor", seconds[-1] / sizes[-1], "s", note=note)
    curve("a forecast a day, one worker", "days", sizes, seconds)


def corpus() -> None:
    """Documents of the tests over and over, Parquet in and Parquet out."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from willing.scale import read_corpus

    texts = [f.read_text("utf-8") for f in sorted((ROOT / "tests" / "reading").rglob("*.txt"))]
    words = sum(len(t.split()) for t in texts) / len(texts)
    sizes, seconds = [50, 100, 200], []
    with tempfile.TemporaryDirectory() as place:

        def read(n: int, workers: int) -> tuple[float, float, int]:
            file = Path(place) / f"{n}.parquet"
            pq.write_table(pa.table({"text": [texts[k % len(texts)] for k in range(n)]}), file)
            own, start = time.process_time(), time.perf_counter()
            found = read_corpus(file, Path(place) / f"out{n}-{workers}", workers=workers)
            return time.perf_counter() - start, time.process_time() - own, found["statements"]

        read(4, 1)  # the parser is loaded
        for n in sizes:
            wall, spent, statements = read(n, 1)
            seconds.append(spent)
        both, _, _ = read(sizes[-1], 2)
    each = seconds[-1] / sizes[-1]
    note = f"{words:.0f} words and {statements / sizes[-1]:.1f} candidate statements on average"
    figure("a document of a corpus, processor", each * 1e3, "ms", note=note)
    figure("documents a second and core", 1 / each, "")
    what = f"{sizes[-1]} documents, two workers over one, wall"
    figure(what, wall / both, "times", note="each loads the parser first")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    figure("memory of a process that forecasts and reads", memory, "MB")
    curve("corpus, one worker", "documents", sizes, seconds)


if __name__ == "__main__":
    main()
