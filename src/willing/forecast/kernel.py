"""The simulation compiled: 64 draws side by side in the bits of one machine word.

Held to `reference` by the tests. Truth values are words, so the condition program is solved for
64 draws at once with and, or and not; counting members is done with bit-sliced adders. Positions,
clocks and coverage are floating point, lane by lane. Chunks run in threads (the kernel lets go of
the interpreter's lock); results are whole numbers, so their order does not matter.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from willing.case.ladder import CUTS
from willing.forecast.model import DOMAINS, Model, Never
from willing.forecast.outcome import PARTS, Outcome
from willing.forecast.pack import pack, pack_world
from willing.forecast.program import Op
from willing.forecast.streams import M0, M1, W0, W1, Stream
from willing.forecast.world import draw_world

__all__ = ["simulate_chunk"]

_D = len(DOMAINS)
_NEVER = Never
_INNOVATION, _EVENT = int(Stream.INNOVATION), int(Stream.EVENT)
_CONST, _VAR, _AND, _NOT, _COUNT = (int(o) for o in (Op.CONST, Op.VAR, Op.AND, Op.NOT, Op.COUNT))
_LANES = 64
_ONE = np.uint64(1)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_LOW = np.uint64(0xFFFFFFFF)
_M0, _M1 = np.uint64(M0), np.uint64(M1)
_W0, _W1 = np.uint64(W0), np.uint64(W1)
_32 = np.uint64(32)
_UNIT = 2.0**-32


def simulate_chunk(model: Model, first_draw: int, draws: int, inner: int, seed: int) -> Outcome:
    """Simulate draws `first_draw` .. `first_draw + draws - 1`; see `reference.simulate_chunk`."""
    out = Outcome.empty(model, draws, inner)
    _run(
        pack(model, CUTS),
        pack_world(draw_world(model, first_draw, draws, inner, seed)),
        np.uint64(seed & 0xFFFFFFFF),
        np.uint64((seed >> 32) & 0xFFFFFFFF),
        out.first,
        out.opened,
        out.holds,
        out.agreed,
        out.joins,
        out.wants,
        out.stance,
        out.votes,
        out.coverage,
    )
    return out


jit: Any = njit(nogil=True, cache=True, error_model="numpy")


@jit
def _philox(c0, c1, c2, c3, k0, k1, words):  # type: ignore[no-untyped-def]
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _32) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    words[0], words[1], words[2], words[3] = c0, c1, c2, c3


@jit
def _normal(word):  # type: ignore[no-untyped-def]
    p = (np.float64(word) + 0.5) * _UNIT
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = q * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)
        return top / (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1.0)
    t = np.sqrt(-np.log(min(p, 1.0 - p)))
    if t <= 5.0:
        t -= 1.6
        value = (((0.17023821103 * t + 1.3067284816) * t + 2.7568153900) * t + 1.4234372777) / (
            (0.12021132975 * t + 0.73700164250) * t + 1.0
        )
    else:
        t -= 5.0
        value = (((0.017337203997 * t + 0.42868294337) * t + 3.0812263860) * t + 6.6579051150) / (
            (0.012258202635 * t + 0.24197894225) * t + 1.0
        )
    return -value if q < 0.0 else value


@jit
def _popcount(x):  # type: ignore[no-untyped-def]
    x = x - ((x >> _ONE) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@jit
def _at_least(p, v, row, planes):  # type: ignore[no-untyped-def]
    """Lanes in which at least the row's number of its variables hold (bit-sliced adder)."""
    least = p.count_least[row]
    if least <= 0:
        return _ALL
    if least > p.count_start[row + 1] - p.count_start[row]:
        return np.uint64(0)
    planes[:] = np.uint64(0)
    for k in range(p.count_start[row], p.count_start[row + 1]):
        carry = v[p.count_var[k]]
        for b in range(8):
            if carry == np.uint64(0):
                break
            planes[b], carry = planes[b] ^ carry, planes[b] & carry
    more, same = np.uint64(0), _ALL
    for b in range(7, -1, -1):
        if (least >> b) & 1:
            same &= planes[b]
        else:
            more |= same & planes[b]
            same &= ~planes[b]
    return more | same


