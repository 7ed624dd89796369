"""The charts of a briefing, by name: put together here, drawn by whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from willing.briefing._account import Account, account
from willing.briefing.charts._theme import quickly, specification, svg
from willing.briefing.charts.map import map_chart
from willing.briefing.charts.participation import coverage, participation, stance_bars
from willing.briefing.charts.prospects import prospects
from willing.briefing.charts.reasons import holding_up, levers
from willing.briefing.charts.routes import routes
from willing.briefing.charts.stances import positions_by_domain, timeline
from willing.briefing.drawing import place
from willing.forecast import Assessment, document

__all__ = ["TABLES", "charts", "early", "late", "makers", "places"]

#: charts for which the simulation and the routes are enough, those that take longest first
EARLY = ("map", "routes", "prospects", "timeline", "stances", "coverage")
#: charts that the page shows as tables of cells instead
TABLES = frozenset({"participation", "domains"})

Specifications = dict[str, dict[str, Any] | None]


def charts(
    a: Assessment, document: dict[str, Any], said: Account, without: Collection[str] = ()
) -> dict[str, str]:
    """Return the briefing's charts as SVG text; one with nothing to show is an empty string."""
    making = {k: make for k, make in makers(a, document, said).items() if k not in without}
    with quickly():
        return {name: svg(make()) if make else "" for name, make in making.items()}


def early(a: Assessment) -> Specifications:
    """Return the charts that need no reasons; None for one with nothing to show.

    A plain function of an assessment, so that another process can do it; so is `late`.
    """
    found = document(a)
    return _specified(makers(a, found, account(a, found)), EARLY)


def late(a: Assessment, document: dict[str, Any]) -> Specifications:
    """Return the page's other charts."""
    making = makers(a, document, account(a, document))
    return _specified(making, [k for k in making if k not in TABLES and k not in EARLY])


def places(a: Assessment, document: dict[str, Any]) -> dict[str, str]:
    """Return a mark for each of the page's charts, to be replaced once it is drawn."""
    making = makers(a, document, account(a, document))
    return {k: place(k) if make else "" for k, make in making.items() if k not in TABLES}


def _specified(
    making: dict[str, Callable[[], Any] | None], names: Collection[str]
) -> Specifications:
    with quickly():
        return {k: specification(make()) if (make := making[k]) else None for k in names}


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
