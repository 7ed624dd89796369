"""Rows that tell the relaxation that units come whole.

A month's supply of a line is a sum of whole units. Where few sums are attainable, two facts follow
that fractional units would break, and both hold for every whole plan (mixed-integer rounding, in
the sense of Nemhauser and Wolsey 1990):

- a line covers at most the chord between the attainable sums on either side of its requirement;
- what several enablers let count is one of a few levels, and each level needs every enabler
  rounded up to whole units. Months mix levels; `share` columns say in which proportion.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from willing.force._model import Model

Array = NDArray[np.float64]
#: more attainable sums than this, and rounding up gains nothing worth its columns
_MOST_SUMS = 80
#: nor more sizes of unit
_MOST_SIZES = 4


def attainable(sizes: dict[float, int], limit: float) -> Array | None:
    """Return the sums whole units can make, up to the first at or above `limit`; None if many.

    Parameters
    ----------
    sizes : size of a unit -> how many there are.
    """
    if len(sizes) > _MOST_SIZES:
        return None
    sums = np.zeros(1)
    for size, count in sizes.items():
        if size > 0:
            extra = size * np.arange(min(count, int(limit / size) + 1) + 1)
            sums = np.unique(np.add.outer(sums, extra).round(6))
            if len(sums) > 50 * _MOST_SUMS:
                return None
    above = np.flatnonzero(sums >= limit - 1e-9)
    ordered = sums[: above[0] + 1] if len(above) else sums
    return ordered if len(ordered) <= _MOST_SUMS else None


def strengthen(model: Model, level: dict[tuple[int, int], int]) -> None:
    """Add both kinds of rows; `level` is the column of what is in the field by line and month."""
    requirement = model.requirement
    index = {line.id: i for i, line in enumerate(requirement.lines)}
    sizes: list[dict[float, int]] = [{} for _ in requirement.lines]
    for offer in model.offers:
        for row, line in enumerate(requirement.lines):
            if offer.capability in line.capabilities:
                sizes[row][offer.quantity] = sizes[row].get(offer.quantity, 0) + offer.number
    known: dict[tuple[int, float], Array | None] = {}
    for (row, month), column in level.items():
        covered = int(model.covered[row, month])
        if covered >= 0:
            need = requirement.lines[row].required[month]
            if (row, need) not in known:
                known[row, need] = attainable(sizes[row], need)
            sums = known[row, need]
            if sums is not None and sums[-1] > need + 1e-9:
                low, high = float(sums[-2]), float(sums[-1])
                slope = (need - low) / (high - low)
                model.milp.row([(covered, 1.0), (column, -slope)], low - slope * low)
    families: dict[tuple[str, ...], list[tuple[int, float, float]]] = {}
    for gate in requirement.gates:
        families.setdefault(gate.gated, []).append((index[gate.enabler], gate.ratio, gate.organic))
    for gated, enablers in families.items():
        rows = [index[name] for name in gated]
        for month in range(requirement.months):
            _levels(model, level, rows, enablers, sizes, month, known)


def _levels(
    model: Model,
    level: dict[tuple[int, int], int],
    rows: list[int],
    enablers: list[tuple[int, float, float]],
    sizes: list[dict[float, int]],
    month: int,
    known: dict[tuple[int, float], Array | None],
) -> None:
    columns = [int(c) for c in model.covered[rows, month] if c >= 0]
    need = sum(model.requirement.lines[row].required[month] for row in rows)
    if not columns or need <= 0:
        return
    lumpy = []
    for enabler, ratio, organic in enablers:
        key = (enabler, need * (1 - organic) * ratio)
        if key not in known:
            known[key] = attainable(sizes[enabler], key[1])
        sums = known[key]
        if sums is not None:
            lumpy.append((enabler, ratio, organic * need, sums))
    if not lumpy:
        return
    tops = {round(min(need, free + s / ratio), 6) for _, ratio, free, sums in lumpy for s in sums}
    # a level no enabler limits is a mix of its neighbours at best, so these are all there are
    reach = min(free + float(sums[-1]) / ratio for _, ratio, free, sums in lumpy)
    levels = sorted(t for t in tops if t <= reach + 1e-6)
    milp = model.milp
    shares = [milp.column(1.0) for _ in levels]
    milp.row([(s, 1.0) for s in shares], 1.0)
    milp.row(
        [*((c, 1.0) for c in columns), *((s, -v) for s, v in zip(shares, levels, strict=True))], 0.0
    )
    for enabler, ratio, free, sums in lumpy:
        terms = []
        for share, value in zip(shares, levels, strict=True):
            at = int(np.searchsorted(sums, (value - free) * ratio - 1e-6))
            terms.append((share, float(sums[min(at, len(sums) - 1)])))
        milp.row([*terms, (level[enabler, month], -1.0)], 0.0)
