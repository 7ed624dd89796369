"""Errors that say where, what was found and what would be right."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in an input.

    `line` and `column` count from 1; 0 where a place in the file has no meaning.
    """

    file: str
    line: int
    column: int
    found: str
    expected: str
    suggestion: str | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        hint = f" Did you mean {self.suggestion!r}?" if self.suggestion else ""
        return f"{place}: found {self.found}; expected {self.expected}.{hint}"


class WillingError(Exception):
    """Base of every error a user can cause. `status` is the exit status of a command."""

    status = 1

    def as_dict(self) -> dict[str, Any]:
        """Return the error as a JSON-ready mapping."""
        return {"error": type(self).__name__, "message": str(self)}


class UsageError(WillingError):
    """A command or function was called with something it cannot use."""

    status = 2


class UnreadableError(WillingError):
    """The input cannot be read at all (missing, wrong encoding, too large)."""

    status = 2


class FaultsError(WillingError):
    """The input was read and has faults; all of them are listed."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))

    def as_dict(self) -> dict[str, Any]:
        """Return the faults as a JSON-ready mapping."""
        return {"error": "FaultsError", "faults": [asdict(f) for f in self.faults]}


class MissingExtraError(WillingError):
    """An optional part, or a package that only this needs, is not installed."""

    status = 2

    def __init__(self, feature: str, extra: str = "", *, package: str = "") -> None:
        wanted = f"'willing[{extra}]'" if extra else package
        super().__init__(f"{feature} needs an optional part: pip install {wanted}")


def nearest(word: str, valid: list[str]) -> str | None:
    """Return the valid word nearest to `word`, or None when none is near."""
    lowered = {v.lower(): v for v in valid}
    if word.lower() in lowered:
        return lowered[word.lower()]
    close = get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.6)
    return lowered[close[0]] if close else None
