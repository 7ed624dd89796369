"""Counter-based random numbers: a number is a function of (seed, stream, index, week, draw).

Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3").
Because nothing is carried from one number to the next, results do not depend on threads, chunks
or machines, and two runs that differ in a lever share every other number (common random numbers).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["PLAIN", "Source", "Stream", "normals", "philox", "quantile_normal", "uniforms"]

M0, M1 = 0xD2511F53, 0xCD9E8D57
W0, W1 = 0x9E3779B9, 0xBB67AE85
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)

Floats = NDArray[np.float64]


class Stream(IntEnum):
    """What a random number is for. Never renumber: old forecasts must be reproducible."""

    INNOVATION = 1
    START = 2
    EVENT = 3
    ROUTE = 4
    MILESTONE = 5
    APPROVAL = 6
    OFFER = 7
    CUT = 8
    PARAMETER = 9
    SLIP = 10
    DRAFT = 11


def philox(counter: tuple[Any, Any, Any, Any], seed: int) -> NDArray[np.uint64]:
    """Return four 32-bit words for each counter.

    Parameters
    ----------
    counter
        Four broadcastable arrays or ints below 2**32: (draw, week, index, stream).
    seed
        Below 2**64; it becomes the key.

    Returns
    -------
    Array of shape (4, *broadcast shape) and dtype uint64 with values below 2**32.
    """
    c0, c1, c2, c3 = (
        np.asarray(c, dtype=np.uint64) for c in np.broadcast_arrays(*map(np.asarray, counter))
    )
    k0, k1 = seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF
    m0, m1 = np.uint64(M0), np.uint64(M1)
    for _ in range(10):
        p0, p1 = m0 * c0, m1 * c2
        c0, c1, c2, c3 = (
            (p1 >> _SHIFT) ^ c1 ^ np.uint64(k0),
            p1 & _LOW,
            (p0 >> _SHIFT) ^ c3 ^ np.uint64(k1),
            p0 & _LOW,
        )
        k0, k1 = (k0 + W0) & 0xFFFFFFFF, (k1 + W1) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3])


def uniforms(draws: NDArray[Any], week: int, indices: int, stream: Stream, seed: int) -> Floats:
    """Return uniforms in (0, 1), shape (indices, draws); four indices share one counter."""
    blocks = (indices + 3) // 4
    words = philox((draws[None, :], week, np.arange(blocks)[:, None], int(stream)), seed)
    flat = words.transpose(1, 0, 2).reshape(blocks * 4, draws.size)[:indices]
    return (flat.astype(np.float64) + 0.5) * 2.0**-32


def normals(draws: NDArray[Any], week: int, indices: int, stream: Stream, seed: int) -> Floats:
    """Return standard normals, shape (indices, draws)."""
    return quantile_normal(uniforms(draws, week, indices, stream, seed))


# Wichura (1988), algorithm AS 241, PPND7: about 7 decimal digits, which is what 32 bits carry.
_A = (3.3871327179, 50.434271938, 159.29113202, 59.109374720)
_B = (17.895169469, 78.757757664, 67.187563600)
_C = (1.4234372777, 2.7568153900, 1.3067284816, 0.17023821103)
_D = (0.73700164250, 0.12021132975)
_E = (6.6579051150, 3.0812263860, 0.42868294337, 0.017337203997)
_F = (0.24197894225, 0.012258202635)


def as_241(p: Floats) -> Floats:
    """Return standard normal quantiles of `p` by algorithm AS 241."""
    q = p - 0.5
    r = 0.180625 - q * q
    middle = q * (((_A[3] * r + _A[2]) * r + _A[1]) * r + _A[0])
    middle = middle / (((_B[2] * r + _B[1]) * r + _B[0]) * r + 1.0)
    outer = np.abs(q) > 0.425
    if not outer.any():
        return np.asarray(middle)
    tail = np.sqrt(-np.log(np.minimum(p[outer], 1.0 - p[outer])))
    near, far = tail - 1.6, tail - 5.0
    value = np.where(
        tail <= 5.0,
        (((_C[3] * near + _C[2]) * near + _C[1]) * near + _C[0])
        / ((_D[1] * near + _D[0]) * near + 1.0),
        (((_E[3] * far + _E[2]) * far + _E[1]) * far + _E[0]) / ((_F[1] * far + _F[0]) * far + 1.0),
    )
    middle[outer] = np.where(q[outer] < 0.0, -value, value)
    return np.asarray(middle)


#: pieces of the table, and how many at either end are left to AS 241
PIECES, ENDS = 4096, 32
#: the quantile at the ends of the pieces, shape (PIECES + 1,); the two infinite ends are not used
TABLE = np.concatenate([[0.0], as_241(np.arange(1, PIECES) / PIECES), [0.0]])


def quantile_normal(p: Floats) -> Floats:
    """Return the standard normal quantile of `p` in (0, 1), elementwise.

    Linear between 4096 tabled points for the middle 98.4 % (error below 4e-5: far less than the
    noise of any simulation), algorithm AS 241 in the tails. A table is several times faster.
    """
    place = p * PIECES
    piece = place.astype(np.int64)
    low = TABLE[piece]
    value = low + (place - piece) * (TABLE[piece + 1] - low)
    tails = (piece < ENDS) | (piece >= PIECES - ENDS)
    value[tails] = as_241(p[tails])
    return np.asarray(value)


class Source(NamedTuple):
    """What makes random numbers: uniforms by counter (see `uniforms`), and their quantiles."""

    uniforms: Callable[[NDArray[Any], int, int, Stream, int], Floats]
    quantile: Callable[[Floats], Floats]


PLAIN = Source(uniforms, quantile_normal)