@jit
def _solve(p, v, week, stack, planes):  # type: ignore[no-untyped-def]
    for i in range(p.targets.size):
        v[p.targets[i]] = np.uint64(0)
    for i in range(p.variables):
        if p.forced_from[i] <= week:
            v[i] = _ALL
        if p.barred_from[i] <= week:
            v[i] = np.uint64(0)
    changed = True
    while changed:
        changed = False
        for i in range(p.targets.size):
            target = p.targets[i]
            if p.barred_from[target] <= week:
                continue
            top = -1
            for r in range(p.code_start[i], p.code_start[i + 1]):
                op, arg = p.code[r, 0], p.code[r, 1]
                if op == _VAR:
                    top += 1
                    stack[top] = v[arg]
                elif op == _CONST:
                    top += 1
                    stack[top] = _ALL if arg else np.uint64(0)
                elif op == _NOT:
                    stack[top] = ~stack[top]
                elif op == _COUNT:
                    top += 1
                    stack[top] = _at_least(p, v, arg, planes)
                else:
                    first = top - arg + 1
                    word = stack[first]
                    for k in range(first + 1, top + 1):
                        if op == _AND:
                            word &= stack[k]
                        else:
                            word |= stack[k]
                    stack[first] = word
                    top = first
            new = stack[0] | v[target]
            if new != v[target]:
                v[target] = new
                changed = True


@jit
def _cover(p, w, v, variables, at, lane, week, mandate, delivered, cover):  # type: ignore[no-untyped-def]
    """Coverage by required domain of one lane; `delivered` counts only what has arrived."""
    bit = np.uint64(lane)
    for d in range(p.cover_domain.size):
        best = 1.0
        for c in range(p.cut_start[d], p.cut_start[d + 1]):
            total = p.cut_constant[c]
            for j in range(variables.size):
                coefficient = p.cut_coefficient[c, j]
                if coefficient != 0.0 and (v[variables[j]] >> bit) & _ONE:
                    if delivered and week - mandate < w.ready_week[j, at]:
                        continue
                    total += coefficient * w.size[j, at]
            best = min(best, total)
        cover[d] = best


@jit
def _votes(p, v, x, lanes):  # type: ignore[no-untyped-def]
    for f in range(p.vote_var.size):
        first, last = p.vote_start[f], p.vote_start[f + 1]
        yes_from, no_below = p.vote_cut[f, 0], p.vote_cut[f, 1]
        word = np.uint64(0)
        for lane in range(lanes):
            blocked = False
            for k in range(first, last):
                if p.vote_blocks[k] and x[p.vote_latent[k], lane] < no_below:
                    blocked = True
                    break
            if blocked:
                continue
            for a in range(p.alt_start[f], p.alt_start[f + 1]):
                passed = True
                for c in range(p.criterion_start[a], p.criterion_start[a + 1]):
                    total, base = 0.0, p.weight_start[c]
                    for k in range(first, last):
                        level = x[p.vote_latent[k], lane]
                        if level >= yes_from:
                            total += p.weight_yes[base + k - first]
                        elif level >= no_below:
                            total += p.weight_abstain[base + k - first]
                    if total < p.quota[c] - 1e-9:
                        passed = False
                        break
                if passed:
                    word |= _ONE << np.uint64(lane)
                    break
        v[p.vote_var[f]] = word


