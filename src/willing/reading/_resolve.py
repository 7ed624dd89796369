"""From a noun phrase to a holder: the table first, then the text, then the discourse."""

from __future__ import annotations

from dataclasses import replace

from willing.reading._gazetteer import Found
from willing.reading._office import is_former, office, subject_before, titled_stranger
from willing.reading._parse import Parsed
from willing.reading._view import fold
from willing.reading._who import Holder, Sentence, State, phrase_of

__all__ = ["resolve"]


_SINGULAR = {"he", "she", "him", "her"}


_FIRST = {"i", "we", "me", "us"}


_RELATIVE = {"who", "which", "that", "whom"}


_KINDS = {
    "bloc", "alliance", "country", "nation", "state", "republic", "neighbour", "neighbor", "member",
    "ally", "group", "organisation", "organization", "union", "guarantor", "power", "host",
}  # fmt: skip


_BODIES = {
    "statement",
    "communique",
    "declaration",
    "letter",
    "post",
    "tweet",
    "document",
    "readout",
    "resolution",
    "conclusions",
    "message",
    "text",
    "note",
    "position",
    "plan",
    "proposal",
}


def resolve(sentence: Sentence, head: int, state: State, depth: int = 0) -> Holder | None:
    """Resolve the noun phrase of a head word, coordinated ones together. None: not an actor."""
    holder = _resolve(sentence, head, state, depth)
    if holder is None or holder.start < 0:
        return holder
    words = phrase_of(sentence, head)
    return replace(holder, phrase=min(holder.start, sentence.parsed.starts[words[0]]))


def _resolve(sentence: Sentence, head: int, state: State, depth: int) -> Holder | None:
    parsed = sentence.parsed
    heads = [head]
    while True:  # conjuncts hang on one another
        more = [
            c
            for h in heads
            for c in parsed.children(h)
            if parsed.deps[c] == "conj"
            and c not in heads
            and parsed.tags[c][:2] in {"NN", "PR", "DT", "JJ", "CD"}
        ]
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


def _covering(names: list[Found], parsed: Parsed, i: int) -> Found | None:
    place = parsed.starts[i]
    return next((f for f in names if f.start <= place < f.end), None)


def _single(sentence: Sentence, head: int, state: State, depth: int) -> Holder | None:
    parsed, names = sentence.parsed, sentence.names
    word = parsed.words[head]
    low = word.lower()
    phrase = phrase_of(sentence, head)
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
        if via != "table" and is_former(sentence, phrase, person, state):
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

    # 4. an actor by name whose last word is also a word for a body: `the United States`
    if own is not None and own.role == "name" and not own.place:
        return _named(sentence, own)

    # 5. an office or a body
    if state.roles.is_official(word) or low in _BODIES:
        holder = office(sentence, head, phrase, inside, state, depth)
        if holder is not None or low not in _BODIES:
            return holder

    # 6. an actor by another form of its name
    if own is not None and not own.place and own.role != "person":
        return _named(sentence, own)

    others = {"ally", "partner", "neighbour", "neighbor", "rival", "enemy"}
    if low in others and parsed.child(head, "poss") is not None and not inside:
        return Holder((), sentence.text[first:last], first, last, "none", 0.2)

    # 7. a common noun with a name beside it: `the bloc ECOWAS`
    if low in _KINDS:
        for c in parsed.children(head):
            beside = _covering(names, parsed, c) if parsed.deps[c] == "appos" else None
            if beside is not None and beside.role != "person" and beside.actors:
                return _named(sentence, beside)

    # 8. several who may be named after "such as", or belong to an organisation
    some = {"several", "some", "many", "other", "few", "most"} & {
        parsed.words[k].lower() for k in phrase
    }
    if low in state.roles.collective and state.signatories is not None and not inside and not some:
        return replace(state.signatories, start=first, end=last)
    if low in state.roles.collective or low in {"bloc", "group", "alliance", "members", "camp"}:
        named = [f for f in inside if f.role in {"name", "group", "organisation", "metonym"}]
        before = [f for f in inside if f.role == "organisation" and f.end <= parsed.starts[head]]
        pick = (
            before
            or [f for f in named if _listed(sentence, f)]
            or [f for f in named if f.role == "organisation"]
        )
        actors = tuple(dict.fromkeys(a for f in pick for a in f.actors))
        return Holder(
            actors,
            sentence.text[first:last],
            first,
            last,
            "text" if actors else "none",
            0.75 if actors else 0.2,
            plural=True,
        )

    # 9. a name nobody knows
    if set(sentence.text[:last].lower().split()[-5:]) & state.roles.former:
        return Holder((), sentence.text[first:last], first, last, "none", 0.2, True, dropped=True)
    if parsed.tags[head] in {"NNP", "NNPS"} and word[:1].isupper():
        known = state.persons.get(fold(word))
        if known is not None:
            return Holder(
                known[1],
                known[0],
                first,
                last,
                "text" if known[1] else "none",
                0.85 if known[1] else 0.2,
                True,
                dropped=known[2],
            )
        titled = titled_stranger(sentence, head, phrase, state)
        if titled is not None:
            return titled
        return Holder((), sentence.text[first:last], first, last, "none", 0.2, True)
    return None


