"""Simulated annealing over whole tours: a good plan in a second or two.

Kirkpatrick, Gelatt and Vecchi (1983). One step moves, adds, removes or exchanges a tour; what it
changes is a few months of a few lines, so a step costs about a microsecond. Every rule is kept at
every step, from a feasible start on; contributors that others wait for are never sent home. The
theory page is `docs/theory/annealing.md`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from willing.force.chains import POINTS, Model
from willing.force.evaluate import counts_for, extra_weights, required, unit_weights

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
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
    number: Array
    stay: Array
    persons: Array
    cost: Array
    minimum: Ints
    allowed: NDArray[np.bool_]
    kept: Ints  # (pairs, 2): contributor and domain that must keep a tour
    bundles: Ints  # offers with a minimum above one unit
    adds_at: Ints  # lines a column adds to, (columns, most)
    adds: Array
    need: Array
    weight: Array
    gated: NDArray[np.bool_]
    order: Ints
    gate_line: Ints
    gate_slope: Array
    gate_free: Array  # (gates, months)
    gate_has: NDArray[np.bool_]  # (gates, lines)
    family: Ints  # gates on the same lines belong together
    families: int
    led: NDArray[np.bool_]  # lines that may count
    lift_in: float
    lift_out: float
    budget: float
    burden: float
    cap: Array
    least: Array
    nations: int
    leader: Ints  # by sector, -1 none
    leader_least: float


@njit(cache=True, fastmath=False)
def _month(b: Any, supply: Any, t: int, counted: Any, ease: float) -> float:
    """Return the score of month t for the supply given.

    `ease` is the share of the score in which a soft minimum stands for the least of all gates'
    allowances, so that an enabler is worth something before the others are there; 0 is true.
    """
    total = 0.0
    lines = b.need.shape[0]
    for i in range(lines):
        if not b.gated[i] and b.led[i]:
            total += b.weight[i] * min(supply[i, t], b.need[i, t])
    gates = b.gate_line.shape[0]
    for k in range(b.order.shape[0]):
        i = b.order[k]
        left = min(supply[i, t], b.need[i, t]) if b.led[i] else 0.0
        for g in range(gates):
            if b.gate_has[g, i]:
                cap = b.gate_free[g, t] + supply[b.gate_line[g], t] * b.gate_slope[g]
                for j in range(k):
                    if b.gate_has[g, b.order[j]]:
                        cap -= counted[j]
                left = min(left, cap)
        counted[k] = max(left, 0.0)
        total += (1.0 - ease) * b.weight[i] * counted[k]
    if ease > 0.0:
        for f in range(b.families):
            room = 0.0
            heavy = 0.0
            inverse = 0.0
            number = 1
            for g in range(gates):
                if b.family[g] != f:
                    continue
                if number == 1:
                    for k in range(b.order.shape[0]):
                        i = b.order[k]
                        if b.gate_has[g, i] and b.led[i]:
                            room += min(supply[i, t], b.need[i, t])
                            heavy = max(heavy, b.weight[i])
                    if room <= 1e-9:
                        break
                    inverse = 1.0
                cap = b.gate_free[g, t] + supply[b.gate_line[g], t] * b.gate_slope[g]
                ratio = room / max(cap, 0.02 * room)
                square = ratio * ratio
                inverse += square * square
                number += 1
            if room > 1e-9:
                # mean of the allowances to the power -4: near the least of them, yet smooth
                total += ease / b.families * heavy * room / (inverse / number) ** 0.25
    return total


@njit(cache=True)
def _put(b: Any, s: Any, c: int, sign: int) -> None:
    """Add (1) or take away (-1) one tour of a column."""
    o, first, last, free = b.offer[c], b.first[c], b.last[c], b.free[c]
    horizon = b.need.shape[1]
    a = b.actor[o]
    persons = b.persons[o]
    s.tours[c] += sign
    s.opened[o] += sign
    s.months[o] += sign * (last - first)
    for t in range(first, min(free, horizon)):
        s.drawn[o, t] += sign
    for t in range(first, last):
        s.field[a, t] += sign * persons
        for k in range(b.adds_at.shape[1]):
            if b.adds_at[c, k] >= 0:
                s.supply[b.adds_at[c, k], t] += sign * b.adds[c, k]
    s.lift[0, first] += sign * persons
    s.lift[1, last] += sign * persons
    s.total[0] += sign * b.cost[c]
    s.total[1] += sign * persons * (last - first)
    s.carried[a] += sign * persons * (last - first)
    k = b.sector[c]
    if sign > 0 and s.place[a, k] == 0:
        s.nations[k] += 1
    s.place[a, k] += sign
    if sign < 0 and s.place[a, k] == 0:
        s.nations[k] -= 1
    s.sent[a, b.domain[o]] += sign
    s.there[a, k] += sign * persons * (last - first)


@njit(cache=True)
def _allows(b: Any, s: Any, c: int) -> bool:
    """Whether the rules that bind tour by tour hold where one was just put."""
    o, first, last, free = b.offer[c], b.first[c], b.last[c], b.free[c]
    horizon = b.need.shape[1]
    a = b.actor[o]
    for t in range(first, min(free, horizon)):
        if s.drawn[o, t] > b.number[o]:
            return False
    if s.months[o] > b.stay[o] or s.total[0] > b.budget:
        return False
    if s.lift[0, first] > b.lift_in or (last < horizon and s.lift[1, last] > b.lift_out):
        return False
    highest = 0.0
    for t in range(first, last):
        highest = max(highest, s.field[a, t])
    return bool(highest <= b.cap[a])


@njit(cache=True)
def _wrong(b: Any, s: Any) -> float:
    """Return how far the plan is from the rules that bind as a whole, in person-months."""
    wrong = 0.0
    over = b.burden * s.total[1]
    for a in range(s.carried.shape[0]):
        wrong += max(0.0, s.carried[a] - over)
        short = b.least[a] - s.carried[a]
        if short > 0.0 and s.carried[a] > 0.0:
            # easy to enter, easy to leave, hard to stay in between
            wrong += min(short, s.carried[a])
    for k in range(b.kept.shape[0]):
        if s.sent[b.kept[k, 0], b.kept[k, 1]] <= 0:
            wrong += 1000.0
    for k in range(b.leader.shape[0]):
        if b.leader[k] >= 0:
            wrong += 2.0 * max(0.0, b.leader_least - s.there[b.leader[k], k])
        if s.nations[k] > b.nations:
            wrong += 1000.0 * (s.nations[k] - b.nations)
    for k in range(b.bundles.shape[0]):
        o = b.bundles[k]
        if s.opened[o] > 0 and s.opened[o] < b.minimum[o]:
            wrong += (b.minimum[o] - s.opened[o]) * max(1000.0, b.persons[o])
    return wrong


@njit(cache=True)
def _anneal(
    b: Any,
    s: Any,
    steps: int,
    hot: float,
    cold: float,
    ease: float,
    price: float,
    seed: int,
    best: Any,
) -> float:
    """Run `steps` steps from the state; leave the best counts in `best`, return their score."""
    np.random.seed(seed)
    horizon = b.need.shape[1]
    columns = b.offer.shape[0]
    counted = np.zeros(b.order.shape[0] + 1)
    value = np.zeros(horizon)
    for t in range(horizon):
        value[t] = _month(b, s.supply, t, counted, ease)
    score = value.sum()
    wrong = _wrong(b, s)
    top = -1.0
    if wrong <= 1e-6:
        top = score
        best[:] = s.tours
    active = np.zeros(columns * 4, dtype=np.int64)
    size = 0
    for c in range(columns):
        for _ in range(s.tours[c]):
            active[size] = c
            size += 1
    fresh = np.zeros(horizon)
    for step in range(steps):
        heat = hot * (cold / hot) ** (step / steps)
        away, home, where = -1, -1, -1
        u = np.random.random()
        if size and u < 0.85:
            where = np.random.randint(size)
            away = active[where]
        if u < 0.45 and size:
            o = b.offer[away]
            home = np.random.randint(b.begin[o], b.begin[o + 1])
        elif u < 0.55 and size:
            # a neighbour in time: same offer and sector, a month or two off
            shift = np.random.randint(-2, 3)
            home = away + shift
            o = b.offer[away]
            if home < b.begin[o] or home >= b.begin[o + 1]:
                continue
        elif u < 0.80 or u >= 0.85:
            home = np.random.randint(columns)
        if home == away or (home >= 0 and not b.allowed[b.offer[home]]):
            continue
        if home >= 0 and size >= active.shape[0] - 1:
            continue
        if away >= 0:
            _put(b, s, away, -1)
        if home >= 0:
            _put(b, s, home, 1)
        good = home < 0 or _allows(b, s, home)
        change = 0.0
        worse = 0.0
        low, high = horizon, 0
        if good:
            if away >= 0:
                low, high = min(low, b.first[away]), max(high, b.last[away])
            if home >= 0:
                low, high = min(low, b.first[home]), max(high, b.last[home])
            for t in range(low, high):
                fresh[t] = _month(b, s.supply, t, counted, ease)
                change += fresh[t] - value[t]
            worse = _wrong(b, s) - wrong
            gain = change - price * worse
            good = gain >= 0.0 or np.random.random() < np.exp(gain / heat)
        if not good:
            if home >= 0:
                _put(b, s, home, -1)
            if away >= 0:
                _put(b, s, away, 1)
            continue
        for t in range(low, high):
            value[t] = fresh[t]
        score += change
        wrong += worse
        if away >= 0 and home >= 0:
            active[where] = home
        elif away >= 0:
            size -= 1
            active[where] = active[size]
        elif home >= 0:
            active[size] = home
            size += 1
        if wrong <= 1e-6 and score > top + 1e-9:
            top = score
            best[:] = s.tours
    return top


class State(NamedTuple):
    """What a plan amounts to, kept up to date step by step."""

    tours: Ints
    opened: Ints
    months: Array
    drawn: Array
    field: Array
    supply: Array
    lift: Array
    total: Array
    carried: Array
    place: Ints
    nations: Ints
    sent: Ints
    there: Array


def board(
    model: Model, allowed: NDArray[np.bool_], keep: set[tuple[str, str]], leaders: dict[str, str]
) -> Board:
    """Lay a model out flat.

    Parameters
    ----------
    allowed : offers that may be used, shape (offers,).
    keep : (contributor, domain) pairs that must keep a tour.
    leaders : framework nation by sector.
    """
    requirement, offers, rules = model.requirement, model.offers, model.rules
    horizon = requirement.months
    actors = sorted({o.actor for o in offers})
    domains = sorted({o.domain for o in offers})
    sectors = requirement.sectors
    index = {line.id: i for i, line in enumerate(requirement.lines)}
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
    gated = np.zeros(len(requirement.lines), dtype=np.bool_)
    has = np.zeros((len(requirement.gates), len(requirement.lines)), dtype=np.bool_)
    free = np.zeros((len(requirement.gates), horizon))
    for g, gate in enumerate(requirement.gates):
        rows = [index[name] for name in gate.gated]
        has[g, rows] = True
        gated[rows] = True
        free[g] = gate.organic * need[rows].sum(axis=0)
    order = sorted(np.flatnonzero(gated), key=lambda i: (-weight[i], i))
    names = list(dict.fromkeys(g.gated for g in requirement.gates))
    led = np.array(
        [not (x.sector and rules.framework and x.sector not in leaders) for x in requirement.lines]
    )
    kept = [(at[a], domain_at[d]) for a, d in sorted(keep) if a in at and d in domain_at]
    begin = np.searchsorted([c.offer for c in columns], np.arange(len(offers) + 1))

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
        number=np.array([float(o.number) for o in offers]),
        stay=np.array([float(o.number) * o.max_months for o in offers]),
        persons=np.array([o.persons or 0.0 for o in offers]),
        cost=np.array(model.cost),
        minimum=whole([o.minimum for o in offers]),
        allowed=allowed,
        kept=np.array(kept, dtype=np.int64).reshape(len(kept), 2),
        bundles=whole([i for i, o in enumerate(offers) if o.minimum > 1]),
        adds_at=adds_at,
        adds=adds,
        need=need,
        weight=weight,
        gated=gated,
        order=whole([int(i) for i in order]),
        gate_line=whole([index[g.enabler] for g in requirement.gates]),
        gate_slope=np.array([1.0 / g.ratio for g in requirement.gates]),
        gate_free=free,
        gate_has=has,
        family=whole([names.index(g.gated) for g in requirement.gates]),
        families=len(names),
        led=led,
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


def state(b: Board, counts: Ints) -> State:
    """Return the state a plan (tours by column) leads to."""
    offers, horizon = len(b.number), b.need.shape[1]
    actors, sectors = len(b.cap), len(b.leader) + 1
    s = State(
        tours=np.zeros(len(b.offer), dtype=np.int64),
        opened=np.zeros(offers, dtype=np.int64),
        months=np.zeros(offers),
        drawn=np.zeros((offers, horizon)),
        field=np.zeros((actors, horizon)),
        supply=np.zeros_like(b.need),
        lift=np.zeros((2, horizon + 1)),
        total=np.zeros(2),
        carried=np.zeros(actors),
        place=np.zeros((actors, sectors), dtype=np.int64),
        nations=np.zeros(sectors, dtype=np.int64),
        sent=np.zeros((actors, int(b.domain.max(initial=0)) + 1), dtype=np.int64),
        there=np.zeros((actors, sectors)),
    )
    for column in np.flatnonzero(counts):
        for _ in range(int(counts[column])):
            _put(b, s, int(column), 1)
    return s


def anneal(
    b: Board,
    counts: Ints,
    *,
    steps: int,
    seed: int,
    hot: float = 60.0,
    cold: float = 0.5,
    ease: float = 0.6,
    phases: int = 10,
) -> tuple[Ints, float]:
    """Improve a feasible plan; return tours by column and the score (coverage in points).

    Parameters
    ----------
    hot, cold : first and last temperature, in points of 1e-5 of the whole requirement.
    """
    best = np.zeros_like(counts)
    s = state(b, counts)
    heat = np.geomspace(hot, cold, phases + 1)
    price = 2.0 * float(b.weight.max())
    top = -1.0
    for k in range(phases):
        soft = ease * (1 - k / (phases - 1)) if k < phases - 1 else 0.0
        dear = price * 10.0 ** (k / (phases - 1) - 1.0) * 2
        if k == phases - 1 and top >= 0:
            s = state(b, best)
        top = _anneal(b, s, steps // phases, heat[k], heat[k + 1], soft, dear, seed + k, best)
    return best, float(top)
