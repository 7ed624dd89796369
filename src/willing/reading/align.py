"""Finding a quotation in a text: exactly, then without regard to spaces and quotes, then nearly.

The last step looks inside one paragraph at a time and stops at a time limit, so that no answer of a
language model can make it hang. What is not found is not grounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from willing.reading._types import Span
from willing.reading._view import view_of

__all__ = ["Alignment", "align"]

#: similarity (0-100, normalised edit distance on the best window) that counts as found
NEAR = 95.0
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where a quotation stands, how it was found, and how alike it is (0-100)."""

    span: Span
    how: Literal["exact", "normalised", "fuzzy"]
    score: float


def _normal(text: str) -> tuple[str, list[int]]:
    """Lower case with single spaces and plain quotes; offsets of every character kept."""
    view = view_of(text)
    out: list[str] = []
    offsets: list[int] = []
    for char, place in zip(view.text, view.offsets, strict=True):
        if char in "\"'":
            continue
        low = char.lower()
        if len(low) != 1:
            low = char
        out.append(low)
        offsets.append(place)
    return "".join(out), offsets


def align(
    quote: str,
    text: str,
    near: Span | None = None,
    expired: Callable[[], bool] = lambda: False,
) -> Alignment | None:
    """Find a quotation in a text; None where it is not there.

    `near` limits the search (a value inside a statement). `expired` is asked between paragraphs and
    ends the fuzzy search: the caller holds the clock.
    """
    quote = quote.strip()
    if not quote or len(quote) > _LONGEST:
        return None
    low, high = (near.start, near.end) if near is not None else (0, len(text))
    place = text.find(quote, low, high)
    if place >= 0:
        return Alignment(Span(place, len(quote)), "exact", 100.0)
    wanted, _ = _normal(quote)
    wanted = wanted.strip()
    if len(wanted) < 2:
        return None
    paragraphs = _paragraphs(text, low, high)
    normal = [(first, *_normal(text[first:last])) for first, last in paragraphs]
    for first, words, offsets in normal:
        place = words.find(wanted)
        if place >= 0:
            return Alignment(_span(first, offsets, place, place + len(wanted)), "normalised", 100.0)
    if len(wanted) < 12:
        return None
    return _fuzzy(wanted, normal, expired)


def _paragraphs(text: str, low: int, high: int) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    start = low
    for match in re.finditer(r"\n[ \t]*\n", text[low:high]):
        out.append((start, low + match.start()))
        start = low + match.end()
    out.append((start, high))
    return [(a, b) for a, b in out if b > a]


def _span(first: int, offsets: list[int], start: int, end: int) -> Span:
    begin = first + offsets[start]
    return Span(begin, first + offsets[end - 1] + 1 - begin)


def _fuzzy(
    wanted: str, normal: list[tuple[int, str, list[int]]], expired: Callable[[], bool]
) -> Alignment | None:
    from rapidfuzz import fuzz

    best: Alignment | None = None
    for first, words, offsets in normal:
        if expired():
            return best
        if len(words) < 0.8 * len(wanted):
            continue
        for low in range(0, len(words), _LONGEST):  # a long paragraph in overlapping windows
            window = words[low : low + 2 * _LONGEST]
            found = fuzz.partial_ratio_alignment(wanted, window, score_cutoff=NEAR)
            better = found is not None and (best is None or found.score > best.score)
            if found is not None and better and found.dest_end > found.dest_start:
                span = _span(first, offsets, low + found.dest_start, low + found.dest_end)
                best = Alignment(span, "fuzzy", float(found.score))
            if expired() or low + 2 * _LONGEST >= len(words):
                break
    return best
