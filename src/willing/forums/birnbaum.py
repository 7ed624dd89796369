"""Probability that a monotone function holds, and how much it hangs on each actor.

Actors are independent; what one actor does on one scale is nested (a position high enough to vote
yes is high enough not to vote no), so the events of a group are tested from the rarest on and each
is conditioned on the last that failed. Exact, by recursion over the decision diagram (Rauzy 1993
for independent variables). Importance: Birnbaum, "On the importance of different components in a
multicomponent system", in Krishnaiah (ed.), *Multivariate Analysis II* (1969).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from willing.forums.binary_decision_diagram import ALWAYS, NEVER, Diagram


@dataclass(frozen=True, slots=True)
class Pivot:
    """What hangs on one actor.

    `decisive` (Birnbaum's importance) = `if_yes` - `if_no`; `gain` = `if_yes` less the
    probability as it stands: what winning the actor over would add.
    """

    actor: str
    if_yes: float
    if_no: float
    gain: float

    @property
    def decisive(self) -> float:
        """Probability that this actor decides."""
        return self.if_yes - self.if_no


def order_of(chances: Mapping[Any, float], group: Mapping[Any, Hashable]) -> list[Hashable]:
    """Return an order of variables: groups together, within a group the rarest first."""
    first: dict[Hashable, int] = {}
    for key in chances:
        first.setdefault(group[key], len(first))
    return sorted(chances, key=lambda k: (first[group[k]], chances[k]))


def probability(
    diagram: Diagram,
    function: int,
    chances: Mapping[Any, float],
    group: Mapping[Any, Hashable],
) -> float:
    """Return the probability of a function.

    Parameters
    ----------
    diagram, function
        Variables stand in the order of :func:`order_of` for these groups; where `chances` differ
        from those it was ordered by they must keep their order within each group.
    chances
        Probability of each variable.
    group
        Group of each variable: independent between groups, nested within.
    """
    keys = diagram.variables
    chance = [min(max(float(chances[k]), 0.0), 1.0) for k in keys]
    groups = [group[k] for k in keys]
    done: dict[tuple[int, int], float] = {}

    def after_yes(f: int, var: int) -> int:
        while f > ALWAYS and groups[diagram.var[f]] == groups[var]:
            f = diagram.high[f]
        return f

    def of(f: int, failed: int) -> float:
        if f in (NEVER, ALWAYS):
            return float(f)
        var = diagram.var[f]
        if failed >= 0 and groups[failed] != groups[var]:
            failed = -1
        key = (f, failed)
        if key not in done:
            p = chance[var]
            if failed >= 0:
                rest = 1.0 - chance[failed]
                p = (p - chance[failed]) / rest if rest > 0 else 1.0
                p = min(max(p, 0.0), 1.0)
            high = of(after_yes(diagram.high[f], var), -1) if p > 0 else 0.0
            low = of(diagram.low[f], var) if p < 1 else 0.0
            done[key] = p * high + (1 - p) * low
        return done[key]

    return of(function, -1)


def pivots(
    diagram: Diagram,
    function: int,
    chances: Mapping[Any, float],
    group: Mapping[Any, Hashable],
    actor: Mapping[Any, str],
) -> list[Pivot]:
    """Return what hangs on each actor, largest gain first, then most decisive."""
    now = probability(diagram, function, chances, group)
    found = []
    for who in dict.fromkeys(actor[k] for k in diagram.variables):
        yes = {k: 1.0 if actor[k] == who else p for k, p in chances.items()}
        no = {k: 0.0 if actor[k] == who else p for k, p in chances.items()}
        with_it = probability(diagram, function, yes, group)
        found.append(Pivot(who, with_it, probability(diagram, function, no, group), with_it - now))
    return sorted(found, key=lambda p: (-round(p.gain, 12), -round(p.decisive, 12), p.actor))
