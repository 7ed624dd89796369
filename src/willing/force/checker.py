"""An independent check of a plan: it knows the rules and nothing of how plans are made.

Every rule is counted out month by month in plain Python; coverage is found again as a small linear
programme a month. A plan is shown only with this check beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from willing.case.conditions import evaluate
from willing.force._conditions import outside
from willing.force._nouns import Chain, Offer, Plan, Requirement, Rules

_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule a plan breaks: which, where, and how, in words."""

    rule: str
    where: str
    words: str


def _months_in_field(chain: Chain, offer: Offer, horizon: int) -> list[tuple[int, int]]:
    """Return [first, last) of each tour of a chain."""
    end = min(horizon, chain.start + min(chain.tours * offer.tour_months, offer.max_months))
    tours, month = [], chain.start
    while month < end:
        tours.append((month, min(end, month + offer.tour_months)))
        month += offer.tour_months
    return tours


def check_plan(
    requirement: Requirement, offers: Sequence[Offer], rules: Rules, plan: Plan
) -> tuple[Breach, ...]:
    """Return every rule the plan breaks, and every figure in it that is wrong; empty if none."""
    known = {offer.id: offer for offer in offers}
    breaches = [
        Breach("pledge", c.offer, f"there is no pledge {c.offer!r}")
        for c in plan.chains
        if c.offer not in known
    ]
    if breaches:
        return tuple(breaches)
    tours = [
        (known[c.offer], c, _months_in_field(c, known[c.offer], requirement.months))
        for c in plan.chains
    ]
    return tuple(
        breach
        for check in (_terms, _pools, _movement, _burden, _sectors, _conditions, _figures)
        for breach in check(requirement, offers, rules, plan, tours)
    )


_Tours = list[tuple[Offer, Chain, list[tuple[int, int]]]]


def _terms(
    requirement: Requirement, offers: Sequence[Offer], rules: Rules, plan: Plan, tours: _Tours
) -> Iterator[Breach]:
    for offer, chain, spans in tours:
        places = {
            line.sector for line in requirement.lines if offer.capability in line.capabilities
        }
        if chain.units < 1 or chain.tours < 1 or not spans:
            yield Breach(
                "chain", offer.id, f"a chain of {chain.units} units and {len(spans)} tours"
            )
        if chain.start < offer.ready_month:
            yield Breach(
                "readiness",
                offer.id,
                f"opens in month {chain.start}, ready in month {offer.ready_month}",
            )
        if chain.sector and offer.sectors is not None and chain.sector not in offer.sectors:
            yield Breach("caveat", offer.id, f"may not be sent to {chain.sector}")
        named = any(places - {""})
        if chain.sector not in places or (named and not chain.sector):
            yield Breach("sector", offer.id, f"{chain.sector or 'the theatre'} needs no such unit")


def _pools(
    requirement: Requirement, offers: Sequence[Offer], rules: Rules, plan: Plan, tours: _Tours
) -> Iterator[Breach]:
    for offer in offers:
        mine = [(c, spans) for o, c, spans in tours if o.id == offer.id]
        for month in range(requirement.months):
            drawn = 0
            for chain, spans in mine:
                for first, last in spans:
                    rest = int(np.ceil(offer.rotation * (last - first) - 1e-9))
                    if first <= month < first + rest:
                        drawn += chain.units
            if drawn > offer.number:
                yield Breach(
                    "pool",
                    offer.id,
                    f"{drawn} units drawn in month {month}, {offer.number} on offer",
                )
        stay = sum(c.units * (last - first) for c, spans in mine for first, last in spans)
        if stay > offer.number * offer.max_months:
            yield Breach("longest stay", offer.id, f"{stay} unit-months")
        opened = sum(c.units * len(spans) for c, spans in mine)
        if 0 < opened < offer.minimum:
            yield Breach("minimum", offer.id, f"{opened} units sent, {offer.minimum} at least")


def _movement(
    requirement: Requirement, offers: Sequence[Offer], rules: Rules, plan: Plan, tours: _Tours
) -> Iterator[Breach]:
    came = [0.0] * (requirement.months + 1)
    went = [0.0] * (requirement.months + 1)
    spent = 0.0
    for offer, chain, spans in tours:
        for first, last in spans:
            came[first] += chain.units * (offer.persons or 0.0)
            went[last] += chain.units * (offer.persons or 0.0)
            spent += chain.units * offer.cost_month * (last - first)
    for month in range(requirement.months):
        for what, moved, limit in (("in", came, rules.lift_in), ("out", went, rules.lift_out)):
            if limit is not None and moved[month] > limit + _SLACK * max(1.0, limit):
                yield Breach(
                    f"lift {what}", f"month {month}", f"{moved[month]:.0f} persons, {limit:.0f} can"
                )
    if rules.budget is not None and spent > rules.budget * (1 + _SLACK):
        yield Breach("budget", "", f"{spent:.0f} of {rules.budget:.0f}")
    if abs(spent - plan.cost) > 1.0 + _SLACK * spent:
        yield Breach("cost", "", f"the plan says {plan.cost:.0f}, it costs {spent:.0f}")


