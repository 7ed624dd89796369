"""Correlates of War country codes and the ISO 3166-1 codes used everywhere else."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from willing.data.loaders._table import Column, read_table

_HERE = Path(__file__).parent


@cache
def actors_by_cow_code() -> dict[int, str]:
    """Return {COW code: ISO 3166-1 alpha-3} of the states of the system (XKX for Kosovo)."""
    rows = read_table(_HERE / "states.csv", [Column("ccode", numeric=True), Column("actor")])
    return {int(row["ccode"]): row["actor"] for _, row in rows}


@cache
def _membership(organisation: str) -> tuple[tuple[str, date, date], ...]:
    path = _HERE.parent / "forums" / f"{organisation.lower()}_members.csv"
    rows = read_table(path, [Column("actor"), Column("from"), Column("to")])
    return tuple(
        (
            row["actor"],
            date.fromisoformat(row["from"]),
            date.fromisoformat(row["to"]) if row["to"] else date.max,
        )
        for _, row in rows
    )


@cache
def members_on(organisation: str, day: date) -> frozenset[str]:
    """Return the members of NATO or the EU on a day, from the shipped tables of the forums."""
    return frozenset(a for a, start, end in _membership(organisation) if start <= day < end)


@cache
def authorised_at_first() -> dict[str, float]:
    """Return {UN mission: uniformed strength its founding mandate allows}, where one is named."""
    columns = [Column("mission"), Column("authorised", numeric=True, low=1, optional=True)]
    rows = read_table(_HERE / "un_mandates.csv", columns)
    return {row["mission"]: float(row["authorised"]) for _, row in rows if row["authorised"]}
