"""Build the two diagrams of a function: merged by actor, and split by what is asked of each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from willing.errors import UsageError
from willing.forums._circles import references
from willing.forums.binary_decision_diagram import ALWAYS, Diagram
from willing.forums.birnbaum import Pivot, order_of, pivots, probability
from willing.forums.minimal_cut_sets import minimal_solutions
from willing.forums.monotone import Atom, Function, atoms

Floats = NDArray[np.float64]
#: probability that an atom holds, from the actor's position; one for each case of what moves
#: several actors at once, where there are such cases: shape (cases,)
Belief = Callable[[Atom], float | Floats]
System = Mapping[str, Function]
#: facts that hold: all, none, or those named
Facts = bool | Collection[str]


def holds(atom: Atom, facts: Facts) -> bool:
    """Say whether a fact is among those that hold."""
    return facts if isinstance(facts, bool) else atom.who in facts


def reachable(function: Function, system: System) -> dict[str, Function]:
    """Return the definitions a function needs, directly or through others."""
    found: dict[str, Function] = {}
    stack = [function]
    while stack:
        for name in references(stack.pop()):
            if name not in found:
                if name not in system:
                    raise UsageError(f"nothing is defined under {name!r}")
                found[name] = system[name]
                stack.append(system[name])
    return found


def all_atoms(function: Function, system: System) -> Iterator[Atom]:
    """Yield the atoms of a function and of the definitions it needs, each once."""
    whole = (function, *reachable(function, system).values())
    yield from dict.fromkeys(a for f in whole for a in atoms(f))


@dataclass(frozen=True)
class Merged:
    """A function with one variable per actor, every fact fixed."""

    diagram: Diagram
    root: int
    solved: Mapping[str, int]
    facts: Facts

    def part(self, function: Function) -> int:
        """Build another function of the same system in the same diagram."""
        return self.diagram.build(function, self._key_of, self.solved)

    def _key_of(self, atom: Atom) -> Hashable | bool:
        return holds(atom, self.facts) if atom.fact else atom.who


def merged(function: Function, system: System, facts: Facts) -> Merged:
    """Build a function with one variable per actor and every fact fixed.

    Actors stand in the order in which the function names them: those of one forum together.
    """
    diagram = Diagram(a.who for a in all_atoms(function, system) if not a.fact)
    empty = Merged(diagram, 0, {}, facts)
    solved = diagram.solve(reachable(function, system), empty._key_of)
    whole = Merged(diagram, 0, solved, facts)
    return Merged(diagram, whole.part(function), solved, facts)


def facts_only(function: Function, system: System) -> tuple[Diagram, int]:
    """Build a function of its facts, every actor going along."""
    diagram = Diagram(sorted({a.who for a in all_atoms(function, system) if a.fact}))

    def key_of(atom: Atom) -> Hashable | bool:
        return atom.who if atom.fact else True

    solved = diagram.solve(reachable(function, system), key_of)
    return diagram, diagram.build(function, key_of, solved)


def taken_to_hold(
    function: Function, gates: Iterable[Function], system: System, today: Collection[str]
) -> frozenset[str]:
    """Return the facts that are taken to hold when actors are asked.

    All of them, but for those that would stand in for the actors of a gate altogether ("the
    government consents, or yields to pressure"): such a fact counts only where it holds today or
    the route needs it anyway.
    """
    every = frozenset(a.who for a in all_atoms(function, system) if a.fact)
    diagram, root = facts_only(function, system)
    needed = {
        str(f)
        for one in minimal_solutions(diagram, root, most=10_000, up_to=len(every)).sets
        for f in one
    }
    out: set[str] = set()
    for gate in gates:
        own = {a.who for a in all_atoms(gate, system) if a.fact}
        spare = own - needed - set(today)
        if spare and merged(gate, system, own).root == ALWAYS:
            out |= spare if merged(gate, system, own - spare).root != ALWAYS else set()
    return every - out


@dataclass(frozen=True)
class Graded:
    """A function split by what is asked of each actor, with the probability of each atom.

    `used` holds the probabilities in each case of what moves several actors at once, `weights` the
    probabilities of the cases, (cases,); within a case actors are independent.
    """

    diagram: Diagram
    root: int
    used: Mapping[Atom, Floats]
    solved: Mapping[str, int]
    facts: Facts
    weights: Floats
    #: probability by function of the diagram, worked out once for the route and its gates
    known: dict[int, float] = field(default_factory=dict, compare=False, repr=False)

    def part(self, function: Function, system: System) -> Graded:
        """Return another function of the same system, in the same diagram."""
        mine = {a: self.used[a] for a in all_atoms(function, system) if not a.fact}
        root = self.diagram.build(function, _known_or_itself(self.facts), self.solved)
        return Graded(self.diagram, root, mine, self.solved, self.facts, self.weights, self.known)

    @property
    def _chances(self) -> dict[Hashable, Floats]:
        known: Mapping[Any, Floats] = self.used
        never = np.zeros_like(self.weights)
        return {a: known.get(a, never) for a in self.diagram.variables}

    @property
    def _groups(self) -> dict[Any, tuple[str, str]]:
        variables: tuple[Any, ...] = self.diagram.variables
        return {a: (a.who, a.scale) for a in variables}

    def probability(self) -> float:
        """Return the probability that the function holds, the facts given."""
        if self.root not in self.known:
            self.known[self.root] = probability(
                self.diagram, self.root, self._chances, self._groups, self.weights
            )
        return self.known[self.root]

    def pivots(self) -> list[Pivot]:
        """Return what hangs on each actor."""
        actor = {a: g[0] for a, g in self._groups.items()}
        found, self.known[self.root] = pivots(
            self.diagram, self.root, self._chances, self._groups, actor, self.weights
        )
        return found

    def goes_along(self, who: str) -> float:
        """Return the probability that an actor goes along with what is asked of it.

        Where several things are asked on one scale the least demanding counts (not vetoing,
        taking part in the domain it likes best); scales are independent.
        """
        by_scale: dict[str, Floats] = {}
        for atom, p in self.used.items():
            if atom.who == who:
                by_scale[atom.scale] = np.maximum(by_scale.get(atom.scale, 0.0), p)
        whole = np.ones_like(self.weights)
        for p in by_scale.values():
            whole = whole * p
        return float(self.weights @ whole)


def _known_or_itself(facts: Facts) -> Callable[[Atom], Hashable | bool]:
    def key_of(atom: Atom) -> Hashable | bool:
        return holds(atom, facts) if atom.fact else atom

    return key_of


def graded(
    function: Function,
    system: System,
    belief: Belief,
    facts: Facts = True,
    weights: Sequence[float] = (1.0,),
) -> Graded:
    """Build a function with one variable per atom; `facts` are those that hold.

    `weights` are the probabilities of the cases that `belief` tells apart.
    """
    chance = np.asarray(weights, dtype=np.float64)
    asked = [a for a in all_atoms(function, system) if not a.fact]
    used = {a: np.asarray(np.broadcast_to(belief(a), chance.shape)) for a in asked}
    overall = {a: float(chance @ p) for a, p in used.items()}
    diagram = Diagram(order_of(overall, {a: (a.who, a.scale) for a in used}))
    key_of = _known_or_itself(facts)
    solved = diagram.solve(reachable(function, system), key_of)
    root = diagram.build(function, key_of, solved)
    return Graded(diagram, root, used, solved, facts, chance)
