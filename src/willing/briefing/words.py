"""Probabilities in words and figures.

Words of estimative probability after the US Intelligence Community Directive 203 (2015): the
same seven bands every analyst in the field reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

__all__ = [
    "cell",
    "day",
    "fact_name",
    "likelihood",
    "listing",
    "milestone_name",
    "percent",
    "points",
    "span",
    "unbroken",
]

#: the milestones every case has, by the names readers use; the definition is the case's label
MILESTONES = {
    "format_agreed": "Format agreed",
    "headquarters_named": "Headquarters named",
    "mandate": "Mandate",
    "pledges_suffice": "Pledges suffice",
    "deployed": "First contingent deployed",
    "full_strength": "Full strength",
}

_BANDS = (
    (0.05, "almost no chance"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "a roughly even chance"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.01, "almost certain"),
)


_ID = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")


def unbroken(value: Any) -> Any:
    """Return text whose percentages stay on one line; anything else as it is (for Jinja)."""
    return value.replace(" %", "\N{NO-BREAK SPACE}%") if type(value) is str else value


def in_words(text: str) -> str:
    """Return text of a case with the ids of conditions as words: us_backstop as US backstop."""
    names = {w.lower(): w for w in ("US", "UN", "EU", "NATO")}
    return _ID.sub(lambda m: " ".join(names.get(w, w) for w in m[0].split("_")), text)


def likelihood(p: float) -> str:
    """Return the band of a probability in words."""
    return next(word for upper, word in _BANDS if p < upper)


def percent(p: float) -> str:
    """Return a probability as a percentage, never falsely 0 % or 100 %."""
    if 0 < p < 0.005:
        return "under 1 %"
    if 0.995 <= p < 1:
        return "over 99 %"
    return f"{100 * p:.0f} %"


def milestone_name(id: str, label: str) -> str:
    """Return the short name of a milestone, or its label where the case defines its own."""
    return MILESTONES.get(id, label)


def cell(p: float) -> str:
    """Return a probability in percent for a table, without the sign, never falsely 0 or 100."""
    if p <= 0.005:
        return "<1"
    return ">99" if p >= 0.995 else f"{100 * p:.0f}"


def span(low: float, high: float) -> str:
    """Return an interval of probabilities, in percent."""
    if high < 0.005:
        return "under 1 %"
    if low >= 0.995:
        return "over 99 %"
    return f"{100 * low:.0f}–{100 * high if high == 1 else min(100 * high, 99):.0f} %"


def fact_name(id: str, document: Mapping[str, Any]) -> str:
    """Return the short name of a condition: its id as words, names written as names.

    What is a name is read from the actors' names and the conditions' labels.
    """
    actors = document.get("actors", {}).values()
    labels = [c["label"] for c in document["conditions"]]
    words = [w for label in labels for w in re.findall(r"(?<=\w )[A-Z]\w+", label)]
    known = {w.lower(): w for w in (*words, *actors, "US", "UN", "EU", "NATO")}
    return " ".join(known.get(w, w) for w in id.split("_"))


def points(change: float) -> str:
    """Return a change in probability, in percentage points."""
    return f"{100 * change:+.0f} points" if abs(change) >= 0.005 else "no measurable change"


def rounded(change: float) -> str:
    """Return a change in probability in points, with its sign, 0 without one."""
    return f"{100 * change:+.0f}" if abs(change) >= 0.005 else "0"


def day(value: date | str) -> str:
    """Return a date as people write it: 5 April 2025."""
    when = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{when.day} {when:%B %Y}"


def listing(items: Sequence[str], last: str = "and") -> str:
    """Return items as a list in prose: a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
