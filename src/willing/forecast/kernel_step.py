"""What happens in a week, compiled: positions move, events turn, milestones are reached."""

from __future__ import annotations

import numpy as np

from willing.forecast.kernel_logic import cover
from willing.forecast.kernel_numbers import ALL, ONE, ZERO, jit, normals, uniforms
from willing.forecast.model import DOMAINS, Never
from willing.forecast.streams import Stream

__all__ = ["events", "milestone", "move", "stances"]

_D = len(DOMAINS)
_NEVER = Never
_INNOVATION, _EVENT = int(Stream.INNOVATION), int(Stream.EVENT)


@jit
def move(p, w, k0, k1, block, lanes, week, x, mood, u):  # type: ignore[no-untyped-def]
    """Move the latents of one block by a week: innovations, reversion, meetings."""
    actors, stream = p.actors, np.uint64(_INNOVATION)
    for quad in range((actors + 3) // 4):
        uniforms(w.draw, block, lanes, np.uint64(week), np.uint64(quad), stream, k0, k1, u)
        for k in range(min(4, actors - 4 * quad)):
            normals(u[k], p.normal_table, lanes, mood[4 * quad + k])
    for a in range(actors):
        for lane in range(lanes):
            mood[a, lane] = w.drift[block + lane] * mood[a, lane]
    for a in range(actors):
        prior, gap, step = p.home[a], p.own[a] - p.home[a], p.step[a]
        for lane in range(lanes):
            home = prior + w.anchor[block + lane] * gap
            x[a, lane] = home + w.keep[block + lane] * (x[a, lane] - home) + step * mood[a, lane]
    for o in range(p.other_owner.size):
        prior, gap = p.other_home[o], p.other_own[o] - p.other_home[o]
        step, owner = p.other_step[o], p.other_owner[o]
        row = actors + o
        for lane in range(lanes):
            home = prior + w.anchor[block + lane] * gap
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
def events(p, w, k0, k1, block, lanes, week, v, on, age, u):  # type: ignore[no-untyped-def]
    """Let events begin and end, one number for both (see `reference`)."""
    for e in range(p.event.shape[0]):
        possible, first, last = p.event[e, 3], p.push_start[e], p.push_start[e + 1]
        if e % 4 == 0:
            stream, quad = np.uint64(_EVENT), np.uint64(e // 4)
            uniforms(w.draw, block, lanes, np.uint64(week), quad, stream, k0, k1, u)
        can = ALL if possible < 0 else v[possible]
        for lane in range(lanes):
            at, bit = block + lane, np.uint64(lane)
            begins = 0.0
            if (can >> bit) & ONE:
                rate, plain = w.begin[e, at], True
                for k in range(first, last):
                    variable = p.push[k, 0]
                    truth = variable >= 0 and (v[variable] >> bit) & ONE
                    if p.push[k, 1] == 0:
                        if truth:
                            rate = rate * w.push[k, at]
                            plain = False
                    elif not truth:
                        rate = rate * (1 - w.push[k, at])
                        plain = False
                begins = w.begins[e, at] if plain else 1 - np.exp(-rate)
            if on[e, lane]:
                on[e, lane] = u[e % 4, lane] < max(w.stays[e, at], begins)
            else:
                on[e, lane] = u[e % 4, lane] < begins
            age[e, lane] = age[e, lane] + 1 if on[e, lane] else 0


@jit
def milestone(p, w, i, block, lanes, week, v, first, opened, hazard, running):  # type: ignore[no-untyped-def]
    """Advance one milestone of one block and set its word."""
    variable, model, needs, reached = (
        p.milestone[i, 0],
        p.milestone[i, 1],
        p.milestone[i, 2],
        p.milestone[i, 3],
    )
    word = ZERO
    for lane in range(lanes):
        at, bit = block + lane, np.uint64(lane)
        if first[i, at] == _NEVER:
            hit = False
            if reached <= 0 or p.forced_from[variable] <= week:
                hit = True
            elif p.barred_from[variable] > week and (v[needs] >> bit) & ONE:
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
                    enough = True
                    for d in range(p.cover_domain.size):
                        least = p.milestone_share[i] * p.cover_minimum[d] - 1e-9
                        if cover(p, w, v, p.pledged, d, at, lane, 0, False) < least:
                            enough = False
                            break
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
                                if (v[p.feature_var[k]] >> bit) & ONE:
                                    value += p.feature_weight[k]
                            score += w.arrival[at, p.arrival_edges.size + 1 + f] * value
                        running[i, lane] += 1
                        if week > 0:
                            hazard[i, lane] += np.log1p(np.exp(score))
                        hit = hazard[i, lane] >= w.clock[i, at]
                elif p.deployed >= 0 and week - first[p.deployed, at] >= w.ramp[at]:
                    mandate = first[p.mandate, at] if p.mandate >= 0 else _NEVER
                    hit = True
                    for d in range(p.cover_domain.size):
                        sent = cover(p, w, v, p.fielded, d, at, lane, week - mandate, True)
                        if sent < p.milestone_share[i] - 1e-9:
                            hit = False
                            break
            if hit:
                first[i, at] = week
        if first[i, at] <= week:
            word |= ONE << bit
    v[variable] = word


@jit
def stances(p, w, block, lanes, x, stance):  # type: ignore[no-untyped-def]
    """Count the lanes on each rung, by actor and domain."""
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
