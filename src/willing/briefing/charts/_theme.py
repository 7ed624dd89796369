"""Colours and type of every chart. Colour-blind safe: Okabe and Ito (2008), and the ladder of
`labels`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode

from willing.briefing._ids import settled
from willing.briefing.drawing import VERSION
from willing.briefing.labels import DOMAIN_LABELS, STANCE_COLOURS, STANCE_LABELS

__all__ = [
    "DOMAIN_COLOURS",
    "DOMAIN_LABELS",
    "INK",
    "STANCE_COLOURS",
    "STANCE_LABELS",
    "data",
    "either",
    "page",
    "quickly",
    "specification",
    "svg",
]

INK = "#1d2733"
QUIET = "#5b6776"
GRID = "#e3e7ec"
ACCENT = "#0b5394"
WARN = "#a6440a"

DOMAIN_COLOURS = {
    "land": "#7a5c1e",
    "air": "#0072b2",
    "sea": "#009e73",
    "air_defence": "#cc79a7",
    "training": "#5b6776",
    "any": INK,
}
FONT = "'DejaVu Sans', Verdana, 'Segoe UI', Arial, sans-serif"


def data(rows: Iterable[Mapping[str, Any]], name: str | None = None) -> Any:
    """Return inline data, named where a page is to replace it.

    A tuple, because Altair copies lists to the last item whenever charts are layered.
    """
    return alt.InlineData(values=tuple(rows), name=name or alt.Undefined)


def either(test: str, then: str, otherwise: str) -> Any:
    """Return a colour that depends on a Vega expression."""
    return alt.ColorValue(otherwise, condition={"test": test, "value": then})


#: the house's colours and type, and quiet axes; labels are never cut, which also saves measuring
#: each (half of the time a chart takes to draw)
CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": "transparent",
    "view": {"strokeWidth": 0},
    "axis": {
        "labelColor": QUIET,
        "titleColor": QUIET,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domainColor": GRID,
        "tickColor": GRID,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "labelLimit": 0,
    },
    "legend": {
        "labelColor": INK,
        "titleColor": QUIET,
        "titleFontWeight": "normal",
        "labelLimit": 0,
    },
    "header": {
        "labelColor": INK,
        "labelFontSize": 12,
        "labelFontWeight": "bold",
        "titleColor": QUIET,
    },
    "title": {"color": INK, "fontSize": 13, "anchor": "start"},
}


def specification(chart: Any) -> dict[str, Any]:
    """Return the Vega-Lite specification of a chart in the house's style.

    Validation is left to the tests: it would take longer than the chart. For the same reason
    charts are best built within `quickly()`, and channels given as such (`alt.Y("p:Q")`): for
    a plain string Altair goes through all the classes it has.
    """
    spec: dict[str, Any] = chart.to_dict(validate=False)
    return {**spec, "config": {**spec.get("config", {}), **CONFIG}}


def quickly() -> AbstractContextManager[None]:
    """Return a context in which building a chart is not checked against the schema."""
    context: AbstractContextManager[None] = debug_mode(False)
    return context


def svg(chart: Any) -> str:
    """Return a chart as SVG text, drawn without network or browser."""
    return settled(vl_convert.vegalite_to_svg(specification(chart), vl_version=VERSION))


def page(chart: Any) -> str:
    """Return a chart as one HTML page that opens from disk."""
    text: str = vl_convert.vegalite_to_html(specification(chart), vl_version="6.4", bundle=True)
    return text
