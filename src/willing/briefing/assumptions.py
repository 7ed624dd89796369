"""Every range a case rests on, with its basis: what is sourced, what is assumed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from willing.case import Case, Range, Rate

__all__ = ["Assumption", "assumptions"]

_SKIPPED = {"statements", "actors", "pledges", "calendar", "questions", "resolutions"}


@dataclass(frozen=True, slots=True)
class Assumption:
    """One range: where in the case it stands, its numbers, and what it rests on."""

    id: str
    where: str
    low: float
    likely: float
    high: float
    unit: str
    basis: str
    why: str


def assumptions(case: Case) -> list[Assumption]:
    """Return all ranges of a case, in the order of the case file."""
    return [
        Assumption(
            id=f"a{n}",
            where=where,
            low=value.low,
            likely=value.likely,
            high=value.high,
            unit=f"per {value.per}" if isinstance(value, Rate) else value.unit,
            basis=value.basis,
            why=value.reason if value.basis == "assumption" else value.source,
        )
        for n, (where, value) in enumerate(_walk(case, ()), start=1)
    ]


def _walk(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, Range]]:
    if isinstance(value, Range):
        yield " · ".join(path), value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if path or name not in _SKIPPED:
                yield from _walk(getattr(value, name), (*path, name.replace("_", " ")))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(item, (*path, str(key)))
    elif isinstance(value, tuple):
        for item in value:
            named = getattr(item, "label", "") or getattr(item, "actor", "")
            yield from _walk(item, (*path, named or getattr(item, "when", "")))
