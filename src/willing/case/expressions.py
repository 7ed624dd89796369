"""The condition language: a small grammar for named facts, parsed and never evaluated as code.

    expression := disjunct ("or" disjunct)*
    disjunct   := factor ("and" factor)*
    factor     := "not" factor | "(" expression ")" | "true" | "false" | comparison | NAME
    comparison := FUNCTION "(" [argument ("," argument)*] ")" [">=" (NUMBER | RUNG)]

`members(land) >= 5` and `stance(USA) >= consider` compare upwards only, so that every expression
without `not` is monotone: more facts true never make it false. `not` may stand only over facts
from outside (events) and over last week's facts (`last(x)`); :func:`negated` tells which.

Example
-------
>>> parse("ceasefire and (un_mandate or host_consent)")
And(args=(Name(id='ceasefire'), Or(args=(Name(id='un_mandate'), Name(id='host_consent')))))
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite

from willing.errors import WillingError, nearest

__all__ = [
    "FUNCTIONS",
    "KEYWORDS",
    "MEANING",
    "And",
    "AtLeast",
    "Call",
    "Const",
    "Expr",
    "ExpressionError",
    "Name",
    "Not",
    "Or",
    "names",
    "negated",
    "parse",
    "unparse",
    "walk",
]

#: function -> (least and most arguments, whether a threshold is "no", "needed" or "may")
FUNCTIONS: dict[str, tuple[int, int, str]] = {
    "members": (0, 1, "needed"),
    "joins": (1, 2, "no"),
    "stance": (1, 2, "needed"),
    "consent": (1, 1, "no"),
    "vote": (1, 1, "no"),
    "approval": (1, 1, "no"),
    "covered": (0, 1, "may"),
    "last": (1, 1, "no"),
    "after": (1, 1, "no"),
}
#: what each function means, for help and documentation
MEANING: dict[str, str] = {
    "members": "number of actors that take part in a domain (any domain when left out)",
    "joins": "the actor takes part (in that domain, or in any)",
    "stance": "the actor stands at a rung or higher, in a domain or on an issue",
    "consent": "the actor accepts the mission",
    "vote": "the forum would pass the proposal",
    "approval": "the actor's national approval has been given",
    "covered": "share of the format's requirement that the willing cover (1 when left out)",
    "last": "the fact held last week",
    "after": "the date has come",
}
#: words that cannot be ids
KEYWORDS = {"and", "or", "not", "true", "false"}
_TOKEN = re.compile(
    r"\s*(?:(?P<date>\d{4}-\d{2}-\d{2})|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<op>>=|[(),]))",
    re.ASCII,
)
_SPACE = re.compile(r"\s*", re.ASCII)
_MAX_LENGTH = 2_000
_MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Const:
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Name:
    """A condition, milestone or route by its id."""

    id: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the language with its arguments as written."""

    function: str
    args: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """`call >= threshold`; the threshold is a number or a rung of the stance ladder."""

    call: Call
    threshold: float | str


@dataclass(frozen=True, slots=True)
class And:
    """All of `args`."""

    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of `args`."""

    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Not `arg`."""

    arg: Expr


Expr = Const | Name | Call | AtLeast | And | Or | Not


class ExpressionError(WillingError):
    """An expression that cannot be parsed. `column` counts from 1 within the expression."""

    def __init__(self, column: int, found: str, expected: str, hint: str | None = None) -> None:
        self.column, self.found, self.expected, self.hint = column, found, expected, hint
        super().__init__(f"column {column}: found {found}; expected {expected}")


