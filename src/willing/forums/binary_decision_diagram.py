"""Reduced ordered binary decision diagrams of monotone functions.

Source: Bryant, "Graph-Based Algorithms for Boolean Function Manipulation", IEEE Trans. Computers
C-35 (1986). Weighted thresholds are built directly, keeping for each position the interval of
quotas that give the same function (Abio, Nieuwenhuis, Oliveras, Rodriguez-Carbonell and
Mayer-Eichberger, "A New Look at BDDs for Pseudo-Boolean Constraints", JAIR 45, 2012).

Nodes are integers; 0 is never, 1 is always. A system that refers to itself is solved to its least
fixed point by iteration from "never" (Kleene): diagrams are canonical, so that equality of numbers
is equality of functions and the iteration knows when to stop.
Only definitions in a circle are iterated.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

import numpy as np

from willing.errors import UsageError
from willing.forums._circles import circles
from willing.forums._nodes import FULL, FULL_LEVEL, Table, branch, choose, grown, reach
from willing.forums.monotone import All, Any, Atom, Enough, Function, Ref, Truth

NEVER, ALWAYS = 0, 1
#: nodes, at first and at most
_FEW, _NODE_LIMIT = 1 << 8, 1 << 21


class Diagram:
    """A set of functions over one order of variables.

    Parameters
    ----------
    variables
        Keys of the variables, first on top. Members of one group should stand together.
    """

    def __init__(self, variables: Iterable[Hashable]) -> None:
        self.variables = tuple(dict.fromkeys(variables))
        self.place = {key: i for i, key in enumerate(self.variables)}
        self._enough: dict[tuple[tuple[int, ...], tuple[int, ...], int], int] = {}
        self._hold(grown(None, _FEW, len(self.variables)))

    def _hold(self, table: Table) -> None:
        self.table = table
        # plain numbers, by node: which variable it asks, and where it goes on
        self.var, self.low, self.high = (memoryview(x.data) for x in table[:3])

    def _room(self, ask: Callable[[], int]) -> int:
        """Ask until there is room for the answer."""
        while (found := ask()) == FULL:
            room = 4 * len(self.var)
            if room > _NODE_LIMIT:
                raise UsageError("the route is too large to analyse exactly (decision diagram)")
            self._hold(grown(self.table, room, len(self.variables)))
        return found

    def node(self, var: int, low: int, high: int) -> int:
        """Return the node that asks `var` and goes on to `low` or `high`."""
        return self._room(lambda: int(branch(self.table, var, low, high)))

    def variable(self, key: Hashable) -> int:
        """Return the function that is true when a variable is."""
        return self.node(self.place[key], NEVER, ALWAYS)

    def ite(self, test: int, then: int, other: int) -> int:
        """Return "if test then `then` else `other`"."""
        return self._room(lambda: int(choose(self.table, test, then, other)))

    def both(self, a: int, b: int) -> int:
        """Return "a and b"."""
        return self.ite(a, b, NEVER)

    def either(self, a: int, b: int) -> int:
        """Return "a or b"."""
        return self.ite(a, ALWAYS, b)

    def enough(self, functions: Sequence[int], weights: Sequence[int], quota: int) -> int:
        """Return "the weights of those that hold reach the quota"."""
        pooled: dict[int, int] = {}
        for function, weight in zip(functions, weights, strict=True):
            pooled[function] = pooled.get(function, 0) + weight
        quota -= pooled.pop(ALWAYS, 0)
        pooled.pop(NEVER, None)
        asked = (tuple(pooled), tuple(pooled.values()), quota)
        if asked not in self._enough:
            self._enough[asked] = self._threshold(*asked)
        return self._enough[asked]

    def _threshold(self, functions: Sequence[int], weights: Sequence[int], quota: int) -> int:
        order = sorted(
            range(len(functions)), key=lambda i: (self.var[functions[i]], -weights[i], i)
        )
        args = np.array([functions[i] for i in order], dtype=np.int64)
        sizes = np.array([weights[i] for i in order], dtype=np.int64)
        rests = np.append(np.cumsum(sizes[::-1])[::-1], 0)
        room = _FEW

        def ask() -> int:
            nonlocal room
            while True:
                known = np.empty((len(args), room, 3), dtype=np.int64)
                count = np.zeros(len(args), dtype=np.int64)
                found = int(reach(self.table, args, sizes, rests, 0, quota, known, count)[2])
                if found != FULL_LEVEL:
                    return found
                room *= 4

        return self._room(ask)

    def build(
        self,
        function: Function,
        key_of: Callable[[Atom], Hashable | bool],
        named: Mapping[str, int],
        given: frozenset[Hashable] = frozenset(),
    ) -> int:
        """Build a function.

        Parameters
        ----------
        function, named
            The function, and what the names it refers to mean.
        key_of
            Gives an atom's variable, or its value when that is fixed.
        given
            Variables that hold for sure here: what "all of" asks for outright need not be asked
            again inside.
        """
        match function:
            case Truth(value):
                return ALWAYS if value else NEVER
            case Atom():
                key = key_of(function)
                if isinstance(key, bool):
                    return ALWAYS if key else NEVER
                return ALWAYS if key in given else self.variable(key)
            case Ref(name):
                return named[name]
            case Enough(args, weights, quota):
                parts = [self.build(a, key_of, named, given) for a in args]
                return self.enough(parts, weights, quota)
            case All(args):
                asked = [a for a in args if isinstance(a, Atom)]
                keys = frozenset(k for k in map(key_of, asked) if not isinstance(k, bool))
                if any(key_of(a) is False for a in asked):
                    return NEVER
                whole = ALWAYS  # the atoms as one chain, from the last variable up
                for place in sorted((self.place[k] for k in keys - given), reverse=True):
                    whole = self.node(place, NEVER, whole)
                for arg in args:
                    if not isinstance(arg, Atom):
                        whole = self.both(whole, self.build(arg, key_of, named, given | keys))
                return whole
            case Any(args):
                whole = NEVER
                # lowest variables first, as a chain is built; of two with the same on top the older
                # first, which is mostly the smaller and often makes the other superfluous
                ways = {self.build(arg, key_of, named, given) for arg in args}
                for way in sorted(ways, key=lambda f: (-self.var[f], f)):
                    whole = self.either(way, whole)
                return whole

    def solve(
        self, system: Mapping[str, Function], key_of: Callable[[Atom], Hashable | bool]
    ) -> dict[str, int]:
        """Return the least fixed point of a system of functions by name.

        What refers to no circle is built once, when all it needs is known; only circles iterate.
        """
        now = dict.fromkeys(system, NEVER)
        for group, circular in circles(system):
            changed = True
            while changed:
                changed = False
                for name in group:
                    then = self.build(system[name], key_of, now)
                    changed = changed or then != now[name]
                    now[name] = then
                changed = changed and circular
        return now

    def dual(self, function: int) -> int:
        """Return what refusals do: the function of refusals that is true when `function` fails."""
        done = {NEVER: ALWAYS, ALWAYS: NEVER}

        def turn(f: int) -> int:
            if f not in done:
                done[f] = self.node(self.var[f], turn(self.high[f]), turn(self.low[f]))
            return done[f]

        return turn(function)

    def alone(self, function: int) -> list[Hashable]:
        """Return the variables each of which makes a monotone function true by itself."""
        found = []
        while function > ALWAYS:
            if self._true_when_rest_fail(self.high[function]):
                found.append(self.variables[self.var[function]])
            function = self.low[function]
        return found

    def _true_when_rest_fail(self, function: int) -> bool:
        while function > ALWAYS:
            function = self.low[function]
        return function == ALWAYS

    def fewest(self, function: int) -> int | None:
        """Return the size of the smallest set of variables that makes it true; None if none."""
        done: dict[int, float] = {NEVER: float("inf"), ALWAYS: 0.0}

        def least(f: int) -> float:
            if f not in done:
                done[f] = min(least(self.low[f]), 1.0 + least(self.high[f]))
            return done[f]

        found = least(function)
        return None if found == float("inf") else int(found)
