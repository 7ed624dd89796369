"""Sentences and quotations of a clean paragraph. Rules only; the parser sees one sentence at a
time.
"""

from __future__ import annotations

import re

from willing.reading._view import View

__all__ = ["quotations", "sentences"]

_END = re.compile(r"[.!?]+[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'])(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Capt|Adm|Sgt|Sen|Rep|Gov|Hon|Rt|Sr|Jr|St|"
    r"vs|"
    r"No|Nos|Art|para|cf|i\.e|e\.g|approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|Inc|Ltd|"
    r"[A-Z])\.$"
)
_STATES = re.compile(r"(?:U\.S|U\.K|U\.N|E\.U|D\.C|U\.S\.A)\.$")
_STARTERS = re.compile(
    r"[\"'(]*(?:The|This|That|These|Those|It|He|She|They|We|I|In|On|At|But|And|However|Meanwhile|"
    r"After|Before|For|As|While|When|If|Its|Their|His|Her|A|An|Asked|According|Speaking)\b"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Half-open ranges of the sentences of a paragraph, without the spaces between."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        stop = match.start() + 1
        head = text[max(0, stop - 12) : stop]
        if text[match.start()] == ".":
            if _ABBREVIATION.search(head) and not _STATES.search(head):
                continue
            if _STATES.search(head) and not _STARTERS.match(text, match.end()):
                continue
        end = match.start() + len(match.group().rstrip())
        if end > start:
            found.append((start, end))
        start = match.end()
    if start < len(text):
        found.append((start, len(text)))
    return found


def quotations(view: View) -> tuple[list[tuple[int, int]], bool]:
    """Ranges of quotations, marks included, and whether the last is still open at the end.

    Double quotes, and single ones that open before a word and close after one. Nested quotations
    belong to the outer one.
    """
    text = view.text
    ranges: list[tuple[int, int]] = []
    place = 0
    size = len(text)
    while place < size:
        char = text[place]
        if char == '"' and place not in view.closing:
            stop = _close_double(view, place + 1)
            if stop < 0:
                ranges.append((place, size))
                return ranges, True
            ranges.append((place, stop + 1))
            place = stop + 1
        elif char == "'" and _opens_single(text, place):
            stop = _close_single(text, place + 1)
            if stop > 0 and text.count(" ", place, stop) >= 2:
                ranges.append((place, stop + 1))
                place = stop + 1
            else:
                place += 1
        else:
            place += 1
    return ranges, False


def _close_double(view: View, start: int) -> int:
    text = view.text
    depth = 0
    place = text.find('"', start)
    while place >= 0:
        if place in view.opening:
            depth += 1
        elif depth and place in view.closing:
            depth -= 1
        elif depth == 0:
            return place
        place = text.find('"', place + 1)
    return -1


def _opens_single(text: str, place: int) -> bool:
    before = text[place - 1] if place else " "
    after = text[place + 1] if place + 1 < len(text) else " "
    return before in ' ([-"' and after.isalnum() and text[place : place + 3].lower() != "'s "


def _close_single(text: str, start: int) -> int:
    place = text.find("'", start)
    while place >= 0:
        before = text[place - 1]
        after = text[place + 1] if place + 1 < len(text) else " "
        if not after.isalnum() and (before.isalnum() or before in ".,!?)") and before != " ":
            return place
        place = text.find("'", place + 1)
    return -1
