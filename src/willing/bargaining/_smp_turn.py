"""Kernels of the Spatial Model of Politics: one turn, and all turns of many draws.

The plain twin is `_smp_reference.step`. Distances are stored position by actor: d[j, k] is how
far position j is from actor k's ideal, so that the inner loops run along memory.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from willing.bargaining._jit import inner, kernel
from willing.bargaining._smp_votes import (
    TIE,
    coalitions,
    coalitions_on_line,
    election,
    first_largest,
    response,
)

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

VICTORY, VOTING, ELECTION, TRANSITIONS, RANGE, VIEW, COMMITMENT, INTERPOLATION, OFFERS, RECEIVER = (
    range(10)
)
ON_LINE = 32  # from so many actors the n^2 sum is faster than the n^3 one
_VIEWS = (1 / 3, 0.0, 0.5, 2 / 3, 1.0)


@kernel
def distances(ideal: Array, points: Array, salience: Array) -> Array:
    """d[j, k]: distance of point j from k's ideal, in k's saliences; 0 where k cares for none."""
    n, dims = ideal.shape
    d = np.zeros((len(points), n))
    for k in range(n):
        total = 0.0
        for q in range(dims):
            total += salience[k, q] ** 2
        if total > 0.0:
            for j in range(len(points)):
                s = 0.0
                for q in range(dims):
                    s += salience[k, q] ** 2 * (ideal[k, q] - points[j, q]) ** 2
                d[j, k] = math.sqrt(s / total)
    return d


@kernel
def _utility(d: float, risk: float) -> float:
    return (1.0 - d) * (1.0 + (d if d <= 1.0 else 1.0) * risk)


@kernel
def _strengths(codes: Ints, w: Array, risk: Array, d: Array, x: Array, on_line: bool) -> Array:
    """Coalitions over the positions of `d`, each actor seeing its own risk attitude."""
    if on_line:
        return coalitions_on_line(w, risk, x[0], x[1][: len(d)])
    u = np.empty_like(d)
    for j in range(d.shape[0]):
        for k in range(d.shape[1]):
            u[j, k] = _utility(d[j, k], risk[k])
    return coalitions(codes[VOTING], w, u)


@kernel
def odds(
    codes: Ints, ideal: Array, positions: Array, salience: Array, w: Array, d: Array
) -> tuple[Array, Array]:
    """Probability that each actor's position wins, and risk attitudes."""
    n, dims = positions.shape
    line = dims == 1 and codes[VOTING] == 0 and n >= ON_LINE
    for k in range(n):  # on a line salience drops out, except for those who do not care at all
        line = line and ideal[k, 0] == positions[k, 0] and salience[k, 0] > 0.0
    x = np.zeros((2, n))
    for k in range(n):
        x[0, k], x[1, k] = ideal[k, 0], positions[k, 0]
    p = election(codes[VICTORY], codes[ELECTION], _strengths(codes, w, np.zeros(n), d, x, line))
    low, high = p[0], p[0]
    for k in range(n):
        low, high = min(low, p[k]), max(high, p[k])
    risk = np.zeros(n)
    if high - low >= 1e-12:
        for k in range(n):
            share = (p[k] - low) / (high - low)
            if codes[RANGE] == 0:
                risk[k] = 1.5 * share - 0.5
            elif codes[RANGE] == 1:
                risk[k] = share
            else:
                risk[k] = 2.0 * share - 1.0
    group, firsts = np.zeros(n, np.int64), np.zeros(n, np.int64)
    count = 0
    for i in range(n):
        group[i] = -1
        for g in range(count):
            s = 0.0
            for q in range(dims):
                s += (positions[i, q] - positions[firsts[g], q]) ** 2
            if math.sqrt(s) < 1e-3:
                group[i] = g
        if group[i] < 0:
            firsts[count] = i
            group[i] = count
            count += 1
    some = np.empty((count, n))
    for g in range(count):
        x[1, g] = positions[firsts[g], 0]
        for k in range(n):
            some[g, k] = d[firsts[g], k]
    won = election(codes[VICTORY], codes[ELECTION], _strengths(codes, w, risk, some, x, line))
    out = np.empty(n)
    for i in range(n):
        out[i] = won[group[i]]
    return out, risk


@inner
def _third_parties(
    w: Array, ui: Array, uj: Array, own: Array, a: float, b: float
) -> tuple[float, float]:
    """Strength third parties add to each side: proportional votes, semi-committed."""
    plus, minus = 0.0, 0.0
    for n in range(len(w)):
        first = w[n] * (ui[n] - uj[n])
        with_i = a + (first if first > 0.0 else 0.0)
        with_j = b - (first if first < 0.0 else 0.0)
        v = w[n] * (with_i * (own[n] - ui[n]) + with_j * (uj[n] - own[n])) / (with_i + with_j)
        plus += v if v > 0.0 else 0.0
        minus -= v if v < 0.0 else 0.0
    return plus, minus


