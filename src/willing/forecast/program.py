"""Conditions as a program: named truth values, and definitions solved to their least fixed point.

A program is flat (postfix code over numbered variables), so that the plain interpreter below and
the compiled one share it. Inputs are set from outside each week; definitions are swept until
nothing changes, starting from false. Because a definition negates inputs only, sweeping finds the
least fixed point (Knaster-Tarski; Kleene iteration).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from willing.case.expressions import And, AtLeast, Call, Const, Expr, Name, Not, Or

__all__ = ["Op", "Program", "ProgramBuilder", "solve"]

Bools = NDArray[np.bool_]


class Op(IntEnum):
    """Postfix operations; the argument of each is in the second column."""

    CONST = 0  # push the argument (0 or 1)
    VAR = 1  # push variable `argument`
    AND = 2  # fold the top `argument` values
    OR = 3
    NOT = 4
    COUNT = 5  # push whether at least counts[argument].threshold of its variables hold


@dataclass(frozen=True, slots=True)
class Count:
    """At least `threshold` of `variables` hold."""

    threshold: float
    variables: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Variables by name, and the definitions in order.

    Attributes
    ----------
    names
        Variable names; the index is the variable's number.
    targets
        Variable number of each definition, shape (definitions,).
    starts
        First code row of each definition, shape (definitions + 1,).
    code
        (operation, argument) rows, shape (rows, 2).
    counts
        Tables for `Op.COUNT`.
    circular
        Whether a definition is read by one that comes no later, shape (definitions,): only a
        change in one of these makes another sweep necessary.
    """

    names: tuple[str, ...]
    targets: NDArray[np.int32]
    starts: NDArray[np.int32]
    code: NDArray[np.int32]
    counts: tuple[Count, ...]
    circular: NDArray[np.bool_]
    index: dict[str, int] = field(repr=False)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names that no definition sets."""
        defined = {int(t) for t in self.targets}
        return tuple(n for i, n in enumerate(self.names) if i not in defined)


class ProgramBuilder:
    """Collects definitions; `atom` turns a name or call of the language into a variable name."""

    def __init__(self, atom: Callable[[Name | Call | AtLeast], str | Expr]) -> None:
        self._atom = atom
        self._names: dict[str, int] = {}
        self._targets: list[int] = []
        self._starts: list[int] = [0]
        self._code: list[tuple[int, int]] = []
        self._counts: list[Count] = []

    def variable(self, name: str) -> int:
        """Return the number of a variable, new or known."""
        return self._names.setdefault(name, len(self._names))

    def define(self, name: str, expr: Expr) -> None:
        """Add `name := expr`."""
        self._targets.append(self.variable(name))
        self._emit(expr)
        self._starts.append(len(self._code))

    def define_all(self, name: str, parts: list[str], extra: Expr | None = None) -> None:
        """Add `name := all of parts [and extra]`."""
        args: list[Expr] = [Name(p) for p in parts]
        self.define(name, And(tuple(args if extra is None else [*args, extra])))

    def define_any(self, name: str, parts: list[str]) -> None:
        """Add `name := any of parts`."""
        self.define(name, Or(tuple(Name(p) for p in parts)))

    def count(self, variables: list[str], threshold: float) -> Call:
        """Return an expression that holds when at least `threshold` of `variables` do."""
        self._counts.append(Count(threshold, tuple(self.variable(v) for v in variables)))
        return Call("#count", (str(len(self._counts) - 1),))

    def build(self) -> Program:
        """Return the finished program, definitions after those they need where possible."""
        order = self._order()
        rows = [self._code[self._starts[i] : self._starts[i + 1]] for i in order]
        return Program(
            names=tuple(self._names),
            targets=np.array([self._targets[i] for i in order], dtype=np.int32),
            starts=np.cumsum([0, *map(len, rows)]).astype(np.int32),
            code=np.array([r for part in rows for r in part], dtype=np.int32).reshape(-1, 2),
            counts=tuple(self._counts),
            circular=self._circular(order),
            index=dict(self._names),
        )

    def _order(self) -> list[int]:
        """Places of the definitions, each after what it needs (cycles broken where entered)."""
        place = {t: i for i, t in enumerate(self._targets)}
        done: dict[int, None] = {}
        for root in range(len(self._targets)):
            stack, open_ = [(root, self._needs(root, place))], {root}
            while stack:
                current, needs = stack[-1]
                ahead = next((n for n in needs if n not in done and n not in open_), None)
                if ahead is None:
                    done.setdefault(current)
                    stack.pop()
                else:
                    open_.add(ahead)
                    stack.append((ahead, self._needs(ahead, place)))
        return list(done)

    def _circular(self, order: list[int]) -> NDArray[np.bool_]:
        when = {i: n for n, i in enumerate(order)}
        place = {t: i for i, t in enumerate(self._targets)}
        found = np.zeros(len(order), dtype=bool)
        for i in order:
            for needed in self._needs(i, place):
                if when[needed] >= when[i]:
                    found[when[needed]] = True
        return found

    def _needs(self, i: int, place: dict[int, int]) -> list[int]:
        found: list[int] = []
        for op, argument in self._code[self._starts[i] : self._starts[i + 1]]:
            if op == Op.VAR:
                found.append(argument)
            elif op == Op.COUNT:
                found += self._counts[argument].variables
        return [place[v] for v in found if v in place]

    def _emit(self, expr: Expr) -> None:
        match expr:
            case Const(value):
                self._code.append((Op.CONST, int(value)))
            case And(()) | Or(()):
                self._code.append((Op.CONST, int(isinstance(expr, And))))
            case Call("#count", (number,)):
                self._code.append((Op.COUNT, int(number)))
            case Not(arg):
                self._emit(arg)
                self._code.append((Op.NOT, 0))
            case And(args) | Or(args):
                for arg in args:
                    self._emit(arg)
                self._code.append((Op.AND if isinstance(expr, And) else Op.OR, len(args)))
            case Name(id) if id in self._names:
                self._code.append((Op.VAR, self._names[id]))
            case Name() | Call() | AtLeast():
                meaning = self._atom(expr)
                if isinstance(meaning, str):
                    self._code.append((Op.VAR, self.variable(meaning)))
                else:
                    self._emit(meaning)


def solve(
    program: Program, values: Bools, forced: Bools | None = None, barred: Bools | None = None
) -> Bools:
    """Solve the definitions to their least fixed point, in place, for many draws at once.

    Parameters
    ----------
    values
        Shape (variables, draws), inputs filled in; definitions are overwritten.
    forced, barred
        Shape (variables,): variables that hold, or do not hold, whatever anything else says.

    Returns
    -------
    `values`, with every definition set.
    """
    values[program.targets] = False
    if forced is not None:
        values[forced] = True
    if barred is not None:
        values[barred] = False
    for _ in range(len(program.targets) + 1):
        changed = False
        for i, target in enumerate(program.targets):
            if barred is not None and barred[target]:
                continue
            rows = program.code[program.starts[i] : program.starts[i + 1]]
            new = _run(program, rows, values) | values[target]
            if not changed and bool((new != values[target]).any()):
                changed = True
            values[target] = new
        if not changed:
            return values
    return values


def _run(program: Program, rows: NDArray[np.int32], values: Bools) -> Bools:
    stack: list[Bools] = []
    for op, argument in rows:
        if op == Op.VAR:
            stack.append(values[argument])
        elif op == Op.CONST:
            stack.append(np.full(values.shape[1], bool(argument)))
        elif op == Op.NOT:
            stack.append(~stack.pop())
        elif op == Op.COUNT:
            count = program.counts[argument]
            stack.append(values[list(count.variables)].sum(axis=0) >= count.threshold)
        else:
            parts = stack[len(stack) - argument :]
            del stack[len(stack) - argument :]
            fold = np.logical_and if op == Op.AND else np.logical_or
            stack.append(fold.reduce(parts))
    return stack[0]
