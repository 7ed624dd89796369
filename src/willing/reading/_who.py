"""Whose statement it is. The table of office holders first, then the text, then the discourse.

A country inherited from the discourse never overrules the table, and what stays unknown stays
unresolved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from willing.reading._cues import Roles
from willing.reading._gazetteer import Found, Gazetteer
from willing.reading._parse import Parsed
from willing.reading._types import Via
from willing.reading._view import fold

__all__ = ["Holder", "Sentence", "State", "resolve"]

_SINGULAR = {"he", "she", "him", "her"}
_FIRST = {"i", "we", "me", "us"}
_POSSESSIVE = {"his", "her", "their", "its", "my", "our"}
_RELATIVE = {"who", "which", "that", "whom"}
_OUTSIDE = frozenset({"relcl", "acl", "advcl", "parataxis", "punct", "ccomp"})
_BODIES = {
    "statement", "communique", "declaration", "letter", "post", "tweet", "document", "readout",
    "resolution", "conclusions", "message", "text", "note", "position", "plan", "proposal",
}  # fmt: skip
_OF_ROLE = {
    "prime": "head_of_government", "president": "head_of_state", "chancellor": "head_of_government",
    "taoiseach": "head_of_government", "premier": "head_of_government",
}  # fmt: skip


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
    last_speaker: Holder | None = None
    turn: Holder | None = None
    signatories: Holder | None = None
    default: tuple[str, ...] = ()

    def note(self, holder: Holder) -> None:
        """Remember who spoke, for the pronouns that follow."""
        if not holder.actors and not holder.speaker:
            return
        self.last_speaker = holder
        if holder.person:
            self.last_person = holder
        else:
            self.last_body = holder

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


def _covering(names: list[Found], parsed: Parsed, i: int) -> Found | None:
    place = parsed.starts[i]
    return next((f for f in names if f.start <= place < f.end), None)


def resolve(sentence: Sentence, head: int, state: State, depth: int = 0) -> Holder | None:
    """Resolve the noun phrase of a head word, coordinated ones together. None: not an actor."""
    holder = _resolve(sentence, head, state, depth)
    if holder is None or holder.start < 0:
        return holder
    words = _range(sentence, head)
    return replace(holder, phrase=min(holder.start, sentence.parsed.starts[words[0]]))


def _resolve(sentence: Sentence, head: int, state: State, depth: int) -> Holder | None:
    parsed = sentence.parsed
    heads = [head]
    while True:  # conjuncts hang on one another
        more = [
            c for h in heads for c in parsed.children(h) if parsed.deps[c] == "conj" and c not in heads
            and parsed.tags[c][:2] in {"NN", "PR", "DT", "JJ", "CD"}
        ]  # fmt: skip
        if not more:
            break
        heads += more
    # an adjective coordinated with a noun ("British, and French senior officials") belongs to it
    singles = [(h, _single(sentence, h, state, depth)) for h in heads]
    kept = [s for _, s in singles if s is not None]
    if not kept:
        return None
    if len(kept) == 1:
        return kept[0]
    named = [s for s in kept if s.actors]
    if not named:
        return kept[0]
    actors = tuple(dict.fromkeys(a for s in named for a in s.actors))
    start, end = min(s.start for s in named), max(s.end for s in named)
    words = [s.speaker for s in named if s.speaker]
    return Holder(
        actors,
        " and ".join(dict.fromkeys(words)) or None,
        start,
        end,
        named[0].via,
        min(s.sure for s in named),
        all(s.person for s in named),
        True,
    )


def _range(sentence: Sentence, head: int) -> list[int]:
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


def _single(sentence: Sentence, head: int, state: State, depth: int) -> Holder | None:
    parsed, names = sentence.parsed, sentence.names
    word = parsed.words[head]
    low = word.lower()
    phrase = _range(sentence, head)
    first, last = parsed.starts[phrase[0]], parsed.end(phrase[-1])
    inside = [f for f in names if any(f.start <= parsed.starts[k] < f.end for k in phrase)]
    own = _covering(names, parsed, head)

    if low == "both":
        subject = next((k for k in range(head) if parsed.deps[k] == "nsubj"), None)
        if subject is not None and depth < 3:
            whole = _resolve(sentence, subject, state, depth + 1)
            return whole and replace(whole, start=parsed.starts[head], end=parsed.end(head))
        return state.last_body if state.last_body and state.last_body.plural else None
    if low in _FIRST or low in _SINGULAR or low in {"it", "they", "them"} or low in _RELATIVE:
        return _pronoun(sentence, head, state)

    # 1. a person, as head or in apposition
    person = own if own is not None and own.role == "person" else None
    if person is None:
        for c in parsed.children(head):
            if parsed.deps[c] in {"appos", "compound", "nmod", "flat"} and c not in phrase[:0]:
                other = _covering(names, parsed, c)
                if other is not None and other.role == "person":
                    person = other
                    break
    if person is None and state.roles.is_official(word):
        # "the prime minister of Poland, Donald Tusk": a name the parser hung elsewhere
        after = [f for f in names if f.role == "person" and 0 <= f.start - last <= 3]
        person = after[0] if after else None
    if person is not None:
        hints = [a for f in inside if f.role != "person" for a in f.actors]
        actors, via, sure = state.person(person.label, hints)
        if via != "table" and _former(sentence, phrase, person, state):
            return Holder(
                (), person.label, person.start, person.end, "none", 0.3, True, dropped=True
            )
        return Holder(actors, person.label, person.start, person.end, via, sure, True)

    # 2. those who speak for nobody
    if state.roles.is_unofficial(word) and not (own and own.role != "adjective"):
        return Holder((), sentence.text[first:last], first, last, "none", 0.2, dropped=True)

    # 3. a body with a name of its own
    if own is not None and own.role in {"group", "organisation", "metonym"}:
        return _named(sentence, own)

    # 4. an office or a body
    if state.roles.is_official(word) or low in _BODIES:
        holder = _office(sentence, head, phrase, inside, state, depth)
        if holder is not None or low not in _BODIES:
            return holder

    # 5. an actor by name
    if own is not None and not own.place and own.role != "person":
        return _named(sentence, own)

    # 6. several who may be named after "such as", or belong to an organisation
    if low in state.roles.collective and state.signatories is not None and not inside:
        return replace(state.signatories, start=first, end=last)
    if low in state.roles.collective or low in {"bloc", "group", "alliance", "members", "camp"}:
        named = [f for f in inside if f.role in {"name", "group", "organisation", "metonym"}]
        before = [f for f in inside if f.role == "organisation" and f.end <= parsed.starts[head]]
        pick = before or [f for f in named if _listed(sentence, f)] or [
            f for f in named if f.role == "organisation"
        ]  # fmt: skip
        actors = tuple(dict.fromkeys(a for f in pick for a in f.actors))
        return Holder(actors, sentence.text[first:last], first, last, "text" if actors else "none",
                      0.75 if actors else 0.2, plural=True)  # fmt: skip

    # 7. a name nobody knows
    if set(sentence.text[:last].lower().split()[-5:]) & state.roles.former:
        return Holder((), sentence.text[first:last], first, last, "none", 0.2, True, dropped=True)
    if parsed.tags[head] in {"NNP", "NNPS"} and word[:1].isupper():
        known = state.persons.get(fold(word))
        if known is not None:
            return Holder(known[1], known[0], first, last, "text" if known[1] else "none",
                          0.85 if known[1] else 0.2, True, dropped=known[2])  # fmt: skip
        return Holder((), sentence.text[first:last], first, last, "none", 0.2, True)
    return None


def _named(sentence: Sentence, name: Found) -> Holder:
    words = own_words(sentence, name)
    many = len(name.actors) > 1
    return Holder(name.actors, words, name.start, name.end, "text", 0.9, plural=many)


def own_words(sentence: Sentence, name: Found) -> str:
    """The words of a name as written."""
    return sentence.text[name.start : name.end]


def _listed(sentence: Sentence, name: Found) -> bool:
    """Whether a name stands in a list after `such as`, `including`, `like`."""
    before = sentence.text[: name.start].lower()
    return any(k in before for k in ("such as", "including", "like ", "among them", "namely"))


def _former(sentence: Sentence, phrase: list[int], person: Found, state: State) -> bool:
    words = {sentence.parsed.words[k].lower() for k in phrase}
    return bool(words & state.roles.former)


def _office(
    sentence: Sentence, head: int, phrase: list[int], inside: list[Found], state: State, depth: int
) -> Holder | None:
    parsed = sentence.parsed
    first, last = parsed.starts[phrase[0]], parsed.end(phrase[-1])
    place = parsed.starts[head]
    text = sentence.text[first:last]
    if _former(sentence, phrase, inside[0] if inside else Found(0, 0, "name", ()), state):
        return Holder((), text, first, last, "none", 0.2)
    before = [f for f in inside if f.end <= place and f.role != "person" and not f.place]
    people = [f for f in inside if f.role == "person"]
    actors: tuple[str, ...] = tuple(dict.fromkeys(a for f in before for a in f.actors))
    if not actors:
        actors = _in_capital(sentence, head, last)
    if not actors:
        poss = parsed.child(head, "poss")
        if poss is not None and parsed.words[poss].lower() in _POSSESSIVE:
            near = _spoken_of(sentence, first)
            if near and parsed.words[poss].lower() in {"its", "their"}:
                return Holder(near, text, first, last, "text", 0.75, plural=len(near) > 1)
            source = _owner(parsed.words[poss].lower(), state, sentence, parsed.starts[poss])
            if source is not None and source.actors:
                return Holder(source.actors, text, first, last, "inherited", 0.7)
    if not actors:
        actors = _of(sentence, head, inside)
    if not actors and people:
        actors = state.person(people[0].label)[0]
    if actors:
        speaker: str | None = text
        person = False
        kind = _OF_ROLE.get(parsed.words[head].lower()) or (
            "head_of_government" if " prime minister" in f" {text.lower()}" else None
        )
        if kind is not None and len(actors) == 1:
            holding = state.gazetteer.office(actors[0], [kind], state.published)
            if holding is not None and state.published is not None:
                speaker, person = holding.person, True
        return Holder(actors, speaker, first, last, "text", 0.85, person, len(actors) > 1)
    near = _spoken_of(sentence, first)
    if near and (len(near) > 1) == (parsed.tags[head] in {"NNS", "NNPS"} and _many(text)):
        return Holder(near, text, first, last, "text", 0.65, plural=len(near) > 1)
    # "the minister", "the government", "the ministry": who was spoken of before
    low = parsed.words[head].lower()
    plural = parsed.tags[head] in {"NNS", "NNPS"}
    definite = any(parsed.words[k].lower() in {"the", "this"} for k in phrase)
    if definite and state.signatories is not None and plural and state.signatories.actors:
        return Holder(state.signatories.actors, text, first, last, "inherited", 0.7, plural=True)
    floor = state.turn or state.signatories
    if definite and not plural and floor is not None and len(floor.actors) == 1:
        return Holder(floor.actors, text, first, last, "inherited", 0.7)
    if definite and not plural:
        if state.default and low in {
            "minister",
            "secretary",
            "government",
            "president",
            "chancellor",
        }:
            return Holder(state.default, text, first, last, "inherited", 0.6)
        back = state.last_person if low not in {"government", "ministry", "parliament"} else None
        back = back or state.last_speaker or state.last_body
        if back is not None and back.actors:
            said = back.speaker if back.person and back is state.last_person else text
            return Holder(back.actors, said, first, last, "inherited", 0.55, back.person)
    return Holder((), text, first, last, "none", 0.2, plural=plural)


def _many(phrase: str) -> bool:
    """Whether a phrase speaks of several actors: `the two governments`, `both ministers`."""
    return bool(re.search(r"\b(?:two|three|four|five|six|both|all|their)\b", phrase, re.I))


def _in_capital(sentence: Sentence, head: int, last: int) -> tuple[str, ...]:
    """`the prime minister's office in Canberra`, wherever the parser hangs the place."""
    after = [f for f in sentence.names if f.role == "capital" and 0 <= f.start - last <= 5]
    if after and sentence.text[last : after[0].start].strip().lower() == "in":
        return after[0].actors
    return ()


def _spoken_of(sentence: Sentence, place: int) -> tuple[str, ...]:
    """Actor whom the words before a trailing attribution are about: `X will come, its minister said`."""
    parsed = sentence.parsed
    if "," not in sentence.text[max(0, place - 4) : place]:
        return ()
    for i in range(len(parsed.words)):
        if parsed.starts[i] >= place:
            break
        if parsed.deps[i] not in {"nsubj", "nsubjpass"}:
            continue
        words = set(_range(sentence, i)) | {
            k for c in parsed.children(i) if parsed.deps[c] == "conj" for k in _range(sentence, c)
        }
        found = [
            f
            for f in sentence.names
            if f.role != "person"
            and not f.place
            and any(f.start <= parsed.starts[k] < f.end for k in words)
        ]
        if found:
            return tuple(dict.fromkeys(a for f in found for a in f.actors))
    return ()


_NOT_OF = {"to", "with", "against", "on", "about", "near", "into", "toward", "towards", "at"}


def _of(sentence: Sentence, head: int, inside: list[Found]) -> tuple[str, ...]:
    """Actors after `of`, `for`, `from`, `in` in the phrase of an office."""
    parsed = sentence.parsed
    actors: list[str] = []
    for prep in parsed.children(head):
        if parsed.deps[prep] not in {"prep", "agent"} or parsed.words[prep].lower() in _NOT_OF:
            continue
        below = set(parsed.subtree(prep))
        for found in inside:
            if any(found.start <= parsed.starts[k] < found.end for k in below):
                if found.place and parsed.words[prep].lower() != "in":
                    continue
                actors += found.actors
    return tuple(dict.fromkeys(actors))


def _owner(word: str, state: State, sentence: Sentence, place: int) -> Holder | None:
    if word in {"his", "her"}:
        near = [f for f in sentence.names if f.role == "person" and f.end <= place]
        if near:
            actors, via, sure = state.person(near[-1].label)
            return Holder(actors, near[-1].label, near[-1].start, near[-1].end, via, sure, True)
    if word in {"my", "our"}:
        return state.turn or state.signatories or state.last_speaker
    if word in {"his", "her"}:
        return state.last_person or state.last_speaker
    return state.last_body or state.last_speaker


def _pronoun(sentence: Sentence, head: int, state: State) -> Holder | None:
    parsed = sentence.parsed
    low = parsed.words[head].lower()
    start, end = parsed.starts[head], parsed.end(head)
    if low in _RELATIVE:
        for up in parsed.ancestors(head):
            if parsed.deps[up] in {"relcl", "acl"}:
                return resolve(sentence, parsed.heads[up], state, 1)
        return None
    if low in _FIRST:
        back = state.turn or state.signatories
    elif low in _SINGULAR:
        back = state.last_person
    elif low == "they":
        back = state.last_body if state.last_body and state.last_body.plural else state.last_speaker
    else:
        back = state.last_body
    if back is None or not (back.actors or back.speaker):
        return Holder((), None, start, end, "none", 0.1, low in _SINGULAR)
    return Holder(
        back.actors, back.speaker, start, end, "inherited" if back.actors else "none",
        min(back.sure, 0.7), back.person, back.plural, back.dropped,
    )  # fmt: skip
