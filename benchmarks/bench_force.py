"""Force packages against the clock: how near the bound, and how fast a thousand uncertain draws.

`python benchmarks/bench_force.py` plans the realistic instance for five seeds in ten seconds each
and the dense one in a hundred, every plan checked by the independent checker, and times the dual
cuts. Wall time limits the search, so other work on the machine widens the gaps: processor time and
load are printed beside them. `pytest benchmarks/bench_force.py` measures the pieces.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import numpy as np

from benchmarks.force_instances import dense, realistic
from willing.force import Effort, Plan, check_plan, coverage_cuts, package
from willing.force._board import board, leaders_of
from willing.force.annealing import anneal
from willing.force.chains import build
from willing.force.dual_cuts import sampled_shares

SEEDS = range(5)
WARM_UP = Effort(steps=2_000, rounds=0, nodes=1)


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def planned(instance: Any, seconds: float) -> tuple[Plan, float, float]:
    """A checked plan by the wall clock, with wall and processor seconds."""
    requirement, offers, rules = instance
    wall, processor = time.perf_counter(), time.process_time()
    plan = package(requirement, offers, rules, time_limit=seconds, clock=time.perf_counter)
    spent = time.perf_counter() - wall, time.process_time() - processor
    broken = check_plan(requirement, offers, rules, plan)
    assert not broken, broken[0].words
    return plan, *spent


def row(name: str, plan: Plan, wall: float, processor: float) -> str:
    return (
        f"{name}  covers {plan.coverage:.2%} of at most {plan.bound:.2%}, gap {plan.gap:.2%}; "
        f"cost {plan.cost / 1e6:,.0f} m, no less than {plan.cost_bound / 1e6:,.0f} m; "
        f"{wall:.1f} s wall, {processor:.1f} s processor, load {os.getloadavg()[0]:.1f}"
    )


def uncertain(instance: Any, draws: int = 1_000) -> str:
    """Cuts on coverage, and what a thousand draws cost once they are there."""
    requirement, offers, rules = instance
    start = time.process_time()
    cuts = coverage_cuts(requirement, offers, rules, rng=rng(1))
    made = time.process_time() - start
    shares = sampled_shares(rng(2), draws, len(offers))
    start = time.process_time()
    cuts.coverage(shares)
    used = time.process_time() - start
    error = cuts.error[0]
    return (
        f"cuts {made:.1f} s processor; {draws} draws {used * 1e3:.1f} ms; above the relaxation on "
        f"{error.draws} draws held out by {error.mean:.2%} in the mean, {error.worst:.2%} at most, "
        f"rank correlation {error.rank_correlation:.3f}"
    )


def test_annealing(benchmark):
    requirement, offers, rules = realistic(rng(0))
    model = build(requirement, offers, rules)
    flat = board(model, np.ones(len(offers), dtype=np.bool_), set(), leaders_of(model))
    nothing = np.zeros(len(model.chains), dtype=np.int64)
    counts, _ = benchmark(anneal, flat, nothing, done=lambda taken: taken / 2e5, seed=0)
    assert counts.sum() > 0


def test_plan(benchmark):
    plan, *_ = benchmark.pedantic(planned, (realistic(rng(0)), 3.0), rounds=1)
    assert plan.coverage > 0


def test_cuts(benchmark):
    assert "cuts" in benchmark.pedantic(uncertain, (realistic(rng(0)), 100), rounds=1)


def main() -> None:
    """Print the figures; figures as arguments replace the seconds (realistic, dense)."""
    short, long = [float(x) for x in sys.argv[1:3]] or [10.0, 100.0]
    requirement, offers, rules = realistic(rng(99))
    package(requirement, offers, rules, effort=WARM_UP)
    print(f"realistic: 35 nations, 108 pairs, 24 months, {short:g} s each")
    gaps = []
    for seed in SEEDS:
        plan, *spent = planned(realistic(rng(seed)), short)
        gaps.append(plan.gap)
        print(row(f"seed {seed}", plan, *spent), flush=True)
    print(f"median gap {np.median(gaps):.2%}")
    print(f"dense: 35 nations, 298 pairs, 24 months, {long:g} s")
    print(row("seed 0", *planned(dense(rng(0)), long)), flush=True)
    print("uncertain, dense: " + uncertain(dense(rng(0))))


if __name__ == "__main__":
    main()
