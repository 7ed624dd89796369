"""Large-neighbourhood search: free a part of the plan, solve it exactly, keep what is better.

Shaw (1998). A neighbourhood is some contributors, a span of months, a few capabilities, or where
plan and relaxation differ. Which kind is tried next follows how much each has gained per second,
and its size follows how fast the last one was solved. See `docs/theory/neighbourhood.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from willing.force._milp import Highs
from willing.force.chains import Model

Array = NDArray[np.float64]
KINDS = ("relaxation", "nations", "months", "capabilities")
#: tour columns that the first neighbourhood of each kind frees
FIRST_FREE = 500


@dataclass(slots=True)
class Arm:
    """A kind of neighbourhood, its present size (share of the columns) and its record."""

    share: float
    gain: float = 0.0
    seconds: float = 1e-3
    tries: int = 0


def free_columns(
    model: Model, kind: str, share: float, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the tour columns a neighbourhood frees: about `share` of them."""
    count = len(model.chains)
    want = max(1, round(share * count))
    if kind == "months":
        horizon = model.requirement.months
        start = np.array([c.start for c in model.chains])
        width = max(2, round(share * horizon))
        first = int(rng.integers(-width // 2, horizon - width // 2))
        return np.flatnonzero((start >= first) & (start < first + width))
    if kind == "capabilities":
        key = [model.offers[c.offer].capability for c in model.chains]
    else:
        key = [model.offers[c.offer].actor for c in model.chains]
    labels = np.array(key)
    taken: list[NDArray[np.int64]] = []
    total = 0
    for name in rng.permutation(np.unique(labels)):
        here = np.flatnonzero(labels == name)
        if taken and total + len(here) > 1.5 * want:
            continue
        taken.append(here)
        total += len(here)
        if total >= want:
            break
    return np.sort(np.concatenate(taken)) if taken else np.arange(0)


def apart(x: Array, relaxed: Array, share: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return columns in which a plan and the relaxation differ (Danna, Rothberg, Le Pape 2005).

    At most about `share` of all columns, drawn from those.
    """
    differ = np.flatnonzero(np.abs(x - relaxed) > 1e-6)
    most = max(1, round(share * len(x)))
    return np.sort(rng.permutation(differ)[:most])


def search(
    model: Model,
    x: Array,
    *,
    rng: np.random.Generator,
    left: Callable[[], float],
    sense: Array | None = None,
    relaxed: Array | None = None,
    step: float = 2.0,
    highs: Highs | None = None,
) -> Iterator[Array]:
    """Yield ever better solutions, starting from `x`, until no time is left.

    Parameters
    ----------
    left : seconds that are left, asked before each step.
    sense : gain by column, to rank solutions; the model's own by default.
    relaxed : solution of the relaxation, for the kind `relaxation`, which needs one.
    step : most seconds for one neighbourhood; infinite where no clock may matter.
    """
    tours = len(model.chains)
    gain = np.array(model.milp.gain) if sense is None else sense
    upper = np.array(model.milp.upper[:tours])
    highs = highs or Highs(model.milp)
    highs.option("mip_heuristic_effort", 0.2)
    every = np.arange(tours)
    first = min(0.15, FIRST_FREE / max(1, tours))
    arms = {kind: Arm(first) for kind in KINDS if kind != "relaxation" or relaxed is not None}
    value = float(gain @ x)
    while (now := left()) > 0.05:
        arm = _pick(arms, rng)
        if arm[0] == "relaxation" and relaxed is not None:
            free = apart(x[:tours], relaxed[:tours], arm[1].share, rng)
        else:
            free = free_columns(model, arm[0], arm[1].share, rng)
        if not len(free):
            continue
        lower, top = np.rint(x[:tours]), np.rint(x[:tours])
        lower[free], top[free] = 0.0, upper[free]
        highs.limit_columns(every, lower, top)
        # the last ones are asked to end early, as a root node always runs to its end
        found = highs.run(seconds=min(step, 0.8 * now), start=x, rel_gap=2e-5)
        record = arm[1]
        record.tries += 1
        # without a clock every try weighs the same, so that the result is too
        spent = max(found.seconds, 1e-3) if isfinite(step) else 1.0
        record.seconds = 0.7 * record.seconds + spent
        record.gain *= 0.7
        if found.status == "Optimal" and found.seconds < step / 4:
            record.share = min(1.0, record.share * 1.3)
        elif found.status != "Optimal":
            # HiGHS looks at its clock between rounds of cuts only: far too long is far too large
            record.share = max(
                0.005, record.share * min(0.8, max(0.2, step / max(found.seconds, 1e-3)))
            )
        if found.x is not None:
            new = float(gain @ found.x)
            if new > value + 1e-9 * abs(value):
                record.gain += new - value
                x, value = found.x, new
                yield x
            elif new >= value - 1e-9 * abs(value):
                x = found.x  # as good, elsewhere: keeps the search from standing still
    highs.limit_columns(every, np.zeros(tours), upper)


def _pick(arms: dict[str, Arm], rng: np.random.Generator) -> tuple[str, Arm]:
    kinds = list(arms)
    untried = [k for k in kinds if not arms[k].tries]
    if untried:
        return untried[0], arms[untried[0]]
    rate = np.array([1e-9 + arms[k].gain / arms[k].seconds for k in kinds])
    chance = 0.3 / len(kinds) + 0.7 * rate / float(rate.sum())
    kind = kinds[int(rng.choice(len(kinds), p=chance / float(chance.sum())))]
    return kind, arms[kind]
