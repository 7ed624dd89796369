"""From a document to blocks: paragraphs, headings, speakers' turns. One pass, no copies held."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["Block", "blocks", "label_of"]

#: no block is longer than this many characters: a line of a million characters is cut
LONGEST = 6000

_TERMINAL = re.compile(r"[.!?:;…][\"”’')\]*_]*\s*$")
_COLON = re.compile(
    r"^[QA]\.[ \t]+|:(?:\*\*|__)?[ \t]+(?=\S)|(?<=\w)\.\s?[–—]\s*(?=\S)|(?<=\))\s?[–—]\s(?=\S)"
)
_WORD = re.compile(r"(?:[^\W\d_a-z]|(?:of|the|for|and|to|de|van|von|der|den|di|da|vel|in)$)")
_ASKER = re.compile(
    r"^(?:q(?:uestion)?(?: \d+)?|interviewer|journalist|reporter|moderator|host|presenter|"
    r"correspondent|audience|media|press)\b",
    re.I,
)
_TITLE = re.compile(
    r"(?:the )?(?:prime |foreign |defen[cs]e |deputy |vice-?)*(?:mr|mrs|ms|sir|dame|lord|lady|dr|"
    r"senator|"
    r"deputy|minister|president|secretary|chancellor|taoiseach|premier|admiral|general|ambassador|"
    r"commissioner|speaker|chair(?:man|woman)?|spokes\w+)\b",
    re.I,
)
_MEMBER = re.compile(
    r"(?:an? |the |another |second |third |federal |first )*(?:member|deputy|senator|speaker|"
    r"rapporteur|minister|delegate|representative|spokes\w+|ambassador|opposition|chair|voice|"
    r"official|envoy|mp)\b",
    re.I,
)
_VERB = re.compile(
    r"\b(?:sa(?:id|ys)|asks?|asked|told|adds?|added|wrote|writes|replie[sd]|warn\w*|declare[sd]|"
    r"announce[sd]|stat(?:ed|es)|insist\w*|put|is|are|was|were|has|have|had|will|would)\b",
    re.I,
)
_DATELINE = re.compile(
    r"\s*(?:[A-Z][A-Z .'’/-]{2,40}|[A-Z][\w.'’ -]{2,40}(?=,? \())"
    r"(?:, (?:[A-Z][a-z]+\.? \d{1,2}|\d{1,2} [A-Z][a-z]+)(?:, \d{4}| \d{4})?)?"
    r"(?: \([^)\n]{2,40}\))?\s?(?:-{1,2}|–|—|:)\s+(?=[\"“A-Z])"
)
_NOT_A_SPEAKER = re.compile(
    r"^(?:interview|transcript|conversation|press conference|briefing|statement|q ?& ?a|by|note|"
    r"source|sources|published|updated|date|subject|re|photo|image|caption|tags?|share|"
    r"read more|see also|contact|location|place|time|agenda|item|topic|summary|background|title|"
    r"headline|participants|present|attendees|keywords|copyright|warning|editor'?s? note|but|and|"
    r"that|this|here|first|second|third|finally|so|however|one|in|on|for|at|to|from|with|"
    r"conclusion|analysis|introduction|the (?:goal|aim|question|answer|result|message|reason|"
    r"problem|point|idea|plan))$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch `[start, end)` of the document.

    `label` is the words that name the speaker of a turn, `body` where what is said begins.
    """

    start: int
    end: int
    kind: Literal["paragraph", "heading", "turn", "question"]
    body: int
    label: str | None = None


def _lines(text: str) -> Iterator[tuple[int, int]]:
    place, size = 0, len(text)
    while place < size:
        stop = text.find("\n", place)
        stop = size if stop < 0 else stop + 1
        yield place, stop
        place = stop


def _label(line: str) -> tuple[str, int] | None:
    """The speaker named at the start of a line, and where the speech begins."""
    match = _COLON.search(line[:200])
    if match is None:
        return None
    label = line[: match.start()].strip(" *_\t\n")
    if match.start() == 0:
        label = match.group().strip(" .\t")
    if not label or len(label) > 140 or _NOT_A_SPEAKER.match(label):
        return None
    words = re.sub(r"\([^)]*\)", " ", label).replace(",", " ").split()
    if not 1 <= len(words) <= 9 or not words[0][:1].isupper():
        return None
    if not all(_WORD.match(word) for word in words) and (
        not _MEMBER.match(label) or _VERB.search(label)
    ):
        return None
    if match.start() and ":" not in match.group() and not _TITLE.match(label):
        return None  # "NEW YORK (AFP) — " is a dateline
    return label, match.end()


