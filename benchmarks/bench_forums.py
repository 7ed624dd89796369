"""Forums at speed: exact probability, power, minimal sets; and how they grow with the members.

`pytest benchmarks/bench_forums.py` measures; `python benchmarks/bench_forums.py` prints figures and
the growth from 5 to 200 members, in processor time (all of it runs on one thread). Packages that do
part of the same (`powerindices`, `fast-poibin`) are measured beside ours where `make peers` put
them; they are no dependency.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from math import ceil
from typing import Any

import numpy as np
import pytest

from benchmarks.report import cost, curve, figure, peer
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


def main() -> None:
    p = votes(15)
    exact = cost(partial(passing_probability, COUNCIL, p))
    figure("Security Council, chance of passing, exact", exact * 1e6, "us", goal="<= 50")
    naive = cost(partial(drawn, COUNCIL, p))
    note = "and those are within 0.005"
    figure("10,000 drawn votes over the exact chance", naive / exact, "times", note=note)
    power = cost(partial(power_indices, UNION))
    note = "exact counts of 2^27 coalitions"
    figure("EU-27 double majority, three power indices", power, "s", goal="<= 1", note=note)
    route = route_of_32()
    _, blocked = minimal_sets(route)
    note = f"{blocked.total:,} minimal blocking sets"
    spent = cost(partial(minimal_sets, route)) * 1e3
    figure("32-member route, all minimal sets", spent, "ms", note=note)
    beside_peers()
    growth()


def beside_peers() -> None:
    """Ours beside packages that do part of the same, on what they can do: one quota, no veto."""
    weights = load_forum("eu_votes", date(2010, 1, 1)).rule.alternatives[0].criteria[0].yes
    nice = weighted_rule([f"m{i}" for i in range(len(weights))], weights, 255)
    ours, found = cost(partial(power_indices, nice)), power_indices(nice)
    theirs = peer("powerindices", {"quota": 255, "weights": weights.tolist()})
    if theirs:
        for key, each in theirs["answer"].items():
            assert np.allclose(list(found[key].values()), each, atol=1e-9), key
        note = f"EU-27 by Nice votes; theirs {theirs['version']} gives two indices, ours three"
        figure("powerindices over ours", theirs["seconds"] / ours, "times", note=note)
    fifteen = weighted_rule([f"m{i}" for i in range(15)], [1] * 15, 9)
    p = votes(15)
    ours = cost(partial(passing_probability, fifteen, p))
    theirs = peer("fast-poibin", {"p": p[:, 0].tolist(), "least": 9})
    if theirs:
        assert np.isclose(theirs["answer"], passing_probability(fifteen, p))
        note = f"9 of 15, no veto; theirs {theirs['version']} knows no abstention"
        figure("fast-poibin over ours", theirs["seconds"] / ours, "times", note=note)


def growth() -> None:
    spent: dict[str, list[float]] = {}
    for m in SIZES:
        rule, function, p = council_of(m), function_of(m), votes(m)
        for what, call in (
            ("chance of passing", partial(passing_probability, rule, p)),
            ("power indices", partial(power_indices, rule)),
            ("all minimal sets", partial(minimal_sets, function)),
        ):
            spent.setdefault(what, []).append(cost(call, 0.05))
    for what, each in spent.items():
        curve(what, "members", SIZES, each)


if __name__ == "__main__":
    main()
