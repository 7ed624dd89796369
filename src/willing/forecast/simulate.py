"""Run a model: cut the draws into chunks, simulate each, add them up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from willing.case.values import Finite
from willing.errors import UsageError
from willing.forecast.kernel import simulate_chunk
from willing.forecast.model import Model, Never
from willing.forecast.outcome import Outcome

__all__ = ["THREADS", "Kernel", "parameter_sets", "simulate", "with_forced"]

Kernel = Callable[[Model, int, int, int, int], Outcome]
Progress = Callable[[Finite, str], None]
CHUNK = 512
THREADS = 2


def parameter_sets(draws: int) -> tuple[int, int]:
    """Return (number of parameter sets, draws in each) for a number of draws.

    Up to 200 sets: enough for a 5th and 95th percentile, with as many draws as are left to
    each set to tell parameter uncertainty from chance.
    """
    if draws < 20:
        raise UsageError(f"at least 20 draws are needed to show an interval; found {draws}")
    inner = max(2, draws // 200)
    return -(-draws // inner), inner


def simulate(
    model: Model,
    draws: int,
    seed: int,
    *,
    kernel: Kernel = simulate_chunk,
    progress: Progress | None = None,
    chunk: int = CHUNK,
    inner: int | None = None,
    threads: int = THREADS,
) -> Outcome:
    """Simulate `draws` futures; the result does not depend on `chunk`, `threads` or `kernel`.

    `inner` draws share a parameter set (default: see `parameter_sets`).
    """
    inner = inner or parameter_sets(draws)[1]
    out = Outcome.empty(model, draws, inner)
    starts = range(0, draws, chunk)
    with ThreadPoolExecutor(max_workers=threads) as pool:
        parts = [
            pool.submit(kernel, model, at, min(chunk, draws - at), inner, seed) for at in starts
        ]
        try:
            for at, part in zip(starts, parts, strict=True):
                done = part.result()
                out.add(done, at)
                if progress:
                    progress((at + done.draws) / draws, f"{at + done.draws} of {draws} draws")
        except BaseException:
            for part in parts:
                part.cancel()
            raise
    return out


def with_forced(model: Model, *ids: str, week: int = 0, holds: bool = True) -> Model:
    """Return the model with conditions, milestones or routes made to hold (or barred) for good."""
    forced, barred = model.forced_from.copy(), model.barred_from.copy()
    for id in ids:
        target = forced if holds else barred
        target[model.program.index[id]] = min(week, Never)
    return replace(model, forced_from=np.asarray(forced), barred_from=np.asarray(barred))
