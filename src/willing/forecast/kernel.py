"""The simulation compiled: 64 draws side by side in the bits of one machine word.

Held to `reference` by the tests. Truth values are words, so the condition program is solved for
64 draws at once with and, or and not; counting members is done with bit-sliced adders. Positions,
clocks and coverage are floating point, lane by lane. Chunks run in threads (the kernel lets go of
the interpreter's lock); results are whole numbers, so their order does not matter.
"""

from __future__ import annotations

import numpy as np

from willing.case.ladder import CUTS
from willing.forecast.kernel_logic import cover, solve, votes
from willing.forecast.kernel_numbers import ALL, ONE, ZERO, jit, popcount
from willing.forecast.kernel_step import events, milestone, move, stances
from willing.forecast.model import DOMAINS, Model, Never
from willing.forecast.outcome import PARTS, Outcome
from willing.forecast.pack import pack, pack_world
from willing.forecast.world import draw_world

__all__ = ["simulate_chunk"]

_D = len(DOMAINS)
_NEVER = Never
_LANES = 64


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


@jit
def _run(  # type: ignore[no-untyped-def]
    p, w, k0, k1, first, opened, holds, agreed, joins, wants, stance, ballots, coverage
):
    draws, actors, others = w.draw.size, p.actors, p.other_owner.size
    n_events, routes, milestones = p.event.shape[0], p.route.shape[0], p.milestone.shape[0]
    v = np.zeros(p.variables, dtype=np.uint64)
    stack = np.zeros(256, dtype=np.uint64)
    planes = np.zeros(8, dtype=np.uint64)
    u = np.zeros((4, _LANES))
    x = np.zeros((actors + others, _LANES))
    mood = np.zeros((actors, _LANES))
    on = np.zeros((n_events, _LANES), dtype=np.bool_)
    age = np.zeros((n_events, _LANES), dtype=np.int64)
    asked = np.zeros(p.approval.shape[0], dtype=np.uint64)
    pending = np.zeros(p.approval.shape[0], dtype=np.uint64)
    granted = np.zeros(p.approval.shape[0], dtype=np.uint64)
    due = np.zeros((p.approval.shape[0], _LANES))
    agreed_since = np.zeros((routes, _LANES), dtype=np.int64)
    hazard = np.zeros((milestones, _LANES))
    running = np.zeros((milestones, _LANES), dtype=np.int64)
    for block in range(0, draws, _LANES):
        lanes = min(_LANES, draws - block)
        live = ALL if lanes == _LANES else (ONE << np.uint64(lanes)) - ONE
        v[:] = ZERO
        for a in range(actors):
            for lane in range(lanes):
                x[a, lane] = w.level[a, block + lane]
        for o in range(others):
            for lane in range(lanes):
                x[actors + o, lane] = w.other[o, block + lane]
        for e in range(n_events):
            on[e] = p.event[e, 1] == 1
            age[e] = p.event[e, 2] if p.event[e, 1] == 1 else 0
        asked[:] = ZERO
        pending[:] = ZERO
        granted[:] = ZERO
        agreed_since[:] = _NEVER
        hazard[:] = 0.0
        running[:] = 0
        for week in range(p.weeks + 1):
            if week > 0:
                move(p, w, k0, k1, block, lanes, week, x, mood, u)
                events(p, w, k0, k1, block, lanes, week, v, on, age, u)
            # inputs
            for i in range(p.last.shape[0]):
                v[p.last[i, 0]] = v[p.last[i, 1]]
            for i in range(p.approval.shape[0]):
                fresh = v[p.approval[i, 1]] & ~asked[i]
                if fresh:
                    asked[i] |= fresh
                    for lane in range(lanes):
                        if (fresh >> np.uint64(lane)) & ONE:
                            since = max(week - 1, 0)
                            due[i, lane] = since + w.approval_weeks[i, block + lane]
                            if w.given[i, block + lane]:
                                pending[i] |= ONE << np.uint64(lane)
                if pending[i]:
                    for lane in range(lanes):
                        bit = ONE << np.uint64(lane)
                        if pending[i] & bit and week >= due[i, lane]:
                            pending[i] &= ~bit
                            granted[i] |= bit
                v[p.approval[i, 0]] = granted[i]
            for e in range(n_events):
                word = ZERO
                for lane in range(lanes):
                    if on[e, lane] and age[e, lane] >= p.event[e, 2]:
                        word |= ONE << np.uint64(lane)
                v[p.event[e, 0]] = word
            for i in range(p.dates.shape[0]):
                v[p.dates[i, 0]] = ALL if week >= p.dates[i, 1] else ZERO
            for i in range(p.atom.shape[0]):
                latent, domain, cut, word = p.atom[i, 1], p.atom[i, 2], p.atom_cut[i], ZERO
                if domain < 0:
                    for lane in range(lanes):
                        word |= np.uint64(x[latent, lane] >= cut) << np.uint64(lane)
                elif p.atom[i, 3] == 0:
                    for lane in range(lanes):
                        level = x[latent, lane] + w.offset[latent, domain, block + lane]
                        word |= np.uint64(level >= cut) << np.uint64(lane)
                else:
                    for lane in range(lanes):
                        level = x[latent, lane] + w.offset[latent, domain, block + lane]
                        shifted = cut + w.cut_shift[block + lane]
                        word |= np.uint64(level >= shifted) << np.uint64(lane)
                v[p.atom[i, 0]] = word
            votes(p, v, x, lanes)
            for i in range(p.threshold.shape[0]):
                v[p.threshold[i, 0]] = ZERO
            solve(p, v, week, stack, planes)
            again = p.threshold.shape[0] > 0
            while again:
                again = False
                for lane in range(lanes):
                    bit = np.uint64(lane)
                    for i in range(p.threshold.shape[0]):
                        target, level = p.threshold[i, 0], 1.0
                        if (v[target] >> bit) & ONE:
                            continue
                        for d in range(p.cover_domain.size):
                            if p.threshold[i, 1] < 0 or p.threshold[i, 1] == p.cover_domain[d]:
                                at = block + lane
                                share = cover(p, w, v, p.fielded, d, at, lane, 0, False)
                                level = min(level, share)
                        if level >= p.threshold_share[i] - 1e-9:
                            v[target] |= ONE << bit
                            again = True
                if again:
                    solve(p, v, week, stack, planes)
            # routes
            for i in range(routes):
                word = ZERO
                for lane in range(lanes):
                    bit, at = np.uint64(lane), block + lane
                    agree = (v[p.route[i, 1]] >> bit) & ONE
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
                        word |= ONE << bit
                v[p.route[i, 0]] = word
            for i in range(milestones):
                milestone(p, w, i, block, lanes, week, v, first, opened, hazard, running)
            # counts
            for i in range(p.condition.size):
                holds[week, i] += popcount(v[p.condition[i]] & live)
            for i in range(routes):
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
                    for d in range(p.cover_domain.size):
                        for lane in range(lanes):
                            share = cover(p, w, v, which, d, block + lane, lane, 0, False)
                            coverage[week, kind, p.cover_domain[d]] += np.int64(
                                np.rint(share * PARTS)
                            )
            for r in range(p.report_weeks.size):
                if p.report_weeks[r] == week:
                    stances(p, w, block, lanes, x, stance[r])
