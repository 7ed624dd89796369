"""How kernels are compiled and run: cached on disk, without the interpreter's lock, in threads.

Threads of the interpreter rather than numba's own: results do not depend on how many there are,
and kernels may be called from several threads of a server at once.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """Compile a function to machine code."""
    return cast(F, numba.njit(cache=True, nogil=True)(function))


def inner(function: F) -> F:
    """Compile a function whose sums may be reordered, so that they use vector instructions."""
    fast = {"reassoc", "contract", "nsz", "nnan", "ninf"}
    return cast(F, numba.njit(cache=True, nogil=True, fastmath=fast)(function))


def in_chunks(run: Callable[[int, int], None], count: int, grain: int = 1) -> None:
    """Call `run(start, stop)` over 0..count in pieces of at least `grain`, in threads."""
    threads = max(1, min(int(numba.config.NUMBA_NUM_THREADS), count // max(1, grain)))
    if threads == 1:
        if count:
            run(0, count)
        return
    pieces = min(count, threads * 4)  # more pieces than threads: they differ in length
    cuts = [count * k // pieces for k in range(pieces + 1)]
    with ThreadPoolExecutor(threads) as pool:
        for done in [
            pool.submit(run, a, b) for a, b in zip(cuts[:-1], cuts[1:], strict=True) if a < b
        ]:
            done.result()
