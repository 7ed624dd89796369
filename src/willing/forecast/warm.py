"""Compile the kernels once, so that the first assessment does not have to wait.

Run by the set-up, and before the tests, as `python -m willing.forecast.warm`.
"""

from __future__ import annotations

import numpy as np

from willing.bargaining import Negotiation, bargain
from willing.case import load
from willing.data.missions import load_missions
from willing.forecast.assess import assess
from willing.forecast.kernel_numbers import ready

__all__ = ["warm"]


def warm(case: str = "ukraine-2025") -> None:
    """Assess a case with a handful of draws, and bargain; what is compiled is kept for later."""
    ready()
    assess(load(case), tuple(load_missions()), draws=20)
    positions, same = np.array([[[0.0], [40.0], [100.0]]]), np.full((1, 3, 1), 0.5)
    three = Negotiation(("A", "B", "C"), positions, same, np.ones((1, 3)))
    for model in ("smp", "scholz"):
        bargain(three, model, 2, np.random.default_rng(1))


if __name__ == "__main__":
    warm()
