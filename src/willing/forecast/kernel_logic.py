"""Truth values of 64 draws in a word: the condition program, votes and coverage, compiled.

Loops over lanes run along slices and without early exits, so that the compiler can turn them into
vector instructions.
"""

from __future__ import annotations

import numpy as np

from willing.forecast.gates import Gate
from willing.forecast.kernel_numbers import ALL, ONE, ZERO, leaf, packed

__all__ = ["atoms", "cover", "solve", "votes"]


_AND, _OR = int(Gate.AND), int(Gate.OR)


@leaf
def at_least(inputs, inverted, least, v, planes):  # type: ignore[no-untyped-def]
    """Lanes in which at least so many of the inputs hold (bit-sliced adder)."""
    if least <= 0:
        return ALL
    if least > inputs.size:
        return ZERO
    planes[:] = ZERO
    for k in range(inputs.size):
        carry = v[inputs[k]] ^ inverted[k]
        for b in range(8):
            if carry == ZERO:
                break
            planes[b], carry = planes[b] ^ carry, planes[b] & carry
    more, same = ZERO, ALL
    for b in range(7, -1, -1):
        if (least >> b) & 1:
            same &= planes[b]
        else:
            more |= same & planes[b]
            same &= ~planes[b]
    return more | same


@leaf
def solve(p, s, week):  # type: ignore[no-untyped-def]
    """Solve the program of one block of lanes to its least fixed point (see `gates`)."""
    v = s.v
    for i in range(p.targets.size):
        v[p.targets[i]] = ZERO
    for i in range(p.forced.size):
        if p.forced_from[p.forced[i]] <= week:
            v[p.forced[i]] = ALL
    for i in range(p.barred.size):
        if p.barred_from[p.barred[i]] <= week:
            v[p.barred[i]] = ZERO
    for k in range(p.gates.stretch.shape[0]):
        first, last, circle = p.gates.stretch[k]
        changed = True
        while changed:
            changed = _sweep(p, p.gates, v, week, first, last, s.planes) and circle != 0


@leaf
def _sweep(p, gates, v, week, first, last, planes):  # type: ignore[no-untyped-def]
    """Work gates out in order; return whether one that closes a circle turned."""
    kind, start, inputs, inverted = gates.kind, gates.start, gates.input, gates.inverted
    result, final, barred = gates.result, gates.final, p.barred.size > 0
    changed = False
    for g in range(first, last):
        begin, end, target = start[g], start[g + 1], result[g]
        if kind[g] == _AND:
            word = ALL
            for k in range(begin, end):
                word &= v[inputs[k]] ^ inverted[k]
        elif kind[g] == _OR:
            word = ZERO
            for k in range(begin, end):
                word |= v[inputs[k]] ^ inverted[k]
        else:
            word = at_least(inputs[begin:end], inverted[begin:end], gates.least[g], v, planes)
        if final[g]:
            if barred and p.barred_from[target] <= week:
                continue
            word |= v[target]
            if gates.watched[g] and word != v[target]:
                changed = True
        v[target] = word
    return changed


@leaf
def atoms(p, w, s, block, lanes):  # type: ignore[no-untyped-def]
    """Set the words of all comparisons of a position with a cut."""
    v, x = s.v, s.x
    shift = w.cut_shift[block : block + lanes]
    for i in range(p.atom.shape[0]):
        latent, domain, cut, word = p.atom[i, 1], p.atom[i, 2], p.atom_cut[i], ZERO
        level = x[latent]
        if domain < 0:
            for lane in range(lanes):
                word |= np.uint64(level[lane] >= cut) << np.uint64(lane)
        else:
            offset = w.offset[latent, domain, block : block + lanes]
            if p.atom[i, 3] == 0:
                for lane in range(lanes):
                    word |= np.uint64(level[lane] + offset[lane] >= cut) << np.uint64(lane)
            else:
                for lane in range(lanes):
                    beyond = level[lane] + offset[lane] >= cut + shift[lane]
                    word |= np.uint64(beyond) << np.uint64(lane)
        v[p.atom[i, 0]] = word


