"""Decision rules, members by date, weights and national approvals as shipped text."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["names", "read"]


@cache
def read(name: str) -> str:
    """Return the text of one shipped file (`unsc.yaml`, `eu_votes.csv`).

    Raises FileNotFoundError when there is none.
    """
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


@cache
def names(suffix: str = ".yaml") -> tuple[str, ...]:
    """Return the names of the shipped files with a suffix, sorted."""
    found = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name for name in found if name.endswith(suffix)))
