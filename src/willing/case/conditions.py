"""What expressions of the condition language mean: truth in given facts, and the least fixed point.

This is the plain statement of the semantics, the oracle for faster ones. Definitions without
`not` over one another are monotone on the lattice of truth assignments, so by Knaster and Tarski
they have a least fixed point, and Kleene's iteration from "all false" reaches it in at most as
many sweeps as there are definitions. "I go if five others go" tips when five others go for
reasons of their own, and not merely because all wait for each other.

Source: A. Tarski, "A lattice-theoretical fixpoint theorem and its applications", Pacific Journal
of Mathematics 5 (1955), 285-309; on thresholds M. Granovetter, "Threshold models of collective
behavior", American Journal of Sociology 83 (1978), 1420-1443.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from willing.case.expressions import (
    And,
    AtLeast,
    Call,
    Const,
    Expr,
    Name,
    Not,
    Or,
    parse,
    unparse,
    walk,
)
from willing.case.ladder import STANCES

__all__ = ["Fact", "evaluate", "least_fixed_point"]

#: what a fact can be: a truth value, a number, a rung, a day, or a collection to be counted
Fact = bool | float | str | date | Collection[str]


def evaluate(expr: Expr, facts: Mapping[str, Fact]) -> bool:
    """Return whether an expression holds.

    Parameters
    ----------
    expr
        A parsed expression.
    facts
        What is known, by the text of the atom: `"ceasefire"`, `"vote(unsc)"`, `"last(ceasefire)"`
        -> a truth value; `"covered(land)"` -> a share; `"members(land)"` -> a number or a
        collection of actors; `"stance(USA, land)"` -> a rung; `"today"` -> a date, for
        `after(day)`. What is missing is false: nothing holds that nobody has established.

    Notes
    -----
    Some facts follow from others where they are not given themselves: `joins(POL)` and
    `joins(POL, any)` hold if some `joins(POL, land)` does, and `members(land)` counts the actors
    with `joins(..., land)`, `members()` those that join in anything.
    """
    match expr:
        case Const(value):
            return value
        case And(args):
            return all(evaluate(a, facts) for a in args)
        case Or(args):
            return any(evaluate(a, facts) for a in args)
        case Not(arg):
            return not evaluate(arg, facts)
        case AtLeast(call, threshold):
            return _reaches(_fact(call, facts), threshold)
        case Call("covered"):
            found = _fact(expr, facts)
            return found if isinstance(found, bool) else _reaches(found, 1.0)
        case Name() | Call():
            return bool(_fact(expr, facts))


def _fact(atom: Name | Call, facts: Mapping[str, Fact]) -> Fact:
    text = unparse(atom)
    if text in facts:
        return facts[text]
    match atom:
        case Call("after", (day,)):
            today = facts.get("today")
            return isinstance(today, date) and today >= date.fromisoformat(day)
        case Call("joins", (actor,)) | Call("joins", (actor, "any")):
            return actor in _joining(facts, "any")
        case Call("members", args):
            return _joining(facts, args[0] if args else "any")
    return False


def _joining(facts: Mapping[str, Fact], domain: str) -> set[str]:
    """Actors that facts of the form `joins(actor[, domain])` say take part in a domain."""
    found = set()
    for text, holds in facts.items():
        if holds and text.startswith("joins("):
            actor, _, where = text[len("joins(") : -1].partition(", ")
            if domain in {"any", where}:
                found.add(actor)
    return found


def _reaches(found: Fact, threshold: float | str) -> bool:
    if isinstance(threshold, str):
        if found is False:
            return False
        return [*STANCES].index(found) >= [*STANCES].index(threshold)  # type: ignore[arg-type]
    if isinstance(found, str | date):
        raise TypeError(f"{found!r} cannot be compared with {threshold:g}")
    return (len(found) if isinstance(found, Collection) else found) >= threshold


def least_fixed_point(
    definitions: Mapping[str, Expr], facts: Mapping[str, Fact] | None = None
) -> dict[str, bool]:
    """Solve definitions that may name one another to their least fixed point.

    Parameters
    ----------
    definitions
        Text of an atom -> what it takes: `"un_mandate"`, or `"joins(POL, land)"` for actors that
        wait for one another.
    facts
        What holds from outside (see :func:`evaluate`); what is defined is never read from here.

    Returns
    -------
    dict
        Truth by key of `definitions`, in their order; the order has no influence on the values.

    Raises
    ------
    ValueError
        Where `not` stands over something that is defined here, or counts it: then there may be no
        least fixed point.
    """
    defined = {unparse(parse(key)): key for key in definitions}
    for key, expr in definitions.items():
        for outer in walk(expr):
            if isinstance(outer, Not):
                for atom in walk(outer.arg):
                    if _hangs_on(atom, defined):
                        raise ValueError(f"{key!r} negates {unparse(atom)!r}, which is defined")
    given = {k: v for k, v in (facts or {}).items() if k not in defined}
    values = dict.fromkeys(defined, False)
    while True:
        swept = {t: evaluate(definitions[k], {**given, **values}) for t, k in defined.items()}
        if swept == values:
            return {key: values[text] for text, key in defined.items()}
        values = swept


def _hangs_on(atom: Expr, defined: Collection[str]) -> bool:
    if isinstance(atom, Call) and atom.function in {"joins", "members"}:
        return any(text.startswith("joins(") for text in defined)
    return isinstance(atom, Name | Call) and unparse(atom) in defined
