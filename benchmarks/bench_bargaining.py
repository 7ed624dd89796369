"""One turn of the Spatial Model of Politics, and how it grows with the actors.

`pytest benchmarks/bench_bargaining.py` measures; `python benchmarks/bench_bargaining.py [FILE.svg]`
prints one table of ratios in one run and, with a file, draws the growth from 10 to 1,000 actors.
Actors are made up: positions, saliences and influences even over their ranges, one dimension.
KTAB itself took about 23 ms at 10 actors and 40 s at 100 on a machine of two cores.
"""

from __future__ import annotations

import sys
from functools import partial
from math import log
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from willing.bargaining import Negotiation, SmpOptions, bargain, contests, default, smp
from willing.bargaining import _smp_reference as plain
from willing.bargaining._smp_votes import coalitions, coalitions_on_line

SIZES = (10, 50, 100, 250, 1000)
KTAB = {10: 0.023, 100: 40.0}


def made(n: int, draws: int = 1) -> Negotiation:
    rng = np.random.default_rng(n)
    return Negotiation(
        tuple(f"A{k:04d}" for k in range(n)),
        rng.random((draws, n, 1)) * 100,
        rng.random((draws, n, 1)) * 0.9 + 0.05,
        rng.random((draws, n)) * 100 + 1,
    )


def one_turn(n: Negotiation) -> Any:
    return smp(n, 1, explain=False)


def plain_turn(n: Negotiation) -> Any:
    return plain.step(
        SmpOptions(), n.unit_positions[0], n.unit_positions[0], n.salience[0], n.influence[0]
    )


def seconds(call: Any, least: float = 0.3) -> float:
    """Seconds per call: the best of three rounds."""
    call()
    start = perf_counter()
    call()
    times = max(1, round(least / 3 / max(perf_counter() - start, 1e-7)))
    best = float("inf")
    for _ in range(3):
        start = perf_counter()
        for _ in range(times):
            call()
        best = min(best, (perf_counter() - start) / times)
    return best


@pytest.mark.parametrize("n", SIZES)
def test_smp_turn(benchmark, n):
    benchmark(one_turn, made(n))


def test_smp_draws(benchmark):
    benchmark.pedantic(partial(smp, made(40, 1000), 10, explain=False), rounds=2)


@pytest.mark.parametrize("model", ["default", "scholz", "nash", "median"])
def test_other_models(benchmark, model):
    benchmark(bargain, made(40), model, 1)


def test_plain_numpy_turn(benchmark):
    benchmark(plain_turn, made(10))


def growth() -> list[dict[str, Any]]:
    """Seconds a turn by actors, and the power of n it grew by since the size before."""
    rows: list[dict[str, Any]] = []
    for n in SIZES:
        spent = seconds(partial(one_turn, made(n)))
        power = (
            log(spent / rows[-1]["seconds"]) / log(n / rows[-1]["actors"]) if rows else float("nan")
        )
        rows.append({"actors": n, "seconds": spent, "power": power})
    return rows


def coalition_sums(n: int) -> tuple[float, float]:
    """Seconds for coalition strengths over all pairs: the n^2 sum, and the n^3 one."""
    one = made(n)
    x, w, risk = one.unit_positions[0, :, 0], one.influence[0], np.zeros(n)
    u = 1 - np.abs(x[:, None] - x[None, :])
    short = seconds(partial(coalitions_on_line, w, risk, x, x))
    return short, seconds(partial(coalitions, 0, w, u))


def table(grown: list[dict[str, Any]]) -> list[tuple[str, float, str]]:
    rows = []
    for row in grown:
        n, spent = row["actors"], row["seconds"]
        said = "" if np.isnan(row["power"]) else f"grew by n^{row['power']:.1f}"
        if n in KTAB:
            said = f"{KTAB[n] / spent:,.0f} x faster than KTAB's {KTAB[n]:g} s; {said}".rstrip("; ")
        rows.append((f"smp, one turn, {n:,} actors", spent, said))
    slow = seconds(partial(plain_turn, made(10)))
    rows.append(("the same in plain NumPy, 10 actors", slow, f"{slow / rows[0][1]:,.0f} x slower"))
    short, long = coalition_sums(250)
    rows.append(
        (
            "coalitions of 250 actors, n^2 sum",
            short,
            f"{long / short:.1f} x faster than the n^3 sum",
        )
    )
    many = made(40, 10_000)
    start = perf_counter()
    smp(many, 10, explain=False)
    spent = perf_counter() - start
    rows.append(("smp, 10,000 draws of 40 actors x 10 turns", spent, f"{spent / 1e5:.1e} s a turn"))
    half = made(40, 1)
    rows.append(
        ("every challenge of 40 actors", seconds(partial(contests, half)), "for explanations")
    )
    spent = seconds(partial(default, many.one(0)))
    rows.append(("default, 40 actors", spent, ""))
    return rows


def main() -> None:
    grown = growth()
    for name, spent, said in table(grown):
        print(f"{name:<44} {spent * 1e3:12,.3f} ms  {said}")
    if len(sys.argv) > 1:
        import altair as alt

        values = [{k: r[k] for k in ("actors", "seconds")} for r in grown]
        chart = (
            alt.Chart(alt.InlineData(values=values))
            .mark_line(point=True)
            .encode(
                x=alt.X("actors:Q", scale=alt.Scale(type="log"), title="actors"),
                y=alt.Y("seconds:Q", scale=alt.Scale(type="log"), title="seconds a turn"),
            )
            .properties(width=420, height=260, title="One turn of the Spatial Model of Politics")
        )
        chart.save(str(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
