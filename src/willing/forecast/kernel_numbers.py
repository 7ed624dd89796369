"""Random numbers and bit counting for the compiled kernel; the same numbers as `streams`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from willing.forecast.streams import M0, M1, W0, W1

__all__ = ["ALL", "ONE", "UNIT", "ZERO", "jit", "normal", "philox", "popcount"]

jit: Any = njit(nogil=True, cache=True, error_model="numpy")
ZERO, ONE = np.uint64(0), np.uint64(1)
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
UNIT = 2.0**-32
_LOW = np.uint64(0xFFFFFFFF)
_M0, _M1 = np.uint64(M0), np.uint64(M1)
_W0, _W1 = np.uint64(W0), np.uint64(W1)
_32 = np.uint64(32)


@jit
def philox(c0, c1, c2, c3, k0, k1, words):  # type: ignore[no-untyped-def]
    """Write the four words of a counter (see `streams.philox`) into `words`."""
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _32) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    words[0], words[1], words[2], words[3] = c0, c1, c2, c3


@jit
def normal(word):  # type: ignore[no-untyped-def]
    """Return the standard normal quantile of a 32-bit word (AS 241, PPND7)."""
    p = (np.float64(word) + 0.5) * UNIT
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
def popcount(x):  # type: ignore[no-untyped-def]
    """Return the number of bits set in a word."""
    x = x - ((x >> ONE) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))
