"""What a plan costs, by contributor and by who pays, on one named basis at a time.

Three bases are in use and must never be added: what the United Nations reimburse per soldier, what
a mission costs the United Nations in all, and what it costs states that carry their own troops
(costs lie where they fall) with a small part funded in common.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from willing.case.values import Positive, Share
from willing.errors import UsageError
from willing.force._nouns import Chain, Offer
from willing.force._schedule import schedule

#: USD per person-month of a UN mission, everything included (budgets over uniformed strength)
UN_MISSION = Positive(
    low=45_000 / 12,
    likely=57_000 / 12,
    high=61_000 / 12,
    unit="USD/person-month",
    basis="source",
    source="cost_un_unifil_2011, cost_un_unifil_2024, cost_un_unficyp_2013 (derived, B and C)",
)
#: USD per person-month that the United Nations pay a contributor for a soldier
UN_REIMBURSEMENT = Positive(
    low=1_428,
    likely=1_448,
    high=1_448,
    unit="USD/person-month",
    basis="source",
    source="un_troop_reimbursement_2018 (A), un_troop_reimbursement_2022 (C)",
)
#: how much the same job costs when states run it themselves
OWN_TO_UN = Positive(
    low=2.0, likely=2.2, high=2.4, basis="source", source="cost_ratio_us_to_un (A)"
)
#: USD per person-month when costs lie where they fall
PERSON_MONTH = Positive(
    low=UN_MISSION.low * OWN_TO_UN.low,
    likely=UN_MISSION.likely * OWN_TO_UN.likely,
    high=UN_MISSION.high * OWN_TO_UN.high,
    unit="USD/person-month",
    basis="source",
    source="UN mission cost (B, C) x cost_ratio_us_to_un (A): two US-run missions, rough",
)
#: share of an operation's cost that is funded in common
COMMON = Share(
    low=0.05, likely=0.10, high=0.15, basis="source", source="eu_common_cost_share (D, placeholder)"
)
BASES = {
    "costs_lie_where_they_fall": "each contributor pays its own; a small part is funded in common",
    "un_reimbursement": "what the United Nations would pay contributors for their soldiers",
    "un_mission": "what a UN mission of this size costs its budget in all",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount in USD on one basis: who bears it and for whose troops."""

    basis: str
    payer: str
    actor: str
    low: float
    likely: float
    high: float


def person_months(
    offers: Iterable[Offer], chains: Iterable[Chain], months: int
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return person-months by contributor, and the offers that could not be counted."""
    by_id = {offer.id: offer for offer in offers}
    found: dict[str, float] = {}
    uncounted: dict[str, None] = {}
    for chain in chains:
        offer = by_id[chain.offer]
        if offer.persons is None:
            uncounted[offer.id] = None
            continue
        stay = schedule(offer, chain.start, chain.tours, months).months
        amount = offer.persons * chain.units * stay
        found[offer.actor] = found.get(offer.actor, 0.0) + amount
    return found, tuple(uncounted)


def costs(
    offers: Iterable[Offer],
    chains: Iterable[Chain],
    months: int,
    basis: str = "costs_lie_where_they_fall",
) -> tuple[Cost, ...]:
    """Return the cost by payer and contributor on one basis, in USD of the sources' years.

    The rows of one basis add up to its total. Offers without a published strength cost nothing
    here; :func:`person_months` names them.
    """
    if basis not in BASES:
        raise UsageError(f"cost basis {basis!r}; expected one of {', '.join(BASES)}")
    rows = []
    for actor, amount in sorted(person_months(offers, chains, months)[0].items()):
        if basis == "un_reimbursement":
            rate, payers = UN_REIMBURSEMENT, {"United Nations": (1.0, 1.0, 1.0)}
        elif basis == "un_mission":
            rate, payers = UN_MISSION, {"United Nations": (1.0, 1.0, 1.0)}
        else:
            rate = PERSON_MONTH
            common = (COMMON.likely,) * 3  # one split, so that rows add up at each end
            own = tuple(1.0 - c for c in common)
            payers = {actor: (own[0], own[1], own[2]), "common funding": common}
        for payer, share in payers.items():
            rows.append(
                Cost(
                    basis,
                    payer,
                    actor,
                    amount * rate.low * share[0],
                    amount * rate.likely * share[1],
                    amount * rate.high * share[2],
                )
            )
    return tuple(rows)
