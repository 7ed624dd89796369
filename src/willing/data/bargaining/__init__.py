"""The shipped parameters of the `default` bargaining model, with their fit."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["read"]


@cache
def read(name: str) -> str:
    """Return the text of one shipped file (`default.json`)."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
