"""Levers: what somebody could do, applied to a case, and what it would change.

A lever changes the case or forces facts; everything else, every random number included, stays as
it was (common random numbers), so that the difference is the lever's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from willing.case import Case, Effect, Event, Lever, Pledge, Rate
from willing.errors import UsageError, nearest
from willing.forecast.build import Ingredients, build
from willing.forecast.compile import week_of
from willing.forecast.model import Model
from willing.forecast.simulate import with_forced

__all__ = ["Changes", "Strength", "apply", "build_with", "find", "force"]

#: the field of an effect that says how strong it is taken to be
Strength = Literal["by", "low", "high"]


@dataclass(slots=True)
class Changes:
    """What levers do that a case cannot say: facts made to hold or not, positions shifted.

    `forced` and `barred` are (id, week); `shifts` is level by (actor, issue).
    """

    forced: list[tuple[str, int]] = field(default_factory=list)
    barred: list[tuple[str, int]] = field(default_factory=list)
    shifts: dict[tuple[str, str], float] = field(default_factory=dict)


def find(case: Case, id: str) -> Lever:
    """Return a lever by id.

    Raises
    ------
    UsageError
        With the nearest valid id.
    """
    for lever in case.levers:
        if lever.id == id:
            return lever
    valid = [lever.id for lever in case.levers]
    hint = nearest(id, valid)
    raise UsageError(
        f"no lever {id!r} in case {case.id}; expected one of {', '.join(valid) or '(none)'}"
        + (f". Did you mean {hint!r}?" if hint else "")
    )


def apply(case: Case, levers: list[Lever], strength: Strength = "by") -> tuple[Case, Changes]:
    """Return the case with the levers pulled, and what cannot be said in it.

    `strength` takes the weakest or strongest value of effects that give a range.
    """
    changes = Changes()
    for lever in levers:
        for effect in lever.effects:
            by = getattr(effect, strength)
            if by is not None:
                effect = effect.model_copy(update={"by": by})
            case = _EFFECTS[effect.do](case, effect, changes)
    return case, changes


def build_with(case: Case, parts: Ingredients, changes: Changes, reports: tuple[int, ...]) -> Model:
    """Return the model of a case with levers pulled (see `apply`)."""
    return force(build(case, _shifted(parts, changes), reports), changes)


def force(model: Model, changes: Changes) -> Model:
    """Return the model with what levers make to hold, or not to hold, for good."""
    for id, week in changes.forced:
        model = with_forced(model, id, week=week)
    for id, week in changes.barred:
        model = with_forced(model, id, week=week, holds=False)
    return model


def _shifted(parts: Ingredients, changes: Changes) -> Ingredients:
    if not changes.shifts:
        return parts
    mean, home = parts.start.mean.copy(), parts.start.home.copy()
    issues = dict(parts.issues)
    for (actor, issue), by in changes.shifts.items():
        if issue == "participation":
            place = parts.actors.index(actor)
            mean[place, 0] += by
            home[place] += by
        elif (actor, issue) in issues:
            at, sd, base, step = issues[actor, issue]
            issues[actor, issue] = (at + by, sd, base + by, step)
    return replace(
        parts, start=replace(parts.start, mean=np.asarray(mean), home=home), issues=issues
    )


def _set(case: Case, effect: Effect, changes: Changes) -> Case:
    week = week_of(effect.on, case.as_of) if effect.on else 0
    (changes.forced if effect.to else changes.barred).append((effect.condition, week))
    return case


def _open(case: Case, effect: Effect, changes: Changes) -> Case:
    changes.forced.append((effect.route, week_of(effect.on, case.as_of) if effect.on else 0))
    return case


def _shift(case: Case, effect: Effect, changes: Changes) -> Case:
    key = (effect.actor, effect.issue)
    changes.shifts[key] = changes.shifts.get(key, 0.0) + (effect.by or 0.0)
    return case


def _relax(case: Case, effect: Effect, changes: Changes) -> Case:
    """One actor's condition, or that of the leading states and of all that stated none."""
    whose = {effect.actor} if effect.actor else set(case.parties.leading)
    statements = tuple(
        s.model_copy(update={"requires": effect.requires})
        if s.actor in whose and s.requires and s.issue == "participation"
        else s
        for s in case.statements
    )
    update: dict[str, object] = {"statements": statements}
    if not effect.actor:
        update["taking_part"] = case.taking_part.model_copy(update={"requires": effect.requires})
    return case.model_copy(update=update)


def _pledge(case: Case, effect: Effect, changes: Changes) -> Case:
    row = Pledge(
        id=f"LEVER-{effect.actor}-{effect.domain}-{len(case.pledges)}",
        actor=effect.actor,
        date=case.as_of,
        kind="estimate",
        domain=effect.domain,
        unit=effect.unit or "persons",
        number=effect.number or 0.0,
        note="added by a lever",
    )
    return case.model_copy(update={"pledges": (*case.pledges, row)})


def _hasten(case: Case, effect: Effect, changes: Changes) -> Case:
    times = effect.by if effect.by is not None else 1.0

    def faster(rate: Rate) -> Rate:
        return rate.model_copy(
            update={k: getattr(rate, k) * times for k in ("low", "likely", "high")}
        )

    conditions = tuple(
        c.model_copy(update={"begin": faster(c.begin)})
        if isinstance(c, Event) and c.id == effect.condition
        else c
        for c in case.conditions
    )
    milestones = tuple(
        m.model_copy(update={"rate": faster(m.rate)}) if m.id == effect.condition and m.rate else m
        for m in case.milestones
    )
    return case.model_copy(update={"conditions": conditions, "milestones": milestones})


_EFFECTS: dict[str, Callable[[Case, Effect, Changes], Case]] = {
    "set": _set,
    "open": _open,
    "shift": _shift,
    "relax": _relax,
    "pledge": _pledge,
    "hasten": _hasten,
}
