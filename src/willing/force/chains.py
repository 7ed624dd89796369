"""The chain formulation of a force package.

A plan is made of chains: an offer is opened in a sector in month t and kept there for n tours. A
chain is the sum of its tours, in the pool, in the field and on the road, so the model has a column
for each tour only; joining them again loses nothing (`docs/theory/chains.md`). Coverage is soft:
the empty plan is always feasible.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from willing.force._condition_rows import Conditions
from willing.force._lumps import attainable, strengthen
from willing.force._milp import Milp
from willing.force._model import MILLION, POINTS, Column, Model
from willing.force._nouns import Offer, Requirement, Rules
from willing.force._schedule import openings, places, schedule
from willing.force.evaluate import check_gates, counts_for, extra_weights, required, unit_weights

__all__ = ["MILLION", "POINTS", "Model", "build", "whole_cap"]

Array = NDArray[np.float64]


def build(
    requirement: Requirement,
    offers: Sequence[Offer],
    rules: Rules,
    *,
    political: bool = True,
    months: Sequence[int] | None = None,
    lumps: bool = True,
) -> Model:
    """Build the model.

    Parameters
    ----------
    political : with False the yes-or-no rules are left out (framework nations, nations per sector,
        minimum commitments, conditional joining): the relaxation the dual cuts use.
    lumps : add rows that tell the relaxation that units come whole.
    months : months in which coverage is scored; the weights are scaled up to them. All by default.
    """
    check_gates(requirement)
    milp = Milp()
    model = Model(requirement, tuple(offers), rules, milp)
    horizon = requirement.months
    # Chains first, so that a chain's number is its column.
    for o, offer in enumerate(model.offers):
        for sector in places(offer, requirement):
            for start in openings(offer, horizon):
                when = schedule(offer, start, 1, horizon)
                model.chains.append(Column(o, sector, start, when))
                milp.column(offer.number, whole=True)
                model.cost.append(offer.cost_month * when.months)
                model.by_actor.setdefault(offer.actor, []).append(len(model.chains) - 1)
    by_offer: list[list[int]] = [[] for _ in model.offers]
    for i, chain in enumerate(model.chains):
        by_offer[chain.offer].append(i)
    level = _coverage(model, months)
    if lumps:
        strengthen(model, level)
    _pools(model, by_offer)
    _movement(model)
    _money_and_burden(model)
    _caps(model)
    if political:
        _nations(model, by_offer)
        _joining(model, by_offer)
    return model


def _coverage(model: Model, months: Sequence[int] | None) -> dict[tuple[int, int], int]:
    """Supply, covered quantity and gates, by line and month."""
    milp, requirement = model.milp, model.requirement
    horizon = requirement.months
    need = required(requirement)
    weight = unit_weights(requirement) + extra_weights(requirement)
    scored = range(horizon) if months is None else months
    scale = np.zeros(horizon)
    if months is None:
        scale[:] = 1.0
    else:
        scale[list(months)] = horizon / len(months)
    enabling = {gate.enabler for gate in requirement.gates}
    changes: dict[tuple[int, int], list[tuple[int, float]]] = {}
    adds: dict[tuple[int, str], Array] = {}
    for i, chain in enumerate(model.chains):
        key = (chain.offer, chain.sector)
        if key not in adds:
            adds[key] = counts_for(model.offers[chain.offer], chain.sector, requirement)
        for at in np.flatnonzero(adds[key]):
            quantity = float(adds[key][at])
            changes.setdefault((int(at), chain.when.start), []).append((i, quantity))
            if chain.when.end < horizon:
                changes.setdefault((int(at), chain.when.end), []).append((i, -quantity))
    model.covered = np.full((len(requirement.lines), horizon), -1, dtype=np.int64)
    model.flow = np.full((len(requirement.lines), horizon), -1, dtype=np.int64)
    model.filled = np.full((len(requirement.lines), horizon), -1, dtype=np.int64)
    field_: dict[tuple[int, int], int] = {}
    for row, line in enumerate(requirement.lines):
        before = -1
        most = sum(o.number * o.quantity for o in model.offers if o.capability in line.capabilities)
        for month in range(horizon):
            # what is in the field changes by what arrives and leaves: two entries a chain
            # twice what is on offer: a bound that never binds, so that it has no price
            level = milp.column(2 * most + 1.0)
            terms = [(level, 1.0)] + [(i, -q) for i, q in changes.get((row, month), [])]
            if before >= 0:
                terms.append((before, -1.0))
            model.flow[row, month] = milp.row(terms, 0.0, lower=0.0)
            before = level
            field_[row, month] = level
            counts = line.weight > 0 or line.id not in enabling
            if counts and month in scored and need[row, month] > 0:
                gain = float(weight[row] * scale[month]) * POINTS
                covered = milp.column(float(need[row, month]), gain=gain)
                model.covered[row, month] = covered
                model.filled[row, month] = milp.row([(covered, 1.0), (level, -1.0)], 0.0)
    index = {line.id: i for i, line in enumerate(requirement.lines)}
    for gate in requirement.gates:
        rows = [index[name] for name in gate.gated]
        for month in scored:
            free = gate.organic * float(need[rows, month].sum())
            terms = [(int(c), 1.0) for c in model.covered[rows, month] if c >= 0]
            if terms:
                milp.row([*terms, (field_[index[gate.enabler], month], -1.0 / gate.ratio)], free)
    return field_


def _drawn(model: Model, columns: list[int]) -> list[list[tuple[int, float]]]:
    """Units some chains of one offer have drawn from its pool, in the months that can bind."""
    drawn = np.zeros((model.requirement.months, len(columns)))
    for place, i in enumerate(columns):
        for first, _, free in model.chains[i].when.tours:
            drawn[first:free, place] += 1
    return [
        [(columns[p], float(drawn[month, p])) for p in np.flatnonzero(drawn[month])]
        for month in _undominated(drawn)
    ]


def _pools(model: Model, by_offer: list[list[int]]) -> None:
    """Units drawn from each offer's pool, rotation included, and its longest stay."""
    horizon = model.requirement.months
    for o, offer in enumerate(model.offers):
        rows: list[tuple[int, float]] = []
        columns = by_offer[o]
        for terms in _drawn(model, columns):
            rows.append((model.milp.row(terms, float(offer.number)), float(offer.number)))
        if columns and offer.max_months < horizon - offer.ready_month:
            limit = float(offer.number * offer.max_months)
            stay = [(i, float(model.chains[i].when.months)) for i in columns]
            rows.append((model.milp.row(stay, limit), limit))
        model.pool.append(rows)


