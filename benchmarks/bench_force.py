"""Force packages against the clock: how near the bound, and how fast a thousand uncertain draws.

`python benchmarks/bench_force.py` plans the realistic instance for five seeds in ten seconds each
and the dense one in a hundred, every plan checked by the independent checker, and times the dual
cuts. Wall time limits the search, so other work on the machine widens the gaps: processor time and
load stand beside them. `pytest benchmarks/bench_force.py` measures the pieces.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import numpy as np

from benchmarks.force_instances import dense, instance, realistic
from benchmarks.report import cost, curve, figure
from willing.force import Cuts, Effort, Plan, check_plan, coverage_cuts, package
from willing.force._board import board, leaders_of
from willing.force.annealing import anneal
from willing.force.chains import build
from willing.force.dual_cuts import sampled_shares

SEEDS = range(5)
NATIONS = (9, 18, 35, 70)
WARM_UP = Effort(steps=2_000, rounds=0, nodes=1)


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def planned(task: Any, seconds: float) -> tuple[Plan, float, float]:
    """A checked plan by the wall clock, with wall and processor seconds."""
    requirement, offers, rules = task
    wall, processor = time.perf_counter(), time.process_time()
    plan = package(requirement, offers, rules, time_limit=seconds, clock=time.perf_counter)
    spent = time.perf_counter() - wall, time.process_time() - processor
    broken = check_plan(requirement, offers, rules, plan)
    assert not broken, broken[0].words
    return plan, *spent


def said(plan: Plan, wall: float, processor: float) -> str:
    return (
        f"of at most {plan.bound:.2%}; cost {plan.cost / 1e6:,.0f} m, no less than "
        f"{plan.cost_bound / 1e6:,.0f} m; {wall:.1f} s wall, {processor:.1f} s of processor, "
        f"load {os.getloadavg()[0]:.1f}"
    )


def uncertain(task: Any, draws: int = 1_000) -> tuple[Cuts, float, float]:
    """Cuts on coverage, the processor seconds they took, and those of so many draws."""
    requirement, offers, rules = task
    start = time.process_time()
    cuts = coverage_cuts(requirement, offers, rules, rng=rng(1))
    made = time.process_time() - start
    shares = sampled_shares(rng(2), draws, len(offers))
    return cuts, made, cost(lambda: cuts.coverage(shares))


def of_size(nations: int) -> Any:
    """Nations as in the realistic instance, and a need and offers in proportion."""
    return instance(
        rng(0), persons=470.0 * nations, pairs=3 * nations + 3, supply=0.55, contributors=nations
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
    cuts, *_ = benchmark.pedantic(uncertain, (realistic(rng(0)), 100), rounds=1)
    assert cuts.error[0].draws > 0


def main() -> None:
    """Say the figures; figures as arguments replace the seconds (realistic, dense)."""
    short, long = [float(x) for x in sys.argv[1:3]] or [10.0, 100.0]
    requirement, offers, rules = realistic(rng(99))
    package(requirement, offers, rules, effort=WARM_UP)
    gaps = []
    for seed in SEEDS:
        plan, *spent = planned(realistic(rng(seed)), short)
        gaps.append(plan.gap * 100)
        what = f"realistic instance, seed {seed}, {short:g} s: gap"
        figure(what, gaps[-1], "%", note=f"covers {plan.coverage:.2%} " + said(plan, *spent))
    note = "35 nations, 108 pairs, 24 months"
    figure("the same, median gap", float(np.median(gaps)), "%", goal="<= 0.5", note=note)
    plan, *spent = planned(dense(rng(0)), long)
    note = f"35 nations, 298 pairs; gap {plan.gap:.2%} " + said(plan, *spent)
    what = f"dense instance, {long:g} s: covered"
    figure(what, plan.coverage * 100, "%", goal=">= 64", note=note)
    cuts, made, used = uncertain(dense(rng(0)))
    figure("cuts for the dense instance, processor", made, "s", goal="<= 15")
    figure("1,000 uncertain draws by the cuts", used, "s", goal="<= 1")
    error = cuts.error[0]
    note = f"{error.draws} draws held out, {error.worst:.2%} at most"
    figure("cuts above the relaxation, mean", error.mean * 100, "%", note=note)
    figure("their rank correlation", error.rank_correlation, "")
    made = [uncertain(of_size(n), 1)[1] for n in NATIONS]
    curve("cuts", "nations", NATIONS, made)
    draws = (100, 1_000, 10_000)
    shares = {n: sampled_shares(rng(2), n, len(cuts.offers)) for n in draws}
    curve(
        "coverage by the cuts",
        "draws",
        draws,
        [cost(lambda n=n: cuts.coverage(shares[n])) for n in draws],
    )


if __name__ == "__main__":
    main()
