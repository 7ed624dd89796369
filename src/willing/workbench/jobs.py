"""Long runs: started, watched, cancelled, resumed."""

from __future__ import annotations

from willing.store import Store

__all__ = ["Jobs"]


class Jobs:
    """The long runs of a workbench."""

    def __init__(self, store: Store, workers: int = 1) -> None:
        self.store = store

    def close(self) -> None:
        """Stop what runs."""
