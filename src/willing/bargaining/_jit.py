"""How kernels are compiled and run: cached on disk, without the interpreter's lock, in threads.

Threads of the interpreter rather than numba's own: results do not depend on how many there are,
and kernels may be called from several threads of a server at once.

The cache on disk is keyed by a kernel's own file. After a change to a file whose kernels are
called from another file, touch that other file too, or it goes on using the old code.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """Compile a function to machine code."""
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def inner(function: F) -> F:
    """Compile a function whose sums may be reordered, so that they use vector instructions."""
    fast = {"reassoc", "nsz", "nnan", "ninf"}  # not "contract": equal sides must cancel exactly
    compiled = numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=fast)(function)
    return cast(F, compiled)


def in_chunks(run: Callable[[int, int], None], count: int, grain: int = 1) -> None:
    """Call `run(start, stop)` over 0..count in pieces of at least `grain`, in threads."""
    threads = max(1, min(numba.get_num_threads(), count // max(1, grain)))
    if threads == 1:
        if count:
            run(0, count)
        return
    pieces = min(count, threads * 4)  # more pieces than threads: they differ in length
    cuts = [count * k // pieces for k in range(pieces + 1)]
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(run, a, b) for a, b in pairwise(cuts) if a < b]:
            done.result()