def _burden(
    requirement: Requirement, offers: Sequence[Offer], rules: Rules, plan: Plan, tours: _Tours
) -> Iterator[Breach]:
    carried: dict[str, float] = {}
    field: dict[tuple[str, int], float] = {}
    for offer, chain, spans in tours:
        for first, last in spans:
            for month in range(first, last):
                persons = chain.units * (offer.persons or 0.0)
                carried[offer.actor] = carried.get(offer.actor, 0.0) + persons
                key = (offer.actor, month)
                field[key] = field.get(key, 0.0) + persons
    total = sum(carried.values())
    for actor, months in carried.items():
        if rules.burden_share is not None and months > rules.burden_share * total * (1 + _SLACK):
            yield Breach("burden share", actor, f"carries {months / total:.1%}")
        if months < rules.actor_minimum.get(actor, 0.0) * (1 - _SLACK):
            least = rules.actor_minimum[actor]
            yield Breach("least contribution", actor, f"{months:.0f} person-months of {least:.0f}")
    for (actor, month), persons in field.items():
        cap = rules.actor_cap.get(actor)
        if cap is not None and persons > cap * (1 + _SLACK):
            yield Breach("cap", actor, f"{persons:.0f} persons in month {month}, {cap:.0f} at most")


def _sectors(
    requirement: Requirement, offers: Sequence[Offer], rules: Rules, plan: Plan, tours: _Tours
) -> Iterator[Breach]:
    for sector in requirement.sectors:
        here = {o.actor for o, c, _ in tours if c.sector == sector}
        if rules.nations_per_sector is not None and len(here) > rules.nations_per_sector:
            yield Breach("nations per sector", sector, f"{len(here)} nations")
    if not rules.framework:
        return
    led = list(plan.frameworks.values())
    for sector, actor in plan.frameworks.items():
        if actor not in rules.framework:
            yield Breach("framework nation", sector, f"{actor} cannot be one")
        if led.count(actor) > 1:
            yield Breach("framework nation", sector, f"{actor} leads more than one sector")
        months = sum(
            c.units * (o.persons or 0.0) * (last - first)
            for o, c, spans in tours
            if o.actor == actor and c.sector == sector
            for first, last in spans
        )
        if months < rules.framework_minimum * requirement.months * (1 - _SLACK):
            average = months / requirement.months
            yield Breach("framework nation", sector, f"{actor} keeps {average:.0f} persons there")


def _conditions(
    requirement: Requirement, offers: Sequence[Offer], rules: Rules, plan: Plan, tours: _Tours
) -> Iterator[Breach]:
    joined: dict[str, set[str]] = {}
    for offer, _, _ in tours:
        for domain in (offer.domain, "any"):
            joined.setdefault(domain, set()).add(offer.actor)
    facts: dict[str, object] = {"members()": joined.get("any", set())}
    counted = _counted(requirement, rules, plan, tours)
    whole = top = 0.0
    for domain in {line.domain for line in requirement.lines} | {"any", *joined}:
        facts[f"members({domain})"] = joined.get(domain, set())
        rows = [i for i, x in enumerate(requirement.lines) if x.domain == domain and x.weight > 0]
        need = float(sum(x for i in rows for x in requirement.lines[i].required))
        if need:
            facts[f"covered({domain})"] = float(counted[rows].sum()) / need + _SLACK
    for i, line in enumerate(requirement.lines):
        if line.weight > 0 and any(line.required):
            whole += line.weight
            top += line.weight * float(counted[i].sum()) / sum(line.required)
    facts["covered()"] = facts["covered(any)"] = (top / whole if whole else 1.0) + _SLACK
    for domain, actors in joined.items():
        for actor in actors:
            facts[f"joins({actor}, {domain})"] = facts[f"joins({actor})"] = True
    for offer, _, _ in tours:
        given = {fact: rules.holds.get(fact, value) for fact, value in outside(offer.requires)}
        if not evaluate(offer.requires, {**facts, **given}):  # type: ignore[dict-item]
            yield Breach("condition", offer.id, "its condition does not hold")


def _counted(
    requirement: Requirement, rules: Rules, plan: Plan, tours: _Tours
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return the most that can count, by line and month: a small linear programme a month."""
    lines, gates = requirement.lines, requirement.gates
    supplied = np.zeros((len(lines), requirement.months))
    for offer, chain, spans in tours:
        for i, line in enumerate(lines):
            if offer.capability in line.capabilities and line.sector in ("", chain.sector):
                for first, last in spans:
                    supplied[i, first:last] += chain.units * offer.quantity
    counted = np.zeros_like(supplied)
    gain = [-x.weight / max(sum(x.required), 1e-12) for x in lines]
    for month in range(requirement.months):
        room = [
            0.0
            if rules.framework and x.sector and x.sector not in plan.frameworks
            else min(float(supplied[i, month]), x.required[month])
            for i, x in enumerate(lines)
        ]
        if not gates:
            counted[:, month] = room
            continue
        matrix, limit = np.zeros((len(gates), len(lines))), np.zeros(len(gates))
        for g, gate in enumerate(gates):
            for i, line in enumerate(lines):
                if line.id in gate.gated:
                    matrix[g, i] = 1.0
                    limit[g] += gate.organic * line.required[month]
                if line.id == gate.enabler:
                    limit[g] += float(supplied[i, month]) / gate.ratio
        found = linprog(gain, A_ub=matrix, b_ub=limit, bounds=[(0.0, r) for r in room])
        counted[:, month] = found.x
    return counted


def _figures(
    requirement: Requirement, offers: Sequence[Offer], rules: Rules, plan: Plan, tours: _Tours
) -> Iterator[Breach]:
    counted = _counted(requirement, rules, plan, tours)
    share = sum(
        line.weight * float(counted[i].sum()) / sum(line.required)
        for i, line in enumerate(requirement.lines)
        if sum(line.required)
    )
    if abs(share - plan.coverage) > 1e-5:
        yield Breach("coverage", "", f"the plan says {plan.coverage:.4%}, it covers {share:.4%}")
    if plan.bound < plan.coverage - 1e-9:
        yield Breach("bound", "", f"{plan.bound:.4%} is under the coverage {plan.coverage:.4%}")
