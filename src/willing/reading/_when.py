"""Dates in words to intervals. Rules only; a relative date needs the day it is relative to.

Conventions (assumptions, chosen wide rather than sharp):
`about` a unit is that unit give or take a quarter; "weeks, not months" is one to eight weeks;
"coming weeks" one day to six weeks; mid-month is the 11th to the 20th; a weekend is Saturday and
Sunday; weeks begin on Monday. Looking back a date is the last before the reference day, looking
ahead the next after it.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta

from willing.reading._types import Span, When
from willing.reading._when_years import RULES, Direction, Precision, Rule, Stretch

__all__ = ["dates"]

_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name and name != "May"}
_MONTHS["sept"] = 9
_DAYS = {name.lower(): n for n, name in enumerate(calendar.day_name)}
_NUMBERS = {
    w: n
    for n, w in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve""".split()  # noqa: SIM905
    )
}
_NUMBERS |= {"a": 1, "an": 1, "a couple of": 2, "a few": 3, "several": 4, "half a": 0}
_UNTIL = {"by", "before", "until", "till", "no later than"}
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}

_M = "|".join(sorted(_MONTHS, key=len, reverse=True))
_D = "|".join(_DAYS)
_N = r"\d{1,3}|a couple of|a few|several|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_ABOUT = r"(?:(?P<about>about|around|roughly|approximately|some|nearly|almost|perhaps|under)\s+)?"
_YEAR = r"(?:,?\s+(?P<year>(?:19|20)\d\d))?"
_UNIT = r"(?P<unit>day|week|month|year)s?"


