"""What a store refuses."""

from __future__ import annotations

from typing import Any

from willing.errors import WillingError

__all__ = ["ConflictError", "MissingError"]


class MissingError(WillingError):
    """There is no such thing in the store."""


class ConflictError(WillingError):
    """Somebody else was faster: `theirs` is what stands now, `yours` what was sent."""

    def __init__(self, message: str, theirs: Any = None, yours: Any = None) -> None:
        self.theirs, self.yours = theirs, yours
        super().__init__(message)
