"""One turn of the Spatial Model of Politics, and how it grows with the actors.

`pytest benchmarks/bench_bargaining.py` measures; `python benchmarks/bench_bargaining.py` prints
figures, and the growth from 10 to 1,000 actors. Actors are made up: positions, saliences and
influences even over their ranges, one dimension. KTAB itself took about 23 ms at 10 actors and 40 s
at 100 on a machine of two cores. NegMAS is measured beside ours where `make peers` put it.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from benchmarks.report import answer, cost, curve, figure, peer, shared, skip
from willing.bargaining import Negotiation, SmpOptions, bargain, default, nash, smp
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


def main() -> None:
    turns = [cost(partial(one_turn, made(n))) for n in SIZES]
    spent = dict(zip(SIZES, turns, strict=True))
    for n, goal in ((10, "<= 1"), (50, ""), (100, "<= 100"), (250, ""), (1000, "")):
        note = f"KTAB took {KTAB[n]:g} s: {KTAB[n] / spent[n]:,.0f} times" if n in KTAB else ""
        figure(f"smp, one turn of {n:,} actors", spent[n] * 1e3, "ms", goal=goal, note=note)
    slow = cost(partial(plain_turn, made(10)))
    figure("plain NumPy over the compiled turn, 10 actors", slow / spent[10], "times")
    short, long = coalition_sums(250)
    note = "coalitions of 250 actors"
    figure("the sum over triples over the running sums", long / short, "times", note=note)
    draws = (100, 1_000, 10_000)
    many = [cost(partial(smp, made(40, n), 10, explain=False)) for n in draws]
    note = f"all threads; {many[-1] / 1e5 * 1e6:,.0f} us a turn"
    figure("smp, 10,000 draws of 40 actors x 10 turns", many[-1], "s", note=note)
    default_alone = cost(partial(default, made(40)))
    figure("default, 40 actors", default_alone * 1e3, "ms")
    beside_peers()
    scores()
    curve("smp, one turn", "actors", SIZES, turns)
    for model in ("scholz", "nash", "default"):
        sizes = SIZES[:4]
        curve(
            f"{model}, one turn" if model == "scholz" else model,
            "actors",
            sizes,
            [cost(partial(bargain, made(n), model, 1), 0.05) for n in sizes],
        )
    curve("smp, 40 actors x 10 turns", "draws", draws, many)


def coalition_sums(n: int) -> tuple[float, float]:
    """Seconds for coalition strengths over all pairs: the n^2 sum, and the n^3 one."""
    one = made(n)
    x, w, risk = one.unit_positions[0, :, 0], one.influence[0], np.zeros(n)
    u = 1 - np.abs(x[:, None] - x[None, :])
    short = cost(partial(coalitions_on_line, w, risk, x, x))
    return short, cost(partial(coalitions, 0, w, u))


def beside_peers() -> None:
    """Nash's point beside NegMAS, on what it can do: a grid of outcomes, actors of equal weight."""
    x = np.random.default_rng(10).random(10)
    same = np.ones((1, 10, 1))
    ours = Negotiation(
        tuple(f"A{k}" for k in range(10)), x.reshape(1, 10, 1) * 100, same * 0.5, same[:, :, 0]
    )
    theirs = peer("negmas", {"grid": 201, "positions": x.tolist()})
    if theirs:
        found = float(nash(ours).outlooks[0].mean)
        assert abs(found / 100 - theirs["answer"]) <= 1 / 200, (found, theirs["answer"])
        ratio = theirs["seconds"] / cost(partial(nash, ours))
        note = f"Nash's point of 10 actors; theirs {theirs['version']} on 201 outcomes, ours finer"
        figure("negmas over ours", ratio, "times", note=note)


def scores() -> None:
    """How near the models come to 206 real decisions, where the table of their owners is."""
    data = shared()
    if data is None:
        skip("decisions of the European Union", "the table of its owners is not beside this copy")
        return
    found = answer("bargain", str(data / "deu3" / "deu3_part.tsv"), "--score")
    ours, mixture = found["cross_validated"], found["default_against_mixture"]["mixture_crps"]
    note = f"{ours['n']} decisions, whole proposals left out; half atoms, half normal {mixture:.2f}"
    figure("default on EU decisions, CRPS", ours["crps"], "points", goal="<= 15.5", note=note)
    note = "weighted mean of stated positions 23.84"
    figure("the same, mean absolute error", ours["mae"], "points", note=note)
    figure(
        "the same, within 10 points", ours["within_10"] * 100, "%", note="weighted median 43.7 %"
    )


if __name__ == "__main__":
    main()
