"""Is the force enough? The force engine's cuts for a case's format, as the simulation takes them.

The simulation decides what comes of each pledge, week by week: who is willing, whose condition
holds, what is ready, late or never sent, how large it is. The cuts say what that can keep up under
the format's rules. See `docs/theory/steady_state.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from willing.case import Case
from willing.force import (
    Bound,
    CaseForce,
    Offer,
    Requirement,
    Rules,
    adequacy_cuts,
    format_of,
    from_case,
    requirement_of,
)
from willing.forecast.model import DOMAINS, CoverRow

__all__ = ["KEPT", "Adequacy", "adequacy", "words"]

#: months a force must be able to stay to count as standing (assumption; range 6-24): a presence
#: that must be handed over within the year is not a force that stays
KEPT = 12
#: an error at worst that is no error (shares)
CLOSE = 1e-3
#: seed of the points at which the programme is solved: the cuts belong to the case, not to a run
SEED = 5


@dataclass(frozen=True, slots=True)
class Adequacy:
    """Cuts on what the pledges of a case can keep up of its format.

    `rows` are in the order of `bounds`; `force` is the case as the force engine sees it.
    """

    rows: tuple[CoverRow, ...]
    bounds: tuple[Bound, ...]
    force: CaseForce


def adequacy(case: Case) -> Adequacy:
    """Return the cuts for a case's format and pledges; the same content is never solved twice.

    Raises
    ------
    UsageError
        Where the force engine cannot read the case: an unknown access rule or planning factor.
    """
    force = from_case(case)
    low = requirement_of(format_of(case, None), level="low")
    likely, lowest = _needs(force.requirement), _needs(low)
    # in the order of `DOMAINS`; money is no force
    least = {d: min(1.0, lowest.get(d, 0.0) / likely[d]) for d in DOMAINS if d in likely}
    most = tuple(
        max(1.0, (p.high or p.number) / p.number) if p.number > 0 else 1.0 for p in case.pledges
    )
    bounds = _cuts(
        force.requirement, force.offers, _Frozen(force.rules), tuple(least.items()), most
    )
    return Adequacy(tuple(_row(b, least) for b in bounds), bounds, force)


def _needs(requirement: Requirement) -> dict[str, float]:
    """Return the need by domain that carries weight, in its measure."""
    found: dict[str, float] = {}
    for line in requirement.lines:
        if line.weight > 0 and max(line.required) > 0:
            found[line.domain] = found.get(line.domain, 0.0) + max(line.required)
    return found


def _row(bound: Bound, least: Mapping[str, float]) -> CoverRow:
    if len(bound.judged) == 1 and bound.name in DOMAINS:
        domain, minimum = DOMAINS.index(bound.name), least[bound.name]
    else:
        domain = -1
        # all in full says nothing of the least; all at their least is then the whole of its scale
        minimum = 0.0 if all(share == 1.0 for share in bound.judged.values()) else 1.0
    # the week of the first arrival has had its lift
    return CoverRow(domain, minimum, bound.constant + bound.pace, bound.coefficient, bound.pace)


def words(found: Adequacy) -> tuple[str, ...]:
    """Say how the force is judged and how far that can be trusted."""
    said = [
        f"What counts is the force that can be kept up for {KEPT} months. Who comes, with how much "
        "and when is simulated."
    ]
    exact = [b for b in found.bounds if not b.solves]
    close = [b for b in found.bounds if b.solves and b.worst < CLOSE]
    if exact:
        said.append(
            f"{_named(exact)}: what comes of the pledges over what is needed. Nothing else limits "
            "it, so nothing is approximated."
        )
    if close:
        said.append(
            f"{_named(close)}: under the rules below, right to a thousandth in each of "
            f"{close[0].held_out} force plans held out."
        )
    said += [
        f"{_named([b])}: under the rules below, approximated from {b.solves} force plans. Against "
        f"{b.held_out} held out it is {b.mean:.1%} of the requirement too high on average and "
        f"{b.worst:.0%} at worst; it promises nine tenths of the format in vain in {b.wrong:.0%}."
        for b in found.bounds
        if b.solves and b.worst >= CLOSE
    ]
    return (*said, *found.force.notes)


def _named(bounds: list[Bound]) -> str:
    names = []
    for bound in bounds:
        if bound.name != "together":
            names.append(bound.name.replace("_", " "))
        elif all(share == 1 for share in bound.judged.values()):
            names.append("all domains together in full")
        else:
            names.append("all domains together at the least each needs")
    text = ", ".join(names)
    return text[:1].upper() + text[1:]


class _Frozen:
    """Rules as a key: their mappings cannot be hashed."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.key = (
            rules.nations_per_sector,
            rules.framework,
            rules.framework_minimum,
            rules.lift_in,
            rules.lift_out,
            rules.budget,
            rules.burden_share,
            tuple(sorted(rules.actor_cap.items())),
        )

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and self.key == other.key


@lru_cache(maxsize=128)
def _cuts(
    requirement: Requirement,
    offers: tuple[Offer, ...],
    rules: _Frozen,
    least: tuple[tuple[str, float], ...],
    most: tuple[float, ...],
) -> tuple[Bound, ...]:
    return adequacy_cuts(
        requirement,
        offers,
        rules.rules,
        least=dict(least),
        kept=KEPT,
        most=most,
        rng=np.random.default_rng(SEED),
    )
