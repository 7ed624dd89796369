"""Negotiations to test with: made up, recorded, and generated."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from willing.bargaining import Negotiation, SmpOptions


def table(
    positions: Sequence[float],
    salience: Sequence[float] | float = 0.5,
    influence: Sequence[float] | float = 1.0,
    **more: object,
) -> Negotiation:
    """One draw on one dimension."""
    n = len(positions)
    return Negotiation(
        tuple(f"A{k}" for k in range(n)),
        np.array(positions, float)[None, :, None],
        np.broadcast_to(np.asarray(salience, float), n)[None, :, None].copy(),
        np.broadcast_to(np.asarray(influence, float), n)[None, :].copy(),
        **more,  # type: ignore[arg-type]
    )


def drawn(
    rng: np.random.Generator, draws: int, n: int, dims: int = 1, **more: object
) -> Negotiation:
    """Random positions, saliences and influences."""
    return Negotiation(
        tuple(f"A{k}" for k in range(n)),
        rng.random((draws, n, dims)) * 100,
        rng.random((draws, n, dims)) * 0.9 / dims,
        rng.random((draws, n)) * 100,
        tuple(f"D{k}" for k in range(dims)),
        np.tile([0.0, 100.0], (dims, 1)),
        np.full(dims, np.nan),
        **more,  # type: ignore[arg-type]
    )


# Zeros, ties and places shared by several actors are frequent on purpose.
shares = st.one_of(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 1).map(lambda v: round(v, 3)))


@st.composite
def negotiations(draw: st.DrawFn, most: int = 7, dims: int = 1) -> Negotiation:
    n = draw(st.integers(1, most))
    size = n * dims

    def list_of(k: int) -> np.ndarray:
        return np.array(draw(st.lists(shares, min_size=k, max_size=k)))

    return Negotiation(
        tuple(f"A{k}" for k in range(n)),
        100 * list_of(size).reshape(1, n, dims),
        list_of(size).reshape(1, n, dims) / dims,
        100 * list_of(n).reshape(1, n),
        tuple(f"D{k}" for k in range(dims)),
        np.tile([0.0, 100.0], (dims, 1)),
        np.full(dims, np.nan),
        options=SmpOptions(),
    )


def rows(path: Path) -> list[dict[str, str]]:
    """A recorded table."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
