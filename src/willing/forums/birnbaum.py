"""Probability that a monotone function holds, and how much it hangs on each actor.

Actors are independent, in each of several cases where something moves many of them at once (the
probability is the mean over the cases). What one actor does on one scale is nested (a position high
enough to vote yes is high enough not to vote no), so the events of a group are tested from the
rarest on and each is conditioned on the last that failed. Exact, by recursion over the decision
diagram (Rauzy 1993 for independent variables).

Importance: Birnbaum, "On the importance of different components in a multicomponent system", in
Krishnaiah (ed.), *Multivariate Analysis II* (1969).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from willing.errors import UsageError
from willing.forums._nodes import probabilities
from willing.forums.binary_decision_diagram import Diagram

Floats = NDArray[np.float64]
#: members of a group: which of them failed last is a bit of a machine word
_MOST = 60


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
    chances: Mapping[Any, Floats],
    group: Mapping[Any, Hashable],
    weights: Floats,
) -> float:
    """Return the probability of a function.

    Parameters
    ----------
    diagram, function
        Variables stand in the order of :func:`order_of` for these chances and groups.
    chances
        Probability of each variable in each case, shape (cases,).
    group
        Group of each variable: independent between groups, nested within.
    weights
        Probability of each case, shape (cases,).
    """
    table = _table(diagram, chances, weights)
    return float(weights @ _probabilities(diagram, function, table, group))


def _table(diagram: Diagram, chances: Mapping[Any, Floats], weights: Floats) -> Floats:
    rows = [chances[k] for k in diagram.variables]
    return np.array(rows).reshape(len(rows), weights.size).T


def _probabilities(
    diagram: Diagram, function: int, table: NDArray[np.float64], group: Mapping[Any, Hashable]
) -> NDArray[np.float64]:
    """Probability of a function in several scenarios at once; `table` is (scenarios, variables)."""
    numbers: dict[Hashable, int] = {}
    places: list[int] = []
    for key in diagram.variables:
        numbers.setdefault(group[key], len(numbers))
    groups = [numbers[group[key]] for key in diagram.variables]
    for var, own in enumerate(groups):
        places.append(places[-1] + 1 if var and groups[var - 1] == own else 0)
    if max(places, default=0) > _MOST:
        raise UsageError(f"more than {_MOST} things are asked of one actor on one scale")
    chance = np.ascontiguousarray(np.clip(table, 0.0, 1.0).T)
    found = probabilities(
        diagram.table,
        function,
        np.array(groups, dtype=np.int64),
        np.array(places, dtype=np.int64),
        chance,
    )
    return np.asarray(found)


def pivots(
    diagram: Diagram,
    function: int,
    chances: Mapping[Any, Floats],
    group: Mapping[Any, Hashable],
    actor: Mapping[Any, str],
    weights: Floats,
) -> tuple[list[Pivot], float]:
    """Return what hangs on each actor, largest gain first, and the probability as it stands."""
    keys = diagram.variables
    who = list(dict.fromkeys(actor[k] for k in keys))
    table = np.tile(_table(diagram, chances, weights), (2 * len(who) + 1, 1, 1))
    for row, one in enumerate(who):
        mine = [v for v, k in enumerate(keys) if actor[k] == one]
        table[2 * row, :, mine] = 1.0
        table[2 * row + 1, :, mine] = 0.0
    each = _probabilities(
        diagram, function, table.reshape(len(table) * weights.size, len(keys)), group
    )
    found = each.reshape(len(table), weights.size) @ weights
    listed = [
        Pivot(one, float(found[2 * i]), float(found[2 * i + 1]), float(found[2 * i] - found[-1]))
        for i, one in enumerate(who)
    ]
    listed.sort(key=lambda p: (-round(p.gain, 12), -round(p.decisive, 12), p.actor))
    return listed, float(found[-1])