@jit
def _run(  # type: ignore[no-untyped-def]
    p, w, k0, k1, first, opened, holds, agreed, joins, wants, stance, votes, coverage
):
    draws, actors, others = w.draw.size, p.actors, p.other_owner.size
    events, routes, milestones = p.event.shape[0], p.route.shape[0], p.milestone.shape[0]
    v = np.zeros(p.variables, dtype=np.uint64)
    stack = np.zeros(256, dtype=np.uint64)
    planes = np.zeros(8, dtype=np.uint64)
    words = np.zeros(4, dtype=np.uint64)
    x = np.zeros((actors + others, _LANES))
    mood = np.zeros((actors, _LANES))
    on = np.zeros((events, _LANES), dtype=np.bool_)
    age = np.zeros((events, _LANES), dtype=np.int64)
    ready_since = np.zeros((p.approval.shape[0], _LANES), dtype=np.int64)
    agreed_since = np.zeros((routes, _LANES), dtype=np.int64)
    hazard = np.zeros((milestones, _LANES))
    running = np.zeros((milestones, _LANES), dtype=np.int64)
    cover = np.zeros(p.cover_domain.size)
    for block in range(0, draws, _LANES):
        lanes = min(_LANES, draws - block)
        live = _ALL if lanes == _LANES else (_ONE << np.uint64(lanes)) - _ONE
        v[:] = np.uint64(0)
        for a in range(actors):
            for lane in range(lanes):
                x[a, lane] = w.level[a, block + lane]
        for o in range(others):
            for lane in range(lanes):
                x[actors + o, lane] = w.other[o, block + lane]
        for e in range(events):
            on[e] = p.event[e, 1] == 1
            age[e] = p.event[e, 2] if p.event[e, 1] == 1 else 0
        ready_since[:] = _NEVER
        agreed_since[:] = _NEVER
        hazard[:] = 0.0
        running[:] = 0
        for week in range(p.weeks + 1):
            if week > 0:
                _move(p, w, k0, k1, block, lanes, week, x, mood, words)
                _events(p, w, k0, k1, block, lanes, week, v, on, age, words)
            # inputs
            for i in range(p.last.shape[0]):
                v[p.last[i, 0]] = v[p.last[i, 1]]
            for i in range(p.approval.shape[0]):
                ready, word = v[p.approval[i, 1]], np.uint64(0)
                for lane in range(lanes):
                    bit = np.uint64(lane)
                    if ready_since[i, lane] == _NEVER and (ready >> bit) & _ONE:
                        ready_since[i, lane] = max(week - 1, 0)
                    due = ready_since[i, lane] + w.approval_weeks[i, block + lane]
                    if w.given[i, block + lane] and week >= due:
                        word |= _ONE << bit
                v[p.approval[i, 0]] = word
            for e in range(events):
                word = np.uint64(0)
                for lane in range(lanes):
                    if on[e, lane] and age[e, lane] >= p.event[e, 2]:
                        word |= _ONE << np.uint64(lane)
                v[p.event[e, 0]] = word
            for i in range(p.dates.shape[0]):
                v[p.dates[i, 0]] = _ALL if week >= p.dates[i, 1] else np.uint64(0)
            for i in range(p.atom.shape[0]):
                latent, domain, word = p.atom[i, 1], p.atom[i, 2], np.uint64(0)
                for lane in range(lanes):
                    level, cut = x[latent, lane], p.atom_cut[i]
                    if domain >= 0:
                        level += w.offset[latent, domain, block + lane]
                    if p.atom[i, 3]:
                        cut += w.cut_shift[block + lane]
                    if level >= cut:
                        word |= _ONE << np.uint64(lane)
                v[p.atom[i, 0]] = word
            _votes(p, v, x, lanes)
            for i in range(p.threshold.shape[0]):
                v[p.threshold[i, 0]] = np.uint64(0)
            _solve(p, v, week, stack, planes)
            again = p.threshold.shape[0] > 0
            while again:
                again = False
                for lane in range(lanes):
                    bit = np.uint64(lane)
                    _cover(p, w, v, p.fielded, block + lane, lane, week, 0, False, cover)
                    for i in range(p.threshold.shape[0]):
                        level = 1.0
                        for d in range(p.cover_domain.size):
                            if p.threshold[i, 1] < 0 or p.threshold[i, 1] == p.cover_domain[d]:
                                level = min(level, cover[d])
                        target = p.threshold[i, 0]
                        if level >= p.threshold_share[i] - 1e-9 and not (v[target] >> bit) & _ONE:
                            v[target] |= _ONE << bit
                            again = True
                if again:
                    _solve(p, v, week, stack, planes)
            # routes
            for i in range(routes):
                word = np.uint64(0)
                for lane in range(lanes):
                    bit, at = np.uint64(lane), block + lane
                    agree = (v[p.route[i, 1]] >> bit) & _ONE
                    if agree and agreed_since[i, lane] == _NEVER:
                        agreed_since[i, lane] = week
                    opens = agree and week >= agreed_since[i, lane] + w.route_weeks[i, at]
                    if p.forced_from[p.route[i, 0]] <= week:
                        opens = True
                    if p.barred_from[p.route[i, 0]] <= week:
                        opens = False
                    if opens and opened[i, at] == _NEVER:
                        opened[i, at] = week
                    if opened[i, at] <= week:
                        word |= _ONE << bit
                v[p.route[i, 0]] = word
            for i in range(milestones):
                _milestone(p, w, i, block, lanes, week, v, first, opened, hazard, running, cover)
            # counts
            for i in range(p.condition.size):
                holds[week, i] += _popcount(v[p.condition[i]] & live)
            for i in range(routes):
                agreed[week, i] += _popcount(v[p.route[i, 1]] & live)
            for i in range(p.vote_var.size):
                votes[week, i] += _popcount(v[p.vote_var[i]] & live)
            for c in range(p.candidate.size):
                a, wanting = p.candidate[c], np.uint64(0)
                for d in range(_D):
                    joins[week, a, d] += _popcount(v[p.joins[c, d]] & live)
                    wants[week, a, d] += _popcount(v[p.wants[c, d]] & live)
                    wanting |= v[p.wants[c, d]]
                joins[week, a, _D] += _popcount(v[p.joins[c, _D]] & live)
                wants[week, a, _D] += _popcount(wanting & live)
            if week % 4 == 0:
                for lane in range(lanes):
                    for kind in range(2):
                        which = p.pledged if kind == 0 else p.fielded
                        _cover(p, w, v, which, block + lane, lane, week, 0, False, cover)
                        for d in range(p.cover_domain.size):
                            part = np.int64(np.rint(cover[d] * PARTS))
                            coverage[week, kind, p.cover_domain[d]] += part
            for r in range(p.report_weeks.size):
                if p.report_weeks[r] == week:
                    _stances(p, w, block, lanes, x, stance[r])


