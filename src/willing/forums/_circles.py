"""Definitions in the order in which they can be solved, circles kept together.

Algorithm: Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1
(1972).
"""

from __future__ import annotations

from collections.abc import Mapping

from willing.forums.monotone import Function, Ref

__all__ = ["circles", "references"]


def references(function: Function) -> list[str]:
    """Return the names a function refers to, as often as it does."""
    if isinstance(function, Ref):
        return [function.name]
    return [n for arg in getattr(function, "args", ()) for n in references(arg)]


def circles(system: Mapping[str, Function]) -> list[tuple[tuple[str, ...], bool]]:
    """Return groups of names, each after all it refers to, and whether a group is a circle.

    A group of more than one name is a circle; so is one name that refers to itself.
    """
    needs = {
        name: [n for n in dict.fromkeys(references(f)) if n in system] for name, f in system.items()
    }
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    waiting: list[str] = []
    found: list[tuple[tuple[str, ...], bool]] = []

    def visit(name: str) -> None:
        number[name] = lowest[name] = len(number)
        waiting.append(name)
        for other in needs[name]:
            if other not in number:
                visit(other)
            if other in lowest:  # not yet in a group
                lowest[name] = min(lowest[name], lowest[other])
        if lowest[name] == number[name]:
            at = waiting.index(name)
            group = tuple(waiting[at:])
            del waiting[at:]
            for one in group:
                del lowest[one]
            found.append((group, len(group) > 1 or name in needs[name]))

    for name in system:
        if name not in number:
            visit(name)
    return found
