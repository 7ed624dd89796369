"""All minimal sets that open a route, and all minimal sets that block it.

Algorithm: Rauzy, "New algorithms for fault trees analysis", Reliability Engineering and System
Safety 40 (1993): from the decision diagram of a monotone function to the diagram of its minimal
solutions by the operator *without*, kept as a zero-suppressed diagram (Minato, "Zero-suppressed
BDDs for set manipulation in combinatorial problems", DAC 1993). Minimal path sets (who opens) are
the minimal solutions of the function, minimal cut sets (who blocks) those of its dual. Counting by
size and listing the likeliest of each size run on the diagram, never over the sets one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any

from willing.forums.binary_decision_diagram import ALWAYS, NEVER, Diagram

EMPTY, UNIT = 0, 1
_EXAMPLES = 3


@dataclass(frozen=True)
class MinimalSets:
    """Minimal sets listed by size, and how many of each size there are in all.

    Attributes
    ----------
    sets
        Those of one member in full, then by size, within a size the likeliest first.
    by_size
        Size -> number of minimal sets of that size, listed or not.
    """

    sets: tuple[tuple[str, ...], ...]
    by_size: Mapping[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Number of minimal sets."""
        return sum(self.by_size.values())

    def more(self) -> dict[int, int]:
        """Return size -> number of minimal sets of that size that are not listed."""
        listed: dict[int, int] = {}
        for one in self.sets:
            listed[len(one)] = listed.get(len(one), 0) + 1
        return {s: n - listed.get(s, 0) for s, n in self.by_size.items() if n > listed.get(s, 0)}


class Family:
    """Families of sets over the variables of a diagram (zero-suppressed)."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        last = len(diagram.variables)
        self.var: list[int] = [last, last]
        self.rest: list[int] = [EMPTY, UNIT]
        self.with_var: list[int] = [EMPTY, UNIT]
        self.least: list[float] = [float("inf"), 0.0]
        self.most: list[float] = [float("-inf"), 0.0]
        self._unique: dict[tuple[int, int, int], int] = {}
        self._minimal: dict[int, int] = {NEVER: EMPTY, ALWAYS: UNIT}
        self._without: dict[tuple[int, int], int] = {}

    def node(self, var: int, rest: int, with_var: int) -> int:
        """Return the family of `rest` and of the sets of `with_var`, each with `var` added."""
        if with_var == EMPTY:
            return rest
        key = (var, rest, with_var)
        found = self._unique.get(key)
        if found is None:
            found = len(self.var)
            self.var.append(var)
            self.rest.append(rest)
            self.with_var.append(with_var)
            self.least.append(min(self.least[rest], self.least[with_var] + 1))
            self.most.append(max(self.most[rest], self.most[with_var] + 1))
            self._unique[key] = found
        return found

    def minimal(self, function: int) -> int:
        """Return the family of minimal solutions of a monotone function."""
        found = self._minimal.get(function)
        if found is None:
            d = self.diagram
            rest = self.minimal(d.low[function])
            found = self.node(
                d.var[function], rest, self.without(self.minimal(d.high[function]), rest)
            )
            self._minimal[function] = found
        return found

    def without(self, family: int, smaller: int) -> int:
        """Return the sets of `family` that contain no set of `smaller`."""
        if family in (EMPTY, smaller) or smaller == UNIT:
            return EMPTY
        if smaller == EMPTY or family == UNIT or self.most[family] < self.least[smaller]:
            return family  # a set contains none that is larger
        key = (family, smaller)
        found = self._without.get(key)
        if found is None:
            a, b = self.var[family], self.var[smaller]
            if a < b:
                found = self.node(
                    a,
                    self.without(self.rest[family], smaller),
                    self.without(self.with_var[family], smaller),
                )
            elif a > b:
                found = self.without(family, self.rest[smaller])
            else:
                inner = self.without(self.with_var[family], self.with_var[smaller])
                found = self.node(
                    a,
                    self.without(self.rest[family], self.rest[smaller]),
                    self.without(inner, self.rest[smaller]),
                )
            self._without[key] = found
        return found

    def counts(self, family: int) -> list[int]:
        """Return the number of sets of each size, from 0."""
        done: dict[int, list[int]] = {EMPTY: [], UNIT: [1]}

        def count(f: int) -> list[int]:
            if f not in done:
                rest, more = count(self.rest[f]), [0, *count(self.with_var[f])]
                length = max(len(rest), len(more))
                done[f] = [
                    (rest[s] if s < len(rest) else 0) + (more[s] if s < len(more) else 0)
                    for s in range(length)
                ]
            return done[f]

        return count(family)

    def likeliest(
        self, family: int, size: int, limit: int, score: Callable[[Any], float]
    ) -> list[tuple[Any, ...]]:
        """Return at most `limit` sets of a size, each sorted, highest sum of scores first."""
        done: dict[tuple[int, int], list[tuple[float, tuple[int, ...]]]] = {}
        weight = [score(key) for key in self.diagram.variables]

        def best(f: int, left: int) -> list[tuple[float, tuple[int, ...]]]:
            if f == UNIT:
                return [(0.0, ())] if left == 0 else []
            if f == EMPTY or left < 0:
                return []
            key = (f, left)
            if key not in done:
                var = self.var[f]
                found = best(self.rest[f], left) + [
                    (total + weight[var], (var, *members))
                    for total, members in best(self.with_var[f], left - 1)
                ]
                done[key] = nlargest(limit, found, key=lambda s: (s[0], [-v for v in s[1]]))
            return done[key]

        return [
            tuple(self.diagram.variables[v] for v in members) for _, members in best(family, size)
        ]


def minimal_solutions(
    diagram: Diagram,
    function: int,
    *,
    most: int = 50,
    up_to: int = 6,
    score: Callable[[Any], float] = lambda key: 0.0,
) -> MinimalSets:
    """Return the minimal solutions of a monotone function.

    Parameters
    ----------
    diagram, function
        The function, in a diagram whose variables are the members of the sets.
    most
        How many sets of two or more to list.
    up_to
        Largest size to list in earnest; where nothing so small exists, a few examples of the
        smallest size stand for the rest.
    score
        Log-likelihood of a member being in the set; sorts the sets of one size.
    """
    family = Family(diagram)
    root = family.minimal(function)
    counts = family.counts(root)
    by_size = {size: n for size, n in enumerate(counts) if n}
    listed: list[tuple[str, ...]] = []
    room = most
    for size, n in by_size.items():
        if size > max(up_to, min(by_size)):
            break
        wanted = n if size <= 1 else min(n, room if size <= up_to else min(room, _EXAMPLES))
        if size > 1:
            room -= wanted
        listed += family.likeliest(root, size, wanted, score) if wanted else []
    return MinimalSets(tuple(listed), by_size)
