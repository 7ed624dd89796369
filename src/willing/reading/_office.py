"""Whose office it is: `the Polish foreign minister`, `its spokesman`, `officials in Paris`."""

from __future__ import annotations

import re

from willing.reading._gazetteer import Found
from willing.reading._who import Holder, Sentence, State, phrase_of

__all__ = ["is_former", "office", "remember_office", "subject_before", "titled_stranger"]


_POSSESSIVE = {"his", "her", "their", "its", "my", "our"}


_OF_ROLE = {
    "prime": "head_of_government",
    "president": "head_of_state",
    "chancellor": "head_of_government",
    "taoiseach": "head_of_government",
    "premier": "head_of_government",
}


#: sources that are not said to be anybody's
_ANONYMOUS = {"diplomats", "sources", "observers", "insiders", "analysts"}


#: offices that are not a government's
_OTHERS = {"rebel", "insurgent", "separatist", "militia", "guerrilla", "faction", "clan", "tribal"}
_NOT_OF = {"to", "with", "against", "on", "about", "near", "into", "toward", "towards", "at"}


def office(
    sentence: Sentence, head: int, phrase: list[int], inside: list[Found], state: State, depth: int
) -> Holder | None:
    parsed = sentence.parsed
    first, last = parsed.starts[phrase[0]], parsed.end(phrase[-1])
    place = parsed.starts[head]
    text = sentence.text[first:last]
    if is_former(sentence, phrase, inside[0] if inside else Found(0, 0, "name", ()), state):
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
                if len(near) == 1 and _one_person(sentence, head, state):
                    remember_office(text, near, state)
                return Holder(near, text, first, last, "text", 0.75, plural=len(near) > 1)
            subject = subject_before(sentence, first)
            if subject and parsed.words[poss].lower() in {"its", "their"}:
                one = _one_person(sentence, head, state)
                return Holder(subject, text, first, last, "text", 0.7, one)
            source = owner_of(parsed.words[poss].lower(), state, sentence, parsed.starts[poss])
            if source is not None and source.actors:
                one = _one_person(sentence, head, state)
                return Holder(source.actors, text, first, last, "inherited", 0.7, one)
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
        person = person or _one_person(sentence, head, state)
        if person:
            remember_office(text, actors, state)
        return Holder(actors, speaker, first, last, "text", 0.85, person, len(actors) > 1)
    anonymous = phrase[0] == head and parsed.words[head].lower() in _ANONYMOUS
    if anonymous and parsed.words[head - 1 if head else 0] in {",", '"'}:
        return Holder((), text, first, last, "none", 0.2, plural=True)  # "..., diplomats said"
    near = _spoken_of(sentence, first)
    if near and (len(near) > 1) == (parsed.tags[head] in {"NNS", "NNPS"} and _many(text)):
        return Holder(near, text, first, last, "text", 0.65, plural=len(near) > 1)
    where = _opening_place(sentence)
    if where and parsed.words[phrase[0]].lower() == "the":
        one = _one_person(sentence, head, state)
        return Holder(where, text, first, last, "text", 0.75, one)
    owner = _owner_ahead(sentence, first)
    if owner and parsed.words[phrase[0]].lower() == "the":
        one = _one_person(sentence, head, state)
        return Holder(owner, text, first, last, "text", 0.6, one)
    if _unknown_owner(sentence, head, phrase):  # "the Houthi leadership"
        return Holder((), text, first, last, "none", 0.2, plural=parsed.tags[head] == "NNS")
    held = state.offices.get(" ".join(parsed.words[k] for k in phrase if k <= head).lower())
    if held is not None:
        one = _one_person(sentence, head, state)
        return Holder(held, text, first, last, "text", 0.75, one)
    # "the minister", "the government", "the ministry": who was spoken of before
    low = parsed.words[head].lower()
    plural = parsed.tags[head] in {"NNS", "NNPS"}
    definite = any(parsed.words[k].lower() in {"the", "this", "both", "all"} for k in phrase)
    bare = phrase[0] == head
    if (definite or bare) and plural and state.signatories is not None and state.signatories.actors:
        return Holder(state.signatories.actors, text, first, last, "inherited", 0.7, plural=True)
    floor = state.turn or state.signatories
    one = _one_person(sentence, head, state)
    if definite and not plural and floor is not None and len(floor.actors) == 1:
        return Holder(floor.actors, text, first, last, "inherited", 0.7, one)
    source = state.last_body
    if low.startswith("spokes") and not definite and source is not None and not source.plural:
        return Holder(source.actors, text, first, last, "inherited", 0.5, one)
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
        if back is not None and back.actors and not back.plural:
            said = back.speaker if back.person and back is state.last_person else text
            return Holder(back.actors, said, first, last, "inherited", 0.55, one)
    return Holder((), text, first, last, "none", 0.2, plural=plural)


def titled_stranger(
    sentence: Sentence, head: int, phrase: list[int], state: State
) -> Holder | None:
    """`Foreign Minister Jane Doe` of whom no country is told: whoever was just spoken of.

    In this order: what a trailing attribution is about, the subject before a colon, whose office
    of that name the text has told, the body last spoken of in the paragraph. Farther back is
    guessing.
    """
    parsed = sentence.parsed
    first, last = parsed.starts[phrase[0]], parsed.end(head)
    title = [k for k in phrase if k < head and state.roles.is_official(parsed.words[k])]
    others = _OTHERS & {parsed.words[k].lower() for k in phrase}
    if (
        not title
        or others
        or _unknown_owner(sentence, title[-1], phrase[: phrase.index(title[-1])])
    ):
        return None
    text = sentence.text[first:last]
    near = _spoken_of(sentence, first)
    if not near and ":" in sentence.text[:first]:
        near = subject_before(sentence, first)
    if not near:
        words = " ".join(parsed.words[k] for k in phrase if k <= title[-1]).lower()
        near = state.offices.get(f"the {words.removeprefix('the ')}", ())
    if not near and first == 0 and state.here is not None and not state.here.plural:
        near = state.here.actors
    if len(near) != 1:
        return None
    return Holder(near, text, first, last, "inherited", 0.6, True)


