"""What would it take: a cheap set of shifts that brings a milestone to a chosen probability.

Greedy: of all single steps (an actor's position up by a step, a lever pulled) the one with the
most gain for its cost is taken, again and again, on the same random numbers; then whatever turns
out not to be needed is taken back. It is no proof of the cheapest set: gains interact.

Cost (assumption, ours): a step costs its points times the weight of who has to move, 0.5 plus
influence / 100 (1 where no influence is known), so that moving a great power costs up to three
times what moving a small state does; a lever costs what it is said to cost, by default 40.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from willing.case import Case
from willing.workbench.stages import Stage
from willing.workbench.whatif import Pulled, hits, outcome_of

__all__ = ["LEVER", "would_take"]

STEP, MOST = 20.0, 60.0
LEVER = 40.0
#: single steps that stay in the running after the first look
SHORTLIST = 10
SCREENING, DRAWS = 200, 500
Note = Callable[[float, str], None]


@dataclass(slots=True)
class Plan:
    """A set of steps in the making."""

    levers: list[str] = field(default_factory=list)
    shifts: dict[tuple[str, str], float] = field(default_factory=dict)

    def pulled(self) -> Pulled:
        """Return the plan as what is pulled."""
        shifts = tuple((a, i, by) for (a, i), by in sorted(self.shifts.items()))
        return Pulled(tuple(self.levers), shifts)

    def plus(self, step: tuple[str, ...]) -> Plan:
        """Return the plan with one more step."""
        out = Plan(list(self.levers), dict(self.shifts))
        if len(step) == 1:
            out.levers.append(step[0])
        else:
            out.shifts[step[0], step[1]] = out.shifts.get((step[0], step[1]), 0.0) + STEP
        return out

    def minus(self, step: tuple[str, ...]) -> Plan:
        """Return the plan with one step fewer."""
        out = Plan([x for x in self.levers if (x,) != step], dict(self.shifts))
        if len(step) == 2:
            left = out.shifts[step[0], step[1]] - STEP
            out.shifts.pop((step[0], step[1]))
            if left > 0:
                out.shifts[step[0], step[1]] = left
        return out

    def steps(self) -> list[tuple[str, ...]]:
        """Return what the plan is made of."""
        return [*((x,) for x in self.levers), *self.shifts]


def cost_of(case: Case, step: tuple[str, ...]) -> float:
    """Return what a step costs (see the module)."""
    if len(step) == 1:
        return LEVER
    influence = case.actor(step[0]).influence
    return STEP * (1.0 if influence is None else 0.5 + influence / 100)


def candidates(stage: Stage, levers: bool) -> list[tuple[str, ...]]:
    """Return every single step there is."""
    parts = stage.gathered.ingredients
    steps: list[tuple[str, ...]] = [(x.id,) for x in stage.case.levers] if levers else []
    for actor in stage.case.actors:
        if actor.id in parts.actors and actor.role in {"lead", "candidate"}:
            steps.append((actor.id, "participation"))
        elif (actor.id, "mission") in parts.issues:
            steps.append((actor.id, "mission"))
    return steps


def would_take(
    stage: Stage, milestone: str, week: int, target: float, note: Note, levers: bool = True
) -> dict[str, Any]:
    """Return the steps in the order taken, with what each costs and brings."""
    place = stage.milestones.index(milestone)

    def chance(plan: Plan, draws: int = DRAWS) -> float:
        return float(hits(outcome_of(stage, plan.pulled(), draws), place, stage.weeks)[week])

    plan, at = Plan(), chance(Plan())
    start = chance(plan, SCREENING)
    pool = candidates(stage, levers)
    gains = []
    for k, step in enumerate(pool):
        note(0.5 * k / len(pool), "single steps")
        gains.append((chance(plan.plus(step), SCREENING) - start) / cost_of(stage.case, step))
    ranked = sorted(range(len(pool)), key=lambda k: (-gains[k], pool[k]))
    pool = [pool[k] for k in ranked[:SHORTLIST] if gains[ranked[0]] > 0]
    path: list[dict[str, Any]] = []
    base = at
    while at < target and len(path) < 12:
        note(0.5 + 0.4 * min(1.0, max(0.0, at - base) / max(target - base, 1e-9)), "steps together")
        options = [
            (chance(plan.plus(s)), s)
            for s in pool
            if (s[0] not in plan.levers if len(s) == 1 else plan.shifts.get((s[0], s[1]), 0) < MOST)
        ]
        better = [(p, s) for p, s in options if p > at]
        if not better:
            break
        p, step = max(better, key=lambda o: ((o[0] - at) / cost_of(stage.case, o[1]), o[1]))
        plan, at = plan.plus(step), p
        path.append(_row(step) | {"cost": cost_of(stage.case, step), "probability": p})
    note(0.95, "what is not needed")
    for step in plan.steps() if at >= target else []:
        if (less := chance(plan.minus(step))) >= target:
            plan, at = plan.minus(step), less
    return {
        "milestone": milestone,
        "target": target,
        "reached": at >= target,
        "probability": at,
        "base": base,
        "draws": DRAWS,
        "cost": sum(
            cost_of(stage.case, s) * (1 if len(s) == 1 else plan.shifts[s[0], s[1]] / STEP)
            for s in plan.steps()
        ),
        "levers": plan.levers,
        "shifts": [
            {"actor": a, "issue": i, "by": by} for (a, i), by in sorted(plan.shifts.items())
        ],
        "path": path,
        "assumption": "cost: points moved times (0.5 + influence / 100) of who moves;"
        f" a lever counts {LEVER:g}. Greedy, so a cheaper set may exist.",
    }


def _row(step: tuple[str, ...]) -> dict[str, Any]:
    if len(step) == 1:
        return {"lever": step[0]}
    return {"actor": step[0], "issue": step[1], "by": STEP}
