"""A clean view of a stretch of text, with the way back to every original character.

Emphasis marks, invisible and bidirectional control characters go; curly quotes, odd spaces and line
breaks become plain ones. Nothing is measured in the view: offsets are mapped back first.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass

from willing.reading._types import Span

__all__ = ["View", "fold", "view_of"]

_DOUBLE = dict.fromkeys("“”„‟«»❝❞＂〝〞", '"')
_SINGLE = dict.fromkeys("‘’‚‛`´ʼ′", "'")
_DASH = dict.fromkeys("‐‑‒−", "-")
_ONE_TO_ONE = {**_DOUBLE, **_SINGLE, **_DASH, "…": "."}
#: longer runs of one mark are cut: tokenizers take time quadratic in them
_RUN = 3
_OPENING = set("“„«❝〝")
_CLOSING = set("”»❞〞")
# what a view leaves out, other than invisible characters
_DROP = re.compile(
    r"\*+|(?<![\w])_{1,3}(?=\w)|(?<=[\w.,!?])_{1,3}(?![\w])"  # emphasis
    r"|`+(?=\w)|(?<=\w)`+(?=\s|$)"
    r"|!?\[(?=[^\]\n]{1,300}\]\([^)\s]{1,500}\))|(?<=[^\]])\]\([^)\s]{1,500}\)"  # links
    r"|(?m:^[ \t]*(?:#{1,6}[ \t]+|>+[ \t]?|[-+•‣◦▪][ \t]+))"  # headings, quotations, bullets
)
_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ı": "i", "đ": "d", "Đ": "D", "ð": "d", "þ": "th"}
    | {"æ": "ae", "Æ": "Ae", "œ": "oe", "ß": "ss"}
)


def fold(text: str) -> str:
    """Lower case without accents, for look-ups (`Türkiye` -> `turkiye`). Length may change."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFD", text.translate(_LETTERS))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


@dataclass(frozen=True, slots=True)
class View:
    """Clean text and, for each of its characters, the offset in the original."""

    text: str
    offsets: array[int]
    opening: frozenset[int]
    closing: frozenset[int]

    def span(self, start: int, end: int) -> Span:
        """Map a half-open range of the view to a span of the original."""
        if end <= start:
            return Span(self.offsets[start] if start < len(self.offsets) else 0, 0)
        first = self.offsets[start]
        return Span(first, self.offsets[end - 1] + 1 - first)


def _invisible(char: str) -> bool:
    return unicodedata.category(char) in {"Cf", "Cc", "Cs", "Co"} and char not in "\n\t\r\x0b\x0c"


def view_of(original: str, base: int = 0) -> View:
    """Clean a stretch of text that begins at offset `base` of its document."""
    dropped = bytearray(len(original))
    for match in _DROP.finditer(original):
        dropped[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
    out: list[str] = []
    offsets = array("q")
    opening: set[int] = set()
    closing: set[int] = set()
    previous = " "
    repeated = 0
    ascii_only = original.isascii()
    for place, char in enumerate(original):
        if dropped[place]:
            continue
        if char.isspace():
            if previous == " ":
                continue
            if previous == "-" and char == "\n":  # a word broken at the end of a line
                continue
            char = " "
        elif not ascii_only or char < " ":
            if char in _OPENING:
                opening.add(len(out))
            elif char in _CLOSING:
                closing.add(len(out))
            char = _ONE_TO_ONE.get(char, char)
            if not char.isprintable() and _invisible(char):
                continue
        if char == "'" and previous == "'":  # '' stands for a double quote
            out[-1] = previous = '"'
            continue
        if (
            char == previous and not char.isalnum()
        ):  # a run of marks says no more than three of them
            repeated += 1
            if repeated >= _RUN:
                continue
        else:
            repeated = 0
        out.append(char)
        offsets.append(base + place)
        previous = char
    while out and out[-1] == " ":
        out.pop()
        offsets.pop()
    return View("".join(out), offsets, frozenset(opening), frozenset(closing))
