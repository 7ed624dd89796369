"""Holders of positions, sentences, and what the discourse has established.

A country inherited from the discourse never overrules the table of office holders, and what stays
unknown stays unresolved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from willing.reading._cues import Roles
from willing.reading._gazetteer import Found, Gazetteer
from willing.reading._parse import Parsed
from willing.reading._types import Via
from willing.reading._view import fold

__all__ = ["Holder", "Sentence", "State", "names_in", "phrase_of"]


_OUTSIDE = frozenset({"relcl", "acl", "advcl", "parataxis", "punct", "ccomp"})


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a position. `start`, `end`: where the words that name the speaker stand."""

    actors: tuple[str, ...]
    speaker: str | None
    start: int
    end: int
    via: Via
    sure: float
    person: bool = False
    plural: bool = False
    dropped: bool = False  # speaks for no actor: analysts, newspapers, residents
    phrase: int = -1  # where the whole phrase begins, office and all


@dataclass(slots=True)
class Sentence:
    """A clean sentence: its text, its place in the paragraph's view, its parse and its names."""

    text: str
    offset: int
    parsed: Parsed
    names: list[Found]
    quoted: list[tuple[int, int]] = field(default_factory=list)

    def in_quote(self, place: int) -> bool:
        """Whether an offset stands inside a long quotation."""
        return any(a <= place < b for a, b in self.quoted)


@dataclass(slots=True)
class State:
    """What the discourse has established so far."""

    gazetteer: Gazetteer
    roles: Roles
    published: date | None
    persons: dict[str, tuple[str, tuple[str, ...], bool]] = field(default_factory=dict)
    last_person: Holder | None = None
    last_body: Holder | None = None
    here: Holder | None = None  # the body last spoken of in this paragraph
    last_speaker: Holder | None = None
    turn: Holder | None = None
    offices: dict[str, tuple[str, ...]] = field(default_factory=dict)  # `foreign minister` of whom
    third: Holder | None = None  # whom the speaker of a turn spoke of last
    signatories: Holder | None = None
    default: tuple[str, ...] = ()

    def note(self, holder: Holder) -> None:
        """Remember who spoke, for the pronouns that follow."""
        if not holder.actors and not holder.speaker:
            return
        self.last_speaker = holder
        if holder.person:
            self.last_person = holder
        if not holder.person or (holder.via == "text" and holder.actors):
            self.last_body = self.here = holder

    def person(self, label: str, near: Iterable[str] = ()) -> tuple[tuple[str, ...], Via, float]:
        """Actors a person speaks for: by the table on the day, or as the text introduced them."""
        hinted = set(near)
        rows = self.gazetteer.by_person.get(label, ())
        if rows:
            if hinted & {r.actor for r in rows}:
                in_force = [r for r in rows if self.published is None or r.in_force(self.published)]
                both = [r.actor for r in in_force if r.actor in hinted]
                if both:
                    return (both[0],), "table", 0.95
            row = self.gazetteer.holder(label, self.published)
            if row is not None:
                several = self.published is None and len({r.actor for r in rows}) > 1
                return (row.actor,), "table", 0.6 if several else 0.95
            return (), "none", 0.3
        known = self.persons.get(fold(label))
        if known is not None:
            return known[1], ("text" if known[1] else "none"), 0.85 if known[1] else 0.3
        return (), "none", 0.2


def names_in(text: str, state: State) -> list[Found]:
    """Names of a clean sentence, persons the document introduced among them."""
    found = state.gazetteer.find(text)
    if not state.persons:
        return found
    taken = [(f.start, f.end) for f in found]
    place = 0
    for word in text.split(" "):
        bare = word.strip("\"'(),.;:!?-")
        key = fold(bare.removesuffix("'s"))
        if bare[:1].isupper() and key in state.persons:
            start = text.find(bare, place)
            end = start + len(bare.removesuffix("'s"))
            if start >= 0 and not any(a < end and start < b for a, b in taken):
                label, actors, _ = state.persons[key]
                found.append(Found(start, end, "person", actors, label))
        place += len(word) + 1
    return sorted(found, key=lambda f: f.start)


def phrase_of(sentence: Sentence, head: int) -> list[int]:
    """Words of the phrase of a head, without clauses and without its own conjuncts."""
    parsed = sentence.parsed
    out = [head]
    stack = [
        c for c in parsed.children(head) if parsed.deps[c] not in _OUTSIDE | {"conj", "cc", "appos"}
    ]
    while stack:
        k = stack.pop()
        out.append(k)
        stack.extend(c for c in parsed.children(k) if parsed.deps[c] not in _OUTSIDE)
    return sorted(out)
