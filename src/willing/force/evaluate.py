"""What a plan covers: supply by line and month, and what of it counts.

The gates of a requirement form a laminar family (two gates' sets of lines are nested or apart), so
the covered quantities of a month form a polymatroid, on which taking lines greedily in the order of
their weight per unit is exact (Edmonds 1970).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from willing.errors import UsageError
from willing.force._nouns import Chain, Offer, Requirement
from willing.force._schedule import schedule

Array = NDArray[np.float64]
#: what all lines without a weight of their own weigh together in the search
EXTRA = 1e-4


def required(requirement: Requirement) -> Array:
    """Return the required quantities, shape (lines, months)."""
    table: Array = np.zeros((len(requirement.lines), requirement.months))
    for row, line in enumerate(requirement.lines):
        table[row] = line.required
    return table


def unit_weights(requirement: Requirement) -> Array:
    """Return the score of one covered unit in one month, by line; the whole scores 1."""
    total = required(requirement).sum(axis=1)
    weight = np.array([line.weight for line in requirement.lines])
    each: Array = np.divide(weight, total, out=np.zeros_like(total), where=total > 0)
    return each


def extra_weights(requirement: Requirement) -> Array:
    """Return the weight of one covered unit of the lines that carry none, as tie-breakers.

    Enablers that neither count nor gate would else stay at home in every plan. All of them together
    weigh `EXTRA` of the whole; coverage as reported leaves them out.
    """
    total = required(requirement).sum(axis=1)
    enabling = {gate.enabler for gate in requirement.gates}
    idle = np.array(
        [x.weight <= 0 and x.id not in enabling for x in requirement.lines], dtype=np.bool_
    )
    idle &= total > 0
    share = EXTRA / max(1, int(idle.sum()))
    each: Array = np.divide(share, total, out=np.zeros_like(total), where=idle)
    return each


def counts_for(offer: Offer, sector: str, requirement: Requirement) -> Array:
    """Return what one unit placed in a sector adds to each line, shape (lines,)."""
    return np.array(
        [
            offer.quantity
            if offer.capability in line.capabilities and line.sector in ("", sector)
            else 0.0
            for line in requirement.lines
        ]
    )


def supply(requirement: Requirement, offers: Iterable[Offer], chains: Iterable[Chain]) -> Array:
    """Return the quantity in the field by line and month, shape (lines, months)."""
    by_id = {offer.id: offer for offer in offers}
    total = np.zeros((len(requirement.lines), requirement.months))
    for chain in chains:
        offer = by_id[chain.offer]
        plan = schedule(offer, chain.start, chain.tours, requirement.months)
        total[:, plan.start : plan.end] += (
            chain.units * counts_for(offer, chain.sector, requirement)[:, None]
        )
    return total


def check_gates(requirement: Requirement) -> None:
    """Raise UsageError unless every gate names known lines and the gates are laminar."""
    known = {line.id for line in requirement.lines}
    sets = []
    for gate in requirement.gates:
        for name in (gate.enabler, *gate.gated):
            if name not in known:
                raise UsageError(f"gate on {name!r}: no such line in {requirement.id!r}")
        sets.append(frozenset(gate.gated))
    for one in sets:
        for other in sets:
            if one & other and not (one <= other or other <= one):
                raise UsageError(
                    f"gates of {requirement.id!r} overlap without one holding the other: "
                    f"{sorted(one - other)} and {sorted(other - one)}"
                )


def covered(requirement: Requirement, supplied: Array, led: Collection[str] | None = None) -> Array:
    """Return the quantities that count as covered, shape (..., lines, months).

    Parameters
    ----------
    supplied : quantity in the field, shape (..., lines, months).
    led : sectors under a framework nation; None where none is needed.
    """
    need = required(requirement)
    index = {line.id: i for i, line in enumerate(requirement.lines)}
    room = np.minimum(supplied, need)
    if led is not None:
        for i, line in enumerate(requirement.lines):
            if line.sector and line.sector not in led:
                room[..., i, :] = 0.0
    caps = []
    for gate in requirement.gates:
        rows = [index[name] for name in gate.gated]
        free = gate.organic * need[rows].sum(axis=0)
        caps.append((rows, free + supplied[..., index[gate.enabler], :] / gate.ratio))
    if not caps:
        return room
    weight = unit_weights(requirement)
    result = room.copy()
    gated = sorted({row for rows, _ in caps for row in rows}, key=lambda i: (-weight[i], i))
    result[..., gated, :] = 0.0
    for i in gated:
        left = room[..., i, :]
        for rows, cap in caps:
            if i in rows:
                left = np.minimum(left, cap - result[..., rows, :].sum(axis=-2))
        result[..., i, :] = np.maximum(left, 0.0)
    return result


def coverage(requirement: Requirement, counted: Array) -> Array:
    """Return the share of the weighted requirement that is covered, shape (...)."""
    share: Array = np.einsum("l,...lt->...", unit_weights(requirement), counted)
    return share


def cost(requirement: Requirement, offers: Iterable[Offer], chains: Iterable[Chain]) -> float:
    """Return the total cost of the chains, in the currency of the offers."""
    by_id = {offer.id: offer for offer in offers}
    return sum(
        by_id[c.offer].cost_month
        * c.units
        * schedule(by_id[c.offer], c.start, c.tours, requirement.months).months
        for c in chains
    )


def by_domain(requirement: Requirement, counted: Array) -> Mapping[str, tuple[Array, Array]]:
    """Return required and covered quantities by domain, each of shape (months,).

    Only lines that carry weight count; they share the measure of their domain.
    """
    need = required(requirement)
    found = {}
    for domain in requirement.domains:
        rows = [i for i, x in enumerate(requirement.lines) if x.domain == domain and x.weight > 0]
        found[domain] = (need[rows].sum(axis=0), counted[rows].sum(axis=0))
    return found
