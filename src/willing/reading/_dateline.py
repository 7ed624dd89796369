"""The date a plain text states about itself: on a line that holds nothing else, or in the dateline
that opens a report.
"""

from __future__ import annotations

import re
from datetime import date

from willing.reading._when import dates

__all__ = ["stated_date"]

_PREFIX = re.compile(
    r"^\W*(?:published(?: on)?|date|dated|updated|posted(?: on)?|issued|(?:mon|tues|wednes|thurs|"
    r"fri|"
    r"satur|sun)day)\W*",
    re.I,
)
_DATELINE = re.compile(r"^\W*[A-Z][\w .'-]{2,30}, (?=\d|[A-Z][a-z]+ \d)")
#: `ABUJA, 12 November 2012 (Agency) - `: what may stand between the date and the report
_THEN = re.compile(r"(?: ?\([^)]{2,30}\))? ?(?:[.:|]|-{1,2}|[–—]) ?(?=\w|[\"“‘'])")


def stated_date(text: str) -> date | None:
    """Full date on one of the first lines, alone or after `Published:` or a place, or in
    the dateline of a report. None otherwise.
    """
    for line in text[:3000].split("\n")[:14]:
        bare = line.strip(" \t*_#|")
        place = _DATELINE.match(bare)
        if place is not None and len(bare) > 60:
            opening = bare[place.end() : place.end() + 60]
            found = list(dates(opening, None, "back"))[:1]
            when = found[0] if found and found[0].span.start == 0 else None
            if when is not None and when.precision == "day" and _THEN.match(opening, when.span.end):
                return when.earliest
        if not 8 <= len(bare) <= 60:
            continue
        rest = bare
        for _ in range(2):
            rest = _PREFIX.sub("", rest)
        if not re.match(r"\d", rest):
            rest = _DATELINE.sub("", rest)
        found = list(dates(rest, None, "back"))
        if len(found) != 1 or found[0].earliest is None or found[0].precision != "day":
            continue
        left = (rest[: found[0].span.start] + rest[found[0].span.end :]).strip(" .,:;()-–—\t")
        if not left or re.fullmatch(r"\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.?m)?.{0,8}", left):
            return found[0].earliest
    return None