@kernel
def _contest(
    codes: Ints, w: Array, ui: Array, uj: Array, own: Array, i: int, j: int, scratch: Array
) -> float:
    """P(i beats j) in an observer's view; `ui`, `uj`, `own` are utilities of all actors."""
    rule = codes[VOTING]
    vi, vj = w[i] * response(rule, ui[i] - uj[i]), w[j] * response(rule, ui[j] - uj[j])
    a = 1e-10 + max(0.0, vi) + max(0.0, vj)
    b = 1e-10 + max(0.0, -vi) + max(0.0, -vj)
    if codes[COMMITMENT] != 0:
        return float(a / (a + b))
    wi, wj = scratch[i], scratch[j]
    scratch[i], scratch[j] = 0.0, 0.0  # the principals have voted
    if rule == 0:
        plus, minus = _third_parties(scratch, ui, uj, own, a, b)
    else:
        plus, minus = 0.0, 0.0
        for n in range(len(w)):
            first = scratch[n] * response(rule, ui[n] - uj[n])
            with_i, with_j = a + max(0.0, first), b + max(0.0, -first)
            q = with_i / (with_i + with_j)
            v = scratch[n] * response(rule, q * (own[n] - ui[n]) + (1.0 - q) * (uj[n] - own[n]))
            plus += max(0.0, v)
            minus += max(0.0, -v)
    scratch[i], scratch[j] = wi, wj
    return float((a + plus) / (a + plus + b + minus))


@kernel
def _view(codes: Ints, risk: Array, d: Array, h: int, r: Array, own: Array) -> None:
    """Risk attitudes as h sees them into `r`, and what each thinks of his own place into `own`."""
    share = _VIEWS[codes[VIEW]]
    for k in range(len(r)):
        r[k] = (1.0 - share) * risk[h] + share * risk[k]
        own[k] = _utility(d[k, k], r[k])


@kernel
def _row(d: Array, r: Array, out: Array) -> None:
    """Utility of one position to all actors, at their distances from it."""
    for k in range(len(out)):
        out[k] = (1.0 - d[k]) * (1.0 + min(d[k], 1.0) * r[k])


@kernel
def seen_by(codes: Ints, d: Array, risk: Array, w: Array, h: int) -> Array:
    """victory[i, j]: probability that i beats j as h sees it; `w` is influence times salience."""
    n = len(w)
    out, scratch = np.full((n, n), 0.5), w.copy()
    ui, uj, own, r = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    _view(codes, risk, d, h, r, own)
    for i in range(n):
        _row(d[i], r, ui)
        for j in range(n):
            if i != j:
                _row(d[j], r, uj)
                out[i, j] = _contest(codes, w, ui, uj, own, i, j, scratch)
    return out


@kernel
def challenges(
    codes: Ints,
    d: Array,
    risk: Array,
    w: Array,
    total: Array,
    start: int,
    stop: int,
    everything: bool,
    victory: Array,
    gain: Array,
    target: Ints,
    seen: Array,
) -> None:
    """Targets of actors start..stop, filled into the arrays.

    victory, gain (n, n): each initiator's own view. Unless `everything`, targets that cannot be
    the best are skipped and keep NaN. seen (n,): the receiver's view of the chosen challenge.
    w: influence times total salience, `total`: total salience.
    """
    n = len(w)
    scratch = w.copy()
    ui, uj, own, r = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for i in range(start, stop):
        _view(codes, risk, d, i, r, own)
        _row(d[i], r, ui)
        # The gain is (Uii - Uij)(1 - 2 Sj (1 - P)): bounded before P is known.
        probe, bound = -1, 0.0
        for j in range(n):
            loss = own[i] - _utility(d[j, i], risk[i])
            if j != i and loss > bound:
                probe, bound = j, loss
        least = -math.inf
        for step in range(-1, n):
            j = probe if step < 0 else step
            if j < 0 or j == i or (step >= 0 and j == probe):
                continue
            loss = own[i] - _utility(d[j, i], risk[i])
            if not everything and max(loss, loss * (1.0 - 2.0 * total[j])) < least - TIE:
                continue
            _row(d[j], r, uj)
            p = _contest(codes, w, ui, uj, own, i, j, scratch)
            victory[i, j] = p
            gain[i, j] = loss * (1.0 - 2.0 * total[j] * (1.0 - p))
            least = max(least, gain[i, j])
        best = -1
        for j in range(n):
            if j == i or math.isnan(gain[i, j]) or gain[i, j] <= 1e-5:
                continue
            if best < 0 or gain[i, j] > gain[i, best] + TIE:
                best = j
        target[i] = best
        best = target[i]
        if best >= 0 and codes[OFFERS] != 0:
            _view(codes, risk, d, best, r, own)
            _row(d[i], r, ui)
            _row(d[best], r, uj)
            p = _contest(codes, w, ui, uj, own, i, best, scratch)
            loss = own[i] - uj[i]
            g = loss * (1.0 - 2.0 * total[best] * (1.0 - p))
            seen[i] = p if codes[RECEIVER] == 1 else g


