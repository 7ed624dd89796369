"""The capability shortfall: the statement of requirements with what stays unfilled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from willing.data.force import unit_types
from willing.force._nouns import Offer, Requirement

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unfilled:
    """A line of the requirement that is not covered in full in every month.

    `missing` is the mean over the months it falls short and `worst` the most in one month, in
    `unit`; `units` says the worst in units of the catalogue. `pledged` counts offers that could
    fill it. `enabler` lines carry no weight of their own.
    """

    line: str
    label: str
    domain: str
    sector: str
    unit: str
    required: float
    covered: float
    missing: float
    worst: float
    months_short: int
    units: str
    pledged: int
    enabler: bool
    placeholder: bool
    factor: str
    source: str
    confidence: str


def unfilled(
    requirement: Requirement, offers: Sequence[Offer], supplied: Array, counted: Array
) -> tuple[Unfilled, ...]:
    """Return the unfilled lines, those that count first, then by the share that is missing.

    Parameters
    ----------
    supplied, counted : what is in the field and what of it counts, by line and month.
    """
    rows = []
    for i, line in enumerate(requirement.lines):
        need = np.array(line.required)
        have = counted[i] if line.weight > 0 else np.minimum(supplied[i], need)
        short = np.maximum(need - have, 0.0)
        here = short > 1e-6 * np.maximum(need, 1.0)
        if not here.any():
            continue
        worst = float(short.max())
        rows.append(
            Unfilled(
                line.id,
                line.label,
                line.domain,
                line.sector,
                line.unit,
                float(need.max()),
                float(have.mean()),
                float(short[here].mean()),
                worst,
                int(here.sum()),
                _in_units(line.capabilities, line.unit, worst),
                sum(o.capability in line.capabilities and o.number > 0 for o in offers),
                line.weight <= 0,
                line.placeholder,
                line.factor,
                line.source,
                line.confidence,
            )
        )
    return tuple(
        sorted(rows, key=lambda r: (r.enabler, -r.missing / max(r.required, 1e-9), r.line))
    )


def _in_units(capabilities: frozenset[str], unit: str, amount: float) -> str:
    """Say an amount in units of the catalogue, where one kind serves and has a size."""
    kinds = [
        u
        for u in unit_types().values()
        if u.capability in capabilities and u.measure == unit and u.quantity > 1
    ]
    if not kinds:
        return ""
    # the commonest building block: the battalion where there is one, else the first listed
    kind = next((u for u in kinds if u.id == "infantry_battalion_un"), kinds[0])
    number = int(np.ceil(amount / kind.quantity - 1e-9))
    return f"{number} x {kind.id.replace('_', ' ')} of {kind.quantity:g} {unit}"
