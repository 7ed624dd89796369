"""Models that name an outcome and move nobody."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from willing.bargaining._negotiation import Course, Negotiation, chances
from willing.bargaining._outlook import Outlook

Array = NDArray[np.float64]


def still(model: str, negotiation: Negotiation, point: Array, note: str = "") -> Course:
    """A course without turns, whose outlook is one point a draw; point (draws, dims)."""
    outlooks = tuple(Outlook.points(point[:, k]) for k in range(point.shape[1]))
    return resting(model, negotiation, outlooks, note)


def resting(
    model: str, negotiation: Negotiation, outlooks: tuple[Outlook, ...], note: str = ""
) -> Course:
    """A course without turns with these outlooks."""
    return Course(
        model,
        negotiation,
        negotiation.positions[None],
        chances(negotiation, outlooks)[None],
        outlooks,
        np.zeros(negotiation.draws, np.int64),
        note=note,
    )
