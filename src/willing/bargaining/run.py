"""Every model by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from willing.bargaining._negotiation import Course, Negotiation
from willing.bargaining.compromise import compromise
from willing.bargaining.default import DefaultParameters, default
from willing.bargaining.exchange import exchange
from willing.bargaining.mean import mean
from willing.bargaining.median import median
from willing.bargaining.nash import nash
from willing.bargaining.scholz import scholz
from willing.bargaining.smp import smp
from willing.errors import UsageError, nearest

# Model -> what it is good for, said in one line.
MODELS: Final[dict[str, str]] = {
    "default": "a distribution fitted to real decisions: stated positions, shaded to the mean",
    "mean": "mean by salience times influence: the least mean error of any point forecast",
    "median": "weighted median: exact more often than the mean, further off when wrong",
    "compromise": "the mean, and the way actors go to it",
    "nash": "weighted Nash bargain where no agreement is bad for all",
    "nash_reference": "weighted Nash bargain against the reference point",
    "smp": "KTAB's Spatial Model of Politics: challenges and offers, turn by turn",
    "scholz": "expected utility model after Scholz, Calbert and Smith",
    "exchange": "trades between pairs of issues",
}


def bargain(
    negotiation: Negotiation,
    model: str = "default",
    turns: int | None = None,
    rng: np.random.Generator | None = None,
    parameters: DefaultParameters | None = None,
    intended: bool = False,
) -> Course:
    """Run a model by name.

    rng serves the random transitions of `smp`; parameters are those of `default`; intended lets
    `scholz` follow its authors' words where the code on record slips.
    """
    run: dict[str, Callable[[], Course]] = {
        "default": lambda: default(negotiation, parameters),
        "mean": lambda: mean(negotiation),
        "median": lambda: median(negotiation),
        "compromise": lambda: compromise(negotiation, turns),
        "nash": lambda: nash(negotiation),
        "nash_reference": lambda: nash(negotiation, "reference"),
        "smp": lambda: smp(negotiation, turns, rng),
        "scholz": lambda: scholz(negotiation, turns, intended),
        "exchange": lambda: exchange(negotiation, turns),
    }
    if model not in run:
        near = nearest(model, list(MODELS))
        hint = f" Did you mean {near!r}?" if near else ""
        raise UsageError(f"model: found {model!r}; expected one of {', '.join(MODELS)}.{hint}")
    if turns is not None and turns < 0:
        raise UsageError(f"turns: found {turns}; expected 0 or more")
    return run[model]()
