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
from willing.forecast.program import Op
from willing.forecast.simulate import with_forced
from willing.forecast.summary import reached_by

__all__ = ["Hold", "bears_on", "holding_up"]

Run = Callable[[Model], Outcome]


@dataclass(frozen=True, slots=True)
class Hold:
    """Share of failed draws that `conditions`, had they held from the start, would have mended."""

    conditions: tuple[str, ...]
    share: float


def bears_on(model: Model, milestone: str) -> set[str]:
    """Return the names of all variables that a milestone can depend on, however far back."""
    program, m = model.program, model
    needs: dict[int, set[int]] = {}
    for k, target in enumerate(program.targets):
        found = needs.setdefault(int(target), set())
        for op, argument in program.code[program.starts[k] : program.starts[k + 1]]:
            if op == Op.VAR:
                found.add(int(argument))
            elif op == Op.COUNT:
                found.update(program.counts[argument].variables)
    for event in m.events:
        causes = {event.possible, *(v for v, _ in event.pushes), *(v for v, _ in event.brakes)}
        needs.setdefault(event.variable, set()).update(causes - {-1})
    for row in m.approvals:
        needs.setdefault(row.variable, set()).add(row.ready)
    for now, earlier in m.last:
        needs.setdefault(now, set()).add(earlier)
    for variable, _, _ in m.coverage.thresholds:
        needs.setdefault(variable, set()).update(m.fielded)
    for route in m.routes:
        needs.setdefault(route.variable, set()).add(route.opens)
    features = {v for f in m.arrival.features for v in f.variables}
    by_id = {s.id: s.variable for s in m.milestones}
    for s in m.milestones:
        found = needs.setdefault(s.variable, set())
        found.add(s.needs)
        if s.model == "route":
            found.update(r.variable for r in m.routes)
        elif s.model == "force":
            found.update(m.pledged)
        elif s.model == "arrival":
            found.update({by_id["mandate"], *features})
        elif s.model == "ramp":
            found.update({by_id["deployed"], *m.fielded})
    seen: set[int] = set()
    todo = [program.index[milestone]]
    while todo:
        variable = todo.pop()
        if variable not in seen:
            seen.add(variable)
            todo += needs.get(variable, set()) - seen
    return {program.names[v] for v in seen}


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
