"""Packages that do part of the same, each in a process of its own environment (`make peers`).

`python benchmarks/peers.py NAME < task.json` prints the answer and the processor seconds of a call,
the best of three, as JSON. Nothing of Willing is imported here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from time import process_time
from typing import Any

Answer = tuple[Any, float, str]


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    found, best = call(), float("inf")
    for _ in range(3):
        times, spent = 0, 0.0
        start = process_time()
        while spent < 0.1:
            call()
            times += 1
            spent = process_time() - start
        best = min(best, spent / times)
    return found, best


def powerindices(task: dict[str, Any]) -> Answer:
    """Shapley-Shubik and absolute Banzhaf of a weighted rule."""
    import powerindices as package

    quota, weights = task["quota"], task["weights"]
    found, spent = timed(
        lambda: (package.compute_ssi(quota, weights), package.compute_pbi(quota, weights))
    )
    answer = {
        key: [float(x) for x in each]
        for key, each in zip(("shapley_shubik", "banzhaf_absolute"), found, strict=True)
    }
    return answer, spent, "powerindices"


def fast_poibin(task: dict[str, Any]) -> Answer:
    """The chance of at least so many yes votes, each with its own."""
    import numpy as np
    from fast_poibin import PoiBin

    p, least = np.array(task["p"]), task["least"]
    found, spent = timed(lambda: 1 - PoiBin(p).cdf[least - 1])
    return float(found), spent, "fast-poibin"


def negmas(task: dict[str, Any]) -> Answer:
    """Nash's point of actors with quadratic utility, disagreement at -1, on a grid."""
    from negmas import make_issue, make_os
    from negmas.preferences import MappingUtilityFunction, nash_points, pareto_frontier

    n = task["grid"]
    space = make_os([make_issue(n, name="x")])
    outcomes = list(space.enumerate())
    utilities = [
        MappingUtilityFunction(
            {o: 1 - (o[0] / (n - 1) - x) ** 2 for o in outcomes},
            reserved_value=-1.0,
            outcome_space=space,
        )
        for x in task["positions"]
    ]

    def call() -> float:
        frontier, places = pareto_frontier(utilities, outcomes)
        ((_, best),) = nash_points(
            utilities, frontier, ranges=[(-1.0, 1.0)] * len(utilities), outcome_space=space
        )[:1]
        return float(outcomes[places[best]][0]) / (n - 1)

    found, spent = timed(call)
    return found, spent, "negmas"


PEERS = {"powerindices": powerindices, "fast-poibin": fast_poibin, "negmas": negmas}


def main() -> None:
    from importlib.metadata import version

    answer, spent, package = PEERS[sys.argv[1]](json.load(sys.stdin))
    json.dump({"answer": answer, "seconds": spent, "version": version(package)}, sys.stdout)


if __name__ == "__main__":
    main()
