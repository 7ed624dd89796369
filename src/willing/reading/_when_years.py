"""Dates in words, second part: years and their parts, hours, fortnights, feasts, days of a week."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal, NamedTuple

__all__ = ["RULES", "Direction", "Precision", "Rule", "Stretch"]

Direction = Literal["back", "ahead"]
Precision = Literal["day", "week", "month", "season", "year", "unknown"]


class Stretch(NamedTuple):
    """First day, last day, precision, and whether the words say it is approximate."""

    first: date
    last: date
    precision: Precision
    approximate: bool = False


Rule = Callable[[re.Match[str], "date | None", Direction], "Stretch | None"]
_F = re.IGNORECASE
_UNTIL = ("by", "before", "until", "till", "no later than")
_ORDER = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": 3}
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LEAD = r"\b(?:(?P<lead>in|by|before|until|till|from|since|throughout|during|around|for|at) )?"


def _year(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    """`in 2025`, `by 2026`, `early 2025`, `mid-2025`."""
    year = int(m["year"])
    part = (m["part"] or "").lower()
    first, last = date(year, 1, 1), date(year, 12, 31)
    if part:
        low, high = {"early": (1, 3), "mid": (6, 7), "late": (10, 12)}[part[:5].rstrip("-")]
        return Stretch(date(year, low, 1), _end(year, high), "month", True)
    return _up_to(m["lead"], ref, first, last, "year")


def _fraction(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    """`the second quarter`, `the first half of 2025`, `mid-year`."""
    year = int(m["year"]) if m["year"] else (ref.year if ref else None)
    if year is None:
        return None
    if m["mid"]:
        return _up_to(m["lead"], ref, date(year, 6, 1), _end(year, 7), "month", about=True)
    size = 3 if m["unit"].lower() == "quarter" else 6
    place = _ORDER[m["which"].lower()] if m["which"].lower() != "last" else 12 // size - 1
    if place * size >= 12:
        return None
    first = date(year, place * size + 1, 1)
    return _up_to(m["lead"], ref, first, _end(year, place * size + size), "season")


def _feast(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    if ref is None and not m["year"]:
        return None
    year = int(m["year"]) if m["year"] else ref.year  # type: ignore[union-attr]
    day = date(year, 12, 25)
    if not m["year"] and direction == "back" and ref is not None and day > ref:
        day = date(year - 1, 12, 25)
    return _up_to(m["lead"], ref, day, day + timedelta(days=1), "day")


def _hours(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    if ref is None:
        return None
    days = -(-int(m["n"]) // 24)
    return Stretch(ref, ref + timedelta(days=days), "day")


def _fortnight(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    if ref is None:
        return None
    middle = ref + timedelta(days=-14 if m["ago"] else 14)
    if m["lead"] and m["lead"].lower() == "within":
        return Stretch(ref, middle, "week")
    return Stretch(middle - timedelta(days=1), middle + timedelta(days=1), "week", True)


def _ahead(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    """`in the weeks to come`: as `in the coming weeks`."""
    if ref is None:
        return None
    unit = m["unit"].lower()
    days = {"day": 7, "week": 42, "month": 183}[unit]
    return Stretch(ref + timedelta(days=1), ref + timedelta(days=days), unit, True)  # type: ignore[arg-type]


def _day_of_week(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    """`on Thursday next week`."""
    if ref is None:
        return None
    monday = ref - timedelta(days=ref.weekday())
    step = {"last": -1, "this": 0, "next": 1}[m["which"].lower()]
    day = monday + timedelta(weeks=step, days=_WEEK.index(m["weekday"].lower()))
    return Stretch(day, day, "day")


def _end_of_unit(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    """`at the end of the month`: its last third; of the year, its last quarter."""
    year = int(m["year"]) if m["year"] else (ref.year if ref else None)
    if year is None:
        return None
    later = (m["which"] or "").lower() == "next"
    if m["year"] or m["unit"].lower() == "year":
        return Stretch(date(year + later, 10, 1), date(year + later, 12, 31), "month", True)
    assert ref is not None
    month = ref.month + later
    year, month = (year + 1, 1) if month > 12 else (year, month)
    return Stretch(date(year, month, 21), _end(year, month), "week", True)


def _end(year: int, month: int) -> date:
    """Last day of a month."""
    return (date(year + month // 12, month % 12 + 1, 1)) - timedelta(days=1)


def _up_to(
    lead: str | None,
    ref: date | None,
    first: date,
    last: date,
    precision: Precision,
    *,
    about: bool = False,
) -> Stretch:
    """From the reference day on where the words are `by`, `before`, `until`."""
    if lead and lead.lower() in _UNTIL and ref is not None:
        return Stretch(min(ref, last), last, precision, about)
    return Stretch(first, last, precision, about)


RULES: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (
        re.compile(
            r"\b(?:on )?(?P<weekday>"
            + "|".join(_WEEK)
            + r")(?: of)? (?P<which>last|this|next) week\b",
            _F,
        ),
        _day_of_week,
    ),
    (
        re.compile(
            r"\b(?:at|towards?|around|only at) the end of (?:(?P<which>the|this|next) "
            r"(?P<unit>month|year)|(?P<year>20\d\d))\b",
            _F,
        ),
        _end_of_unit,
    ),
    (
        re.compile(
            _LEAD
            + r"(?:(?P<mid>mid-?year|the middle of the year)|the (?P<which>first|second|third|"
            r"fourth|last) (?P<unit>quarter|half))"
            r"(?: of (?:the year|this year|(?P<year>20\d\d)))?\b"
            r"(?! of)",
            _F,
        ),
        _fraction,
    ),
    (
        re.compile(_LEAD + r"(?P<feast>christmas)(?: (?P<year>20\d\d))?\b", _F),
        _feast,
    ),
    (re.compile(r"\b(?:within|in) (?:the next )?(?P<n>\d{1,3}) hours\b", _F), _hours),
    (
        re.compile(r"\b(?:(?P<lead>in|within) )?a fortnight(?P<ago> ago)?\b(?!\'s)", _F),
        _fortnight,
    ),
    (
        re.compile(r"\b(?:in|over) the (?P<unit>day|week|month)s (?:ahead|to come)\b", _F),
        _ahead,
    ),
    (
        re.compile(
            r"\b(?:(?P<lead>in|by|before|until|from|since|throughout|during) )?"
            r"(?P<part>early |mid-|late )(?P<year>20\d\d)\b",
            _F,
        ),
        _year,
    ),
    (
        re.compile(
            r"\b(?P<lead>in|by|before|until|throughout|during) (?P<part>)(?P<year>20\d\d)\b"
            r"(?! (?:troops|soldiers|people|police|officers|men))",
            _F,
        ),
        _year,
    ),
)
