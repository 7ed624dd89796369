"""Which scenarios a sweep is made of: parameters, levers, days, cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import ceil

import numpy as np

from willing.case import Case
from willing.errors import UsageError
from willing.forecast.streams import Stream, normals
from willing.scale.parameters import quantile, ranges
from willing.scale.scenario import Scenario

__all__ = ["by_case", "by_day", "by_lever", "sampled", "tornado"]

Z95 = 1.6448536269514722


def tornado(base: Scenario, case: Case, scenarios: int = 1_000) -> list[Scenario]:
    """One parameter at a time, from its low to its high end in even steps of its own distribution.

    The first scenario pins nothing. Every range gets the same number of steps (two or more), as
    many as fit into `scenarios`; a smaller number is raised to two steps for each.
    """
    found = ranges(case)
    if not found:
        raise UsageError(f"case {case.id} has no range to sweep over")
    steps = max(2, (scenarios - 1) // len(found))
    plan = [replace(base, label="as it stands")]
    for path, span in found.items():
        for z in np.linspace(-Z95, Z95, steps):
            value = quantile(span, float(z))
            plan.append(replace(base, label=path, pinned={**base.pinned, path: value}))
    return plan


def sampled(base: Scenario, case: Case, scenarios: int = 1_000) -> list[Scenario]:
    """All parameters at once, drawn from their distributions.

    The numbers are counted, not carried on: scenario 7 is the same among 10 and among 10,000.
    """
    found = ranges(case)
    draw = np.arange(scenarios)
    z = normals(draw, 1, len(found), Stream.PARAMETER, base.seed)
    return [
        replace(
            base,
            label=f"sample {i}",
            pinned={
                **base.pinned,
                **{p: quantile(s, float(z[k, i])) for k, (p, s) in enumerate(found.items())},
            },
        )
        for i in range(scenarios)
    ]


def by_lever(base: Scenario, case: Case) -> list[Scenario]:
    """Nothing pulled, then each lever alone."""
    return [replace(base, label="no lever")] + [
        replace(base, label=lever.id, levers=(*base.levers, lever.id)) for lever in case.levers
    ]


def by_day(base: Scenario, first: date, last: date, step: int = 1) -> list[Scenario]:
    """One forecast for each day of a span, each from what was known that day."""
    if last < first or step < 1:
        raise UsageError(f"a span runs forward in whole days; found {first} to {last} by {step}")
    days = [first + timedelta(days=step * k) for k in range(ceil(((last - first).days + 1) / step))]
    return [replace(base, label=d.isoformat(), as_of=d.isoformat()) for d in days]


def by_case(base: Scenario, cases: Sequence[str]) -> list[Scenario]:
    """The same forecast of several cases."""
    return [replace(base, label=id, case=id) for id in cases]
