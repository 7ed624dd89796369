"""Forums at speed: exact probability, power, minimal sets; and how they grow with the members.

`pytest benchmarks/bench_forums.py` measures; `python benchmarks/bench_forums.py [FILE.svg]` prints
one table of ratios in one run and, with a file, draws the growth from 5 to 200 members. Packages
that do part of the same (`powerindices`, `fast-poibin`) are measured beside ours where they are
installed; they are no dependency.
"""

from __future__ import annotations

import sys
from datetime import date
from functools import partial
from math import ceil
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pytest

from willing.forums import (
    All,
    Atom,
    Enough,
    load_forum,
    minimal_sets,
    of_rule,
    passing_probability,
    power_indices,
    vote_probabilities,
    weighted_rule,
)
from willing.forums import (
    Any as AnyOf,
)

ON = date(2025, 4, 5)
SIZES = (5, 10, 20, 50, 100, 200)


def votes(m: int) -> np.ndarray[Any, Any]:
    return vote_probabilities(np.linspace(40, 95, m), 12, 75, 25)


def drawn(rule: Any, p: np.ndarray[Any, Any], draws: int = 10_000) -> float:
    """The naive way: draw votes and count."""
    u = np.random.default_rng(1).random((draws, len(p)))
    ballots = np.where(u < p[:, 0], 1, np.where(u < p[:, 0] + p[:, 1], 0, -1))
    return float(rule.passes(ballots).mean())


def route_of_32() -> Any:
    """NATO's 32 members by consensus, the host, and five of thirty who send land forces."""
    members = load_forum("nato", ON).members
    rule = load_forum("nato", ON).rule
    who = {m: Atom(m) for m in members}
    lands = tuple(Atom(m) for m in members[:30])
    either = AnyOf((of_rule(rule, who, who), Enough(lands, (1,) * 30, 5)))
    return All((Atom("UKR"), either))


