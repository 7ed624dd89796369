"""Why something cannot be had: the smallest set of pledges and rules that conflict, in words.

A demand (this pledge is used, that coverage is reached) is tested against groups of rules. The
smallest conflicting set is found by implicit hitting sets (Ignatiev, Previti, Liffiton and
Marques-Silva 2015): every way to satisfy the demand drops some groups; a smallest set that meets
all those drops, once it conflicts by itself, is a smallest explanation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from willing.case.expressions import Call, unparse, walk
from willing.errors import UsageError
from willing.force._conditions import outside
from willing.force._milp import Highs, Milp
from willing.force._nouns import ALWAYS, Offer, Requirement, Rules
from willing.force.chains import build


@dataclass(frozen=True, slots=True)
class Use:
    """A demand: at least one unit of a pledge (its minimum, where it has one) is sent."""

    pledge: str


@dataclass(frozen=True, slots=True)
class Cover:
    """A demand: a domain is covered to a share (0-1) over all months."""

    domain: str
    share: float


Demand = Use | Cover


@dataclass(frozen=True, slots=True)
class Conflict:
    """A demand that cannot be met, and the smallest set of pledges and rules that forbids it."""

    demand: Demand
    groups: tuple[str, ...]
    words: str


def groups_of(
    requirement: Requirement, offers: Sequence[Offer], rules: Rules, demand: Demand
) -> dict[str, str]:
    """Return the groups a demand can conflict with: id -> words."""
    found: dict[str, str] = {}
    if rules.lift_in is not None:
        found["lift in"] = f"no more than {rules.lift_in:.0f} persons can be brought in a month"
    if rules.lift_out is not None:
        found["lift out"] = f"no more than {rules.lift_out:.0f} persons can be taken out a month"
    if rules.budget is not None:
        found["budget"] = f"the budget is {rules.budget:,.0f}"
    if rules.burden_share is not None:
        found["burden"] = f"nobody carries more than {rules.burden_share:.0%} of all person-months"
    if rules.nations_per_sector is not None and requirement.sectors:
        found["nations"] = f"no more than {rules.nations_per_sector} nations serve in a sector"
    if rules.framework and requirement.sectors:
        found["framework"] = "a sector counts only under a framework nation"
    for gate in requirement.gates:
        found[f"gate:{gate.enabler}"] = f"{gate.enabler} limits what {', '.join(gate.gated)} count"
    near = _near(offers, demand)
    actors = {o.actor for o in near}
    for actor in sorted(actors & set(rules.actor_cap)):
        found[f"cap:{actor}"] = f"{actor} has at most {rules.actor_cap[actor]:.0f} persons there"
    for actor in sorted(actors & set(rules.actor_minimum)):
        least = rules.actor_minimum[actor]
        found[f"least:{actor}"] = f"{actor} sends at least {least:.0f} person-months or nothing"
    for o in near:
        if o.ready_month:
            found[f"ready:{o.id}"] = (
                f"pledge {o.id} is ready in month {o.ready_month + 1} of {requirement.months}"
            )
        if o.max_months < requirement.months:
            found[f"stay:{o.id}"] = f"pledge {o.id} stays {o.max_months} months at most"
        if o.rotation > 1:
            found[f"rotation:{o.id}"] = (
                f"pledge {o.id} draws {o.rotation:g} units to keep one there"
            )
        if o.sectors is not None and requirement.sectors:
            where = ", ".join(sorted(o.sectors)) or "no sector"
            found[f"caveat:{o.id}"] = f"pledge {o.id} may be sent only to {where}"
        if o.minimum > 1:
            found[f"minimum:{o.id}"] = f"pledge {o.id} sends {o.minimum} units or none"
        if o.requires != ALWAYS:
            found[f"condition:{o.id}"] = f"pledge {o.id} requires {unparse(o.requires)}"
        found[f"number:{o.id}"] = f"pledge {o.id} is {o.number} units of {o.quantity:g}"
        for fact, favourable in outside(o.requires):
            if rules.holds.get(fact, favourable) != favourable:
                found[f"fact:{fact}"] = f"{fact} {'does not hold' if favourable else 'holds'}"
    if isinstance(demand, Cover):
        found["pledged"] = f"nothing but the pledges is on offer for {demand.domain}"
        for o in near:  # the pledges bind together, not one by one
            found.pop(f"number:{o.id}", None)
    elif not any(o.capability in x.capabilities for o in near[:1] for x in requirement.lines):
        found["need"] = f"the format has no line for {near[0].kind}"
    return found


def _near(offers: Sequence[Offer], demand: Demand) -> list[Offer]:
    """Return the offers a demand is about: the pledge first, then those its condition names."""
    if isinstance(demand, Cover):
        return [o for o in offers if o.domain == demand.domain]
    mine = [o for o in offers if o.id == demand.pledge]
    if not mine:
        raise UsageError(f"there is no pledge {demand.pledge!r}")
    named = {
        e.args[0] for e in walk(mine[0].requires) if isinstance(e, Call) and e.function == "joins"
    }
    rest = [o for o in offers if o.id != mine[0].id and (o.actor in named | {mine[0].actor})]
    return mine + rest


def _relaxed(
    requirement: Requirement,
    offers: Sequence[Offer],
    rules: Rules,
    kept: set[str],
    every: set[str],
    demand: Demand,
) -> tuple[Requirement, list[Offer], Rules]:
    """Return the instance in which only the kept groups bind."""
    dropped = every - kept

    def gone(group: str) -> bool:
        return group in dropped

    facts = {name[5:] for name in dropped if name.startswith("fact:")}
    loose = replace(
        rules,
        lift_in=None if gone("lift in") else rules.lift_in,
        lift_out=None if gone("lift out") else rules.lift_out,
        budget=None if gone("budget") else rules.budget,
        burden_share=None if gone("burden") else rules.burden_share,
        nations_per_sector=None if gone("nations") else rules.nations_per_sector,
        framework=frozenset() if gone("framework") else rules.framework,
        actor_cap={a: c for a, c in rules.actor_cap.items() if not gone(f"cap:{a}")},
        actor_minimum={a: c for a, c in rules.actor_minimum.items() if not gone(f"least:{a}")},
        holds={f: v for f, v in rules.holds.items() if f not in facts},
    )
    freed = []
    for o in offers:
        one = o
        if gone(f"ready:{o.id}"):
            one = replace(one, ready_month=0)
        if gone(f"stay:{o.id}"):
            one = replace(one, max_months=10_000)
        if gone(f"rotation:{o.id}"):
            one = replace(one, rotation=1.0)
        if gone(f"caveat:{o.id}"):
            one = replace(one, sectors=None)
        if gone(f"minimum:{o.id}"):
            one = replace(one, minimum=0)
        if gone(f"condition:{o.id}"):
            one = replace(one, requires=ALWAYS)
        if gone(f"number:{o.id}"):
            one = replace(one, number=max(o.number, o.minimum, 1) * 1_000)
        freed.append(one)
    need = requirement
    if dropped & {f"gate:{g.enabler}" for g in requirement.gates}:
        gates = tuple(g for g in requirement.gates if not gone(f"gate:{g.enabler}"))
        need = replace(requirement, gates=gates)
    if isinstance(demand, Cover) and gone("pledged"):
        for line in requirement.lines:
            if line.domain == demand.domain:
                most = max(line.required, default=0.0)
                freed.append(
                    Offer(
                        id=f"free {line.id}",
                        actor=f"FREE {line.id}",
                        kind="free",
                        domain=line.domain,
                        capability=min(line.capabilities),
                        number=1,
                        quantity=most,
                        tour_months=requirement.months,
                    )
                )
    if gone("need") and isinstance(demand, Use):
        target = next(o for o in offers if o.id == demand.pledge)
        lines = [replace(x, capabilities=x.capabilities | {target.capability}) for x in need.lines]
        need = replace(need, lines=tuple(lines))
    return need, freed, loose


def _possible(
    requirement: Requirement, offers: Sequence[Offer], rules: Rules, demand: Demand
) -> bool:
    model = build(requirement, offers, rules)
    milp = model.milp
    if isinstance(demand, Use):
        columns = [i for i, c in enumerate(model.chains) if offers[c.offer].id == demand.pledge]
        if not columns:
            return False
        milp.row([(i, 1.0) for i in columns], lower=1.0)
    else:
        terms, total = [], 0.0
        for row, line in enumerate(requirement.lines):
            if line.domain == demand.domain and line.weight > 0:
                total += sum(line.required)
                terms += [(int(c), 1.0) for c in model.covered[row] if c >= 0]
        if not terms:
            return False
        milp.row(terms, lower=demand.share * total * (1 - 1e-7))
    milp.gain[:] = [0.0] * len(milp.gain)
    highs = Highs(milp)
    return highs.run(seconds=60.0).x is not None


def explain(
    requirement: Requirement, offers: Sequence[Offer], rules: Rules, demand: Demand
) -> Conflict | None:
    """Return the smallest conflict that forbids a demand, or None when it can be met."""
    words = groups_of(requirement, offers, rules, demand)
    every = set(words)
    names = sorted(every)

    def possible(kept: set[str]) -> bool:
        return _possible(*_relaxed(requirement, offers, rules, kept, every, demand), demand)

    if possible(every):
        return None
    drops: list[set[str]] = []
    while True:
        kept = _smallest_meeting(drops, names)
        if not possible(kept):
            return Conflict(demand, tuple(sorted(kept)), _sentence(demand, sorted(kept), words))
        # grow: keep as many groups as the demand allows; what is left out is one more drop
        for name in names:
            if name not in kept and possible(kept | {name}):
                kept = kept | {name}
        drops.append(every - kept)


def _smallest_meeting(drops: Sequence[set[str]], names: Sequence[str]) -> set[str]:
    """Return a smallest set of names that meets every drop."""
    if not drops:
        return set()
    milp = Milp()
    columns = {name: milp.column(1.0, whole=True, gain=-1.0) for name in names}
    for drop in drops:
        milp.row([(columns[name], 1.0) for name in sorted(drop)], lower=1.0)
    found = Highs(milp).run()
    if found.x is None:
        raise UsageError("the demand cannot be met even without any rule")
    return {name for name in names if found.x[columns[name]] > 0.5}


def _sentence(demand: Demand, kept: Sequence[str], words: dict[str, str]) -> str:
    what = (
        f"Pledge {demand.pledge} cannot be used"
        if isinstance(demand, Use)
        else f"{demand.domain.replace('_', ' ')} cannot be covered to {demand.share:.0%}"
    )
    if not kept:
        return f"{what}: nothing could change that."
    return f"{what[0].upper()}{what[1:]}: " + "; ".join(words[k] for k in kept) + "."


def idle(requirement: Requirement, offers: Sequence[Offer], rules: Rules) -> tuple[Conflict, ...]:
    """Return the pledges no plan can use, each with the smallest conflict that forbids it.

    Pledges that the relaxation already uses in full freedom are passed over quickly.
    """
    model = build(requirement, offers, rules, lumps=False)
    columns: dict[int, list[int]] = {}
    for i, c in enumerate(model.chains):
        columns.setdefault(c.offer, []).append(i)
    found = []
    for o, offer in enumerate(offers):
        if offer.number == 0:
            continue
        if o in columns and _easy(offer, requirement, rules):
            continue
        conflict = explain(requirement, offers, rules, Use(offer.id))
        if conflict:
            found.append(conflict)
    return tuple(found)


def _easy(offer: Offer, requirement: Requirement, rules: Rules) -> bool:
    """Whether one unit can be sent alone without asking anybody: then there is no conflict."""
    persons = offer.persons or 0.0
    tour = min(offer.tour_months, requirement.months - offer.ready_month, offer.max_months)
    return (
        offer.requires == ALWAYS
        and offer.minimum <= 1
        and rules.burden_share is None
        and persons <= min(rules.lift_in or np.inf, rules.lift_out or np.inf)
        and persons <= rules.actor_cap.get(offer.actor, np.inf)
        and rules.actor_minimum.get(offer.actor, 0.0) <= persons * tour
        and offer.cost_month * tour <= (np.inf if rules.budget is None else rules.budget)
    )