@kernel
def _round4(x: float) -> float:
    return min(1.0, max(0.0, math.floor(0.5 + x * 10000.0) / 10000.0))


@kernel
def _meet(codes: Ints, xi: Array, xj: Array, si: Array, sj: Array, p: float, out: Array) -> None:
    """Positions i and j would adopt, into out[0] and out[1]."""
    small = 1e-6
    for q in range(len(xi)):
        if codes[INTERPOLATION] == 2:  # S2PMax
            yi, yj = max(0.0, 1.0 - 2.0 * p), max(0.0, 2.0 * p - 1.0)
            ci, cj = si[q] ** 2, sj[q] ** 2
            ti = yi * cj / (yi * cj + small + (1.0 - yi) * ci)
            tj = yj * ci / (yj * ci + small + (1.0 - yj) * cj)
            out[0, q] = xi[q] + ti * (xj[q] - xi[q])
            out[1, q] = xj[q] + tj * (xi[q] - xj[q])
            continue
        wi, wj = si[q] * p, sj[q] * (1.0 - p)
        if codes[INTERPOLATION] == 0:  # S2P2
            wi, wj = wi * wi, wj * wj
        total = wi + wj + small
        if abs(total) < small:
            total = small
        out[0, q] = _round4(((wi + small) * xi[q] + wj * xj[q]) / total)
        out[1, q] = _round4((wi * xi[q] + (wj + small) * xj[q]) / total)


@kernel
def offers(
    codes: Ints,
    positions: Array,
    salience: Array,
    w: Array,
    target: Ints,
    victory: Array,
    seen: Array,
) -> tuple[Ints, Array]:
    """Parties (bargains, 2) and the positions they would adopt (bargains, 2, dims)."""
    n, dims = positions.shape
    each = 2 if codes[OFFERS] == 1 else 1
    count = 0
    for i in range(n):
        count += each if target[i] >= 0 else 0
    parties, ends = np.empty((count, 2), np.int64), np.empty((count, 2, dims))
    theirs = np.empty((2, dims))
    b = 0
    for i in range(n):
        j = target[i]
        if j < 0:
            continue
        xi, xj, si, sj = positions[i], positions[j], salience[i], salience[j]
        _meet(codes, xi, xj, si, sj, victory[i, j], ends[b])
        if codes[OFFERS] != 0:
            _meet(codes, xi, xj, si, sj, seen[i], theirs)
        t = w[j] / (w[i] + w[j]) if w[i] + w[j] > 0.0 else 0.5
        for side in range(2):
            for q in range(dims):
                if codes[OFFERS] == 1:
                    ends[b + 1, side, q] = theirs[side, q]
                elif codes[OFFERS] == 2:
                    ends[b, side, q] = (1.0 - t) * ends[b, side, q] + t * theirs[side, q]
        for e in range(each):
            parties[b + e, 0], parties[b + e, 1] = i, j
        b += each
    return parties, ends


@kernel
def resolve(
    codes: Ints,
    positions: Array,
    salience: Array,
    capability: Array,
    d: Array,
    risk: Array,
    parties: Ints,
    ends: Array,
    uniform: Array,
    chance: Array,
) -> tuple[Array, Ints]:
    """New positions, and the bargain each actor adopts (-1: none).

    chance (bargains, 2) receives the probability each party gives the bargain.
    """
    n = len(positions)
    count = len(parties)
    u = np.empty((count + 1, n))  # utility of what each bargain leaves behind; last: status quo
    for k in range(n):
        u[count, k] = 0.0
        for j in range(n):
            u[count, k] += _utility(d[j, k], risk[k])
    for b in range(count):
        after = distances(positions, ends[b], salience)
        i, j = parties[b]
        for k in range(n):
            u[b, k] = (
                u[count, k]
                - _utility(d[i, k], risk[k])
                - _utility(d[j, k], risk[k])
                + _utility(after[0, k], risk[k])
                + _utility(after[1, k], risk[k])
            )
    for b in range(count + 1):
        for k in range(n):
            u[b, k] /= n
    length = np.zeros(n, np.int64)
    for b in range(count):
        length[parties[b, 0]] += 1
        length[parties[b, 1]] += 1
    moved, adopted = positions.copy(), np.full(n, -1, np.int64)
    for k in range(n):
        if length[k] == 0:
            continue
        queue, some = np.empty(length[k] + 1, np.int64), np.empty((length[k] + 1, n))
        queue[0], some[0], at = -1, u[count], 1
        for b in range(count):
            if parties[b, 0] == k or parties[b, 1] == k:
                queue[at], some[at] = b, u[b]
                at += 1
        p = election(codes[VICTORY], codes[ELECTION], coalitions(codes[VOTING], capability, some))
        if codes[TRANSITIONS] == 0:
            pick = first_largest(p)
        else:
            pick, reached = 0, p[0]
            while pick < len(p) - 1 and reached <= uniform[k]:
                pick += 1
                reached += p[pick]
        for m in range(1, len(queue)):
            chance[queue[m], 0 if parties[queue[m], 0] == k else 1] = p[m]
        adopted[k] = queue[pick]
        if adopted[k] >= 0:
            moved[k] = ends[adopted[k], 0 if parties[adopted[k], 0] == k else 1]
    return moved, adopted