def label_of(line: str) -> str | None:
    """The words that name a speaker at the start of a line; None where there are none."""
    found = _label(line)
    return found[0] if found is not None else None


def labelled(text: str, most: int = 40_000) -> int:
    """How many lines at the start of a text open a speaker's turn."""
    return sum(_label(line) is not None for line in text[:most].split("\n"))


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield `[start, end)` of paragraphs; a label at the start of a line opens a new one."""
    start = end = -1
    for first, last in _lines(text):
        line = text[first:last]
        if not line.strip():
            if start >= 0:
                yield start, end
                start = -1
            continue
        if start >= 0 and (
            _label(line) is not None
            or end - start > LONGEST
            or (last - first > 160 and _TERMINAL.search(text[max(start, end - 12) : end]))
            or line.lstrip()[:2] in {"- ", "* ", "• "}
            or re.match(r"\s*\d{1,3}[.)]\s+[A-Z]", line)
        ):
            yield start, end
            start = -1
        if start < 0:
            start = first
        end = last
    if start >= 0:
        yield start, end


def _joined(text: str) -> Iterator[tuple[int, int]]:
    """Join a paragraph that breaks off in mid-sentence with the lower-case one that follows."""
    held: tuple[int, int] | None = None
    for start, end in _paragraphs(text):
        if held is not None:
            tail = text[max(held[0], held[1] - 40) : held[1]].rstrip()
            head = text[start : start + 40].lstrip()
            broken = head[:1].islower() and tail[-1:].isalnum() and held[1] - held[0] > 60
            if broken and end - held[0] <= LONGEST:
                held = (held[0], end)
                continue
            yield held
        held = (start, end)
    if held is not None:
        yield held


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what is longer than `LONGEST`, at a sentence end or a space where there is one."""
    while end - start > LONGEST:
        window = text[start : start + LONGEST]
        place = max(window.rfind(". "), window.rfind(".\n"), window.rfind("? "), window.rfind("! "))
        if place < LONGEST // 2:
            place = window.rfind(" ")
        stop = start + (place + 1 if place > 0 else LONGEST)
        yield start, stop
        start = stop
    if end > start:
        yield start, end


_ITEM = re.compile(r"\s*(?:[-*•–]\s+|\(?\d{1,3}[.)]\s+|\([a-z]\)\s+)\S")
_CLOCK = re.compile(r"\s*\d{1,2}[.:h]\d\d(?:\s?[ap]\.?m\.?)?\b\s*[-–—:|]?\s*")


def _first_line(text: str, start: int, end: int) -> int | None:
    """End of a first line that holds nothing but a name or title, as in parliamentary records."""
    stop = text.find("\n", start, end)
    if stop < 0 or stop - start > 90 or not text[stop:end].strip():
        return None
    line = text[start:stop].strip(" *_#\t")
    if _CLOCK.match(line) and not _TERMINAL.search(line):
        return stop + 1  # "17.40 Greece takes command", in a live report
    words = re.sub(r"\([^)]*\)", " ", line).split()
    if not 1 <= len(words) <= 8 or _TERMINAL.search(line) or line.endswith(","):
        return None
    return stop + 1 if words[0][:1].isupper() and all(_WORD.match(w) for w in words) else None


def _is_heading(body: str) -> bool:
    words = body.split()
    if len(words) > 22 or not words or _ITEM.match(body):
        return False
    if body.lstrip().startswith("#"):
        return True
    most = 16 if "\n" in body.strip() else 22
    return not _TERMINAL.search(body) and len(words) <= most


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a text in order. Linear in its length.

    One label alone ("UN: no plan for peacekeepers") opens a turn only where it has a title.
    """
    transcript = labelled(text) > 1
    for start, end in _joined(text):
        line = text[start : min(end, start + 400)]
        found = _label(line)
        if found is not None and not (transcript or _TITLE.match(found[0])):
            found = None
        if found is not None:
            label = found[0]
            kind: Literal["question", "turn"] = "question" if _ASKER.match(label) else "turn"
            body = start + found[1]
            for n, (first, last) in enumerate(_cut(text, start, end)):
                yield Block(first, last, kind, body if n == 0 else first, label)
            continue
        named = _first_line(text, start, end)
        if named is not None:
            yield Block(start, named, "heading", start)
            start = named
        for first, last in _cut(text, start, end):
            piece = text[first:last]
            place = _DATELINE.match(piece)
            body = first + place.end() if place else first
            yield Block(first, last, "heading" if _is_heading(piece) else "paragraph", body)
