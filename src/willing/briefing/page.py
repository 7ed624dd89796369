"""The briefing as one self-contained HTML page: no script, no network, charts as SVG."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined

from willing import __version__
from willing.briefing import words
from willing.briefing._account import Account, account
from willing.briefing.cells import DOMAINS_SHOWN, stance_cells, willing_cells
from willing.briefing.charts._theme import (
    STANCE_COLOURS,
    STANCE_LABELS,
    quickly,
    specification,
    svg,
)
from willing.briefing.charts.map import map_chart
from willing.briefing.charts.participation import coverage, participation, stance_bars
from willing.briefing.charts.prospects import prospects
from willing.briefing.charts.reasons import holding_up, levers
from willing.briefing.charts.routes import routes
from willing.briefing.charts.stances import positions_by_domain, timeline
from willing.briefing.drawing import Drawing
from willing.case import STANCES
from willing.forecast import Assessment, document

__all__ = ["SIMULATED", "begin", "charts", "html", "makers"]

#: charts for which the simulation is enough, those that take longest first
SIMULATED = ("map", "prospects", "timeline", "stances", "coverage")
#: charts that the page shows as tables of cells instead
TABLES = frozenset({"participation", "domains"})


def html(
    a: Assessment,
    document: dict[str, Any],
    *,
    said: Account | None = None,
    drawing: Drawing | None = None,
    drawn: Mapping[str, str] | None = None,
) -> str:
    """Return the briefing of an assessment as HTML.

    With `drawing`, what was begun there (see `begin`) is not drawn again, and the rest is drawn
    there too; `drawn` saves drawing altogether.
    """
    said = said or account(a, document)
    folder = resources.files("willing.briefing") / "templates"
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, finalize=words.unbroken
    )
    template = environment.from_string((folder / "briefing.html.j2").read_text(encoding="utf-8"))
    dates, rows = _conditions(document)
    return template.render(
        version=__version__,
        css=(folder / "briefing.css").read_text(encoding="utf-8"),
        case=a.case,
        doc=document,
        said=said,
        charts=drawn or charts(a, document, said, drawing, without=TABLES),
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
        span=words.span,
    )


def _given(document: dict[str, Any]) -> str:
    """Return the condition under which levers are shown a second time."""
    once = (e["once"]["condition"] for e in document["levers"] if e["once"])
    return next((words.fact_name(c, document) for c in once), "")


def charts(
    a: Assessment,
    document: dict[str, Any],
    said: Account,
    drawing: Drawing | None = None,
    without: Collection[str] = (),
) -> dict[str, str]:
    """Return the briefing's charts as SVG text; one with nothing to show is an empty string."""
    making = {k: make for k, make in makers(a, document, said).items() if k not in without}
    with quickly():
        if drawing is None:
            return {name: svg(make()) if make else "" for name, make in making.items()}
        for name, make in making.items():
            if make and name not in drawing:
                drawing.begin(name, specification(make()))
    return {name: drawing.svg(name) if make else "" for name, make in making.items()}


def begin(drawing: Drawing, a: Assessment) -> None:
    """Begin to draw the charts that need nothing but the simulation: no reasons, no routes."""
    found = document(a, routes=False)
    making = makers(a, found, account(a, found))
    with quickly():
        for name in SIMULATED:
            if make := making[name]:
                drawing.begin(name, specification(make()))


def makers(
    a: Assessment, document: dict[str, Any], said: Account
) -> dict[str, Callable[[], Any] | None]:
    """Return what draws each chart, by name; None where there is nothing to show."""
    asked = a.day(a.by_week).isoformat()
    now = a.case.as_of.isoformat()
    return {
        "prospects": lambda: prospects(document),
        "map": lambda: map_chart(
            document,
            date=now,
            names=said.names,
            silent=said.silent,
            theatre=a.case.theatre.countries,
            width=760,
        ),
        "participation": lambda: participation(document, date=asked, names=said.names),
        "stances": lambda: stance_bars(document, date=now, names=said.names),
        "domains": lambda: positions_by_domain(a.gathered.record, names=said.names),
        "timeline": lambda: timeline(a.case.statements, names=said.names),
        "routes": (lambda: routes(document, said.names)) if document["routes"] else None,
        "coverage": (lambda: coverage(document)) if document["coverage"] else None,
        "holding": (lambda: holding_up(document)) if document["holding_up"] else None,
        "levers": (lambda: levers(document)) if document["levers"] else None,
    }


def _conditions(document: dict[str, Any]) -> tuple[list[str], list[dict[str, Any]]]:
    """Conditions at the as-of date and about a quarter, half, one and two years on."""
    series = document["conditions"][0]["p"] if document["conditions"] else []
    last = len(series) - 1
    places = sorted({min(i, last) for i in (0, 3, 6, 13, last)}) if series else []
    return [series[i]["date"] for i in places], [
        {"id": c["id"], "label": c["label"], "at": [c["p"][i]["p"] for i in places]}
        for c in document["conditions"]
    ]