@leaf
def _comes(size, ready, word, since, out):  # type: ignore[no-untyped-def]
    """Write how much of one offer is there into `out` (lanes)."""
    if since.size:
        for lane in range(out.size):
            here = np.int64((word >> np.uint64(lane)) & ONE) & np.int64(since[lane] >= ready[lane])
            out[lane] = size[lane] * np.float64(here)
    elif word == ALL:
        for lane in range(out.size):
            out[lane] = size[lane]
    else:
        for lane in range(out.size):
            out[lane] = size[lane] * np.float64(np.int64((word >> np.uint64(lane)) & ONE))


@leaf
def cover(  # type: ignore[no-untyped-def]
    p, w, v, variables, block, lanes, since, there, rows, share, todo, room
):
    """Write the coverage of the first rows into `room.level`; return the lanes with enough.

    Where `since` (weeks, by lane) is given, only what has arrived by then counts; `there` are then
    the weeks since the first arrival, for which lift has run. Enough are the lanes of `todo` in
    which every row reaches a share of what it needs: of its minimum on paper (no `since`), of the
    whole in the field. Rows that no lane can pass any more are left as they were.
    """
    room.asked[:] = 0
    total = room.total[:lanes]
    for d in range(rows):
        need = share * (1.0 if since.size else p.cover_minimum[d]) - 1e-9
        if todo == ZERO:
            break
        best = room.level[d, :lanes]
        best[:] = 1.0
        for c in range(p.cut_start[d], p.cut_start[d + 1]):
            pace = p.cut_pace[c]
            if pace > 0.0 and since.size == 0:
                continue
            total[:] = p.cut_constant[c]
            if pace > 0.0:
                for lane in range(lanes):
                    total[lane] += pace * there[lane]
            for k in range(p.offer_start[c], p.offer_start[c + 1]):
                j, part = p.offer[k], p.offer_coefficient[k]
                word = v[variables[j]]
                if word == ZERO:
                    continue
                comes = room.comes[j, :lanes]
                if room.asked[j] == 0:
                    room.asked[j], last = 1, block + lanes
                    _comes(w.size[j, block:last], w.ready_week[j, block:last], word, since, comes)
                for lane in range(lanes):
                    total[lane] += part * comes[lane]
            for lane in range(lanes):
                best[lane] = min(best[lane], total[lane])
        for lane in range(lanes):
            room.marks[lane] = best[lane] >= need
        todo &= packed(room.marks)
    return todo


@leaf
def votes(p, s, lanes, live):  # type: ignore[no-untyped-def]
    """Set the words of all votes from the members' positions."""
    v, x, marks, total = s.v, s.x, s.marks, s.some
    for f in range(p.vote_var.size):
        first, last = p.vote_start[f], p.vote_start[f + 1]
        yes_from, no_below = p.vote_cut[f, 0], p.vote_cut[f, 1]
        marks[:] = 0
        for k in range(first, last):
            if p.vote_blocks[k]:
                level = x[p.vote_latent[k]]
                for lane in range(lanes):
                    marks[lane] |= level[lane] < no_below
        blocked, word = packed(marks), ZERO
        for a in range(p.alt_start[f], p.alt_start[f + 1]):
            passed = live & ~blocked & ~word
            for c in range(p.criterion_start[a], p.criterion_start[a + 1]):
                if passed == ZERO:
                    break
                total[:] = 0.0
                for k in range(first, last):
                    level, at = x[p.vote_latent[k]], p.weight_start[c] + k - first
                    yes, half = p.weight_yes[at], p.weight_abstain[at]
                    for lane in range(lanes):
                        other = half if level[lane] >= no_below else 0.0
                        total[lane] += yes if level[lane] >= yes_from else other
                quota = p.quota[c] - 1e-9
                for lane in range(lanes):
                    marks[lane] = total[lane] >= quota
                passed &= packed(marks)
            word |= passed
        v[p.vote_var[f]] = word