def council_of(m: int) -> Any:
    """A body like the Security Council: a third with a veto, 60 % needed."""
    names = [f"m{i:03d}" for i in range(m)]
    return weighted_rule(names, [1] * m, ceil(0.6 * m), vetoes=names[: m // 3])


def function_of(m: int) -> Any:
    rule = council_of(m)
    who = {a: Atom(a) for a in rule.members}
    return of_rule(rule, who, who)


def seconds(call: Any, least: float = 0.2) -> float:
    """Processor seconds per call: the best of three rounds (all of it runs on one thread)."""
    call()
    times, best = 1, float("inf")
    while True:
        start = process_time()
        for _ in range(times):
            call()
        spent = process_time() - start
        if spent >= least / 3:
            break
        times *= 4
    for _ in range(3):
        start = process_time()
        for _ in range(times):
            call()
        best = min(best, (process_time() - start) / times)
    return best


COUNCIL = load_forum("unsc", ON).rule
UNION = load_forum("eu_qmv", ON).rule


@pytest.mark.parametrize("id", ["unsc", "nato", "eu_qmv"])
def test_passing_probability(benchmark, id):
    rule = load_forum(id, ON).rule
    benchmark(passing_probability, rule, votes(len(rule.members)))


def test_power_of_the_double_majority(benchmark):
    benchmark(power_indices, UNION)


def test_minimal_sets_of_32_members(benchmark):
    benchmark(minimal_sets, route_of_32())


@pytest.mark.parametrize("m", SIZES)
def test_growth(benchmark, m):
    benchmark(minimal_sets, function_of(m))


def table() -> list[tuple[str, float, str]]:
    p = votes(15)
    exact = seconds(partial(passing_probability, COUNCIL, p))
    naive = seconds(partial(drawn, COUNCIL, p))
    route = route_of_32()
    _, blocked = minimal_sets(route)
    return [
        ("Security Council, exact", exact, f"{naive / exact:,.0f} x faster than 10,000 draws"),
        ("Security Council, 10,000 draws", naive, "and those are within 0.005"),
        (
            "EU-27 double majority, power table",
            seconds(partial(power_indices, UNION)),
            "three indices, exact counts of 2^27 coalitions",
        ),
        (
            "32-member route, all minimal sets",
            seconds(partial(minimal_sets, route)),
            f"{blocked.total:,} minimal blocking sets",
        ),
    ]


def peers() -> list[tuple[str, float, str]]:
    """Ours beside packages that do part of the same, on what they can do: one quota, no veto."""
    rows = []
    weights = load_forum("eu_votes", date(2010, 1, 1)).rule.alternatives[0].criteria[0].yes
    nice = weighted_rule([f"m{i}" for i in range(len(weights))], weights, 255)
    ours = seconds(partial(power_indices, nice))
    rows.append(("EU-27 Nice votes, three indices", ours, "exact, in integers"))
    try:
        import powerindices
    except ImportError:
        rows.append(("powerindices", float("nan"), "not installed"))
    else:
        w = weights.tolist()
        found = power_indices(nice)
        theirs = powerindices.compute_ssi(255, w), powerindices.compute_pbi(255, w)
        for key, each in zip(("shapley_shubik", "banzhaf_absolute"), theirs, strict=True):
            assert np.allclose(list(found[key].values()), each, atol=1e-9), key
        spent = seconds(
            lambda: (powerindices.compute_ssi(255, w), powerindices.compute_pbi(255, w))
        )
        rows.append(("powerindices, two of them", spent, f"{spent / ours:.1f} x slower"))
    fifteen = weighted_rule([f"m{i}" for i in range(15)], [1] * 15, 9)
    p = votes(15)
    ours = seconds(partial(passing_probability, fifteen, p))
    rows.append(("9 of 15 without veto", ours, "abstention apart"))
    try:
        from fast_poibin import PoiBin
    except ImportError:
        rows.append(("fast-poibin", float("nan"), "not installed"))
    else:
        assert np.isclose(1 - PoiBin(p[:, 0]).cdf[8], passing_probability(fifteen, p))
        spent = seconds(lambda: 1 - PoiBin(p[:, 0]).cdf[8])
        rows.append(("fast-poibin", spent, f"{spent / ours:.1f} x slower"))
    return rows


def growth() -> list[dict[str, Any]]:
    rows = []
    for m in SIZES:
        rule, function, p = council_of(m), function_of(m), votes(m)
        for what, call in (
            ("probability of passing", partial(passing_probability, rule, p)),
            ("power indices", partial(power_indices, rule)),
            ("all minimal sets", partial(minimal_sets, function)),
        ):
            rows.append({"members": m, "what": what, "seconds": seconds(call, 0.05)})
    return rows


def draw(rows: list[dict[str, Any]], file: Path) -> None:
    import altair as alt
    import vl_convert

    chart = (
        alt.Chart(alt.Data(values=rows), title="Growth with the number of members")
        .mark_line(point=True)
        .encode(
            x=alt.X("members:Q", scale=alt.Scale(type="log"), axis=alt.Axis(values=SIZES)),
            y=alt.Y("seconds:Q", scale=alt.Scale(type="log"), title="processor seconds"),
            color=alt.Color("what:N", title=None),
        )
        .properties(width=480, height=300)
    )
    file.write_text(vl_convert.vegalite_to_svg(chart.to_dict()), encoding="utf-8")


if __name__ == "__main__":
    for name, spent, note in [*table(), *peers()]:
        print(f"{name:38} {spent * 1e6:14,.1f} us   {note}")
    measured = growth()
    for what in dict.fromkeys(r["what"] for r in measured):
        line = "  ".join(
            f"{r['members']}: {r['seconds'] * 1e3:,.3f} ms" for r in measured if r["what"] == what
        )
        print(f"{what:24} {line}")
    if len(sys.argv) > 1:
        draw(measured, Path(sys.argv[1]))
