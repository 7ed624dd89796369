"""Krippendorff's alpha: agreement of coders beyond chance, any number of coders, gaps allowed.

K. Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", Annenberg School for
Communication departmental paper 43; the ordinal difference is that of the same author's "Content
Analysis" (2nd ed. 2004), chapter 11.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["krippendorff_alpha"]

Floats = NDArray[np.float64]


def krippendorff_alpha(
    units: Sequence[Mapping[str, Hashable]],
    values: Sequence[Hashable],
    metric: Literal["nominal", "ordinal"] = "ordinal",
) -> float | None:
    """Return alpha: 1 for perfect agreement, 0 for what chance gives, None where undefined.

    Parameters
    ----------
    units
        One mapping of coder to value for each thing that was coded; units with fewer than two
        values cannot be paired and are passed over.
    values
        All values there are, in their order where `metric` is ordinal.

    Undefined where nothing can be paired, or every paired value is the same.
    """
    place = {v: k for k, v in enumerate(values)}
    counts = np.zeros((len(values), len(values)))
    for unit in units:
        row = np.bincount([place[v] for v in unit.values()], minlength=len(values)).astype(float)
        total = row.sum()
        if total >= 2:
            counts += (np.outer(row, row) - np.diag(row)) / (total - 1)
    margin = counts.sum(axis=1)
    n = float(margin.sum())
    distance = _ordinal(margin) if metric == "ordinal" else 1.0 - np.eye(len(values))
    expected = float((np.outer(margin, margin) * distance).sum())
    if n < 2 or expected == 0:
        return None
    observed = float((counts * distance).sum())
    return 1.0 - (n - 1) * observed / expected


def _ordinal(margin: Floats) -> Floats:
    """Squared number of values that lie between two ranks, half of each end counted."""
    upto = np.cumsum(margin)
    middle = upto - margin / 2
    return np.asarray((middle[:, None] - middle[None, :]) ** 2)