def _add_months(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _shift(day: date, number: int, unit: str) -> date:
    if unit == "day":
        return day + timedelta(days=number)
    if unit == "week":
        return day + timedelta(weeks=number)
    return _add_months(day, number * (12 if unit == "year" else 1))


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _year_of(month: int, ref: date | None, direction: Direction, written: str | None) -> int | None:
    if written:
        return int(written)
    if ref is None:
        return None
    if direction == "back":
        return ref.year if month <= ref.month else ref.year - 1
    return ref.year if month >= ref.month else ref.year + 1


def _full(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    month = _MONTHS[m["month"].lower()]
    year = _year_of(month, ref, direction, m["year"])
    if year is None:
        return None
    try:
        day = date(year, month, int(m["day"]))
        if not m["year"] and ref is not None:
            if direction == "back" and day > ref:
                day = day.replace(year=year - 1)
            elif direction == "ahead" and day < ref:
                day = day.replace(year=year + 1)
    except ValueError:
        return None
    if m["lead"] and m["lead"].lower() in _UNTIL and ref is not None and ref < day:
        return Stretch(ref, day, "day")
    return Stretch(day, day, "day")


def _iso(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    try:
        day = date.fromisoformat(m.group())
    except ValueError:
        return None
    return Stretch(day, day, "day")


def _part_of_month(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    month = _MONTHS[m["month"].lower()]
    year = _year_of(month, ref, direction, m["year"])
    if year is None:
        return None
    first, last = _month(year, month)
    part = (m["part"] or "").lower()
    if part.startswith("mid") or "middle" in part:
        return Stretch(first.replace(day=11), first.replace(day=20), "week", True)
    if part.startswith(("early", "beginning", "start")):
        return Stretch(first, first.replace(day=10), "week", True)
    if part.startswith(("late", "end")):
        return Stretch(first.replace(day=21), last, "week", True)
    return Stretch(first, last, "month")


def _end_of(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    """`by the end of April`: from the reference day to the last day of the month."""
    what = m["what"].lower()
    if what in _MONTHS:
        year = _year_of(_MONTHS[what], ref, direction, m["year"])
        if year is None:
            return None
        first, last = _month(year, _MONTHS[what])
        return Stretch(ref if ref and ref <= last else first, last, "day" if m["end"] else "month")
    if ref is None:
        return None
    nxt = "next" in what
    if "week" in what:
        last = ref + timedelta(days=6 - ref.weekday() + (7 if nxt else 0))
    elif "month" in what:
        last = _month(*divmod_month(_add_months(ref.replace(day=1), 1 if nxt else 0)))[1]
    elif "year" in what:
        last = date(ref.year + (1 if nxt else 0), 12, 31)
    else:
        last = date(ref.year, _SEASONS[what.split()[-1]][1], 28)
    return Stretch(ref, last, "day")


def divmod_month(day: date) -> tuple[int, int]:
    """Year and month of a day."""
    return day.year, day.month


def _in_units(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    """`in about a month`, `within six weeks`, `three days ago`."""
    if ref is None:
        return None
    word, unit = re.sub(r"\s+", " ", m["n"].lower()), m["unit"].lower()
    number = int(word) if word.isdigit() else _NUMBERS[word]
    upto = m["n2"] if "n2" in m.re.groupindex else None
    back = "ago" in m.groupdict() and m["ago"] is not None
    sign = -1 if back else 1
    if word == "half a":
        middle = ref + sign * timedelta(days={"year": 182, "month": 15, "week": 3, "day": 0}[unit])
    else:
        middle = _shift(ref, sign * number, unit)
    if upto:
        other = _shift(ref, sign * (int(upto) if upto.isdigit() else _NUMBERS[upto.lower()]), unit)
        return Stretch(min(middle, other), max(middle, other), _coarse(unit), True)
    lead = (m["lead"] or "").lower() if "lead" in m.re.groupindex else ""
    if lead.startswith(("within", "over", "during", "no later", "by")):
        return Stretch(ref, middle, _coarse(unit), bool(m["about"]))
    vague = bool(m["about"]) or not (word.isdigit() or word in _NUMBERS) or "few" in word
    length = abs((middle - ref).days)
    slack = max(1, round(length / 4)) if vague or word in {"several", "a couple of"} else 0
    if not slack and unit != "day":
        slack = {"week": 1, "month": 3, "year": 30}[unit]
    return Stretch(
        middle - timedelta(days=slack), middle + timedelta(days=slack), _coarse(unit), bool(slack)
    )


def _coarse(unit: str) -> Precision:
    return {"day": "day", "week": "week", "month": "week", "year": "month"}[unit]  # type: ignore[return-value]


def _weeks_not_months(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    if ref is None:
        return None
    unit = m["unit"].lower()
    low, high = {"day": (1, 7), "week": (7, 56), "month": (30, 330), "hour": (0, 2)}[unit]
    return Stretch(
        ref + timedelta(days=low),
        ref + timedelta(days=high),
        _coarse(unit.replace("hour", "day")),
        True,
    )


def _coming(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    if ref is None:
        return None
    days = {"hour": 1, "day": 7, "week": 42, "month": 183}[m["unit"].lower()]
    if m["back"]:
        return Stretch(ref - timedelta(days=days), ref, _coarse_plural(m["unit"]), True)
    return Stretch(
        ref + timedelta(days=1), ref + timedelta(days=days), _coarse_plural(m["unit"]), True
    )


def _coarse_plural(unit: str) -> Precision:
    return {"hour": "day", "day": "day", "week": "week", "month": "month"}[unit.lower()]  # type: ignore[return-value]


def _relative(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    """`last weekend`, `this week`, `next month`, `earlier this year`."""
    if ref is None:
        return None
    which, unit = m["which"].lower(), m["unit"].lower()
    step = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1, "coming": 1, "the": 0}[
        which
    ]
    monday = ref - timedelta(days=ref.weekday())
    if unit == "weekend":
        saturday = monday + timedelta(days=5)
        if step < 0:  # the last one that is over, or, within the week, the one before
            saturday -= timedelta(days=7)
        elif step > 0 and ref.weekday() >= 5:
            saturday += timedelta(days=7)
        return Stretch(saturday, saturday + timedelta(days=1), "day")
    if unit == "week":
        monday += timedelta(weeks=step)
        first, last = monday, monday + timedelta(days=6)
        if step == 0:
            first, last = (first, ref) if direction == "back" else (ref, last)
        return Stretch(first, last, "week")
    if unit == "month":
        first, last = _month(*divmod_month(_add_months(ref.replace(day=1), step)))
    elif unit == "year":
        first, last = date(ref.year + step, 1, 1), date(ref.year + step, 12, 31)
    else:
        low, high = _SEASONS[unit]
        first, last = date(ref.year + step, low, 1), _month(ref.year + step, high)[1]
    if step == 0 and unit != "season":
        first, last = (first, min(last, ref)) if direction == "back" else (max(first, ref), last)
    part = (m["part"] or "").lower()
    if part in {"early", "late"} and unit in {"month", "year"}:
        third = timedelta(days=10 if unit == "month" else 90)
        first, last = (first, first + third) if part == "early" else (last - third, last)
        return Stretch(first, last, "week" if unit == "month" else "month", True)
    return Stretch(first, last, {"month": "month", "year": "year"}.get(unit, "season"))  # type: ignore[arg-type]


def _weekday(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    if ref is None:
        return None
    gap = (ref.weekday() - _DAYS[m["weekday"].lower()]) % 7
    which = (m["which"] or "").lower()
    if which == "last":
        day = ref - timedelta(days=gap or 7)
    elif which == "next":
        day = ref + timedelta(days=(7 - gap) if gap else 7)
    elif direction == "back":
        day = ref - timedelta(days=gap)
    else:
        day = ref + timedelta(days=(-gap) % 7)
    return Stretch(day, day, "day")


def _day_word(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    if ref is None:
        return None
    word = m.group().lower()
    step = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}.get(word, 2)
    day = ref + timedelta(days=step)
    return Stretch(day, day, "day")


def _season(m: re.Match[str], ref: date | None, direction: Direction) -> Stretch | None:
    low, high = _SEASONS[m["season"].lower()]
    year = int(m["year"]) if m["year"] else (ref.year if ref else None)
    if year is None:
        return None
    return Stretch(date(year, low, 1), _month(year, high)[1], "season")


_F = re.IGNORECASE
# longest and most particular first; a stretch of text is used once
_RULES: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), _iso),
    (
        re.compile(
            rf"\b(?:(?P<lead>on|by|before|until|till|no later than) )?(?:the )?"
            rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? "
            rf"(?P<month>{_M})\b(?:\.(?=,? (?:19|20)\d\d))?{_YEAR}",
            _F,
        ),
        _full,
    ),
    (
        re.compile(
            rf"\b(?:(?P<lead>on|by|before|until|till|no later than) )?(?P<month>{_M})\.? "
            rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d){_YEAR}",
            _F,
        ),
        _full,
    ),
    *RULES,
    (
        re.compile(
            r"\b(?:in |within |over )?(?:a matter of |just )?(?P<unit>hour|day|week|month)s,? "
            r"(?:and )?not"
            r" (?:days|weeks|months|years)\b",
            _F,
        ),
        _weeks_not_months,
    ),
    (
        re.compile(r"\b(?:in|within) (?:a matter of |just )?(?P<unit>hour|day|week|month)s\b", _F),
        _weeks_not_months,
    ),
    (
        re.compile(
            rf"(?<!not )\b(?:by|before|until|till|no later than) (?P<end>(?:the )?end of )?"
            rf"(?P<what>{_M}|(?:the |this |next )(?:week|month|year|spring|summer|autumn)|"
            rf"year(?:'s end|-end))\b{_YEAR}",
            _F,
        ),
        _end_of,
    ),
    (
        re.compile(
            rf"\b(?:in |at |by |around |since )?(?:the )?(?P<part>mid|early|late|beginning of|"
            rf"start of|"
            rf"middle of|end of)[- ](?:in )?(?P<month>{_M})\b{_YEAR}",
            _F,
        ),
        _part_of_month,
    ),
    (
        re.compile(
            rf"\b(?P<lead>within|in|over|during|no later than)? ?(?:the )?(?:next |coming |space "
            rf"of )?"
            rf"{_ABOUT}(?P<n>{_N})(?: (?:to|or) |-|–)(?P<n2>{_N}) {_UNIT}\b(?P<ago> ago)?",
            _F,
        ),
        _in_units,
    ),
    (
        re.compile(
            rf"\b(?P<lead>within|in|over|during|no later than) (?:the )?(?:next |coming |space "
            rf"of )?"
            rf"{_ABOUT}(?P<n>{_N})[ -]{_UNIT}\b(?:'s? time)?(?!-)",
            _F,
        ),
        _in_units,
    ),
    (re.compile(rf"\b{_ABOUT}(?P<n>{_N}) {_UNIT}(?P<ago> ago)\b", _F), _in_units),
    (
        re.compile(
            r"\b(?:in|over|during|for|within) (?:the )?(?:(?P<back>last|past|recent|previous)|"
            r"coming|next"
            r"|following)(?: few| several| couple of)? (?P<unit>hour|day|week|month)s\b",
            _F,
        ),
        _coming,
    ),
    (
        re.compile(
            r"\b(?:(?P<part>earlier|later|early|late) |at the |over the )?(?P<which>last|past|"
            r"previous|this|next|coming)"
            r" (?P<unit>weekend|week|month|year|spring|summer|autumn)\b",
            _F,
        ),
        _relative,
    ),
    (re.compile(r"(?P<part>)\b(?:at|over) (?P<which>the) (?P<unit>weekend)\b", _F), _relative),
    (re.compile(rf"\b(?:on |this )?(?:(?P<which>last|next) )?(?P<weekday>{_D})\b", _F), _weekday),
    (re.compile(r"\b(?:the day after tomorrow|yesterday|today|tonight|tomorrow)\b", _F), _day_word),
    (
        re.compile(r"\b(?:in |by )?(?:the )?(?P<season>spring|summer|autumn)(?: of)?" + _YEAR, _F),
        _season,
    ),
    (
        re.compile(
            rf"\b(?:in|since|during|from|of|as early as) (?P<part>)(?P<month>{_M})\b{_YEAR}", _F
        ),
        _part_of_month,
    ),
    (re.compile(rf"\b(?P<part>)(?P<month>{_M}) (?P<year>(?:19|20)\d\d)\b", _F), _part_of_month),
)
_HINT = re.compile(
    rf"\d|{_M}|{_D}|day|week|month|year|tonight|tomorrow|spring|summer|autumn|fortnight|hours|"
    rf"quarter|christmas",
    re.IGNORECASE,
)


def dates(text: str, reference: date | None, direction: Direction) -> Iterator[When]:
    """Yield the dates named in a text, left to right; spans are offsets in `text`.

    `reference` is the day relative dates count from (the publication date); without it they are
    kept in their words, unplaced. `direction` says where a bare weekday or month lies.
    """
    if not _HINT.search(text):
        return
    taken: list[tuple[int, int]] = []
    found: list[When] = []
    for pattern, rule in _RULES:
        for match in pattern.finditer(text):
            start, end = match.span()
            while start < end and text[start] == " ":
                start += 1
            if any(start < b and a < end for a, b in taken):
                continue
            words = text[start:end]
            if words.lower() in {"may", "march"} or (
                words[:1].islower() and words in {"spring", "fall"}
            ):
                continue
            if not _has_month_in_capitals(match):
                continue
            taken.append((start, end))
            try:
                stretch = rule(match, reference, direction)
            except (OverflowError, ValueError):
                stretch = None
            span = Span(start, end - start)
            if stretch is None:
                found.append(When(span, words))
            else:
                found.append(When(span, words, *stretch))
    yield from sorted(found, key=lambda w: w.span)


def _has_month_in_capitals(match: re.Match[str]) -> bool:
    """`may` and `march` are months only when written so."""
    groups = match.groupdict()
    word = groups.get("month") or groups.get("what") or ""
    return word.lower() not in {"may", "march"} or word[:1].isupper()
