"""Simulated annealing over whole tours: a good plan in a second or two.

Kirkpatrick, Gelatt and Vecchi (1983). One step moves, adds, removes or exchanges a tour; what it
changes is a few months of a few lines, so a step costs about a microsecond. Pools, stays and the
budget are kept at every step; the other rules may be broken on the way at a price that rises, and
only plans that keep them all are remembered. The theory page is `docs/theory/annealing.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from willing.force._board import Board

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
#: chunks of steps at the end, when it is reached
QUENCH = 5
#: share of the way after which only true coverage counts
COLD = 0.8
#: the price of a broken rule rises by this many powers of ten on the way
STEEP = 2.0


class State(NamedTuple):
    """What a plan amounts to, kept up to date step by step."""

    tours: Ints
    opened: Ints
    months: Array
    drawn: Array
    field: Array
    supply: Array
    open: Array  # what each gate lets count, (gates, months)
    lift: Array
    total: Array  # cost, person-months, persons beyond lift and caps, score of ungated lines
    carried: Array
    place: Ints
    nations: Ints
    sent: Ints
    there: Array


@njit(cache=True, nogil=True)
def _gated(b: Any, s: Any, low: int, high: int, ease: float, work: Any, out: Any) -> None:
    """Write the score of the gated lines in months low to high into `out`.

    `ease` is the share of the score in which a soft minimum stands for the least of all gates'
    allowances, so that an enabler is worth something before the others are there; 0 is true.
    `work` is scratch, shape (2 + 2 families, months). Months run innermost: those loops vectorise.
    """
    families = b.within.shape[0]
    n = high - low
    left, inverse = work[0], work[1]
    caps, rooms = work[2 : 2 + families], work[2 + families :]
    for j in range(n):
        out[low + j] = 0.0
    for f in range(families):
        for j in range(n):
            caps[f, j] = 1e18
            rooms[f, j] = 0.0
    for g in range(b.family.shape[0]):
        opened, cap = s.open[g, low:high], caps[b.family[g]]
        for j in range(n):
            cap[j] = opened[j] if opened[j] < cap[j] else cap[j]
    for i in b.order:
        if not b.led[i]:
            continue
        supply, need = s.supply[i, low:high], b.need[i, low:high]
        for j in range(n):
            left[j] = supply[j] if supply[j] < need[j] else need[j]
        for f in range(families):
            if b.within[f, i]:
                room = rooms[f]
                for j in range(n):
                    room[j] += left[j]
        for f in range(families):
            if b.within[f, i]:
                cap = caps[f]
                for j in range(n):
                    left[j] = left[j] if left[j] < cap[j] else cap[j]
        for j in range(n):
            left[j] = left[j] if left[j] > 0.0 else 0.0
        for f in range(families):
            if b.within[f, i]:
                cap = caps[f]
                for j in range(n):
                    cap[j] -= left[j]
        weight = (1.0 - ease) * b.weight[i]
        for j in range(n):
            out[low + j] += weight * left[j]
    if ease <= 0.0:
        return
    for f in range(families):
        room = rooms[f]
        number = 1
        for j in range(n):
            inverse[j] = 1.0
        for g in range(b.family.shape[0]):
            if b.family[g] == f:
                opened = s.open[g, low:high]
                number += 1
                for j in range(n):
                    least = 0.02 * room[j] + 1e-9
                    ratio = room[j] / (opened[j] if opened[j] > least else least)
                    square = ratio * ratio
                    inverse[j] += square * square
        worth = ease / families * b.heavy[f]
        for j in range(n):
            # mean of the allowances to the power -4: near the least of them, yet smooth
            out[low + j] += worth * room[j] / np.sqrt(np.sqrt(inverse[j] / number))


@njit(cache=True, nogil=True)
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
    for k in range(b.adds_at.shape[1]):
        i = b.adds_at[c, k]
        if i < 0:
            break
        adds = sign * b.adds[c, k]
        if b.direct[i]:
            score = 0.0
            for t in range(first, last):
                score -= min(s.supply[i, t], b.need[i, t])
                s.supply[i, t] += adds
                score += min(s.supply[i, t], b.need[i, t])
            s.total[3] += b.weight[i] * score
        else:
            for t in range(first, last):
                s.supply[i, t] += adds
        for k2 in range(b.gates_of.shape[1]):
            g = b.gates_of[i, k2]
            if g < 0:
                break
            slope = adds * b.gate_slope[g]
            for t in range(first, last):
                s.open[g, t] += slope
    over = 0.0
    for t in range(first, last):
        over -= max(0.0, s.field[a, t] - b.cap[a])
        s.field[a, t] += sign * persons
        over += max(0.0, s.field[a, t] - b.cap[a])
    moved = -max(0.0, s.lift[0, first] - b.lift_in)
    s.lift[0, first] += sign * persons
    moved += max(0.0, s.lift[0, first] - b.lift_in)
    if last < horizon:
        moved -= max(0.0, s.lift[1, last] - b.lift_out)
        s.lift[1, last] += sign * persons
        moved += max(0.0, s.lift[1, last] - b.lift_out)
    # a person who cannot be moved is worth a tour, not a month
    s.total[2] += over + 8.0 * moved
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


@njit(cache=True, nogil=True)
def _fits(b: Any, s: Any, c: int, away: int) -> bool:
    """Whether the rules that bind tour by tour let column c have one more, `away` having one less.

    Nothing is changed, so that most moves are turned down cheaply.
    """
    o, first, last, free = b.offer[c], b.first[c], b.last[c], b.free[c]
    horizon = b.need.shape[1]
    other = b.offer[away] if away >= 0 else -1
    for t in range(first, min(free, horizon)):
        here = s.drawn[o, t] + 1.0
        if other == o and b.first[away] <= t < b.free[away]:
            here -= 1.0
        if here > b.number[o, t]:
            return False
    months = s.months[o] + (last - first)
    if other == o:
        months -= b.last[away] - b.first[away]
    if months > b.stay[o]:
        return False
    money = s.total[0] + b.cost[c]
    if away >= 0:
        money -= b.cost[away]
    return bool(money <= b.budget)


@njit(cache=True, nogil=True)
def _wrong(b: Any, s: Any) -> float:
    """Return how far the plan is from the rules that may be broken on the way, in person-months."""
    # what moves or stays beyond lift and caps; sums of what was added and taken leave dust
    wrong = s.total[2] if s.total[2] > 1e-6 else 0.0
    over = b.burden * s.total[1]
    for a in range(s.carried.shape[0]):
        carried = s.carried[a]
        if carried > over:
            wrong += carried - over
        if carried < b.least[a]:
            sent = 0  # what has no strength, such as aircraft, takes part too
            for d in range(s.sent.shape[1]):
                sent += s.sent[a, d]
            if sent > 0:
                # easy to enter, easy to leave, hard to stay in between
                wrong += min(b.least[a] - carried, max(carried, 1.0))
    for k in range(b.kept.shape[0]):
        there = 0
        for d in range(s.sent.shape[1]):
            if b.kept[k, 1] < 0 or b.kept[k, 1] == d:
                there += s.sent[b.kept[k, 0], d]
        if there <= 0:
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


@njit(cache=True, nogil=True)
def _steps(
    b: Any, s: Any, steps: int, heat: float, ease: float, price: float, top: float, best: Any
) -> float:
    """Run `steps` steps at one temperature; leave the best tours in `best`, return their score.

    `top` is the true score of `best` so far, below 0 where none keeps every rule.
    """
    horizon = b.need.shape[1]
    columns = b.offer.shape[0]
    work = np.zeros((2 + 2 * b.within.shape[0], horizon))
    value = np.zeros(horizon)
    _gated(b, s, 0, horizon, 0.0, work, value)
    true = s.total[3] + value.sum()
    _gated(b, s, 0, horizon, ease, work, value)
    wrong = _wrong(b, s)
    if wrong <= 1e-6 and true > top + 1e-9:
        top = true
        best[:] = s.tours
    score = true  # followed only where ease is 0
    active = np.zeros(columns * 4, dtype=np.int64)
    size = 0
    for c in range(columns):
        for _ in range(s.tours[c]):
            active[size] = c
            size += 1
    fresh = np.zeros(horizon)
    for _ in range(steps):
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
            home = away + np.random.randint(-2, 3)
            o = b.offer[away]
            if home < b.begin[o] or home >= b.begin[o + 1]:
                continue
        elif u < 0.80 or u >= 0.85:
            home = np.random.randint(columns)
        if home == away or (home >= 0 and not b.allowed[b.offer[home]]):
            continue
        if home >= 0 and (size >= active.shape[0] - 1 or not _fits(b, s, home, away)):
            continue
        before = s.total[3]
        if away >= 0:
            _put(b, s, away, -1)
        if home >= 0:
            _put(b, s, home, 1)
        change = s.total[3] - before
        low, high = horizon, 0
        if away >= 0 and b.touches[away]:
            low, high = b.first[away], b.last[away]
        if home >= 0 and b.touches[home]:
            low, high = min(low, b.first[home]), max(high, b.last[home])
        if low < high:
            _gated(b, s, low, high, ease, work, fresh)
        for t in range(low, high):
            change += fresh[t] - value[t]
        worse = _wrong(b, s) - wrong
        gain = change - price * worse
        if gain < 0.0 and np.random.random() >= np.exp(gain / heat):
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
        if ease == 0.0 and wrong <= 1e-6 and score > top + 1e-9:
            top = score
            best[:] = s.tours
    return top


@njit(cache=True, nogil=True)
def _seed(seed: int) -> None:
    np.random.seed(seed)


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
        open=b.gate_free.copy(),
        lift=np.zeros((2, horizon + 1)),
        total=np.zeros(4),
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
    done: Callable[[int], float],
    seed: int,
    chunk: int = 10_000,
    hot: float = 30.0,
    cold: float = 1.0,
    ease: float = 0.5,
) -> tuple[Ints, float]:
    """Improve a plan; return tours by column and the score (coverage in points).

    The score is -1 where no plan was met that keeps every rule; the tours are then the last ones.

    Parameters
    ----------
    done : steps taken -> share of the way gone (0-1); the temperature follows it, and 1 ends it.
    chunk : steps at one temperature.
    hot, cold : first and last temperature, in points of 1e-5 of the whole requirement.
    """
    best = np.zeros_like(counts)
    s = state(b, counts)
    price = 2.0 * float(b.weight.max(initial=0.0))
    top, taken, quenched = -1.0, 0, -1
    _seed(seed)
    while quenched < QUENCH:
        way = min(1.0, done(taken))
        if quenched < 0 and way >= COLD:
            # from here on only true coverage counts, from the best plan so far
            quenched = 0
            if top >= 0:
                s = state(b, best)
        if quenched >= 0:
            # the end is never skipped, however soon it comes
            quenched = quenched + 1 if way >= 1.0 else 0
            way = max(way, COLD)
        truly = quenched >= 0
        heat = hot * (cold / hot) ** way
        soft = 0.0 if truly else ease * (1.0 - way / COLD)
        dear = price * 10.0 ** (STEEP * way - 1.0) * (1e3 if truly else 1.0)
        top = float(_steps(b, s, chunk, heat, soft, dear, top, best))
        taken += chunk
    if top < 0:
        best[:] = s.tours  # breaks a rule still: whoever asks must send somebody home
    return best, top