def _only_if(model: Model, columns: list[int], switch: int) -> None:
    """Chains of one offer only where a yes-or-no column is 1."""
    number = float(model.offers[model.chains[columns[0]].offer].number)
    for terms in _drawn(model, columns):
        model.milp.row([*terms, (switch, -number)], 0.0)


def _undominated(drawn: Array) -> list[int]:
    """Return the months whose rows no other month's row implies."""
    kept: list[int] = []
    # later months first: with long rest after a tour the last month implies all others
    for month in range(len(drawn) - 1, -1, -1):
        row = drawn[month]
        if row.any() and not any((row <= drawn[k]).all() for k in kept):
            kept = [k for k in kept if not (drawn[k] <= row).all()] + [month]
    return sorted(kept)


def _movement(model: Model) -> None:
    """Persons moved in and out each month, rotations included."""
    horizon, rules = model.requirement.months, model.rules
    for limit, moment in ((rules.lift_in, 0), (rules.lift_out, 1)):
        if limit is None:
            continue
        moves: list[dict[int, float]] = [{} for _ in range(horizon)]
        for i, chain in enumerate(model.chains):
            persons = model.offers[chain.offer].persons
            if persons:
                for tour in chain.when.tours:
                    if tour[moment] < horizon:
                        at = moves[tour[moment]]
                        at[i] = at.get(i, 0.0) + persons
        for terms in moves:
            if terms:
                model.milp.row(terms.items(), limit)


def _money_and_burden(model: Model) -> None:
    rules = model.rules
    if rules.budget is not None:
        millions = ((i, c / MILLION) for i, c in enumerate(model.cost))
        model.milp.row(millions, rules.budget / MILLION)
    if rules.burden_share is not None:
        months = [(i, _person_months(model, i)) for i in range(len(model.chains))]
        every = model.milp.column(
            sum(o.number * (o.persons or 0.0) for o in model.offers) * model.requirement.months
        )
        model.milp.row([(every, -1.0), *months], 0.0, lower=0.0)
        for columns in model.by_actor.values():
            own = [months[i] for i in columns]
            model.milp.row([*own, (every, -rules.burden_share)], 0.0)


