"""What if: levers pulled, positions and rates shifted; answered from a few hundred draws.

The change is the mean of paired differences between futures that share every random number; its
sampling band is normal over sets of draws that share their parameters. Where a full forecast of
the case as is is there, the change is added to it (a control variate), so that the curve drawn is
as steady as the full run's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from willing.case import Case, Effect, Event, Lever
from willing.errors import UsageError, nearest
from willing.forecast.levers import Changes, apply, find
from willing.forecast.outcome import Outcome
from willing.workbench.stages import Stage, quick

__all__ = ["Pulled", "answer", "hits", "lever_of", "outcome_of", "with_lever"]

Floats = NDArray[np.float64]
CUSTOM = "whatif"


@dataclass(frozen=True, slots=True)
class Pulled:
    """What is changed: levers by id, shifts of positions, factors on rates of conditions."""

    levers: tuple[str, ...] = ()
    shifts: tuple[tuple[str, str, float], ...] = ()
    rates: Mapping[str, float] = field(default_factory=dict)


def lever_of(case: Case, pulled: Pulled) -> Lever | None:
    """Return the sliders as a lever of the case; None where all stand at rest."""
    effects = []
    actors, issues = [a.id for a in case.actors], [i.id for i in case.issues]
    events = [c.id for c in case.conditions if isinstance(c, Event)]
    events += [m.id for m in case.milestones if m.rate]
    for actor, issue, by in pulled.shifts:
        _one_of("actor", actor, actors)
        _one_of("issue", issue, issues)
        if by:
            effects.append(Effect(do="shift", actor=actor, issue=issue, by=by))
    for condition, factor in sorted(pulled.rates.items()):
        _one_of("condition", condition, events)
        if factor != 1:
            effects.append(Effect(do="hasten", condition=condition, by=factor))
    if not effects:
        return None
    return Lever(id=CUSTOM, label="Positions and rates as set", effects=tuple(effects))


def with_lever(case: Case, pulled: Pulled) -> tuple[Case, tuple[str, ...]]:
    """Return the case with the sliders as a lever of its own, and all ids that are pulled."""
    own = lever_of(case, pulled)
    if own is None:
        return case, pulled.levers
    levers = (*(lever for lever in case.levers if lever.id != CUSTOM), own)
    return case.model_copy(update={"levers": levers}), (*pulled.levers, CUSTOM)


def _one_of(what: str, word: str, valid: Sequence[str]) -> None:
    if word not in valid:
        near = nearest(word, list(valid))
        hint = f". Did you mean {near!r}?" if near else ""
        raise UsageError(f"{what}: found {word[:60]!r}; expected one of {', '.join(valid)}{hint}")


def outcome_of(stage: Stage, pulled: Pulled, draws: int | None = None) -> Outcome:
    """Return the quick draws with everything pulled."""
    levers = [find(stage.case, id) for id in pulled.levers]
    own = lever_of(stage.case, pulled)
    case, changes = apply(stage.case, [*levers, *([own] if own else [])])
    _check(stage, changes)
    return quick(case, stage.gathered, changes, draws or stage.base.draws)


def _check(stage: Stage, changes: Changes) -> None:
    parts = stage.gathered.ingredients
    for actor, issue in changes.shifts:
        if actor not in parts.actors:
            raise UsageError(f"{actor} takes no part in the simulation")
        if issue != "participation" and (actor, issue) not in parts.issues:
            raise UsageError(f"{actor} has no position on {issue}")


def hits(outcome: Outcome, row: int, weeks: int) -> Floats:
    """Return the share of draws that reached a milestone by each week; shape (weeks + 1,)."""
    counts = np.bincount(np.clip(outcome.first[row], 0, weeks + 1), minlength=weeks + 2)
    return np.asarray(np.cumsum(counts[: weeks + 1]) / outcome.draws)


def _change(now: Outcome, base: Outcome, row: int, weeks: int) -> tuple[Floats, Floats]:
    """Return the change by week and its standard error over parameter sets."""
    week = np.arange(weeks + 1)[:, None]
    reached = (now.first[row] <= week).astype(float) - (base.first[row] <= week)
    sets = np.add.reduceat(reached, np.arange(0, now.draws, now.inner), axis=1) / now.inner
    error = sets.std(axis=1, ddof=1) / np.sqrt(sets.shape[1])
    return np.asarray(reached.mean(axis=1)), np.asarray(error)


def answer(
    stage: Stage, outcome: Outcome, full: Mapping[str, Sequence[float]] | None = None
) -> list[dict[str, Any]]:
    """Return each milestone's curve with the change and its sampling band.

    Parameters
    ----------
    full
        By milestone, the curve of a full forecast of the case as is.
    """
    rows = []
    for place, id in enumerate(stage.milestones):
        change, error = _change(outcome, stage.base, place, stage.weeks)
        start = hits(stage.base, place, stage.weeks)
        plain = 1.645 * np.sqrt(start * (1 - start) / outcome.draws)
        if full is not None and len(full.get(id, ())) == len(start):
            start, plain = np.asarray(full[id]), np.zeros_like(start)
        curve = np.maximum.accumulate(np.clip(start + change, 0, 1))
        half = np.hypot(1.645 * error, plain)
        rows.append(
            {
                "id": id,
                "probability": [round(float(p), 6) for p in curve],
                "low": [round(float(p), 6) for p in np.clip(curve - half, 0, 1)],
                "high": [round(float(p), 6) for p in np.clip(curve + half, 0, 1)],
                "change": [round(float(p), 6) for p in change],
                "base": [round(float(p), 6) for p in start],
            }
        )
    return rows
