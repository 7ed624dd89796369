"""What happens in a week, compiled: positions move, events turn, milestones are reached."""

from __future__ import annotations

import numpy as np

from willing.forecast.kernel_logic import cover
from willing.forecast.kernel_numbers import ALL, ONE, ZERO, leaf, lowest, normals, uniforms
from willing.forecast.model import DOMAINS, Never
from willing.forecast.pack import FORCE
from willing.forecast.streams import Stream
from willing.forecast.worlds import LANES, PLAIN, READ, WRITE

__all__ = [
    "approvals",
    "chances",
    "events",
    "milestones",
    "move",
    "routes",
    "stances",
    "voting_homes",
]

_D = len(DOMAINS)
_NEVER = Never
_FORCE, _PLAIN, _READ, _WRITE = FORCE, PLAIN, READ, WRITE
_INNOVATION, _EVENT = int(Stream.INNOVATION), int(Stream.EVENT)


@leaf
def voting_homes(p, w, s, block, lanes):  # type: ignore[no-untyped-def]
    """Work out what voting members' attitudes revert to: one draft shifts them all, for good."""
    anchor, common = w.anchor[block : block + lanes], w.common[block : block + lanes]
    for k in range(p.other_common.size):
        o = p.other_common[k]
        prior, gap, sd = p.other_home[o], p.other_own[o] - p.other_home[o], p.other_sd[o]
        for lane in range(lanes):
            s.homes[k, lane] = prior + anchor[lane] * gap + sd * common[lane]


