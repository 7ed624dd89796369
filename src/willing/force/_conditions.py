"""Contributors' conditions as plain truth, as far as facts from outside go.

Facts from outside (names, consents, votes, stances) are given or assumed; who joins, how many join
and what is covered depend on the plan itself (`_condition_rows`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from willing.case.expressions import And, AtLeast, Call, Const, Expr, Name, Not, Or, unparse
from willing.errors import UsageError

#: functions of the language whose value the plan decides
DECIDED = frozenset({"joins", "members", "covered"})


def outside(expr: Expr, favourable: bool = True) -> Iterator[tuple[str, bool]]:
    """Yield the facts from outside an expression rests on, each with the value that favours it."""
    match expr:
        case Const():
            return
        case And(args) | Or(args):
            for arg in args:
                yield from outside(arg, favourable)
        case Not(arg):
            yield from outside(arg, not favourable)
        case AtLeast(call, _):
            if call.function not in DECIDED:
                yield unparse(expr), favourable
        case Call(function, _):
            if function not in DECIDED:
                yield unparse(expr), favourable
        case Name():
            yield unparse(expr), favourable


def waits_for(expr: Expr) -> Iterator[tuple[str, str]]:
    """Yield the (contributor, domain) an expression cannot do without."""
    match expr:
        case And(args):
            for arg in args:
                yield from waits_for(arg)
        case Call("joins", (actor,)):
            yield actor, "any"
        case Call("joins", (actor, domain)):
            yield actor, domain


def holds(expr: Expr, facts: Mapping[str, bool], favourable: bool = True) -> bool | None:
    """Return whether an expression over facts from outside holds; None where the plan decides.

    A fact that is not given takes the value that favours the expression.
    """
    match expr:
        case Const(value):
            return value
        case And(args):
            parts = [holds(a, facts, favourable) for a in args]
            return False if False in parts else None if None in parts else True
        case Or(args):
            parts = [holds(a, facts, favourable) for a in args]
            return True if True in parts else None if None in parts else False
        case Not(arg):
            inner = holds(arg, facts, not favourable)
            if inner is None:
                raise UsageError(f"{unparse(expr)!r}: 'not' may stand only over facts from outside")
            return not inner
        case AtLeast(call, _) if call.function in DECIDED:
            return None
        case Call(function, _) if function in DECIDED:
            return None
        case _:
            return facts.get(unparse(expr), favourable)