def _person_months(model: Model, i: int) -> float:
    chain = model.chains[i]
    return (model.offers[chain.offer].persons or 0.0) * chain.when.months


def _caps(model: Model) -> None:
    """Most persons of a contributor in the field at a time."""
    for actor, most in model.rules.actor_cap.items():
        columns = model.by_actor.get(actor, [])
        cap = whole_cap(most, [o for o in model.offers if o.actor == actor])
        for month in range(model.requirement.months):
            terms = [
                (i, model.offers[model.chains[i].offer].persons or 0.0)
                for i in columns
                if model.chains[i].when.start <= month < model.chains[i].when.end
            ]
            if terms:
                model.milp.row(terms, cap)


def whole_cap(cap: float, offers: Sequence[Offer]) -> float:
    """Return the most persons whole units can add up to within a cap."""
    sizes: dict[float, int] = {}
    for offer in offers:
        if offer.persons:
            sizes[offer.persons] = sizes.get(offer.persons, 0) + offer.number
    sums = attainable(sizes, cap)
    return cap if sums is None else float(sums[sums <= cap + 1e-9].max())


def _nations(model: Model, by_offer: list[list[int]]) -> None:
    """Framework nations and the limit of nations in a sector."""
    milp, rules, requirement = model.milp, model.rules, model.requirement
    in_sector: dict[tuple[str, str], list[list[int]]] = {}
    for columns in by_offer:
        for sector in requirement.sectors:
            here = [i for i in columns if model.chains[i].sector == sector]
            if here:
                actor = model.offers[model.chains[here[0]].offer].actor
                in_sector.setdefault((actor, sector), []).append(here)
    if rules.nations_per_sector is not None:
        for sector in requirement.sectors:
            actors = [a for a, s in in_sector if s == sector]
            if len(actors) <= rules.nations_per_sector:
                continue
            for actor in actors:
                present = model.present[actor, sector] = milp.column(1.0, whole=True)
                for here in in_sector[actor, sector]:
                    _only_if(model, here, present)
            milp.row(
                [(model.present[a, sector], 1.0) for a in actors], float(rules.nations_per_sector)
            )
    if not rules.framework:
        return
    lines = requirement.lines
    for sector in requirement.sectors:
        for actor in sorted(rules.framework):
            if (actor, sector) in in_sector:
                leads = model.framework[actor, sector] = milp.column(1.0, whole=True)
                sent = [
                    (i, _person_months(model, i) / requirement.months)
                    for here in in_sector[actor, sector]
                    for i in here
                ]
                milp.row([(leads, rules.framework_minimum), *((i, -v) for i, v in sent)], 0.0)
        leaders = [(i, 1.0) for (_, s), i in model.framework.items() if s == sector]
        milp.row(leaders, 1.0)
        for row, line in enumerate(lines):
            if line.sector == sector:
                for month in range(requirement.months):
                    covered = model.covered[row, month]
                    if covered >= 0:
                        need = line.required[month]
                        milp.row([(int(covered), 1.0), *((i, -need) for i, _ in leaders)], 0.0)
    for actor in sorted(rules.framework):
        led = [(i, 1.0) for (a, _), i in model.framework.items() if a == actor]
        if len(led) > 1:
            milp.row(led, 1.0)


def _joining(model: Model, by_offer: list[list[int]]) -> None:
    """Minimum commitments and conditions of contributors and offers."""
    milp, rules = model.milp, model.rules
    conditions = Conditions(model)
    for o, offer in enumerate(model.offers):
        columns = by_offer[o]
        if not columns:
            continue
        term = conditions.allows(offer.requires)
        if term is False:
            for i in columns:
                milp.upper[i] = 0.0
        elif term is not True:
            _only_if(model, columns, term)
        if offer.minimum > 1:
            used = milp.column(1.0, whole=True)
            _only_if(model, columns, used)
            milp.row([(used, float(offer.minimum)), *((i, -1.0) for i in columns)], 0.0)
    for actor, least in rules.actor_minimum.items():
        if not model.by_actor.get(actor) or least <= 0:
            continue
        joins = model.joined[actor] = milp.column(1.0, whole=True)
        for columns in by_offer:
            if columns and model.offers[model.chains[columns[0]].offer].actor == actor:
                _only_if(model, columns, joins)
        months = [(i, -_person_months(model, i)) for i in model.by_actor[actor]]
        milp.row([(joins, least), *months], 0.0)
