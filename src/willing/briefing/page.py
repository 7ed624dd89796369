"""The briefing as one self-contained HTML page: no script, no network, charts as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from willing import __version__
from willing.briefing import words
from willing.briefing._account import Account, account
from willing.briefing.cells import DOMAINS_SHOWN, stance_cells, willing_cells
from willing.briefing.labels import STANCE_COLOURS, STANCE_LABELS, feature
from willing.case import STANCES
from willing.forecast import Assessment

__all__ = ["html", "template"]


def html(
    a: Assessment,
    document: dict[str, Any],
    *,
    said: Account | None = None,
    drawn: Mapping[str, str] | None = None,
) -> str:
    """Return the briefing of an assessment as HTML; `drawn` are its charts, drawn already."""
    said = said or account(a, document)
    if drawn is None:
        from willing.briefing.pictures import TABLES, charts

        drawn = charts(a, document, said, without=TABLES)
    dates, rows = _conditions(document)
    return template().render(
        version=__version__,
        css=_file("briefing.css"),
        case=a.case,
        doc=document,
        said=said,
        charts=drawn,
        format=next(f for f in a.case.formats if f.id == a.case.format),
        given=_given(document),
        domains=DOMAINS_SHOWN,
        willing_cells=willing_cells(a, document),
        stance_cells=stance_cells(a),
        ladder=[(STANCE_LABELS[s], STANCE_COLOURS[s]) for s in reversed(STANCES)],
        condition_dates=dates,
        condition_rows=rows,
        day=words.day,
        percent=words.percent,
        points=words.points,
        rounded=words.rounded,
        span=words.span,
    )


@cache
def template() -> Template:
    """Return the page's template, compiled the first time it is asked for."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, finalize=words.unbroken
    )
    environment.filters |= {"feature": feature, "in_words": words.in_words}
    return environment.from_string(_file("briefing.html.j2"))


def _file(name: str) -> str:
    return (resources.files("willing.briefing") / "templates" / name).read_text(encoding="utf-8")


def _given(document: dict[str, Any]) -> str:
    """Return the condition under which levers are shown a second time."""
    once = (e["once"]["condition"] for e in document["levers"] if e["once"])
    return next((words.fact_name(c, document) for c in once), "")


def _conditions(document: dict[str, Any]) -> tuple[list[str], list[dict[str, Any]]]:
    """Conditions at the as-of date and about a quarter, half, one and two years on."""
    series = document["conditions"][0]["p"] if document["conditions"] else []
    last = len(series) - 1
    places = sorted({min(i, last) for i in (0, 3, 6, 13, last)}) if series else []
    return [series[i]["date"] for i in places], [
        {"id": c["id"], "label": c["label"], "at": [c["p"][i]["p"] for i in places]}
        for c in document["conditions"]
    ]
