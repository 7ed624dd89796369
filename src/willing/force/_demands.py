"""Groups of rules and limits that a demand can conflict with, and the instance without some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from willing.case.expressions import Call, unparse, walk
from willing.errors import UsageError
from willing.force._conditions import outside
from willing.force._nouns import ALWAYS, Offer, Requirement, Rules


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
    found |= (
        _of_all(near, requirement) if isinstance(demand, Cover) else _of_each(near, requirement)
    )
    for o in near:
        for fact, favourable in outside(o.requires):
            if rules.holds.get(fact, favourable) != favourable:
                found[f"fact:{fact}"] = f"{fact} {'does not hold' if favourable else 'holds'}"
    if isinstance(demand, Cover):
        found["pledged"] = f"nothing but the pledges is on offer for {demand.domain}"
    elif not any(o.capability in x.capabilities for o in near[:1] for x in requirement.lines):
        found["need"] = f"the format has no line for {near[0].kind}"
    return found


def _of_each(near: Sequence[Offer], requirement: Requirement) -> dict[str, str]:
    """What may forbid the use of a pledge: its own limits and those of the pledges it waits for."""
    found: dict[str, str] = {}
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
    return found


def _of_all(near: Sequence[Offer], requirement: Requirement) -> dict[str, str]:
    """What may forbid coverage: limits of one kind bind together, not pledge by pledge.

    Which of thirty pledges would have to be ready sooner has no smallest answer worth reading.
    """
    late = [o.ready_month for o in near if o.ready_month]
    short = [o.max_months for o in near if o.max_months < requirement.months]
    found = {}
    if late:
        first = f"month {min(late) + 1}" + (f" to {max(late) + 1}" if max(late) > min(late) else "")
        found["ready"] = f"{len(late)} of {len(near)} pledges are ready from {first} on"
    if short:
        most = f"{min(short)} to {max(short)}" if max(short) > min(short) else f"{max(short)}"
        found["stay"] = f"{len(short)} of {len(near)} pledges stay {most} months at most"
    for kind, bound, text in (
        ("rotation", [o for o in near if o.rotation > 1], "are relieved by units of their own"),
        (
            "caveat",
            [o for o in near if o.sectors is not None and requirement.sectors],
            "may be sent only to some sectors",
        ),
        ("minimum", [o for o in near if o.minimum > 1], "send a least number or nothing"),
        ("condition", [o for o in near if o.requires != ALWAYS], "require something"),
    ):
        if bound:
            found[kind] = f"{len(bound)} of {len(near)} pledges {text}"
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


def relaxed(
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
    near = {o.id for o in _near(offers, demand)} if isinstance(demand, Cover) else set()

    def free(kind: str, o: Offer) -> bool:
        return gone(f"{kind}:{o.id}") or (o.id in near and gone(kind))

    for o in offers:
        one = o
        if free("ready", o):
            one = replace(one, ready_month=0)
        if free("stay", o):
            one = replace(one, max_months=10_000)
        if free("rotation", o):
            one = replace(one, rotation=1.0)
        if free("caveat", o):
            one = replace(one, sectors=None)
        if free("minimum", o):
            one = replace(one, minimum=0)
        if free("condition", o):
            one = replace(one, requires=ALWAYS)
        if free("number", o):
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
