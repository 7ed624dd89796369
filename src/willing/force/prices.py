"""Duals as prices: what one more unit is worth, and what is lost if a pledge falls away.

Both come from the relaxation of the package (`dual_cuts`): a pool row's dual prices the pledge's
own units, the duals of a line's flow rows price a unit nobody has pledged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from willing.data.force import unit_types
from willing.force._nouns import Offer, Requirement, Rules
from willing.force.chains import build
from willing.force.dual_cuts import Relaxation

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Price:
    """A pledge's price: coverage (points of 100) per further unit, and lost if it falls away."""

    pledge: str
    actor: str
    kind: str
    value: float
    lost: float
    words: str


@dataclass(frozen=True, slots=True)
class Want:
    """What one more unit of a kind would add (points of 100), from the month it would be there."""

    kind: str
    line: str
    month: int
    value: float
    placeholder: bool
    words: str


def prices(
    requirement: Requirement, offers: Sequence[Offer], rules: Rules, *, from_month: int = 3
) -> tuple[tuple[Price, ...], tuple[Want, ...]]:
    """Return the price of every pledge, and of one more unit of each kind of the catalogue.

    Parameters
    ----------
    from_month : month from which a further unit would be in the field.
    """
    model = build(requirement, offers, rules, political=False, lumps=False)
    relaxation = Relaxation(model)
    everything = np.ones(len(offers))
    whole, slope = relaxation.solve(everything)
    flow = relaxation.price_of_field()
    found = []
    for o, offer in enumerate(offers):
        if offer.number == 0:
            continue
        without = everything.copy()
        without[o] = 0.0
        lost = 100 * max(0.0, whole - relaxation.solve(without)[0]) if model.pool[o] else 0.0
        value = 100 * float(slope[o]) / offer.number
        name = offer.kind.replace("_", " ")
        found.append(
            Price(
                offer.id,
                offer.actor,
                offer.kind,
                value,
                lost,
                f"Without it coverage falls by {lost:.2f} points; one more unit "
                f"({offer.quantity:g} {name}) adds {value:.2f}.",
            )
        )
    found.sort(key=lambda p: (-p.lost, -p.value, p.pledge))
    month = min(from_month, requirement.months - 1)
    return tuple(found), wants(requirement, flow, month, missing=100 * max(0.0, 1.0 - whole))


def wants(
    requirement: Requirement, flow: Array, month: int, *, missing: float = 100.0
) -> tuple[Want, ...]:
    """Return what one more unit of each kind of the catalogue adds, best first.

    A unit that arrives in a month and stays moves the balance of its lines in that month only, so
    its worth is that row's dual times its quantity, and never more than the `missing` points.
    """
    found = []
    for unit in unit_types().values():
        if unit.id == unit.measure:
            continue  # a bare number, not a kind of unit that could be asked for
        rows = [
            i
            for i, line in enumerate(requirement.lines)
            if unit.capability in line.capabilities and line.unit == unit.measure
        ]
        sectors = {requirement.lines[i].sector for i in rows} - {""}
        by_place = [
            sum(float(flow[i, month]) for i in rows if requirement.lines[i].sector in ("", s))
            for s in (sectors or {""})
        ]
        value = min(missing, 100 * unit.quantity * max(by_place, default=0.0))
        if value <= 1e-6:
            continue
        name = unit.id.replace("_", " ")
        size = "" if unit.quantity == 1 else f" ({unit.quantity:g} {unit.measure})"
        when = f"from month {month + 1} on"
        words = f"One more {name}{size} {when} is worth {value:.2f} points of coverage."
        if unit.placeholder:
            words += " Its size is a placeholder."
        found.append(
            Want(unit.id, requirement.lines[rows[0]].id, month, value, unit.placeholder, words)
        )
    return tuple(sorted(found, key=lambda w: (-w.value, w.kind)))
