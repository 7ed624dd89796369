"""Compile the kernels once, so that the first assessment does not have to wait.

Run by the set-up as `python -m willing.forecast.warm`.
"""

from __future__ import annotations

from willing.case import load
from willing.data.missions import load_missions
from willing.forecast.assess import assess

__all__ = ["warm"]


def warm(case: str = "ukraine-2025") -> None:
    """Assess a case with a handful of draws; what is compiled is kept for later runs."""
    assess(load(case), tuple(load_missions()), draws=20, reasons=False)


if __name__ == "__main__":
    warm()
