"""The parameters behind the prior of a silent state's stance, as figures."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from willing.data.loaders._table import Column, number, read_table

SHIPPED = Path(__file__).parent / "stance_prior.csv"


@cache
def load_stance_parameters() -> tuple[
    tuple[str, ...], tuple[float, ...], tuple[tuple[float, ...], ...]
]:
    """Return the names, the means and the covariance matrix of the shipped parameters.

    Fitted to our own participation and contribution tables with distances between capitals and
    military personnel from Correlates of War; `docs/theory/stance_prior.md` tells how.
    """
    rows = [row for _, row in read_table(SHIPPED, [Column("parameter"), Column("mean")])]
    names = tuple(row["parameter"] for row in rows)
    means = tuple(number(row["mean"]) for row in rows)
    return names, means, tuple(tuple(number(row[name]) for name in names) for row in rows)
