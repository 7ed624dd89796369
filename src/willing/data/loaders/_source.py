"""Where a table comes from, and under what licence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """Citation and licence of a table that others own."""

    citation: str
    licence: str
    url: str
