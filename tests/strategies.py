"""Hypothesis generators for all rooms: expressions, statements, small valid cases."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from hypothesis import strategies as st

from willing.case import DOMAINS, STANCES, TAKING_PART, Case, Statement
from willing.case.expressions import And, AtLeast, Call, Const, Expr, Name, Not, Or
from willing.case.folder import scaffold
from willing.case.folder._parse import parse as parse_texts

NAMES = ("ceasefire", "un_mandate", "host_consent", "us_backstop", "deployed")
ACTORS = ("UKR", "RUS", "FRA", "POL", "TUR", "EU")
DAY = dt.date(2025, 4, 5)

#: text that people write, awkward characters included
text = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40
).map(str.strip)
days = st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31))


def atoms(names: tuple[str, ...] = NAMES) -> st.SearchStrategy[Expr]:
    """Names, calls and thresholds of the condition language."""
    actor, domain = st.sampled_from(ACTORS), st.sampled_from((*TAKING_PART, "any"))
    share = st.integers(0, 20).map(lambda n: n / 20)
    return st.one_of(
        st.sampled_from(names).map(Name),
        st.builds(lambda a, d: Call("joins", (a, *d)), actor, st.lists(domain, max_size=1)),
        st.sampled_from(("security_council", "nato")).map(lambda f: Call("vote", (f,))),
        actor.map(lambda a: Call("consent", (a,))),
        st.sampled_from(names).map(lambda n: Call("last", (n,))),
        days.map(lambda d: Call("after", (d.isoformat(),))),
        st.builds(
            lambda d, n: AtLeast(Call("members", tuple(d)), float(n)),
            st.lists(domain, max_size=1),
            st.integers(0, 40),
        ),
        st.builds(lambda d, s: AtLeast(Call("covered", (d,)), s), domain, share),
        st.builds(lambda a, s: AtLeast(Call("stance", (a,)), s), actor, st.sampled_from(STANCES)),
    )


def expressions(names: tuple[str, ...] = NAMES, with_not: bool = True) -> st.SearchStrategy[Expr]:
    """Expressions as `parse` builds them: `and` and `or` have at least two arguments."""

    def grow(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        several = st.lists(inner, min_size=2, max_size=4).map(tuple)
        grown = several.map(And) | several.map(Or)
        return grown | inner.map(Not) if with_not else grown

    return st.recursive(atoms(names) | st.booleans().map(Const), grow, max_leaves=12)


def systems(size: int = 5) -> st.SearchStrategy[dict[str, Expr]]:
    """Definitions that may name one another, without `not`."""
    own = tuple(f"fact_{n}" for n in range(size))
    one = expressions((*own, *NAMES), with_not=False)
    return st.lists(one, min_size=size, max_size=size).map(lambda e: dict(zip(own, e, strict=True)))


@st.composite
def statements(draw: Any, actors: tuple[str, ...] = ACTORS, id: str | None = None) -> Statement:
    """A statement that every room can take."""
    said = draw(days)
    published = draw(st.none() | st.integers(0, 30))
    return Statement(
        id=id or draw(st.from_regex(r"[A-Z]{1,3}-[0-9]{1,5}", fullmatch=True)),
        date=said,
        published=None if published is None else said + dt.timedelta(days=published),
        actor=draw(st.sampled_from(actors)),
        speaker=draw(text),
        role=draw(text),
        rank=draw(st.sampled_from(["head", "minister", "legislature", "official", "author"])),
        verb=draw(text),
        about=draw(text),
        issue=draw(st.sampled_from(["participation", "mission", "talks", "other"])),
        event=draw(st.sampled_from(["", "E1", "E2"])),
        stance=draw(st.sampled_from(STANCES)),
        domain=draw(st.sampled_from(DOMAINS)),
        condition=draw(text),
        requires=draw(st.sampled_from(["", "ceasefire", "ceasefire and host_consent"])),
        kind=draw(st.sampled_from(["actor", "ascribed", "forecast"])),
        reliability=draw(st.sampled_from("ABCDEF")),
        credibility=draw(st.integers(1, 6)),
        summary=draw(text.filter(bool)),
        source_url=draw(st.sampled_from(["", "https://example.org/a"])),
        publisher=draw(text.filter(bool)),
    )


@cache
def blank_case() -> Case:
    """The case that the scaffold makes, with real states."""
    made = parse_texts(scaffold("small", "A small case", DAY, "UKR", ("RUS",), ("FRA", "POL")))
    assert made.case is not None, made.faults
    return made.case


@st.composite
def cases(draw: Any, most_statements: int = 8) -> Case:
    """A small valid case: the scaffold's, with drawn statements, words and rates."""
    case = blank_case()
    known = tuple(a.id for a in case.actors)
    count = draw(st.integers(0, most_statements))
    said = tuple(draw(statements(known, f"S-{n}")) for n in range(count))
    rate = sorted(draw(st.lists(st.floats(0, 3, width=32), min_size=3, max_size=3)))
    first = case.conditions[0]
    begin = {**first.begin.model_dump(), **dict(zip(("low", "likely", "high"), rate, strict=True))}
    changed = type(first).model_validate({**first.model_dump(), "begin": begin})
    requires = draw(st.sampled_from(["ceasefire", "ceasefire and members(land) >= 2", "true"]))
    taking = case.taking_part.model_copy(update={"requires": requires})
    return Case.model_validate(
        {
            **{n: getattr(case, n) for n in Case.model_fields},
            "title": draw(text.filter(bool)),
            "summary": draw(text),
            "notes": tuple(draw(st.lists(text, max_size=3))),
            "conditions": (changed, *case.conditions[1:]),
            "taking_part": taking,
            "statements": said,
        }
    )
