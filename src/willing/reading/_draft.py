"""Statements in the making, and the paragraphs they stand in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from willing.case.ladder import Domain
from willing.reading._blocks import Block
from willing.reading._gazetteer import Found
from willing.reading._grammar import Utterance
from willing.reading._view import View
from willing.reading._what import Meaning, Reader
from willing.reading._who import Holder, Sentence

__all__ = [
    "ELLIPTIC",
    "Draft",
    "Paragraph",
    "cue_range",
    "is_first",
    "meaning_of",
    "names_within",
    "words_of",
]

#: rules that show a position though an answer does not repeat what it is about
ELLIPTIC = {
    "undecided.early",
    "undecided.yet",
    "consider.not-excluded",
    "decline.own",
    "decline.withdraw",
    "commit.strong",
    "conditional.until",
    "none+condition",
}


@dataclass(slots=True)
class Draft:
    """A statement in the making, in offsets of the paragraph's view."""

    start: int
    end: int
    holder: Holder
    sentence: int
    kind: str
    mode: str
    utterance: Utterance | None = None
    words: str = ""
    names: list[Found] = field(default_factory=list)
    lean: str | None = None
    host: bool = False  # the holder is the state where the force is to stand
    warm: bool = False  # what it is about may stand in the sentences before
    domain: Domain = "any"  # where it names none itself: that of the words it answers


@dataclass(slots=True)
class Paragraph:
    block: Block
    view: View
    ranges: list[tuple[int, int]]
    quotes: list[tuple[int, int]]
    sentences: list[Sentence] = field(default_factory=list)


def is_first(sentence: Sentence, u: Utterance) -> bool:
    return sentence.text[u.holder.start : u.holder.end].lower() in {"i", "we", "me", "us"}


def cue_range(draft: Draft, paragraph: Paragraph) -> tuple[int, int]:
    assert draft.utterance is not None
    base = paragraph.sentences[draft.sentence].offset
    return base + draft.utterance.cue_start, base + draft.utterance.cue_end


def names_within(paragraph: Paragraph, start: int, end: int) -> list[Found]:
    """Names inside a range of the view, with offsets from its start."""
    return [
        Found(
            f.start + s.offset - start, f.end + s.offset - start, f.role, f.actors, f.label, f.place
        )
        for s in paragraph.sentences
        for f in s.names
        if start <= f.start + s.offset and f.end + s.offset <= end
    ]


def words_of(sentence: Sentence, u: Utterance) -> tuple[str, list[Found]]:
    """Words of an utterance without the name and office of who makes it."""
    text = sentence.text[u.start : u.end]
    a, b = u.holder.start - u.start, u.holder.end - u.start
    if u.kind == "actor" and 0 <= a < b <= len(text) and u.mode != "nominal":
        left = re.search(r"(?:[A-Z][\w'-]+ )*$", text[:a])
        a = left.start() if left else a
        text = text[:a] + " " * (b - a) + text[b:]
    names = [
        Found(f.start - u.start, f.end - u.start, f.role, f.actors, f.label, f.place)
        for f in sentence.names
        if u.start <= f.start and f.end <= u.end
    ]
    return text, names


def meaning_of(reader: Reader, draft: Draft) -> Meaning:
    return reader.read(
        draft.words,
        frozenset(draft.holder.actors),
        draft.names,
        draft.lean,  # type: ignore[arg-type]
        warm=draft.warm,
    )
