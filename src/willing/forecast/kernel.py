"""The simulation compiled: 64 draws side by side in the bits of one machine word.

Held to `reference` by the tests. Truth values are words, so the condition program is solved for
64 draws at once with and, or and not; counting members is done with bit-sliced adders. Positions,
clocks and coverage are floating point, lane by lane. Chunks run in threads (the kernel lets go of
the interpreter's lock); results are whole numbers, so their order does not matter.
"""

from __future__ import annotations

import numpy as np

from willing.forecast.kernel_logic import atoms, cover, solve, votes
from willing.forecast.kernel_numbers import ALL, ONE, ZERO, leaf, packed, popcount
from willing.forecast.kernel_step import (
    approvals,
    chances,
    events,
    milestones,
    move,
    routes,
    stances,
    voting_homes,
)
from willing.forecast.model import DOMAINS, Model, Never
from willing.forecast.outcome import PARTS, Outcome
from willing.forecast.state import state_of
from willing.forecast.worlds import BLANK, LANES, READ, WRITE, Worlds

__all__ = ["simulate_chunk"]

_D = len(DOMAINS)
_NEVER = Never
_LANES, _WRITE, _READ = LANES, WRITE, READ


def simulate_chunk(
    model: Model,
    first_draw: int,
    draws: int,
    inner: int,
    seed: int,
    worlds: Worlds | None = None,
) -> Outcome:
    """Simulate draws `first_draw` .. `first_draw + draws - 1`; see `reference.simulate_chunk`."""
    chunk = (first_draw, draws, inner, seed)
    shared = worlds or Worlds()
    world, p = shared.of(model, chunk), shared.packed(model)
    tapes = shared.tapes(model, p, chunk) if worlds else BLANK
    out = Outcome.empty(model, draws, inner)
    _run(
        p,
        world,
        state_of(p),
        tapes,
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


@leaf
def _run(  # type: ignore[no-untyped-def]
    p, w, s, tapes, k0, k1, first, opened, holds, agreed, joins, wants, stance, ballots, coverage
):
    """Simulate every draw of a world, 64 at a time, and count."""
    n_events, n_routes = p.event.shape[0], p.route.shape[0]
    tape, mode = tapes.words, tapes.words_mode
    v, on, age = s.v, s.on, s.age
    marks, some, room, shares = s.marks, s.some, s.room, s.room.level
    none, covers, domains = room.since[:0], p.cover_domain.size, np.int64(0)
    for d in range(covers):
        domains += np.int64(p.cover_domain[d] >= 0)
    for block in range(0, w.draw.size, _LANES):
        lanes = min(_LANES, w.draw.size - block)
        live = ALL if lanes == _LANES else (ONE << np.uint64(lanes)) - ONE
        _begin(p, w, s, block, lanes)
        for week in range(p.weeks + 1):
            if week > 0:
                if mode != _READ:
                    move(p, w, s, k0, k1, block, lanes, week)
                chances(p, w, s, block, lanes)
                events(p, w, s, tapes, k0, k1, block, lanes, week)
            # inputs
            for i in range(p.last.shape[0]):
                v[p.last[i, 0]] = v[p.last[i, 1]]
            approvals(p, w, s, block, live, week)
            for e in range(n_events):
                mine, weeks, settle = on[e], age[e], p.event[e, 2]
                for lane in range(lanes):
                    marks[lane] = mine[lane] & np.uint8(weeks[lane] >= settle)
                v[p.event[e, 0]] = packed(marks)
            for i in range(p.dates.shape[0]):
                v[p.dates[i, 0]] = ALL if week >= p.dates[i, 1] else ZERO
            if mode == _READ:
                words = tape[block // _LANES, week]
                for i in range(p.atom.shape[0]):
                    v[p.atom[i, 0]] = words[i]
                for i in range(p.vote_var.size):
                    v[p.vote_var[i]] = words[p.atom.shape[0] + i]
            else:
                atoms(p, w, s, block, lanes)
                votes(p, s, lanes, live)
                if mode == _WRITE:
                    words = tape[block // _LANES, week]
                    for i in range(p.atom.shape[0]):
                        words[i] = v[p.atom[i, 0]]
                    for i in range(p.vote_var.size):
                        words[p.atom.shape[0] + i] = v[p.vote_var[i]]
            for i in range(p.threshold.shape[0]):
                v[p.threshold[i, 0]] = ZERO
            solve(p, s, week)
            again = p.threshold.shape[0] > 0
            while again:
                again = False
                cover(p, w, v, p.fielded, block, lanes, none, none, covers, 0.0, live, room)
                for i in range(p.threshold.shape[0]):
                    some[:] = 1.0
                    for d in range(p.cover_domain.size):
                        if p.threshold[i, 1] < 0 or p.threshold[i, 1] == p.cover_domain[d]:
                            for lane in range(lanes):
                                some[lane] = min(some[lane], shares[d, lane])
                    for lane in range(lanes):
                        marks[lane] = some[lane] >= p.threshold_share[i] - 1e-9
                    enough, target = packed(marks), p.threshold[i, 0]
                    again |= (enough & ~v[target]) != ZERO
                    v[target] |= enough
                if again:
                    solve(p, s, week)
            if routes(p, w, s, block, live, week, opened):
                solve(p, s, week)  # what a route brings holds in the week it opens
            milestones(p, w, s, tapes, block, lanes, live, week, first, opened)
            if week < p.count_from:
                continue
            for i in range(p.condition.size):
                holds[week, i] += popcount(v[p.condition[i]] & live)
            for i in range(n_routes):
                agreed[week, i] += popcount(v[p.route[i, 1]] & live)
            for i in range(p.vote_var.size):
                ballots[week, i] += popcount(v[p.vote_var[i]] & live)
            for c in range(p.candidate.size):
                a, wanting = p.candidate[c], ZERO
                for d in range(_D):
                    joins[week, a, d] += popcount(v[p.joins[c, d]] & live)
                    wants[week, a, d] += popcount(v[p.wants[c, d]] & live)
                    wanting |= v[p.wants[c, d]]
                joins[week, a, _D] += popcount(v[p.joins[c, _D]] & live)
                wants[week, a, _D] += popcount(wanting & live)
            if week % 4 == 0:
                for kind in range(2):
                    which = p.pledged if kind == 0 else p.fielded
                    cover(p, w, v, which, block, lanes, none, none, domains, 0.0, live, room)
                    for d in range(domains):
                        whole = np.int64(0)
                        for lane in range(lanes):
                            whole += np.int64(np.rint(shares[d, lane] * PARTS))
                        coverage[week, kind, p.cover_domain[d]] += whole
            for r in range(p.report_weeks.size):
                if p.report_weeks[r] == week:
                    stances(p, w, s, block, lanes, stance[r])


@leaf
def _begin(p, w, s, block, lanes):  # type: ignore[no-untyped-def]
    """Set one block to where it stands at the as-of date."""
    for i in range(s.v.size):
        s.v[i] = ZERO
    for lane in range(_LANES):
        s.marks[lane] = 0
    for a in range(p.actors):
        for lane in range(lanes):
            s.x[a, lane] = w.level[a, block + lane]
    for o in range(p.other_owner.size):
        for lane in range(lanes):
            s.x[p.actors + o, lane] = w.other[o, block + lane]
    voting_homes(p, w, s, block, lanes)
    for i in range(s.pushed.size):
        s.pushed[i] = ALL  # as if all had held: the first look works every chance out
    chances(p, w, s, block, lanes)
    for e in range(p.event.shape[0]):
        plain = p.push_start[e] == p.push_start[e + 1]
        for lane in range(_LANES):
            s.on[e, lane] = p.event[e, 1]
            s.age[e, lane] = p.event[e, 2] if p.event[e, 1] == 1 else 0
            if plain and lane < lanes:
                s.begins[e, lane] = w.begins[e, block + lane]
    for i in range(s.asked.size):
        s.asked[i] = s.pending[i] = s.granted[i] = ZERO
        s.next_due[i] = _NEVER
    for i in range(s.open.size):
        s.open[i] = ZERO
        for lane in range(_LANES):
            s.agreed_since[i, lane] = _NEVER
    for i in range(s.done.size):
        s.done[i] = ZERO
        for lane in range(_LANES):
            s.hazard[i, lane] = 0.0
            s.running[i, lane] = 0
