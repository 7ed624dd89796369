"""Checks of the condition language within a case: names, `not`, and facts that wait for themselves.

Pure; see :mod:`willing.case.consistency`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date

from willing.case._draft import Draft, Finding, Path, expressions
from willing.case.case import Consent, Event
from willing.case.conditions import least_fixed_point
from willing.case.expressions import (
    FUNCTIONS,
    KEYWORDS,
    And,
    AtLeast,
    Call,
    Const,
    Expr,
    ExpressionError,
    Name,
    Not,
    Or,
    names,
    negated,
    parse,
    unparse,
    walk,
)
from willing.case.ladder import STANCES, TAKING_PART
from willing.errors import nearest

__all__ = ["check_expressions", "check_foundations"]

_DOMAINS = (*TAKING_PART, "any")


def check_expressions(draft: Draft) -> Iterator[Finding]:
    """Yield a finding for every expression that does not parse or names what is not there."""
    for path, text in _all(draft):
        try:
            expr = parse(text)
        except ExpressionError as error:
            yield Finding(path, error.found, error.expected, error.hint, error.column)
            continue
        yield from _names(draft, path, text, expr)
        yield from _negations(draft, path, text, expr)
        for atom in walk(expr):
            if isinstance(atom, Call):
                yield from _call(draft, path, text, atom)
            elif isinstance(atom, AtLeast):
                yield from _threshold(path, text, atom)


def _all(draft: Draft) -> Iterator[tuple[Path, str]]:
    for name, value in draft.fields.items():
        yield from expressions(value, (name,))
    for name in draft.items:
        for path, item in draft.each(name):
            yield from expressions(item, path)


def _at(text: str, word: str) -> int:
    """Column of a word in an expression, from 1."""
    match = re.search(rf"(?<![A-Za-z0-9_]){re.escape(word)}(?![A-Za-z0-9_])", text)
    return match.start() + 1 if match else 1


def _number_at(text: str, value: float) -> int:
    """Column of the threshold with a value, from 1."""
    found = re.finditer(r">=\s*(\d+(?:\.\d+)?)", text, re.ASCII)
    return next((m.start(1) + 1 for m in found if float(m.group(1)) == value), 1)


def _names(draft: Draft, path: Path, text: str, expr: Expr) -> Iterator[Finding]:
    known = draft.facts
    for name in sorted(n for n in names(expr) if n not in known):
        hint = nearest(name, [*sorted(known), *FUNCTIONS])
        if hint in FUNCTIONS:
            hint = f"{hint}(...)"
        expected = "the id of a condition, a milestone or a route of this case"
        yield Finding(path, repr(name), expected, hint, _at(text, name))


def _negations(draft: Draft, path: Path, text: str, expr: Expr) -> Iterator[Finding]:
    kinds = {c.id: c for _, c in draft.items.get("conditions", [])}
    for atom in dict.fromkeys(negated(expr)):
        if isinstance(atom, Call) and atom.function in {"last", "after"}:
            continue
        if isinstance(atom, Name):
            condition = kinds.get(atom.id)
            if atom.id not in draft.facts or isinstance(condition, Event):
                continue
            if condition is None and atom.id in draft.known("conditions"):
                continue  # has a fault of its own; its kind is not known
            hint = f"not last({atom.id})"
        else:
            hint = None
        match = re.search(r"(?<![A-Za-z0-9_])not(?![A-Za-z0-9_])", text)
        expected = "'not' only over an event, last(...) or after(...)"
        column = match.start() + 1 if match else 1
        yield Finding(path, f"'not' over {unparse(atom)}", expected, hint, column)


def _call(draft: Draft, path: Path, text: str, call: Call) -> Iterator[Finding]:
    first = call.args[0] if call.args else ""
    second = call.args[1] if len(call.args) > 1 else ""
    actors = draft.known("actors")

    def wrong(word: str, expected: str, valid: Collection[str]) -> Finding:
        hint = nearest(word, sorted(valid))
        return Finding(path, repr(word), expected, hint, _at(text, word))

    match call.function:
        case "members" | "covered" if first and first not in _DOMAINS:
            yield wrong(first, "a domain: " + ", ".join(_DOMAINS), set(_DOMAINS))
        case "joins":
            if first not in actors:
                yield wrong(first, "the id of an actor", actors)
            elif first not in draft.takers:
                yield wrong(first, "a state that leads or is a candidate", draft.takers)
            if second and second not in _DOMAINS:
                yield wrong(second, "a domain: " + ", ".join(_DOMAINS), set(_DOMAINS))
        case "stance":
            if first not in actors:
                yield wrong(first, "the id of an actor", actors)
            issues = draft.known("issues")
            if second and second not in _DOMAINS and second not in issues:
                expected = "a domain or an issue of this case"
                yield wrong(second, expected, {*_DOMAINS, *issues})
        case "consent" if first not in actors:
            yield wrong(first, "the id of an actor", actors)
        case "vote" if first not in draft.known("forums"):
            expected = "the id of a forum of this case"
            yield wrong(first, expected, draft.known("forums"))
        case "approval":
            entries = draft.known("approvals")
            if first not in actors:
                yield wrong(first, "the id of an actor", actors)
            elif first not in entries:
                yield wrong(first, "an actor that has an entry under 'approvals'", entries)
        case "after":
            try:
                date.fromisoformat(first)
            except ValueError:
                yield wrong(first, "a day that exists, as YYYY-MM-DD", set())


def _threshold(path: Path, text: str, atom: AtLeast) -> Iterator[Finding]:
    value = atom.threshold
    column = _at(text, value) if isinstance(value, str) else _number_at(text, value)
    if isinstance(value, str):
        if value not in STANCES:
            expected = "a rung of the stance ladder: " + ", ".join(STANCES)
            yield Finding(path, repr(value), expected, nearest(value, list(STANCES)), column)
    elif atom.call.function == "covered" and value > 1:
        yield Finding(path, f"{value:g}", "a share of at most 1", None, column)
    elif atom.call.function == "members" and value != int(value):
        yield Finding(path, f"{value:g}", "a whole number of members", None, column)


def check_foundations(draft: Draft) -> Iterator[Finding]:
    """Yield a finding for every fact that names itself or waits for itself.

    Cycles are welcome as long as something outside can tip them. A fact that stays false in the
    least fixed point with everything from outside true, and would be true only because it is
    taken to be true already (the greatest), can never begin.
    """
    written: dict[str, tuple[Path, str]] = {}
    for path, one in draft.each("conditions"):
        match one:
            case Event():
                text, field = "" if one.initially else one.possible, "while"
            case Consent():
                text, field = one.also, "also"
            case _:
                text, field = one.holds, "is"
        written.setdefault(one.id, ((*path, field), text))
    for path, one in draft.each("routes"):
        written.setdefault(one.id, ((*path, "opens"), one.opens))
    for path, one in draft.each("milestones"):
        written.setdefault(one.id, ((*path, "needs"), "" if one.reached else one.needs))
    own = {id for id in written if id not in RESERVED}
    definitions = {id: _favourable(written[id][1] or "true", own) for id in own}
    least, greatest = least_fixed_point(definitions), _greatest(definitions)
    shown: set[str] = set()
    for id, (path, _) in written.items():
        if id not in own or id in shown:
            continue
        if id in names(definitions[id]):
            yield Finding(path, f"{id!r} within its own definition", "other facts only")
        elif greatest[id] and not least[id] and id in (circle := _circle(id, definitions, least)):
            shown |= circle
            others = ", ".join(sorted(circle - {id}))
            expected = "something outside the circle that can make it true"
            yield Finding(path, f"a fact that waits for itself through {others}", expected)


def _favourable(text: str, own: set[str]) -> Expr:
    """Return an expression with all that is not defined here taken as favourable."""

    def soften(e: Expr) -> Expr:
        match e:
            case Call("last", (name,)) if name in own:
                return Name(name)
            case And(args):
                return And(tuple(soften(a) for a in args))
            case Or(args):
                return Or(tuple(soften(a) for a in args))
            case Name(id) if id in own:
                return e
            case Const():
                return e
            case Not(Const(value)):
                return Const(not value)
        return Const(True)

    try:
        return soften(parse(text))
    except ExpressionError:
        return Const(True)


def _greatest(definitions: dict[str, Expr]) -> dict[str, bool]:
    """Return the greatest fixed point: the complement of the least one of the dual system."""

    def dual(e: Expr) -> Expr:
        match e:
            case And(args):
                return Or(tuple(dual(a) for a in args))
            case Or(args):
                return And(tuple(dual(a) for a in args))
            case Const(value):
                return Const(not value)
        return e

    found = least_fixed_point({k: dual(e) for k, e in definitions.items()})
    return {k: not v for k, v in found.items()}


def _circle(start: str, definitions: dict[str, Expr], least: dict[str, bool]) -> set[str]:
    """Return the facts that wait for `start` and that it waits for, itself among them if so."""

    def waits_for(id: str) -> set[str]:
        found: set[str] = set()
        ahead = {id}
        while ahead:
            ahead = {n for one in ahead for n in names(definitions[one]) if not least[n]} - found
            found |= ahead
        return found

    return {id for id in waits_for(start) if start in waits_for(id)}


RESERVED = frozenset({*FUNCTIONS, *KEYWORDS})
