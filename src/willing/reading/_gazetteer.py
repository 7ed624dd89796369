"""Names of actors and persons, and where a text uses them.

The gazetteer is data: countries (names, adjectives, nouns, capitals), metonyms, organisations,
groups, and dated office holders. A user's rows are added with `with_names`. Longest match wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from willing.reading._view import fold

__all__ = ["Found", "Gazetteer", "Holding", "Name"]

Role = Literal["name", "adjective", "noun", "capital", "metonym", "organisation", "group", "person"]

_TOKEN = re.compile(r"(?:[A-Z]\.){2,}|[^\W_]+|'s\b|\S")
#: words before a capital that make it a place and not an actor
_PLACE = {"in", "at", "near", "to", "outside", "around", "central", "visiting", "visit", "into"}


class Name(NamedTuple):
    """One form of a name, and whom it means. `label` is the person's full name."""

    form: str
    role: Role
    actors: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """A person in an office of an actor, from one date to another (ISO, day may be missing)."""

    person: str
    aliases: tuple[str, ...]
    role: str
    office: str
    actor: str
    since: str = ""
    until: str = ""
    source: str = ""
    confidence: str = "low"

    def in_force(self, day: date) -> bool:
        """Whether the office was held on a day; a missing bound does not exclude."""
        iso = day.isoformat()
        if self.since and iso[: len(self.since)] < self.since:
            return False
        return not (self.until and iso[: len(self.until)] > self.until)


@dataclass(frozen=True, slots=True)
class Found:
    """A name found in a clean text: half-open range, meaning, and whether it stands as a place."""

    start: int
    end: int
    role: Role
    actors: tuple[str, ...]
    label: str = ""
    place: bool = False


_Trie = dict[str, list[tuple[tuple[str, ...], Name]]]


def tokens(text: str) -> list[tuple[str, int, int]]:
    """Words and marks with their ranges."""
    return [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Look-up of names. Make it with `Gazetteer.of`, or load the shipped one."""

    names: tuple[Name, ...]
    holdings: tuple[Holding, ...]
    by_first: _Trie = field(repr=False, compare=False)
    by_person: Mapping[str, tuple[Holding, ...]] = field(repr=False, compare=False)

    @classmethod
    def of(cls, names: Iterable[Name], holdings: Iterable[Holding]) -> Gazetteer:
        """Index names and office holders."""
        kept = list(names)
        held = tuple(holdings)
        people: dict[str, list[Holding]] = {}
        for holding in held:
            people.setdefault(holding.person, []).append(holding)
            for form in (holding.person, *holding.aliases):
                kept.append(Name(form, "person", (), holding.person))
        trie: _Trie = {}
        for name in dict.fromkeys(kept):
            words = tuple(fold(word) for word, _, _ in tokens(name.form))
            if words:
                trie.setdefault(words[0], []).append((words, name))
        for entries in trie.values():
            entries.sort(key=lambda e: -len(e[0]))
        return cls(tuple(kept), held, trie, {k: tuple(v) for k, v in people.items()})

    def with_names(self, names: Iterable[Name], holdings: Iterable[Holding] = ()) -> Gazetteer:
        """Return a gazetteer with a user's names and office holders added."""
        own = [n for n in self.names if n.role != "person"]
        return Gazetteer.of((*names, *own), (*holdings, *self.holdings))

    def holder(self, person: str, day: date | None) -> Holding | None:
        """Office a person held on a day; the latest one known where no day is given.

        Returns None where the table has the person but not in office on that day.
        """
        rows = self.by_person.get(person, ())
        if day is not None:
            # a day after the table ends is answered from its end
            rows = tuple(r for r in rows if r.in_force(day))
        return max(rows, key=lambda r: (r.until or "9999", r.since), default=None)

    def office(self, actor: str, roles: Iterable[str], day: date | None) -> Holding | None:
        """Who holds one of some roles for an actor on a day; None where that is not one person."""
        wanted = set(roles)
        rows = [h for h in self.holdings if h.actor == actor and h.role in wanted]
        rows = [h for h in rows if (h.in_force(day) if day else not h.until)]
        return rows[0] if len({h.person for h in rows}) == 1 else None

    def find(self, text: str) -> list[Found]:
        """Find names in a clean text, left to right, longest first, without overlap."""
        words = tokens(text)
        folded = [fold(word) for word, _, _ in words]
        found: list[Found] = []
        place, size = 0, len(words)
        while place < size:
            hit = self._match(words, folded, place)
            if hit is None:
                place += 1
                continue
            length, name = hit
            before = folded[place - 1] if place else ""
            found.append(
                Found(
                    words[place][1],
                    words[place + length - 1][2],
                    name.role,
                    name.actors,
                    name.label,
                    name.role == "capital" and before in _PLACE,
                )
            )
            place += length
        return found

    def _match(
        self, words: list[tuple[str, int, int]], folded: list[str], place: int
    ) -> tuple[int, Name] | None:
        for form, name in self.by_first.get(folded[place], ()):
            length = len(form)
            if tuple(folded[place : place + length]) != form:
                continue
            if not _cased(name, words, place, length):
                continue
            return length, name
        return None


def _cased(name: Name, words: list[tuple[str, int, int]], place: int, length: int) -> bool:
    """A name must be written as one: capitals where the form has them, `US` in full capitals."""
    if name.form.isupper() and len(name.form) <= 4:
        return all(
            words[place + k][0].isupper() or words[place + k][0] == "." for k in range(length)
        )
    first = name.form[0]
    if not first.isupper():
        return True
    written = words[place][0]
    if not written[:1].isupper() and name.role != "group":
        return name.role == "organisation" and " " in name.form and name.actors == ("COW",)
    if name.form.startswith(("the ", "The ")):
        return True
    last = words[place + length - 1][0]
    want = _TOKEN.findall(name.form)[-1]
    return not (want[:1].isupper() and last[:1].islower())