def _named(sentence: Sentence, name: Found) -> Holder:
    words = _words(sentence, name)
    many = len(name.actors) > 1
    return Holder(name.actors, words, name.start, name.end, "text", 0.9, plural=many)


def _words(sentence: Sentence, name: Found) -> str:
    """The words of a name as written."""
    return sentence.text[name.start : name.end]


def _listed(sentence: Sentence, name: Found) -> bool:
    """Whether a name stands in a list after `such as`, `including`, `like`."""
    before = sentence.text[: name.start].lower()
    return any(k in before for k in ("such as", "including", "like ", "among them", "namely"))


def _pronoun(sentence: Sentence, head: int, state: State) -> Holder | None:
    parsed = sentence.parsed
    low = parsed.words[head].lower()
    start, end = parsed.starts[head], parsed.end(head)
    if low in _RELATIVE:
        for up in parsed.ancestors(head):
            if parsed.deps[up] in {"relcl", "acl"}:
                holder = resolve(sentence, parsed.heads[up], state, 1)
                return holder if holder is not None and holder.actors else None
        return None
    if low in _FIRST:
        back = state.turn or state.signatories
    elif low in _SINGULAR:
        back = _governing(sentence, head, state, person=True) or state.last_person
    elif low in {"it", "they"} and (near := _governing(sentence, head, state, person=False)):
        back = near
    elif low == "they":
        back = state.last_body if state.last_body and state.last_body.plural else state.last_speaker
    elif low == "it" and (subject := subject_before(sentence, start)):
        return Holder(subject, None, start, end, "inherited", 0.65)
    else:
        back = state.last_body
    if back is None or not (back.actors or back.speaker):
        return Holder((), None, start, end, "none", 0.1, low in _SINGULAR)
    return Holder(
        back.actors,
        back.speaker,
        start,
        end,
        "inherited" if back.actors else "none",
        min(back.sure, 0.7),
        back.person,
        back.plural,
        back.dropped,
    )


def _governing(sentence: Sentence, head: int, state: State, *, person: bool) -> Holder | None:
    """Subject of a clause above or before in the same sentence: `Benin said it would`."""
    parsed = sentence.parsed
    verb = parsed.heads[head]
    for up in parsed.ancestors(verb):
        subject = parsed.child(up, "nsubj", "nsubjpass")
        if subject is None or subject >= head:
            continue
        if parsed.words[subject].lower() in _SINGULAR | _FIRST | _RELATIVE | {"it", "they", "them"}:
            continue
        holder = resolve(sentence, subject, state, 1)
        if holder is not None and holder.actors and holder.person == person:
            return holder
    return None