def parse(text: str) -> Expr:
    """Parse an expression.

    Raises
    ------
    ExpressionError
        With the column, what was found and what was expected.
    """
    if len(text) > _MAX_LENGTH:
        raise ExpressionError(1, f"{len(text)} characters", f"at most {_MAX_LENGTH}")
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []
        place = 0
        end = len(text.rstrip())
        while place < end:
            match = _TOKEN.match(text, place)
            if not match or match.lastgroup is None:
                space = _SPACE.match(text, place)
                column = (space.end() if space else place) + 1
                raise ExpressionError(
                    column, repr(text[column - 1]), "a name, a number, >=, or a bracket"
                )
            self.tokens.append(
                (match.lastgroup, match.group(match.lastgroup), match.start(match.lastgroup) + 1)
            )
            place = match.end()
        self.tokens.append(("end", "", len(text) + 1))
        self.at = 0
        self.depth = 0

    def whole(self) -> Expr:
        result = self.any_of()
        kind, value, column = self.tokens[self.at]
        if kind != "end":
            raise ExpressionError(column, repr(value), "'and', 'or' or the end")
        return result

    def take(self, value: str) -> bool:
        if self.tokens[self.at][1] == value and self.tokens[self.at][0] != "end":
            self.at += 1
            return True
        return False

    def need(self, value: str) -> None:
        if not self.take(value):
            kind, found, column = self.tokens[self.at]
            raise ExpressionError(column, "the end" if kind == "end" else repr(found), repr(value))

    def any_of(self) -> Expr:
        args = [self.all_of()]
        while self.take("or"):
            args.append(self.all_of())
        return args[0] if len(args) == 1 else Or(tuple(args))

    def all_of(self) -> Expr:
        args = [self.factor()]
        while self.take("and"):
            args.append(self.factor())
        return args[0] if len(args) == 1 else And(tuple(args))

    def factor(self) -> Expr:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise ExpressionError(
                self.tokens[self.at][2], "deep nesting", f"at most {_MAX_DEPTH} levels"
            )
        try:
            if self.take("not"):
                return Not(self.factor())
            if self.take("("):
                inner = self.any_of()
                self.need(")")
                return inner
            return self.word()
        finally:
            self.depth -= 1

    def word(self) -> Expr:
        kind, value, column = self.tokens[self.at]
        if kind != "word" or value in {"and", "or"}:
            found = "the end" if kind == "end" else repr(value)
            raise ExpressionError(column, found, "a condition, a function or 'not'")
        self.at += 1
        if value in {"true", "false"}:
            return Const(value == "true")
        if self.tokens[self.at][1] != "(":
            if value in FUNCTIONS:
                raise ExpressionError(column, repr(value), f"'{value}(...)': {MEANING[value]}")
            return Name(value)
        if value not in FUNCTIONS:
            raise ExpressionError(
                column,
                f"function {value!r}",
                "one of " + ", ".join(FUNCTIONS),
                nearest(value, list(FUNCTIONS)),
            )
        return self.call(value, column)

    def call(self, function: str, column: int) -> Expr:
        least, most, threshold = FUNCTIONS[function]
        self.need("(")
        args: list[str] = []
        while not self.take(")"):
            if args:
                self.need(",")
            kind, value, place = self.tokens[self.at]
            if kind not in {"word", "date"} or value in KEYWORDS:
                found = "the end" if kind == "end" else repr(value)
                raise ExpressionError(place, found, "a name or a date")
            args.append(value)
            self.at += 1
        if not least <= len(args) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise ExpressionError(column, f"{len(args)} arguments", f"{wanted} for {function}()")
        call = Call(function, tuple(args))
        _, _, place = self.tokens[self.at]
        if not self.take(">="):
            if threshold == "needed":
                raise ExpressionError(place, "no threshold", f"'>=' after {function}(...)")
            return call
        if threshold == "no":
            raise ExpressionError(place, "'>='", f"nothing: {function}() is true or false")
        kind, value, place = self.tokens[self.at]
        if kind == "number" and function != "stance":
            self.at += 1
            if not isfinite(float(value)):
                raise ExpressionError(place, "a number beyond reason", "a smaller number")
            return AtLeast(call, float(value))
        if kind == "word" and function == "stance" and value not in KEYWORDS:
            self.at += 1
            return AtLeast(call, value)
        wanted = "a rung of the stance ladder" if function == "stance" else "a number"
        raise ExpressionError(place, "the end" if kind == "end" else repr(value), wanted)


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield an expression and everything in it, outermost first."""
    yield expr
    if isinstance(expr, And | Or):
        for arg in expr.args:
            yield from walk(arg)
    elif isinstance(expr, Not):
        yield from walk(expr.arg)
    elif isinstance(expr, AtLeast):
        yield expr.call


def names(expr: Expr) -> set[str]:
    """Return the ids an expression refers to, including those inside `last()`."""
    found = {e.id for e in walk(expr) if isinstance(e, Name)}
    return found | {e.args[0] for e in walk(expr) if isinstance(e, Call) and e.function == "last"}


def negated(expr: Expr) -> list[Expr]:
    """Return the atoms (names and calls) that stand under any number of `not`."""
    return [
        atom
        for outer in walk(expr)
        if isinstance(outer, Not)
        for atom in walk(outer.arg)
        if isinstance(atom, Name | Call)
    ]


def unparse(expr: Expr) -> str:
    """Write an expression back; `parse(unparse(e)) == e`."""
    match expr:
        case Const(value):
            return "true" if value else "false"
        case Name(id):
            return id
        case Call(function, args):
            return f"{function}({', '.join(args)})"
        case AtLeast(call, threshold):
            exact = threshold if isinstance(threshold, str) else _decimal(threshold)
            return f"{unparse(call)} >= {exact}"
        case Not(arg):
            return f"not {_bracketed(arg)}"
        case And(args):
            return " and ".join(_bracketed(a) for a in args)
        case Or(args):
            return " or ".join(_bracketed(a, inside_or=True) for a in args)


def _decimal(value: float) -> str:
    """Write a number exactly and without an exponent: the language has none."""
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _bracketed(expr: Expr, inside_or: bool = False) -> str:
    loose = isinstance(expr, Or) or (isinstance(expr, And) and not inside_or)
    return f"({unparse(expr)})" if loose else unparse(expr)