@kernel
def turn(
    codes: Ints, ideal: Array, positions: Array, salience: Array, w: Array, uniform: Array
) -> tuple[Array, Array]:
    """Positions after one turn, and the probabilities before it."""
    n, _ = positions.shape
    d = distances(ideal, positions, salience)
    p, risk = odds(codes, ideal, positions, salience, w, d)
    total, strength = np.zeros(n), np.empty(n)
    for k in range(n):
        for q in range(salience.shape[1]):
            total[k] += salience[k, q]
        strength[k] = w[k] * total[k]
    victory, gain = np.full((n, n), np.nan), np.full((n, n), np.nan)
    target, seen = np.empty(n, np.int64), np.zeros(n)
    every = n < 0  # a plain False would be compiled apart
    challenges(codes, d, risk, strength, total, 0, n, every, victory, gain, target, seen)
    parties, ends = offers(codes, positions, salience, strength, target, victory, seen)
    chance = np.zeros((len(parties), 2))
    moved, _ = resolve(codes, positions, salience, w, d, risk, parties, ends, uniform, chance)
    return moved, p


@kernel
def distance_moved(before: Array, after: Array) -> float:
    """Sum over actors of how far each moved."""
    total = 0.0
    for k in range(len(before)):
        s = 0.0
        for q in range(before.shape[1]):
            s += (after[k, q] - before[k, q]) ** 2
        total += math.sqrt(s)
    return total


@kernel
def accommodate(matrix: Array, ideal: Array, positions: Array) -> Array:
    """Ideals after a turn."""
    if matrix.shape[0] == 0:
        return positions.copy()
    out = np.zeros_like(ideal)
    for i in range(len(ideal)):
        drawn = 0.0
        for j in range(len(ideal)):
            drawn += matrix[i, j]
            for q in range(ideal.shape[1]):
                out[i, q] += matrix[i, j] * positions[j, q]
        lag = min(1.0, max(0.0, 1.0 - drawn))
        for q in range(ideal.shape[1]):
            out[i, q] += lag * ideal[i, q]
    return out


@kernel
def run(
    codes: Ints,
    salience: Array,
    w: Array,
    matrix: Array,
    turns: int,
    own_stop: bool,
    uniform: Array,
    start: int,
    stop: int,
    history: Array,
    probability: Array,
    lasted: Ints,
) -> None:
    """All turns of draws start..stop, in place; after its stop a draw stands still.

    history (turns + 1, draws, n, dims) holds the start at turn 0; probability (turns + 1, draws,
    n); uniform (turns, draws, n) or (0, 0, 0); lasted (draws,).
    """
    n = w.shape[1]
    nothing = np.zeros(n)
    for k in range(start, stop):
        ideal = history[0, k].copy()
        first = 0.0
        t = 0
        while t < turns:
            drawn = uniform[t, k] if uniform.shape[0] else nothing
            after, p = turn(codes, ideal, history[t, k], salience[k], w[k], drawn)
            probability[t, k] = p
            moved = distance_moved(history[t, k], after)
            ideal = accommodate(matrix, ideal, after)
            t += 1
            history[t, k] = after
            if t == 1:
                first = moved + 1e-4
            elif own_stop and moved / first < 0.02:
                break
        lasted[k] = t
        d = distances(ideal, history[t, k], salience[k])
        probability[t, k] = odds(codes, ideal, history[t, k], salience[k], w[k], d)[0]
        for later in range(t + 1, turns + 1):
            history[later, k] = history[t, k]
            probability[later, k] = probability[t, k]