def remember_office(words: str, actors: tuple[str, ...], state: State) -> None:
    """Keep whose `the prime minister` is, for when it is said again without a country."""
    match = _TITLE.search(words)
    if match is not None:
        for key in {match["office"].lower(), match["office"].lower().split()[-1]}:
            state.offices[f"the {key}"] = actors


def _one_person(sentence: Sentence, head: int, state: State) -> bool:
    """Whether an office is held by one person, whom `he` or `she` can mean."""
    parsed = sentence.parsed
    return parsed.tags[head] in {"NN", "NNP"} and not state.roles.is_body(parsed.words[head])


def subject_before(sentence: Sentence, place: int) -> tuple[str, ...]:
    """Actor that is a subject earlier in the sentence: `Dublin agreed: its minister said ...`."""
    parsed = sentence.parsed
    for found in reversed([f for f in sentence.names if f.end <= place and not f.place]):
        i = parsed.at(found.end - 1)
        i = parsed.heads[i] if parsed.deps[i] == "appos" else i
        if parsed.deps[i] == "nsubj" and found.role != "person":
            return found.actors
    return ()


def _opening_place(sentence: Sentence) -> tuple[str, ...]:
    """`In Madrid the foreign minister ...`: whose minister it is stands ahead."""
    first = sentence.names[0] if sentence.names else None
    if (
        first is None
        or first.role != "capital"
        or sentence.text[: first.start] not in {"In ", "From "}
    ):
        return ()
    return first.actors


def _owner_ahead(sentence: Sentence, place: int) -> tuple[str, ...]:
    """`Rome's scepticism runs deep: the defence minister ...`, with the owner named before."""
    parsed = sentence.parsed
    for found in reversed([f for f in sentence.names if f.end <= place]):
        i = parsed.at(found.start)
        if (
            parsed.deps[i] == "poss"
            and found.role != "person"
            and ":" in sentence.text[found.end : place]
        ):
            return found.actors
    return ()


def is_former(sentence: Sentence, phrase: list[int], person: Found, state: State) -> bool:
    words = {sentence.parsed.words[k].lower() for k in phrase}
    return bool(words & state.roles.former)


_PARTS = re.compile(
    r"(?:prime|foreign|defen[cs]e|interior|federal|national|state|general|deputy|vice|armed|navy|"
    r"army|air|"
    r"security|council|affairs|ministry|minister|ministers|government|president|cabinet|"
    r"parliament|office|"
    r"house|force|forces|staff|chief|secretary|sir|mr|mrs|ms|dr|the|european|joint|permanent|"
    r"special)\b",
    re.I,
)


def _unknown_owner(sentence: Sentence, head: int, phrase: list[int]) -> bool:
    """Whether a capitalised word that nobody knows says whose office it is."""
    parsed = sentence.parsed
    for k in phrase:
        word = parsed.words[k]
        known = any(f.start <= parsed.starts[k] < f.end for f in sentence.names)
        proper = k != head and parsed.tags[k] in {"NNP", "NNPS"} and word[:1].isupper()
        if proper and not known and not _PARTS.match(word) and not word.isupper():
            return True
    return False


def _many(phrase: str) -> bool:
    """Whether a phrase speaks of several actors: `the two governments`, `both ministers`."""
    return bool(re.search(r"\b(?:two|three|four|five|six|both|all|their)\b", phrase, re.I))


def _in_capital(sentence: Sentence, head: int, last: int) -> tuple[str, ...]:
    """`the prime minister's office in Canberra`, wherever the parser hangs the place."""
    after = [f for f in sentence.names if f.role == "capital" and 0 <= f.start - last <= 5]
    if after and sentence.text[last : after[0].start].strip().lower() == "in":
        return after[0].actors
    return ()


_TITLE = re.compile(
    r"\b(?P<office>(?:prime|foreign|defen[cs]e|interior|finance|deputy|vice)[ -]"
    r"(?:minister|secretary|president|prime minister)|president|minister|chancellor|taoiseach|"
    r"ambassador|spokes\w+|envoy|commissioner|secretary[- ]general|high representative)\b",
    re.I,
)
_AFTER = re.compile(r"[,\"] ?(?:\w+ ){0,2}$")


def _spoken_of(sentence: Sentence, place: int) -> tuple[str, ...]:
    """Actor whom the words before a trailing attribution are about: `X will come, its minister
    said`.
    """
    parsed = sentence.parsed
    if not _AFTER.search(sentence.text[:place]):
        return ()
    for i in range(len(parsed.words)):
        if parsed.starts[i] >= place:
            break
        if parsed.deps[i] not in {"nsubj", "nsubjpass", "ccomp"} or parsed.tags[i][:2] == "VB":
            continue
        words = set(phrase_of(sentence, i)) | {
            k
            for c in parsed.children(i)
            if parsed.deps[c] == "conj"
            for k in phrase_of(sentence, c)
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


def owner_of(word: str, state: State, sentence: Sentence, place: int) -> Holder | None:
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
