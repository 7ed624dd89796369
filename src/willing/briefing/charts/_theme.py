"""Colours and type of every chart. Colour-blind safe: Okabe and Ito (2008), and a blue-to-brown
ladder after Brewer's BrBG, readable in grey."""

from __future__ import annotations

from typing import Any

import altair as alt
import vl_convert

from willing.case import STANCES

__all__ = [
    "DOMAIN_COLOURS",
    "DOMAIN_LABELS",
    "INK",
    "STANCE_COLOURS",
    "STANCE_LABELS",
    "style",
    "svg",
]

INK = "#1d2733"
QUIET = "#5b6776"
GRID = "#e3e7ec"
ACCENT = "#0b5394"
WARN = "#a6440a"

STANCE_LABELS = {s: s.replace("_", " ") for s in STANCES}
STANCE_COLOURS = {
    "threaten": "#543005",
    "oppose": "#8c510a",
    "decline": "#bf812d",
    "support_no_troops": "#dfc27d",
    "undecided": "#d9dde2",
    "consider": "#a6d5de",
    "conditional": "#5aabbf",
    "commit": "#1f7a99",
    "lead": "#0a4a66",
}
DOMAIN_LABELS = {
    "land": "land",
    "air": "air",
    "sea": "sea",
    "air_defence": "air defence",
    "training": "training",
    "finance": "finance",
    "any": "any domain",
}
DOMAIN_COLOURS = {
    "land": "#7a5c1e",
    "air": "#0072b2",
    "sea": "#009e73",
    "air_defence": "#cc79a7",
    "training": "#5b6776",
    "any": INK,
}
FONT = "'DejaVu Sans', Verdana, 'Segoe UI', Arial, sans-serif"


def data(rows: list[dict[str, Any]], name: str | None = None) -> Any:
    """Return inline data, named where a page is to replace it."""
    return alt.InlineData(values=rows, name=name) if name else alt.InlineData(values=rows)


def style(chart: Any) -> Any:
    """Return the chart with the house's colours, type and quiet axes."""
    return (
        chart.configure(font=FONT, background="transparent")
        .configure_view(strokeWidth=0)
        .configure_axis(
            labelColor=QUIET,
            titleColor=QUIET,
            titleFontWeight="normal",
            gridColor=GRID,
            domainColor=GRID,
            tickColor=GRID,
            labelFontSize=11,
            titleFontSize=11,
        )
        .configure_legend(labelColor=INK, titleColor=QUIET, titleFontWeight="normal")
        .configure_header(
            labelColor=INK, labelFontSize=12, labelFontWeight="bold", titleColor=QUIET
        )
        .configure_title(color=INK, fontSize=13, anchor="start")
    )


def svg(chart: alt.Chart | Any) -> str:
    """Return a chart as SVG text, drawn without network or browser."""
    spec = style(chart).to_json(indent=None)
    text: str = vl_convert.vegalite_to_svg(spec, vl_version="6.4")
    return text
