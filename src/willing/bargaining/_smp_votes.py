"""Kernels of the Spatial Model of Politics: votes, coalitions and elections by pairwise contest.

The plain twin of every function here is in `_smp_reference.py`. Codes are the places of the
values in `_options.OPTIONS`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from willing.bargaining._jit import inner, kernel

Array = NDArray[np.float64]

FLOOR = 1e-8
TIE = 1e-12
PROPORTIONAL, CONDITIONAL, LINEAR = 0, 0, 0


@kernel
def response(rule: int, difference: float) -> float:
    """Vote per unit of weight over a difference of utilities."""
    if rule == 0:  # Prop
        return difference
    binary = min(1.0, max(-1.0, difference / 1e-8)) if abs(difference) >= TIE else 0.0
    if rule == 1:  # Binary
        return binary
    if rule == 2:  # PropBin
        return 0.8 * difference + 0.2 * binary
    cubic = difference * difference * difference
    if rule == 3:  # PropCbc
        return 0.5 * difference + 0.5 * cubic
    if rule == 4:  # Cubic
        return cubic
    return 2.0 * difference / 3.0 if difference > 0 else difference  # ASymProsp


@inner
def _pair(w: Array, ui: Array, uj: Array) -> tuple[float, float]:
    """Strength for i and for j where votes are proportional."""
    a, b = 0.0, 0.0
    for k in range(len(w)):
        v = w[k] * (ui[k] - uj[k])
        a += v if v > 0.0 else 0.0
        b -= v if v < 0.0 else 0.0
    return a, b


@kernel
def coalitions(rule: int, w: Array, u: Array) -> Array:
    """C[i, j]: strength for option i against option j; `u` is (options, actors)."""
    m, n = u.shape
    c = np.full((m, m), FLOOR)
    for i in range(m):
        for j in range(i):
            if rule == PROPORTIONAL:
                a, b = _pair(w, u[i], u[j])
            else:
                a, b = 0.0, 0.0
                for k in range(n):
                    v = w[k] * response(rule, u[i, k] - u[j, k])
                    if v > 0.0:
                        a += v
                    else:
                        b -= v
            c[i, j] += a
            c[j, i] += b
    return c


@kernel
def coalitions_on_line(w: Array, risk: Array, x: Array, options: Array) -> Array:
    """The same for proportional votes in one dimension, in n^2 and a sort.

    An actor's utility falls with distance whatever its risk attitude in [-1, 1], so actors left
    of the middle between two options prefer the left one; and it is a polynomial of where the
    actor stands. Both sides' strength are therefore differences of four running sums.
    """
    n, m = len(x), len(options)
    order, xs = np.argsort(x), np.empty(n)
    s0, s1, s2, s3 = np.zeros(n + 1), np.zeros(n + 1), np.zeros(n + 1), np.zeros(n + 1)
    for k in range(n):
        o = order[k]
        xs[k] = x[o]
        s0[k + 1] = s0[k] + w[o] * (1.0 - risk[o])
        s1[k + 1] = s1[k] + w[o] * (1.0 - risk[o]) * x[o]
        s2[k + 1] = s2[k] + w[o] * risk[o]
        s3[k + 1] = s3[k] + w[o] * risk[o] * x[o]
    places = np.argsort(options)
    reach, reached = np.empty(m, np.int64), 0  # actors at an option or left of it
    for p in range(m):
        while reached < n and xs[reached] <= options[places[p]]:
            reached += 1
        reach[places[p]] = reached
    c = np.full((m, m), FLOOR)
    for p in range(m):
        lo = places[p]
        a = mid = reach[lo]
        for q in range(p + 1, m):
            hi = places[q]
            gap, total = options[hi] - options[lo], options[hi] + options[lo]
            if gap <= 0.0:
                continue
            b = reach[hi]
            while mid < b and xs[mid] <= total / 2.0:  # the middle only moves right
                mid += 1
            left = gap * (s0[a] + total * s2[a] - 2.0 * s3[a])
            left += (
                total * (s0[mid] - s0[a])
                - 2.0 * (s1[mid] - s1[a])
                + gap * (total * (s2[mid] - s2[a]) - 2.0 * (s3[mid] - s3[a]))
            )
            right = gap * ((s0[n] - s0[b]) - total * (s2[n] - s2[b]) + 2.0 * (s3[n] - s3[b]))
            right -= (
                total * (s0[b] - s0[mid])
                - 2.0 * (s1[b] - s1[mid])
                + gap * (total * (s2[b] - s2[mid]) - 2.0 * (s3[b] - s3[mid]))
            )
            c[lo, hi] += max(0.0, left)
            c[hi, lo] += max(0.0, right)
    return c


@kernel
def beats(model: int, a: float, b: float) -> float:
    """Probability that strength a beats strength b."""
    if model == LINEAR:
        return a / (a + b)
    if model == 4:  # Binary
        if a >= 1.1 * b:
            return 1.0 / (1.0 + 1e-6)
        if b >= 1.1 * a:
            return 1.0 - 1.0 / (1.0 + 1e-6)
        return min(1.0, max(0.0, (a / (a + b) * 2.1 - 1.0) / 0.1))
    ratio = b / a
    for _ in range(model):  # Square, Quartic, Octic
        ratio *= ratio
    return 1.0 / (1.0 + ratio)


@kernel
def election(victory: int, rule: int, c: Array) -> Array:
    """Probability of each option, given coalition strengths."""
    m = len(c)
    p = np.empty((m, m))
    for i in range(m):
        for j in range(m):
            p[i, j] = 0.5 if i == j else beats(victory, c[i, j], c[j, i])
    if rule == CONDITIONAL:
        return _conditional(p)
    challenge = np.empty((m, m))  # challenge[i, j]: i challenges where j holds the floor
    for j in range(m):
        total = 0.0
        for i in range(m):
            challenge[i, j] = 1.0 if rule == 2 else c[i, j] * p[i, j] + (1e-10 if i == j else 0.0)
            total += challenge[i, j]
        for i in range(m):
            challenge[i, j] /= total
    tolerance = 1e-6 if rule == 2 else 1e-8
    now, following = np.full(m, 1.0 / m), np.empty(m)
    for _ in range(1000):
        change = 0.0
        for i in range(m):
            q = 0.0
            for j in range(m):
                q += p[i, j] * (now[i] * challenge[j, i] + now[j] * challenge[i, j])
            following[i] = q
            change = max(change, abs(q - now[i]))
        for i in range(m):
            now[i] = (now[i] + following[i]) / 2.0
        if change <= tolerance:
            break
    return now


@kernel
def _conditional(p: Array) -> Array:
    """Probability that an option beats all others, given that one does."""
    m = len(p)
    logs, top = np.zeros(m), -math.inf
    for i in range(m):
        for j in range(m):
            logs[i] += math.log(p[i, j]) if p[i, j] > 0.0 else -math.inf
        top = max(top, logs[i])
    won, total = np.full(m, 1.0), 0.0
    for i in range(m):
        if top > -math.inf:
            won[i] = math.exp(logs[i] - top)
        total += won[i]
    for i in range(m):
        won[i] /= total
    return won


@kernel
def first_largest(values: Array) -> int:
    """Place of the first value that no later one exceeds by more than a tie."""
    best = 0
    for k in range(1, len(values)):
        if values[k] > values[best] + TIE:
            best = k
    return best
