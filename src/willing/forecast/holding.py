"""What holds a milestone up: of the draws that fail, how many would succeed by that date if one
condition alone had been true from the start, and which pairs would.

A counterfactual on the same random numbers, so the shares of single conditions need not add up
to one: some failures need several conditions at once, and those show among the pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations

from willing.forecast.model import Model
from willing.forecast.outcome import Outcome
from willing.forecast.simulate import with_forced
from willing.forecast.summary import reached_by

__all__ = ["Hold", "holding_up"]

Run = Callable[[Model], Outcome]


@dataclass(frozen=True, slots=True)
class Hold:
    """Share of failed draws that `conditions`, had they held from the start, would have mended."""

    conditions: tuple[str, ...]
    share: float


def holding_up(
    model: Model,
    base: Outcome,
    run: Run,
    *,
    milestone: str,
    week: int,
    conditions: Iterable[str],
    pairs_of: int = 4,
) -> tuple[list[Hold], list[Hold]]:
    """Return single conditions and pairs by the share of failures they would mend, largest first.

    Parameters
    ----------
    base
        Outcome of `model` under `run`.
    run
        Simulates a model with the same draws and seed as `base`.
    conditions
        Ids of conditions, milestones or routes to try.
    pairs_of
        Pairs are formed of this many leading conditions.
    """
    row = [m.id for m in model.milestones].index(milestone)
    failed = ~reached_by(base.first[row], week)
    if not failed.any():
        return [], []

    def share(*ids: str) -> Hold:
        outcome = run(with_forced(model, *ids))
        mended = failed & reached_by(outcome.first[row], week)
        return Hold(ids, float(mended.sum() / failed.sum()))

    singles = sorted((share(c) for c in conditions), key=lambda h: (-h.share, h.conditions))
    leading = [h.conditions[0] for h in singles[:pairs_of]]
    pairs = sorted(
        (share(a, b) for a, b in combinations(leading, 2)),
        key=lambda h: (-h.share, h.conditions),
    )
    return singles, pairs
