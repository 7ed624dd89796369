"""A condition program as gates, for the compiled kernel: flat, and swept again only where it must.

Postfix code is easy to check and slow to run: every step goes over a stack. Here a definition is a
few gates, each over a list of variables some of which are inverted; an "and" within an "and" is
one gate. Where definitions need each other in a circle, the stretch of them that holds the circle
is swept until it is still; everything else is worked out once.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from willing.forecast.program import Op, Program

__all__ = ["Gate", "Gates", "gates_of"]

Ints = NDArray[np.int64]


class Gate(IntEnum):
    """What a gate does with its variables."""

    AND = 0
    OR = 1
    COUNT = 2  # at least `least` of them


class Gates(NamedTuple):
    """Gates in order of definition.

    Attributes
    ----------
    kind, least, result, start
        Kind, number needed (counts only), variable set and first input of each gate; `start` has
        one entry more. Results from `variables` on are scratch.
    input, inverted
        Variable of each input, and a word that is all ones where it is inverted.
    final
        Whether the gate ends a definition.
    stretch
        First and last gate (not included) of what is swept together, and whether until still.
    watched
        Whether a change of this gate's result makes another sweep of its stretch necessary.
    words
        Number of words needed: variables and scratch.
    """

    kind: Ints
    least: Ints
    result: Ints
    start: Ints
    input: Ints
    inverted: NDArray[np.uint64]
    final: NDArray[np.bool_]
    stretch: Ints
    watched: NDArray[np.bool_]
    words: int


_Node = tuple[Gate, int, list["_Node | tuple[int, bool]"]]
_Input = tuple[int, bool]


@lru_cache(maxsize=16)
def gates_of(program: Program) -> Gates:
    """Return a program's definitions as gates; kept, because runs that force a fact share them."""
    build = _Builder(len(program.names))
    bounds = [0]
    for i, target in enumerate(program.targets):
        rows = program.code[program.starts[i] : program.starts[i + 1]]
        build.define(int(target), _tree(program, rows))
        bounds.append(len(build.kind))
    stretches = _stretches(program)
    watched = np.zeros(len(build.kind), dtype=bool)
    watched[[bounds[i + 1] - 1 for i in np.flatnonzero(program.circular)]] = True
    final = np.zeros(len(build.kind), dtype=bool)
    final[[b - 1 for b in bounds[1:]]] = True
    return Gates(
        kind=np.array(build.kind, dtype=np.int64),
        least=np.array(build.least, dtype=np.int64),
        result=np.array(build.result, dtype=np.int64),
        start=np.array(build.start, dtype=np.int64),
        input=np.array([v for v, _ in build.input], dtype=np.int64),
        inverted=np.array([-int(no) for _, no in build.input], dtype=np.int64).view(np.uint64),
        final=final,
        stretch=np.array(
            [(bounds[a], bounds[b], int(again)) for a, b, again in stretches], dtype=np.int64
        ).reshape(-1, 3),
        watched=watched,
        words=build.scratch,
    )


def _tree(program: Program, rows: NDArray[np.int32]) -> _Node | _Input:
    """Read postfix code into a tree; inversion is pushed down to the inputs (De Morgan)."""
    stack: list[_Node | _Input] = []
    for op, argument in rows.tolist():
        if op == Op.VAR:
            stack.append((argument, False))
        elif op == Op.CONST:
            stack.append((Gate.AND if argument else Gate.OR, 0, []))
        elif op == Op.NOT:
            stack.append(_inverted(stack.pop()))
        elif op == Op.COUNT:
            count = program.counts[argument]
            least = int(np.ceil(count.threshold - 1e-9))
            stack.append((Gate.COUNT, least, [(v, False) for v in count.variables]))
        else:
            parts = stack[len(stack) - argument :]
            del stack[len(stack) - argument :]
            kind = Gate.AND if op == Op.AND else Gate.OR
            merged: list[_Node | _Input] = []
            for part in parts:  # an "and" within an "and" is one
                merged += part[2] if len(part) == 3 and part[0] == kind else [part]
            stack.append((kind, 0, merged))
    return stack[0]


def _inverted(node: _Node | _Input) -> _Node | _Input:
    if len(node) == 2:
        return node[0], not node[1]
    kind, least, parts = node
    if kind == Gate.COUNT:  # fewer than k hold: more than n - k fail
        return Gate.COUNT, len(parts) - least + 1, [_inverted(p) for p in parts]
    return Gate.OR if kind == Gate.AND else Gate.AND, 0, [_inverted(p) for p in parts]


class _Builder:
    def __init__(self, variables: int) -> None:
        self.kind: list[int] = []
        self.least: list[int] = []
        self.result: list[int] = []
        self.start: list[int] = [0]
        self.input: list[_Input] = []
        self.variables = self.scratch = variables

    def define(self, target: int, tree: _Node | _Input) -> None:
        node: _Node = (Gate.AND, 0, [tree]) if len(tree) == 2 else tree
        self._add(node, target, self.variables)

    def _add(self, node: _Node, result: int, free: int) -> None:
        kind, least, parts = node
        inputs: list[_Input] = []
        for part in parts:
            if len(part) == 2:
                inputs.append(part)
            else:
                self._add(part, free, free + 1)
                inputs.append((free, False))
                free += 1
        self.scratch = max(self.scratch, free)
        self.kind.append(int(kind))
        self.least.append(least)
        self.result.append(result)
        self.input += inputs
        self.start.append(len(self.input))


def _stretches(program: Program) -> list[tuple[int, int, bool]]:
    """Cut the definitions where no circle is cut: (first, last not included, has a circle).

    A circle is closed by a definition that reads one no earlier than itself; the stretch from the
    reader to what it reads, merged with those it overlaps, holds the whole circle.
    """
    place = {int(t): i for i, t in enumerate(program.targets)}
    spans: list[tuple[int, int]] = []
    for i in range(len(program.targets)):
        needs: list[int] = []
        for op, argument in program.code[program.starts[i] : program.starts[i + 1]].tolist():
            if op == Op.VAR:
                needs.append(argument)
            elif op == Op.COUNT:
                needs += program.counts[argument].variables
        last = max((place[v] for v in needs if v in place), default=-1)
        if last >= i:
            spans.append((i, last + 1))
    found: list[tuple[int, int, bool]] = []
    at = 0
    for first, last in sorted(spans):
        if found and first < found[-1][1]:
            first, last = found[-1][0], max(last, found[-1][1])
            found.pop()
        elif first > at:
            found.append((at, first, False))
        found.append((first, last, True))
        at = last
    if at < len(program.targets):
        found.append((at, len(program.targets), False))
    return found
