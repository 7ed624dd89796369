"""Amounts as forecast and as they came: an interval, a median and a dot for each case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from willing.briefing.charts._theme import ACCENT, WARN, data
from willing.briefing.labels import TARGET_LABELS

__all__ = ["amounts"]


def amounts(document: Mapping[str, Any], *, width: int = 270, step: int = 18) -> Any:
    """Return one line a case with a known outcome: 80 % of the forecast, its median, what came.

    Parameters
    ----------
    document
        The `backtest` document of the contract, with predictions that hold quantiles.

    Raises
    ------
    ValueError
        When no amount has a known outcome.
    """
    rows = [
        {
            "id": p["id"],
            "low": p["quantiles"]["0.1"],
            "median": p["quantiles"]["0.5"],
            "high": p["quantiles"]["0.9"],
            "came": p["outcome"],
        }
        for p in document["predictions"]
        if "quantiles" in p and "outcome" in p
    ]
    if not rows:
        raise ValueError("no outcome is known, so there is nothing to draw")
    target = document["predictions"][0]["target"]
    base = alt.Chart(data(rows, "amounts")).encode(
        y=alt.Y("id:N", sort=[r["id"] for r in rows], title=None, axis=alt.Axis(grid=False))
    )
    x = alt.X("low:Q", title=TARGET_LABELS.get(target, target), scale=alt.Scale(domainMin=0))
    tooltip = [
        alt.Tooltip("id:N", title="case"),
        alt.Tooltip("low:Q", format=".1f", title="1 in 10 below"),
        alt.Tooltip("median:Q", format=".1f"),
        alt.Tooltip("high:Q", format=".1f", title="1 in 10 above"),
        alt.Tooltip("came:Q", format=".1f"),
    ]
    bars = base.mark_bar(color=ACCENT, opacity=0.25, height=8).encode(
        x=x, x2=alt.X2("high:Q"), tooltip=tooltip
    )
    ticks = base.mark_tick(color=ACCENT, thickness=2, height=12).encode(x="median:Q")
    dots = base.mark_circle(color=WARN, opacity=1, size=45).encode(x="came:Q", tooltip=tooltip)
    title = alt.TitleParams(
        "Forecast and outcome", subtitle="bar: 80 % of the forecast; line: its median; dot: came"
    )
    return alt.layer(bars, ticks, dots).properties(width=width, height=alt.Step(step), title=title)
