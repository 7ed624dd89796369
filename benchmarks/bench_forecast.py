"""The forecast at speed: the kernel beside its NumPy reference, and how it grows.

`pytest benchmarks/bench_forecast.py` measures; `python benchmarks/bench_forecast.py` prints ratios
in one run, curves in draws, weeks and actors, and the split of the time. With a file ending in
.json the figures are written there too. Times are processor time of one thread, the best of a few
runs, because other work may share the machine; wall time and load are printed beside the total.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

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
from willing.scale import Scenario, sweep, tornado

SEED, SHIPPED = 20250405, "ukraine-2025"


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


def test_reference(benchmark):
    benchmark.pedantic(reference.simulate_chunk, (shipped(), 0, 64, 2, SEED), rounds=1)


def test_kernel_agrees_with_the_reference(benchmark):
    plain = reference.simulate_chunk(shipped(), 0, 64, 2, SEED)
    fast = benchmark(kernel.simulate_chunk, shipped(), 0, 64, 2, SEED)
    for f in fields(plain):
        np.testing.assert_array_equal(getattr(plain, f.name), getattr(fast, f.name), f.name)


def test_help(benchmark):
    command = [sys.executable, "-m", "willing", "--help"]
    benchmark.pedantic(subprocess.run, (command,), {"check": True, "capture_output": True})


def sweep_figures(scenarios: int = 24) -> dict[str, float]:
    """Wall time of one sweep with one worker and with two."""
    case = load(SHIPPED)
    plan = tornado(Scenario(SHIPPED, draws=200), case, 1)[:scenarios]
    took, rows = {}, {}
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            rows[workers] = sweep(plan, Path(folder), workers=workers)
            took[workers] = time.perf_counter() - start
    assert rows[1] == rows[2]
    return {"scenarios": len(plan), "one": took[1], "two": took[2], "ratio": took[1] / took[2]}


def table() -> dict[str, Any]:
    model = shipped()
    run(model, 64)
    size = 512
    slow = cpu(lambda: reference.simulate_chunk(model, 0, 128, 50, SEED), 1) / 128
    fast = cpu(lambda: kernel.simulate_chunk(model, 0, size, 50, SEED)) / size
    world = cpu(lambda: draw_world(model, 0, size, 50, SEED)) / size
    packing = cpu(lambda: pack(model, CUTS))
    before, wall = time.process_time(), time.perf_counter()
    simulate(model, 10_000, SEED)
    ten = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - before}
    child = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    help_times = []
    for _ in range(3):
        began = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "willing", "--help"], check=True, capture_output=True)
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        help_times.append(ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime)
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
        "ten_thousand": ten,
        "resident_mb": child,
        "help_cpu_seconds": min(help_times),
        "curves": curves,
        "load": os.getloadavg()[0],
    }


def main() -> None:
    found = table()
    found["sweep"] = sweep_figures()
    say = sys.stdout.write
    say(
        f"{found['actors']} actors, {found['weeks']} weeks of {SHIPPED}, load {found['load']:.1f}\n"
    )
    say(f"NumPy reference   {found['reference_us_per_draw']:>10,.0f} us a draw\n")
    say(f"compiled kernel   {found['kernel_us_per_draw']:>10,.0f} us a draw, ")
    say(f"{found['ratio']:.0f} times faster\n")
    say(f"of which drawn before the weeks {found['before_the_weeks_us_per_draw']:.0f} us\n")
    ten = found["ten_thousand"]
    say(f"10,000 draws: {ten['wall']:.2f} s wall, {ten['cpu']:.2f} s processor, two threads; ")
    say(f"{found['resident_mb']:.0f} MB resident with everything imported\n")
    say(f"willing --help: {found['help_cpu_seconds']:.2f} s processor\n")
    for kind in ("draws", "weeks", "actors"):
        rows = [r for r in found["curves"] if r["in"] == kind]
        slope = np.polyfit(np.log([r["n"] for r in rows]), np.log([r["seconds"] for r in rows]), 1)
        say(f"{kind:8}" + "  ".join(f"{r['n']}: {r['seconds'] * 1e3:.0f} ms" for r in rows))
        say(f"   exponent {slope[0]:.2f}\n")
    s = found["sweep"]
    say(f"sweep of {s['scenarios']}: one worker {s['one']:.1f} s, two {s['two']:.1f} s ")
    say(f"wall with their start: {s['ratio']:.2f} x\n")
    for name in sys.argv[1:]:
        if name.endswith(".json"):
            Path(name).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
