"""The forecast at speed: the kernel beside its NumPy reference, and how it grows.

`pytest benchmarks/bench_forecast.py` measures; `python benchmarks/bench_forecast.py` prints ratios
in one run and curves in draws, weeks and actors. Curves are processor time of one thread, the best
of a few runs, because other work may share the machine.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import fields, replace
from functools import cache
from typing import Any

import numpy as np
from numba import njit

from benchmarks.report import curve, figure
from tests.forecast.small import ingredients, small_case
from willing.case import Actor, load
from willing.case.ladder import CUTS
from willing.data.missions import load_missions
from willing.forecast import assess, kernel, reference
from willing.forecast.build import build
from willing.forecast.model import Model
from willing.forecast.pack import pack
from willing.forecast.simulate import simulate
from willing.forecast.world import draw_world

SEED, SHIPPED = 20250405, "ukraine-2025"
#: on 64-bit lanes, a week of an actor's position at least: see docs/theory/kernel.md
OPERATIONS = 45


@cache
def shipped() -> Model:
    found = assess(load(SHIPPED), tuple(load_missions()), draws=20, reasons=False)
    return found.model


def grown(actors: int) -> Model:
    """A small invented case with more candidates."""
    case = small_case()
    more = [
        Actor(id=f"X{k:03d}", name=f"X{k}", role="candidate", influence=50, salience=50)
        for k in range(actors - len(case.actors))
    ]
    case = case.model_copy(update={"actors": (*case.actors, *more)})
    parts = ingredients(case, levels={a.id: 70.0 for a in more})
    return build(case, parts, reports=(0, 52))


def cpu(work: Any, repeat: int = 3) -> float:
    """Processor seconds, the best of some runs."""
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def run(model: Model, draws: int, inner: int = 50) -> Any:
    return simulate(model, draws, SEED, inner=inner, threads=1)


def test_thousand_draws(benchmark):
    run(shipped(), 64)
    outcome = benchmark(run, shipped(), 1_000)
    assert (outcome.holds <= 1_000).all()


@cache
def plainly() -> Any:
    return reference.simulate_chunk(shipped(), 0, 64, 2, SEED)


def test_reference(benchmark):
    benchmark.pedantic(plainly, rounds=1)


def test_kernel_agrees_with_the_reference(benchmark):
    plain = plainly()
    fast = benchmark(kernel.simulate_chunk, shipped(), 0, 64, 2, SEED)
    for f in fields(plain):
        np.testing.assert_array_equal(getattr(plain, f.name), getattr(fast, f.name), f.name)


def test_help(benchmark):
    command = [sys.executable, "-m", "willing", "--help"]
    benchmark.pedantic(subprocess.run, (command,), {"check": True, "capture_output": True})


def table() -> dict[str, Any]:
    model = shipped()
    run(model, 64)
    size = 512
    slow = cpu(lambda: reference.simulate_chunk(model, 0, 128, 50, SEED), 1) / 128
    fast = cpu(lambda: kernel.simulate_chunk(model, 0, size, 50, SEED)) / size
    world = cpu(lambda: draw_world(model, 0, size, 50, SEED)) / size
    packing = cpu(lambda: pack(model, CUTS))
    curves = []
    for draws in (256, 512, 1_024, 2_048, 4_096):
        seconds = cpu(lambda d=draws: run(model, d), 2)
        curves.append({"in": "draws", "n": draws, "seconds": seconds})
    for weeks in (13, 26, 52, 104):
        short = replace(model, weeks=weeks, report_weeks=())
        seconds = cpu(lambda m=short: run(m, 512), 2)
        curves.append({"in": "weeks", "n": weeks, "seconds": seconds})
    for actors in (10, 20, 40, 80):
        larger = grown(actors)
        run(larger, 64)
        seconds = cpu(lambda m=larger: run(m, 512), 2)
        curves.append({"in": "actors", "n": actors, "seconds": seconds})
    return {
        "case": SHIPPED,
        "actors": len(model.actors),
        "weeks": model.weeks,
        "reference_us_per_draw": slow * 1e6,
        "kernel_us_per_draw": fast * 1e6,
        "ratio": slow / fast,
        "before_the_weeks_us_per_draw": world * 1e6,
        "pack_ms": packing * 1e3,
        "curves": curves,
        "load": os.getloadavg()[0],
    }


def children(command: list[str], repeat: int = 2) -> tuple[float, float]:
    """Wall and processor seconds of a command, its own processes included: the best of some."""
    wall = spent = float("inf")
    for _ in range(repeat):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        wall = min(wall, time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = min(spent, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return wall, spent


def best_wall(work: Any, repeat: int = 3) -> float:
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def cut(model: Model, actors: int) -> str:
    """What 10,000 draws of so many actors would take, in words, from what each actor costs."""
    return f"{len(model.actors)} actors; the goal is set for {actors}"


@njit(fastmath=True)  # type: ignore[untyped-decorator]
def _multiply_add(x: Any, y: Any, times: int) -> None:
    for _ in range(times):
        for i in range(x.size):
            x[i] = x[i] * 0.999 + y[i]


def limits(model: Model, us_per_draw: float) -> None:
    """How far the kernel is from what this core can do: arithmetic, and moving memory."""
    x, y, times = np.ones(1_024), np.ones(1_024), 100_000
    _multiply_add(x, y, 1)
    rate = 2 * x.size * times / cpu(lambda: _multiply_add(x, y, times))
    a, b = np.ones(1 << 23), np.empty(1 << 23)
    moved = 2 * a.nbytes / cpu(lambda: np.copyto(b, a), 5)
    world = draw_world(model, 0, 512, 50, SEED)
    each = [getattr(world, f.name) for f in fields(world)]
    size = sum(v.nbytes for v in each if isinstance(v, np.ndarray)) / 512
    floor = len(model.actors) * model.weeks * OPERATIONS / rate * 1e6
    note = f"positions alone, at the {rate / 1e9:.0f} thousand million operations a second measured"
    figure("kernel over its arithmetic floor", us_per_draw / floor, "times", note=note)
    share = 2 * size / (us_per_draw * 1e-6) / moved * 100
    note = f"{size / 1e3:.1f} kB a draw written and read, copying at {moved / 1e9:.1f} GB/s"
    figure("memory the kernel moves, of what a core can", share, "%", note=note)


def main() -> None:
    found = table()
    model = shipped()
    where = cut(model, 40)
    memory = (
        "import resource, pickle, sys; from benchmarks.bench_forecast import shipped, SEED; "
        "from willing.forecast.simulate import simulate; simulate(shipped(), 10_000, SEED); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    said = subprocess.run(
        [sys.executable, "-c", memory], check=True, capture_output=True, text=True
    )
    wall = best_wall(lambda: simulate(model, 10_000, SEED))
    figure("10,000 draws, 104 weeks, two threads, wall", wall, "s", goal="<= 1.0", note=where)
    figure("the same, processor", cpu(lambda: simulate(model, 10_000, SEED), 2), "s")
    figure("the same, memory of the whole process", float(said.stdout), "MB", goal="<= 300")
    thousand = best_wall(lambda: simulate(model, 1_000, SEED))
    figure("1,000 draws, two threads, wall", thousand * 1e3, "ms", goal="<= 120", note=where)
    figure("NumPy reference over the kernel, one thread", found["ratio"], "times")
    figure("kernel, one thread", found["kernel_us_per_draw"], "us a draw")
    figure("of which before the weeks begin", found["before_the_weeks_us_per_draw"], "us a draw")
    limits(model, found["kernel_us_per_draw"])
    wall, spent = children([sys.executable, "-m", "willing", "--help"], 3)
    figure("willing --help, wall", wall, "s", goal="<= 0.3", note=f"{spent:.2f} s of processor")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "willing", "assess", SHIPPED, "--out", f"{folder}/b.html"]
        wall, spent = children(command)
    note = f"{spent:.1f} s of processor"
    figure("willing assess with the briefing, wall", wall, "s", goal="<= 4", note=note)
    for kind in ("draws", "weeks", "actors"):
        rows = [r for r in found["curves"] if r["in"] == kind]
        curve("simulation", kind, [r["n"] for r in rows], [r["seconds"] for r in rows])


if __name__ == "__main__":
    main()
