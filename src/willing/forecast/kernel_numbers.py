"""Random numbers and bit counting for the compiled kernel; the same numbers as `streams`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from willing.forecast.streams import ENDS, M0, M1, PIECES, TABLE, W0, W1, Source, Stream, as_241

__all__ = [
    "ALL",
    "COMPILED",
    "ONE",
    "UNIT",
    "ZERO",
    "jit",
    "leaf",
    "lowest",
    "normals",
    "packed",
    "popcount",
    "ready",
    "uniforms",
]

jit: Any = njit(nogil=True, cache=True, error_model="numpy")
#: for what makes no array: arrays that are only passed on need not be counted, and counting the
#: hundred of a model at every call took a third of the time. The option is one of numba's own,
#: undocumented; without it the numbers are the same.
_UNCOUNTED: dict[str, Any] = {"_nrt": False}
leaf: Any = njit(nogil=True, cache=True, error_model="numpy", **_UNCOUNTED)
ZERO, ONE = np.uint64(0), np.uint64(1)
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
UNIT = 2.0**-32
_FIRST, _LAST = ENDS / PIECES, 1 - ENDS / PIECES
_MIDDLE = 0.4999 - ENDS / PIECES
_LOW = np.uint64(0xFFFFFFFF)
_M0, _M1 = np.uint64(M0), np.uint64(M1)
_W0, _W1 = np.uint64(W0), np.uint64(W1)
_32 = np.uint64(32)
# a whole number below 2**52 set into the mantissa of 2**52 is that number added to it: a
# conversion that, unlike the machine's own, is done for several lanes at once
_2_52_BITS, _2_52 = np.uint64(0x4330000000000000), 2.0**52
_BYTES_TO_BITS, _56 = np.uint64(0x0102040810204080), np.uint64(56)


@leaf
def uniforms(draw, block, lanes, week, quad, stream, k0, k1, u):  # type: ignore[no-untyped-def]
    """Write four uniforms for each lane into `u` (4, lanes): Philox4x32-10, lanes side by side."""
    bits = u.view(np.uint64)
    b0, b1, b2, b3 = bits[0], bits[1], bits[2], bits[3]
    mine = draw[block : block + lanes]
    for lane in range(lanes):
        c0, c1, c2, c3 = np.uint64(mine[lane]), week, quad, stream
        r0, r1 = k0, k1
        for _ in range(10):
            p0 = _M0 * c0
            p1 = _M1 * c2
            c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ r0, p1 & _LOW, (p0 >> _32) ^ c3 ^ r1, p0 & _LOW
            r0 = (r0 + _W0) & _LOW
            r1 = (r1 + _W1) & _LOW
        b0[lane] = c0 | _2_52_BITS
        b1[lane] = c1 | _2_52_BITS
        b2[lane] = c2 | _2_52_BITS
        b3[lane] = c3 | _2_52_BITS
    for k in range(4):
        row = u[k]
        for lane in range(lanes):
            row[lane] = ((row[lane] - _2_52) + 0.5) * UNIT


@leaf
def normals(u, table, lanes, z):  # type: ignore[no-untyped-def]
    """Write the standard normal quantiles of `u` (lanes,) into `z`; see `quantile_normal`."""
    for lane in range(lanes):
        place = u[lane] * PIECES
        whole = np.int32(place)
        piece = np.uint32(whole)  # without a sign, so that no index counts from the end
        low = table[piece]
        z[lane] = low + (place - np.float64(whole)) * (table[piece + np.uint32(1)] - low)
    for lane in range(lanes):
        # nested on purpose: one rare branch, or the tail would be worked out for every lane
        if abs(u[lane] - 0.5) > _MIDDLE:  # noqa: SIM102
            if u[lane] < _FIRST or u[lane] >= _LAST:
                z[lane] = _tail(u[lane])


@leaf
def packed(marks):  # type: ignore[no-untyped-def]
    """Pack 64 bytes that are 0 or 1 into the bits of a word."""
    eights, word = marks.view(np.uint64), ZERO
    for k in range(8):
        word |= ((eights[k] * _BYTES_TO_BITS) >> _56) << np.uint64(8 * k)
    return word


@leaf
def _tail(p):  # type: ignore[no-untyped-def]
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
    return -value if p < 0.5 else value


@leaf
def popcount(x):  # type: ignore[no-untyped-def]
    """Return the number of bits set in a word."""
    x = x - ((x >> ONE) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@leaf
def lowest(bits):  # type: ignore[no-untyped-def]
    """Return the place of the lowest bit that is set, and that bit."""
    bit = bits & (~bits + ONE)
    return popcount(bit - ONE), bit


def ready() -> None:
    """Load what every compiled function needs: once a process, a quarter of a second."""
    popcount(ONE)


@jit
def _uniforms_of(draw, week, stream, k0, k1, u):  # type: ignore[no-untyped-def]
    """Fill `u` (indices, draws), 64 draws at a time so that the words stay near."""
    four = np.zeros((4, 64))
    for block in range(0, draw.size, 64):
        lanes = min(64, draw.size - block)
        for quad in range((u.shape[0] + 3) // 4):
            uniforms(draw, block, lanes, week, np.uint64(quad), stream, k0, k1, four)
            for k in range(min(4, u.shape[0] - 4 * quad)):
                u[4 * quad + k, block : block + lanes] = four[k, :lanes]


@jit
def _middle_of(p, table, z):  # type: ignore[no-untyped-def]
    """Write quantiles from the table, and return how many lie in the tails."""
    outer = np.int64(0)
    for i in range(p.size):
        place = p[i] * PIECES
        whole = np.int32(place)
        piece = np.uint32(whole)
        low = table[piece]
        z[i] = low + (place - np.float64(whole)) * (table[piece + np.uint32(1)] - low)
        outer += np.int64(abs(p[i] - 0.5) > _MIDDLE)
    return outer


def _uniforms(
    draws: NDArray[Any], week: int, indices: int, stream: Stream, seed: int
) -> NDArray[np.float64]:
    u = np.empty((indices, draws.size))
    low, high = np.uint64(seed & 0xFFFFFFFF), np.uint64((seed >> 32) & 0xFFFFFFFF)
    _uniforms_of(draws, np.uint64(week), np.uint64(int(stream)), low, high, u)
    return u


def _quantile(p: NDArray[np.float64]) -> NDArray[np.float64]:
    z = np.empty_like(p)
    if _middle_of(p.ravel(), TABLE, z.ravel()):
        tails = (p < _FIRST) | (p >= _LAST)
        z[tails] = as_241(p[tails])  # the plain program's own, so that both have the same bits
    return z


#: the numbers of `streams.PLAIN`, bit for bit, several times faster
COMPILED = Source(_uniforms, _quantile)