@jit
def _move(p, w, k0, k1, block, lanes, week, x, mood, words):  # type: ignore[no-untyped-def]
    actors = p.actors
    for quad in range((actors + 3) // 4):
        for lane in range(lanes):
            _philox(
                np.uint64(w.draw[block + lane]),
                np.uint64(week),
                np.uint64(quad),
                np.uint64(_INNOVATION),
                k0,
                k1,
                words,
            )
            for k in range(min(4, actors - 4 * quad)):
                mood[4 * quad + k, lane] = w.drift[block + lane] * _normal(words[k])
    for a in range(actors):
        home, step = p.home[a], p.step[a]
        for lane in range(lanes):
            x[a, lane] = home + w.keep[block + lane] * (x[a, lane] - home) + step * mood[a, lane]
    for o in range(p.other_owner.size):
        home, step, owner = p.other_home[o], p.other_step[o], p.other_owner[o]
        row = actors + o
        for lane in range(lanes):
            x[row, lane] = (
                home + w.keep[block + lane] * (x[row, lane] - home) + step * mood[owner, lane]
            )
    for m in range(p.meeting_week.size):
        if p.meeting_week[m] != week:
            continue
        begin, stop = p.meeting_start[m], p.meeting_start[m + 1]
        for lane in range(lanes):
            total = weight = 0.0
            for k in range(begin, stop):
                total += p.meeting_weight[k] * x[p.meeting_latent[k], lane]
                weight += p.meeting_weight[k]
            target, rate = total / weight, w.meeting_rate[block + lane]
            for k in range(begin, stop):
                row = p.meeting_latent[k]
                x[row, lane] = x[row, lane] + rate * p.meeting_yield[k] * (target - x[row, lane])


@jit
def _events(p, w, k0, k1, block, lanes, week, v, on, age, words):  # type: ignore[no-untyped-def]
    for e in range(p.event.shape[0]):
        possible = p.event[e, 3]
        for lane in range(lanes):
            at, bit = block + lane, np.uint64(lane)
            _philox(
                np.uint64(w.draw[at]),
                np.uint64(week),
                np.uint64(e // 4),
                np.uint64(_EVENT),
                k0,
                k1,
                words,
            )
            u = (np.float64(words[e % 4]) + 0.5) * _UNIT
            rate = w.begin[e, at]
            for k in range(p.push_start[e], p.push_start[e + 1]):
                variable = p.push[k, 0]
                truth = variable >= 0 and (v[variable] >> bit) & _ONE
                if p.push[k, 1] == 0:
                    if truth:
                        rate = rate * w.push[k, at]
                elif not truth:
                    rate = rate * (1 - w.push[k, at])
            begins = 1 - np.exp(-rate)
            if possible >= 0 and not (v[possible] >> bit) & _ONE:
                begins = 0.0
            if on[e, lane]:
                on[e, lane] = u < max(np.exp(-w.end[e, at]), begins)
            else:
                on[e, lane] = u < begins
            age[e, lane] = age[e, lane] + 1 if on[e, lane] else 0


@jit
def _milestone(p, w, i, block, lanes, week, v, first, opened, hazard, running, cover):  # type: ignore[no-untyped-def]
    variable, model, needs, reached = (
        p.milestone[i, 0],
        p.milestone[i, 1],
        p.milestone[i, 2],
        p.milestone[i, 3],
    )
    word = np.uint64(0)
    for lane in range(lanes):
        at, bit = block + lane, np.uint64(lane)
        if first[i, at] == _NEVER:
            hit = False
            if reached <= 0 or p.forced_from[variable] <= week:
                hit = True
            elif p.barred_from[variable] > week and (v[needs] >> bit) & _ONE:
                if model == 0:
                    for r in range(p.route.shape[0]):
                        if opened[r, at] <= week:
                            hit = True
                elif model == 1:
                    dropped = w.due[i, at] >= _NEVER
                    if week > 0 and dropped:
                        hazard[i, lane] += w.rate[i, at]
                    hit = week >= w.due[i, at] or hazard[i, lane] >= w.clock[i, at]
                elif model == 2:
                    if week > 0:
                        hazard[i, lane] += w.rate[i, at]
                    hit = hazard[i, lane] >= w.clock[i, at]
                elif model == 3:
                    _cover(p, w, v, p.pledged, at, lane, week, 0, False, cover)
                    enough = True
                    for d in range(p.cover_domain.size):
                        if cover[d] < p.milestone_share[i] * p.cover_minimum[d] - 1e-9:
                            enough = False
                    if enough and p.milestone[i, 4]:
                        if week > 0:
                            hazard[i, lane] += w.rate[i, at]
                        enough = hazard[i, lane] >= w.clock[i, at]
                    hit = enough
                elif model == 4:
                    if p.mandate >= 0 and first[p.mandate, at] <= week:
                        spell = 0
                        while (
                            spell < p.arrival_edges.size
                            and running[i, lane] >= p.arrival_edges[spell]
                        ):
                            spell += 1
                        score = w.arrival[at, spell]
                        for f in range(p.feature_base.size):
                            value = p.feature_base[f]
                            for k in range(p.feature_start[f], p.feature_start[f + 1]):
                                if (v[p.feature_var[k]] >> bit) & _ONE:
                                    value += p.feature_weight[k]
                            score += w.arrival[at, p.arrival_edges.size + 1 + f] * value
                        running[i, lane] += 1
                        if week > 0:
                            hazard[i, lane] += np.log1p(np.exp(score))
                        hit = hazard[i, lane] >= w.clock[i, at]
                elif p.deployed >= 0 and week - first[p.deployed, at] >= w.ramp[at]:
                    mandate = first[p.mandate, at] if p.mandate >= 0 else _NEVER
                    _cover(p, w, v, p.fielded, at, lane, week, mandate, True, cover)
                    hit = True
                    for d in range(p.cover_domain.size):
                        if cover[d] < p.milestone_share[i] - 1e-9:
                            hit = False
            if hit:
                first[i, at] = week
        if first[i, at] <= week:
            word |= _ONE << bit
    v[variable] = word


@jit
def _stances(p, w, block, lanes, x, stance):  # type: ignore[no-untyped-def]
    for a in range(p.actors):
        for lane in range(lanes):
            highest = 0
            for d in range(_D):
                level = x[a, lane] + w.offset[a, d, block + lane]
                rung = 0
                while rung < 8 and level >= p.stance_cuts[rung]:
                    rung += 1
                stance[a, d, rung] += 1
                highest = max(highest, rung)
            stance[a, _D, highest] += 1