@leaf
def move(p, w, s, k0, k1, block, lanes, week):  # type: ignore[no-untyped-def]
    """Move the latents of one block by a week: innovations, reversion, meetings."""
    actors, stream = p.actors, np.uint64(_INNOVATION)
    x, mood, homes, u = s.x, s.mood, s.homes, s.u
    for quad in range((actors + 3) // 4):
        uniforms(w.draw, block, lanes, np.uint64(week), np.uint64(quad), stream, k0, k1, u)
        for k in range(min(4, actors - 4 * quad)):
            normals(u[k], p.normal_table, lanes, mood[4 * quad + k])
    drift, keep = w.drift[block : block + lanes], w.keep[block : block + lanes]
    anchor = w.anchor[block : block + lanes]
    for a in range(actors):
        prior, gap, step = p.home[a], p.own[a] - p.home[a], p.step[a]
        row, mine = x[a], mood[a]
        for lane in range(lanes):
            mine[lane] = drift[lane] * mine[lane]
            home = prior + anchor[lane] * gap
            row[lane] = home + keep[lane] * (row[lane] - home) + step * mine[lane]
    alone = w.alone[block : block + lanes]
    for k in range(p.other_common.size):
        o = p.other_common[k]
        home, row, mine, step = homes[k], x[actors + o], mood[p.other_owner[o]], p.other_step[o]
        for lane in range(lanes):
            own = alone[lane] * mine[lane]
            row[lane] = home[lane] + keep[lane] * (row[lane] - home[lane]) + step * own
    for o in p.other_alone:
        prior, gap, step = p.other_home[o], p.other_own[o] - p.other_home[o], p.other_step[o]
        row, mine = x[actors + o], mood[p.other_owner[o]]
        for lane in range(lanes):
            home = prior + anchor[lane] * gap
            row[lane] = home + keep[lane] * (row[lane] - home) + step * mine[lane]
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


@leaf
def chances(p, w, s, block, lanes):  # type: ignore[no-untyped-def]
    """Keep each event's chance of beginning up to date, where what hastens or brakes it turned."""
    v, before, begins = s.v, s.pushed, s.begins
    for e in range(p.event.shape[0]):
        first, last = p.push_start[e], p.push_start[e + 1]
        turned = ZERO
        for k in range(first, last):
            now = v[p.push[k, 0]] if p.push[k, 0] >= 0 else ZERO
            turned |= now ^ before[k]
            before[k] = now
        if turned == ZERO:
            continue
        for lane in range(lanes):
            if not (turned >> np.uint64(lane)) & ONE:
                continue
            at, bit = block + lane, np.uint64(lane)
            rate, plain = w.begin[e, at], True
            for k in range(first, last):
                truth = (before[k] >> bit) & ONE
                if p.push[k, 1] == 0:
                    if truth:
                        rate = rate * w.push[k, at]
                        plain = False
                elif not truth:
                    rate = rate * (1 - w.push[k, at])
                    plain = False
            begins[e, lane] = w.begins[e, at] if plain else 1 - np.exp(-rate)


@leaf
def events(p, w, s, tapes, k0, k1, block, lanes, week):  # type: ignore[no-untyped-def]
    """Let events begin and end, one number for both (see `reference`)."""
    mode, stream, numbers = tapes.numbers_mode, np.uint64(_EVENT), s.u
    v, on, age, begins = s.v, s.on, s.age, s.begins
    for e in range(p.event.shape[0]):
        possible = p.event[e, 3]
        if e % 4 == 0:
            if mode != _PLAIN:
                numbers = tapes.numbers[block // LANES, week, e // 4]
            if mode != _READ:
                quad = np.uint64(e // 4)
                uniforms(w.draw, block, lanes, np.uint64(week), quad, stream, k0, k1, numbers)
        can = ALL if possible < 0 else v[possible]
        number, chance, stays = numbers[e % 4], begins[e], w.stays[e, block : block + lanes]
        mine, weeks = on[e], age[e]
        for lane in range(lanes):
            may = chance[lane] if (can >> np.uint64(lane)) & ONE else 0.0
            stay = stays[lane] if mine[lane] else 0.0
            mine[lane] = (number[lane] < may) | (number[lane] < stay)
        for lane in range(lanes):
            weeks[lane] = weeks[lane] + 1 if mine[lane] else 0


@leaf
def _middle(week):  # type: ignore[no-untyped-def]
    """When it began, what began in a week: in its middle; what held from the start, at 0."""
    return week - 0.5 if week > 0 else 0.0


@leaf
def approvals(p, w, s, block, live, week):  # type: ignore[no-untyped-def]
    """Let national approvals be asked for and given."""
    asked, pending, granted, due, next_due = s.asked, s.pending, s.granted, s.due, s.next_due
    for i in range(p.approval.shape[0]):
        fresh = s.v[p.approval[i, 1]] & ~asked[i] & live
        asked[i] |= fresh
        while fresh != ZERO:
            lane, bit = lowest(fresh)
            fresh ^= bit
            if w.given[i, block + lane]:
                due[i, lane] = _middle(week - 1) + w.approval_weeks[i, block + lane]
                pending[i] |= bit
                next_due[i] = min(next_due[i], due[i, lane])
        if pending[i] and week >= next_due[i]:
            next_due[i], rest = _NEVER, pending[i]
            while rest != ZERO:
                lane, bit = lowest(rest)
                rest ^= bit
                if week >= due[i, lane]:
                    pending[i] ^= bit
                    granted[i] |= bit
                else:
                    next_due[i] = min(next_due[i], due[i, lane])
        s.v[p.approval[i, 0]] = granted[i]


@leaf
def routes(p, w, s, block, live, week, opened):  # type: ignore[no-untyped-def]
    """Open routes some time after what they need first held; return whether one opened."""
    any_opened = False
    v, open_, agreed_since = s.v, s.open, s.agreed_since
    for i in range(p.route.shape[0]):
        variable = p.route[i, 0]
        forced = p.forced_from[variable] <= week
        todo = live if forced else v[p.route[i, 1]] & live
        todo &= ~open_[i]
        if p.barred_from[variable] <= week:
            todo = ZERO
        while todo != ZERO:
            lane, bit = lowest(todo)
            at = block + lane
            todo ^= bit
            agreed_since[i, lane] = min(agreed_since[i, lane], week)
            if forced or week >= _middle(agreed_since[i, lane]) + w.route_weeks[i, at]:
                opened[i, at] = week
                open_[i] |= bit
                any_opened = True
        v[variable] = open_[i]
    return any_opened


@leaf
def milestones(p, w, s, tapes, block, lanes, live, week, first, opened):  # type: ignore[no-untyped-def]
    """Advance the milestones of one block and set their words."""
    v, done, hazard, running, room = s.v, s.done, s.hazard, s.running, s.room
    since, there, none = room.since[:lanes], room.there[:lanes], room.since[:0]
    taped, asked, enough = tapes.paper_mode != _PLAIN, 0, ALL
    for i in range(p.milestone.shape[0]):
        variable, model, needs, reached = (
            p.milestone[i, 0],
            p.milestone[i, 1],
            p.milestone[i, 2],
            p.milestone[i, 3],
        )
        share, rows = p.milestone_share[i], p.cover_domain.size
        if model == _FORCE and taped:
            if tapes.paper_mode == _WRITE:
                tapes.paper[block // LANES, week, asked] = cover(
                    p, w, v, p.pledged, block, lanes, none, none, rows, share, live, room
                )
            enough = tapes.paper[block // LANES, week, asked]
            asked += 1
        todo = live & ~done[i]
        sure = reached <= 0 or p.forced_from[variable] <= week
        if not sure:
            todo &= v[needs] if p.barred_from[variable] > week else ZERO
            if model == 5:
                ripe = ZERO
                for lane in range(lanes if p.deployed >= 0 and todo else 0):
                    there[lane] = week - first[p.deployed, block + lane]
                    if there[lane] >= w.ramp[block + lane]:
                        ripe |= ONE << np.uint64(lane)
                    mandate = first[p.mandate, block + lane] if p.mandate >= 0 else _NEVER
                    since[lane] = week - mandate
                todo &= ripe
                if todo:
                    todo = cover(
                        p, w, v, p.fielded, block, lanes, since, there, rows, share, todo, room
                    )
            elif model == _FORCE and taped:
                todo &= enough
            elif model == _FORCE and todo:
                todo = cover(p, w, v, p.pledged, block, lanes, none, none, rows, share, todo, room)
        while todo != ZERO:
            lane, bit = lowest(todo)
            at = block + lane
            todo ^= bit
            hit = sure
            if sure:
                pass
            elif model == 0:
                for r in range(p.route.shape[0]):
                    if opened[r, at] <= week:
                        hit = True
            elif model == 1:
                if week > 0 and w.due[i, at] >= _NEVER:
                    hazard[i, lane] += w.rate[i, at]
                hit = week >= w.due[i, at] or hazard[i, lane] >= w.clock[i, at]
            elif model == 2:
                if week > 0:
                    hazard[i, lane] += w.rate[i, at]
                hit = hazard[i, lane] >= w.clock[i, at]
            elif model == _FORCE:
                hit = True
                if p.milestone[i, 4]:
                    if week > 0:
                        hazard[i, lane] += w.rate[i, at]
                    hit = hazard[i, lane] >= w.clock[i, at]
            elif model == 4:
                if p.mandate >= 0 and first[p.mandate, at] <= week:
                    score = _arrival_score(p, w.arrival[at], v, np.uint64(lane), running[i, lane])
                    running[i, lane] += 1
                    if week > 0:
                        hazard[i, lane] += np.log1p(np.exp(score))
                    hit = hazard[i, lane] >= w.clock[i, at]
            else:
                hit = True
            if hit:
                first[i, at] = week
                done[i] |= bit
        v[variable] = done[i]


@leaf
def _arrival_score(p, beta, v, bit, ran):  # type: ignore[no-untyped-def]
    """Log-odds of a first arrival this week, `ran` weeks after authorisation."""
    spell = 0
    while spell < p.arrival_edges.size and ran >= p.arrival_edges[spell]:
        spell += 1
    score = beta[spell]
    for f in range(p.feature_base.size):
        value = p.feature_base[f]
        for k in range(p.feature_start[f], p.feature_start[f + 1]):
            if (v[p.feature_var[k]] >> bit) & ONE:
                value += p.feature_weight[k]
        score += beta[p.arrival_edges.size + 1 + f] * value
    return score


@leaf
def stances(p, w, s, block, lanes, stance):  # type: ignore[no-untyped-def]
    """Count the lanes on each rung, by actor and domain."""
    x, highest = s.x, s.some
    for a in range(p.actors):
        row = x[a]
        for d in range(_D + 1):
            if d < _D:
                offset = w.offset[a, d, block : block + lanes]
                for lane in range(lanes):
                    level = row[lane] + offset[lane]
                    highest[lane] = level if d == 0 else max(highest[lane], level)
            above, rungs = lanes, stance[a, d]
            for rung in range(p.stance_cuts.size):
                cut, beyond = p.stance_cuts[rung], np.int64(0)
                if d < _D:
                    offset = w.offset[a, d, block : block + lanes]
                    for lane in range(lanes):
                        beyond += np.int64(row[lane] + offset[lane] >= cut)
                else:
                    for lane in range(lanes):
                        beyond += np.int64(highest[lane] >= cut)
                rungs[rung] += above - beyond
                above = beyond
            rungs[p.stance_cuts.size] += above
