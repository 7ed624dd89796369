"""Build the two diagrams of a function: merged by actor, and split by what is asked of each."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass

from willing.errors import UsageError
from willing.forums.binary_decision_diagram import Diagram
from willing.forums.birnbaum import Pivot, order_of, pivots, probability
from willing.forums.monotone import Atom, Function, Ref, atoms

#: probability that an atom holds, from the actor's position
Belief = Callable[[Atom], float]
System = Mapping[str, Function]


def reachable(function: Function, system: System) -> dict[str, Function]:
    """Return the definitions a function needs, directly or through others."""
    found: dict[str, Function] = {}
    stack = [function]
    while stack:
        for name in _references(stack.pop()):
            if name not in found:
                if name not in system:
                    raise UsageError(f"nothing is defined under {name!r}")
                found[name] = system[name]
                stack.append(system[name])
    return found


def _references(function: Function) -> list[str]:
    if isinstance(function, Ref):
        return [function.name]
    return [n for arg in getattr(function, "args", ()) for n in _references(arg)]


def all_atoms(function: Function, system: System) -> Iterator[Atom]:
    """Yield the atoms of a function and of the definitions it needs, each once."""
    whole = (function, *reachable(function, system).values())
    yield from dict.fromkeys(a for f in whole for a in atoms(f))


def merged(function: Function, system: System, facts: bool) -> tuple[Diagram, int]:
    """Build a function with one variable per actor and every fact fixed."""
    used = list(all_atoms(function, system))
    diagram = Diagram(sorted({a.who for a in used if not a.fact}))

    def key_of(atom: Atom) -> Hashable | bool:
        return facts if atom.fact else atom.who

    return diagram, _built(diagram, function, system, key_of)


def facts_only(function: Function, system: System) -> tuple[Diagram, int]:
    """Build a function of its facts, every actor going along."""
    used = list(all_atoms(function, system))
    diagram = Diagram(sorted({a.who for a in used if a.fact}))

    def key_of(atom: Atom) -> Hashable | bool:
        return atom.who if atom.fact else True

    return diagram, _built(diagram, function, system, key_of)


def _built(
    diagram: Diagram,
    function: Function,
    system: System,
    key_of: Callable[[Atom], Hashable | bool],
) -> int:
    solved = diagram.solve(reachable(function, system), key_of)
    return diagram.build(function, key_of, solved)


@dataclass(frozen=True)
class Graded:
    """A function split by what is asked of each actor, with the probability of each atom."""

    diagram: Diagram
    root: int
    used: Mapping[Atom, float]

    @property
    def _groups(self) -> dict[Atom, tuple[str, str]]:
        return {a: (a.who, a.scale) for a in self.used}

    def probability(self) -> float:
        """Return the probability that the function holds, the facts given."""
        return probability(self.diagram, self.root, self.used, self._groups)

    def pivots(self) -> list[Pivot]:
        """Return what hangs on each actor."""
        actor = {a: a.who for a in self.used}
        return pivots(self.diagram, self.root, self.used, self._groups, actor)

    def goes_along(self, who: str) -> float:
        """Return the probability that an actor goes along with what is asked of it.

        Where several things are asked on one scale the least demanding counts (not vetoing,
        taking part in the domain it likes best); scales are independent.
        """
        by_scale: dict[str, float] = {}
        for atom, p in self.used.items():
            if atom.who == who:
                by_scale[atom.scale] = max(by_scale.get(atom.scale, 0.0), p)
        whole = 1.0
        for p in by_scale.values():
            whole *= p
        return whole


def graded(function: Function, system: System, belief: Belief) -> Graded:
    """Build a function with one variable per atom, facts taken to hold."""
    used = {a: belief(a) for a in all_atoms(function, system) if not a.fact}
    diagram = Diagram(order_of(used, {a: (a.who, a.scale) for a in used}))

    def key_of(atom: Atom) -> Hashable | bool:
        return True if atom.fact else atom

    return Graded(diagram, _built(diagram, function, system, key_of), used)
