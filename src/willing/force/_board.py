"""The package model as flat arrays, for the annealer's compiled kernel."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from willing.force._nouns import Requirement
from willing.force.chains import POINTS, Model
from willing.force.evaluate import counts_for, extra_weights, required, unit_weights

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
BIG = 1e18


class Board(NamedTuple):
    """The model as flat arrays. Tours by column; offers, contributors, lines, gates by number."""

    offer: Ints
    sector: Ints
    first: Ints
    last: Ints
    free: Ints
    begin: Ints  # first column of each offer, one more at the end
    actor: Ints
    domain: Ints
    number: Array  # units that can be drawn, (offers, months)
    stay: Array
    persons: Array
    cost: Array
    minimum: Ints
    allowed: Flags
    kept: Ints  # (pairs, 2): contributor and domain that must keep a tour
    bundles: Ints  # offers with a minimum above one unit
    adds_at: Ints  # lines a column adds to, (columns, most)
    adds: Array
    touches: Flags  # columns that change a gated line or what gates one
    need: Array
    weight: Array
    direct: Flags  # lines that count whatever the gates say
    order: Ints  # gated lines, heaviest first
    led: Flags  # lines that may count
    gates_of: Ints  # gates an enabler opens, (lines, most)
    gate_slope: Array
    gate_free: Array  # (gates, months)
    family: Ints  # gates on the same lines belong together
    within: Flags  # (families, lines)
    heavy: Array  # highest weight in a family
    lift_in: float
    lift_out: float
    budget: float
    burden: float
    cap: Array
    least: Array
    nations: int
    leader: Ints  # by sector, -1 none
    leader_least: float


class Gating(NamedTuple):
    """The gates of a requirement as flat arrays."""

    gated: Flags
    gates_of: Ints
    slope: Array
    free: Array
    family: Ints
    within: Flags


def gating(requirement: Requirement, need: Array) -> Gating:
    """Lay the gates out flat."""
    index = {line.id: i for i, line in enumerate(requirement.lines)}
    gates = requirement.gates
    names = list(dict.fromkeys(g.gated for g in gates))
    within = np.zeros((len(names), len(requirement.lines)), dtype=np.bool_)
    for f, name in enumerate(names):
        within[f, [index[line] for line in name]] = True
    opens: list[list[int]] = [[] for _ in requirement.lines]
    free = np.zeros((len(gates), requirement.months))
    for g, gate in enumerate(gates):
        opens[index[gate.enabler]].append(g)
        free[g] = gate.organic * need[[index[line] for line in gate.gated]].sum(axis=0)
    most = max(1, max((len(x) for x in opens), default=1))
    gates_of = np.array([x + [-1] * (most - len(x)) for x in opens], dtype=np.int64)
    return Gating(
        np.asarray(within.any(axis=0), dtype=np.bool_),
        gates_of.reshape(len(requirement.lines), most),
        np.array([1.0 / g.ratio for g in gates]),
        free,
        np.array([names.index(g.gated) for g in gates], dtype=np.int64),
        within,
    )


def board(
    model: Model,
    allowed: Flags,
    keep: set[tuple[str, str]],
    leaders: dict[str, str],
    ready: Array | None = None,
) -> Board:
    """Lay a model out flat.

    Parameters
    ----------
    allowed : offers that may be used, shape (offers,).
    keep : (contributor, domain) pairs that must keep a tour, in any domain where it is `any`.
    leaders : framework nation by sector.
    ready : units that can be drawn, (offers, months), where that changes over time.
    """
    requirement, offers, rules = model.requirement, model.offers, model.rules
    horizon = requirement.months
    actors = sorted({o.actor for o in offers})
    domains = sorted({o.domain for o in offers})
    sectors = requirement.sectors
    need = required(requirement)
    weight = (unit_weights(requirement) + extra_weights(requirement)) * POINTS
    at = {a: i for i, a in enumerate(actors)}
    domain_at = {d: i for i, d in enumerate(domains)}
    sector_at = {s: i for i, s in enumerate(sectors)} | {"": len(sectors)}
    columns = model.chains
    counts = [counts_for(offers[c.offer], c.sector, requirement) for c in columns]
    most = max((int((c > 0).sum()) for c in counts), default=1)
    adds_at = np.full((len(columns), max(1, most)), -1, dtype=np.int64)
    adds = np.zeros((len(columns), max(1, most)))
    for i, row in enumerate(counts):
        for k, line in enumerate(np.flatnonzero(row)):
            adds_at[i, k], adds[i, k] = line, row[line]
    gates = gating(requirement, need)
    order = sorted(np.flatnonzero(gates.gated), key=lambda i: (-weight[i], i))
    led = np.array(
        [not (x.sector and rules.framework and x.sector not in leaders) for x in requirement.lines]
    )
    kept = [(at[a], domain_at.get(d, -1)) for a, d in sorted(keep) if a in at]
    moves = gates.gated | (gates.gates_of >= 0).any(axis=1)
    heavy = [float(weight[row & led].max(initial=0.0)) for row in gates.within]
    begin = np.searchsorted([c.offer for c in columns], np.arange(len(offers) + 1))

    number = np.repeat([[float(o.number)] for o in offers], horizon, axis=1)

    def whole(values: list[int]) -> Ints:
        return np.array(values, dtype=np.int64)

    def limit(value: float | None) -> float:
        return BIG if value is None else float(value)

    return Board(
        offer=whole([c.offer for c in columns]),
        sector=whole([sector_at[c.sector] for c in columns]),
        first=whole([c.when.start for c in columns]),
        last=whole([c.when.end for c in columns]),
        free=whole([c.when.tours[0][2] for c in columns]),
        begin=begin.astype(np.int64),
        actor=whole([at[o.actor] for o in offers]),
        domain=whole([domain_at[o.domain] for o in offers]),
        number=number if ready is None else ready,
        stay=np.array([float(o.number) * o.max_months for o in offers]),
        persons=np.array([o.persons or 0.0 for o in offers]),
        cost=np.array(model.cost),
        minimum=whole([o.minimum for o in offers]),
        allowed=allowed,
        kept=np.array(kept, dtype=np.int64).reshape(len(kept), 2),
        bundles=whole([i for i, o in enumerate(offers) if o.minimum > 1]),
        adds_at=adds_at,
        adds=adds,
        touches=np.array([bool(moves[row > 0].any()) for row in counts], dtype=np.bool_),
        need=need,
        weight=weight,
        direct=led & ~gates.gated,
        order=whole([int(i) for i in order]),
        led=led,
        gates_of=gates.gates_of,
        gate_slope=gates.slope,
        gate_free=gates.free,
        family=gates.family,
        within=gates.within,
        heavy=np.array(heavy),
        lift_in=limit(rules.lift_in),
        lift_out=limit(rules.lift_out),
        budget=limit(rules.budget),
        burden=1.0 if rules.burden_share is None else rules.burden_share,
        cap=np.array([limit(rules.actor_cap.get(a)) for a in actors]),
        least=np.array([float(rules.actor_minimum.get(a, 0.0)) for a in actors]),
        nations=10_000 if rules.nations_per_sector is None else rules.nations_per_sector,
        leader=whole([at[leaders[s]] if s in leaders else -1 for s in sectors]),
        leader_least=rules.framework_minimum * horizon,
    )


def leaders_of(model: Model) -> dict[str, str]:
    """Choose a framework nation for each sector: the pairing that could send most."""
    rules, sectors = model.rules, model.requirement.sectors
    nations = sorted(rules.framework)
    if not nations or not sectors:
        return {}
    could = np.full((len(sectors), len(nations)), -1.0)  # -1: nothing that could go there
    seen = set()
    for c in model.chains:
        offer = model.offers[c.offer]
        if offer.actor in rules.framework and c.sector and (c.offer, c.sector) not in seen:
            seen.add((c.offer, c.sector))
            stay = min(offer.tour_months * offer.number, offer.number * offer.max_months)
            place = sectors.index(c.sector), nations.index(offer.actor)
            could[place] = max(0.0, could[place]) + (offer.persons or 0.0) * stay
    least = rules.framework_minimum * model.requirement.months
    # a sector led with enough to spare first, then the size of what could be sent
    enough = (could >= least) & (could >= 0)
    worth = np.where(enough, 1.0 + could / max(1.0, float(could.max())), 0.0)
    rows, columns = linear_sum_assignment(-worth)
    return {sectors[r]: nations[c] for r, c in zip(rows, columns, strict=True) if worth[r, c] > 0}
