"""The package with equal units of all nations merged: a small programme, a strong bound, a pattern.

Fischetti and Liberti (2012), orbital shrinking: columns that a symmetry exchanges are replaced by
their sum. Units of one size, tour and rotation are exchangeable but for the rules that know their
nation, so those rules are left out and the sums keep what the pools allow together. What results
is a relaxation (its bound holds for every plan) and its solution says how many such units open a
tour in each month; `share_out` gives those tours back to nations under all rules. See
`docs/theory/orbital_shrinking.md`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from willing.force._nouns import ALWAYS, Offer, Rules
from willing.force.chains import Model, build

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
#: merged, the model must have at most this share of the tour columns, or merging gains nothing
WORTH = 0.7
#: the contributor all merged offers belong to
EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A merged model.

    Attributes
    ----------
    group : which merged offer stands for each offer (-1: none may be used).
    ready : units of each merged offer that are ready by each month, (merged offers, months).
    """

    model: Model
    group: Ints
    ready: Array


def _alike(offer: Offer, horizon: int) -> tuple[object, ...]:
    return (
        offer.domain,
        offer.capability,
        offer.quantity,
        offer.persons,
        offer.tour_months,
        offer.rotation,
        min(offer.max_months, horizon),
    )


def shrink(model: Model) -> Shrunk | None:
    """Merge the offers of a model whose units are alike; None where that gains too little."""
    horizon = model.requirement.months
    members: dict[tuple[object, ...], list[int]] = {}
    group = np.full(len(model.offers), -1, dtype=np.int64)
    for o, offer in enumerate(model.offers):
        if offer.number and model.allowed(o):
            own = members.setdefault(_alike(offer, horizon), [])
            own.append(o)
            group[o] = list(members).index(_alike(offer, horizon))
    merged = []
    for k, own in enumerate(members.values()):
        offers = [model.offers[o] for o in own]
        anywhere = any(o.sectors is None for o in offers)
        merged.append(
            replace(
                offers[0],
                id=str(k),
                actor=EVERYBODY,
                number=sum(o.number for o in offers),
                ready_month=min(o.ready_month for o in offers),
                minimum=0,
                sectors=None if anywhere else frozenset().union(*(o.sectors or () for o in offers)),
                requires=ALWAYS,
                cost_month=min(o.cost_month for o in offers),
            )
        )
    rules = Rules(
        lift_in=model.rules.lift_in, lift_out=model.rules.lift_out, budget=model.rules.budget
    )
    small = build(model.requirement, merged, rules)
    if len(small.chains) > WORTH * len(model.chains):
        return None
    columns: list[list[int]] = [[] for _ in merged]
    for i, chain in enumerate(small.chains):
        columns[chain.offer].append(i)
    ready = np.zeros((len(merged), horizon))
    for o, k in enumerate(group.tolist()):
        if k >= 0:
            ready[k, model.offers[o].ready_month :] += model.offers[o].number
    for k, offer in enumerate(merged):
        for month in np.flatnonzero(ready[k] < offer.number):
            # whoever is drawn in a month was ready by then
            drawn = [
                (i, 1.0)
                for i in columns[k]
                if small.chains[i].when.start <= month < small.chains[i].when.tours[0][2]
            ]
            if drawn:
                small.milp.row(drawn, float(ready[k, month]))
    return Shrunk(small, group, ready)


def share_out(model: Model, shrunk: Shrunk, merged: Ints) -> Ints:
    """Give merged tours back to nations, as far as readiness, pools and caveats allow.

    Whoever is ready last goes first, so that the others stay free for earlier months; other rules
    are left to the annealing that follows.

    Parameters
    ----------
    merged : tours by column of the merged model.
    """
    at = {(c.offer, c.sector, c.start): i for i, c in enumerate(model.chains)}
    members: dict[int, list[int]] = {}
    for o in np.argsort([-offer.ready_month for offer in model.offers], kind="stable"):
        members.setdefault(int(shrunk.group[o]), []).append(int(o))
    drawn = np.zeros((len(model.offers), model.requirement.months + 1), dtype=np.int64)
    counts = np.zeros(len(model.chains), dtype=np.int64)
    for i in np.flatnonzero(merged):
        chain = shrunk.model.chains[i]
        left = int(merged[i])
        for o in members[chain.offer]:
            column = at.get((o, chain.sector, chain.start))
            if column is None or not left:
                continue
            first, _, free = model.chains[column].when.tours[0]
            here = min(left, model.offers[o].number - int(drawn[o, first:free].max(initial=0)))
            if here > 0:
                drawn[o, first:free] += here
                counts[column] += here
                left -= here
    return counts
