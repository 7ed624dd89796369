"""Why something cannot be had: the smallest set of pledges and rules that conflict, in words.

A demand (this pledge is used, that coverage is reached) is tested against groups of rules. The
smallest conflicting set is found by implicit hitting sets (Ignatiev, Previti, Liffiton and
Marques-Silva 2015): every way to satisfy the demand drops some groups; a smallest set that meets
all those drops, once it conflicts by itself, is a smallest explanation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from willing.force._demands import Demand, Use, groups_of, relaxed
from willing.force._milp import Highs, Milp
from willing.force._nouns import ALWAYS, Offer, Requirement, Rules
from willing.force.chains import build

#: seconds for one question of the search
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Conflict:
    """A demand that cannot be met, and the smallest set of pledges and rules that forbids it."""

    demand: Demand
    groups: tuple[str, ...]
    words: str


def _possible(
    requirement: Requirement, offers: Sequence[Offer], rules: Rules, demand: Demand
) -> bool:
    model = build(requirement, offers, rules)
    milp = model.milp
    if isinstance(demand, Use):
        columns = [i for i, c in enumerate(model.chains) if offers[c.offer].id == demand.pledge]
        if not columns:
            return False
        milp.row([(i, 1.0) for i in columns], lower=1.0)
    else:
        terms, total = [], 0.0
        for row, line in enumerate(requirement.lines):
            if line.domain == demand.domain and line.weight > 0:
                total += sum(line.required)
                terms += [(int(c), 1.0) for c in model.covered[row] if c >= 0]
        if not terms:
            return False
        milp.row(terms, lower=demand.share * total * (1 - 1e-7))
    milp.gain[:] = [0.0] * len(milp.gain)
    if Highs(milp, relax=True).run().x is None:
        return False
    # what could not be decided in time counts as possible: only a proven conflict is named
    found = Highs(milp).run(seconds=PATIENCE)
    return found.x is not None or found.status == "Time limit reached"


def explain(
    requirement: Requirement, offers: Sequence[Offer], rules: Rules, demand: Demand
) -> Conflict | None:
    """Return the smallest conflict that forbids a demand, or None when it can be met."""
    words = groups_of(requirement, offers, rules, demand)
    every = set(words)
    names = sorted(every)

    def possible(kept: set[str]) -> bool:
        return _possible(*relaxed(requirement, offers, rules, kept, every, demand), demand)

    if possible(every):
        return None
    drops: list[set[str]] = []
    while True:
        kept = _smallest_meeting(drops, names)
        if not possible(kept):
            return Conflict(demand, tuple(sorted(kept)), _sentence(demand, sorted(kept), words))
        # grow: keep as many groups as the demand allows; what is left out is one more drop
        for name in names:
            if name not in kept and possible(kept | {name}):
                kept = kept | {name}
        drops.append(every - kept)


def _smallest_meeting(drops: Sequence[set[str]], names: Sequence[str]) -> set[str]:
    """Return a smallest set of names that meets every drop."""
    if not drops:
        return set()
    milp = Milp()
    columns = {name: milp.column(1.0, whole=True, gain=-1.0) for name in names}
    for drop in drops:
        milp.row([(columns[name], 1.0) for name in sorted(drop)], lower=1.0)
    chosen = Highs(milp).run().x
    assert chosen is not None  # no drop is empty: with every group the demand cannot be met
    return {name for name in names if chosen[columns[name]] > 0.5}


def _sentence(demand: Demand, kept: Sequence[str], words: dict[str, str]) -> str:
    what = (
        f"Pledge {demand.pledge} cannot be used"
        if isinstance(demand, Use)
        else f"{demand.domain.replace('_', ' ')} cannot be covered to {demand.share:.0%}"
    )
    why = "; ".join(words[k] for k in kept) or "nothing could change that"
    return f"{what[0].upper()}{what[1:]}: {why}."


def idle(requirement: Requirement, offers: Sequence[Offer], rules: Rules) -> tuple[Conflict, ...]:
    """Return the pledges no plan can use, each with the smallest conflict that forbids it.

    Pledges that the relaxation already uses in full freedom are passed over quickly.
    """
    model = build(requirement, offers, rules, lumps=False)
    columns: dict[int, list[int]] = {}
    for i, c in enumerate(model.chains):
        columns.setdefault(c.offer, []).append(i)
    found = []
    for o, offer in enumerate(offers):
        if offer.number == 0:
            continue
        if o in columns and _easy(offer, requirement, rules):
            continue
        conflict = explain(requirement, offers, rules, Use(offer.id))
        if conflict:
            found.append(conflict)
    return tuple(found)


def _easy(offer: Offer, requirement: Requirement, rules: Rules) -> bool:
    """Whether one unit can be sent alone without asking anybody: then there is no conflict."""
    persons = offer.persons or 0.0
    tour = min(offer.tour_months, requirement.months - offer.ready_month, offer.max_months)
    return (
        offer.requires == ALWAYS
        and offer.minimum <= 1
        and rules.burden_share is None
        and rules.nations_per_sector != 0
        and persons <= (np.inf if rules.lift_in is None else rules.lift_in)
        and persons <= (np.inf if rules.lift_out is None else rules.lift_out)
        and persons <= rules.actor_cap.get(offer.actor, np.inf)
        and rules.actor_minimum.get(offer.actor, 0.0) <= persons * tour
        and offer.cost_month * tour <= (np.inf if rules.budget is None else rules.budget)
    )
