"""Truth values of 64 draws in a word: the condition program, votes and coverage, compiled."""

from __future__ import annotations

import numpy as np

from willing.forecast.kernel_numbers import ALL, ONE, ZERO, jit
from willing.forecast.program import Op

__all__ = ["cover", "solve", "votes"]

_CONST, _VAR, _AND, _NOT, _COUNT = (int(o) for o in (Op.CONST, Op.VAR, Op.AND, Op.NOT, Op.COUNT))


@jit
def at_least(p, v, row, planes):  # type: ignore[no-untyped-def]
    """Lanes in which at least the row's number of its variables hold (bit-sliced adder)."""
    least = p.count_least[row]
    if least <= 0:
        return ALL
    if least > p.count_start[row + 1] - p.count_start[row]:
        return ZERO
    planes[:] = ZERO
    for k in range(p.count_start[row], p.count_start[row + 1]):
        carry = v[p.count_var[k]]
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


@jit
def solve(p, v, week, stack, planes):  # type: ignore[no-untyped-def]
    """Solve the program of one block of lanes to its least fixed point."""
    for i in range(p.targets.size):
        v[p.targets[i]] = ZERO
    for i in range(p.variables):
        if p.forced_from[i] <= week:
            v[i] = ALL
        if p.barred_from[i] <= week:
            v[i] = ZERO
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
                    stack[top] = ALL if arg else ZERO
                elif op == _NOT:
                    stack[top] = ~stack[top]
                elif op == _COUNT:
                    top += 1
                    stack[top] = at_least(p, v, arg, planes)
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
                changed |= p.circular[i]


@jit
def cover(p, w, v, variables, d, at, lane, since, delivered):  # type: ignore[no-untyped-def]
    """Coverage of one required domain in one lane; `delivered` counts only what has arrived."""
    bit, best = np.uint64(lane), 1.0
    for c in range(p.cut_start[d], p.cut_start[d + 1]):
        total = p.cut_constant[c]
        for k in range(p.offer_start[c], p.offer_start[c + 1]):
            j = p.offer[k]
            if (v[variables[j]] >> bit) & ONE and not (delivered and since < w.ready_week[j, at]):
                total += p.offer_coefficient[k] * w.size[j, at]
        best = min(best, total)
    return best


@jit
def votes(p, v, x, lanes):  # type: ignore[no-untyped-def]
    """Set the words of all votes from the members' positions."""
    for f in range(p.vote_var.size):
        first, last = p.vote_start[f], p.vote_start[f + 1]
        yes_from, no_below = p.vote_cut[f, 0], p.vote_cut[f, 1]
        word = ZERO
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
                    word |= ONE << np.uint64(lane)
                    break
        v[p.vote_var[f]] = word
