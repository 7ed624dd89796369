"""Probability over time of each milestone, with the band that parameter uncertainty leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from willing.briefing.charts._theme import ACCENT, INK, WARN, data
from willing.briefing.words import milestone_name

__all__ = ["prospects"]


def prospects(document: Mapping[str, Any], *, columns: int = 3, width: int = 230) -> Any:
    """Return small multiples, one a milestone.

    Parameters
    ----------
    document
        The `assess` document of the contract.
    """
    rows = [
        {"milestone": milestone_name(m["id"], m["label"]), "date": d, "p": p, "low": lo, "high": hi}
        for m in document["milestones"]
        for d, p, lo, hi in list(
            zip(m["dates"], m["probability"], m["low"], m["high"], strict=True)
        )[::2]
    ]
    points = [
        {
            "milestone": milestone_name(m["id"], m["label"]),
            "date": m["by"]["date"],
            "p": m["by"]["probability"],
            "text": f"{m['by']['probability']:.0%}",
        }
        for m in document["milestones"]
    ]
    order = [milestone_name(m["id"], m["label"]) for m in document["milestones"]]
    x = alt.X("date:T", title=None, axis=alt.Axis(format="%b %y", tickCount=4, grid=False))
    scale = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format="%", tickCount=4)
    base = alt.Chart(data(rows, "curve"))
    band = base.mark_area(opacity=0.22, color=ACCENT).encode(
        x=x, y=alt.Y("low:Q", title=None, scale=scale, axis=axis), y2="high:Q"
    )
    line = base.mark_line(color=ACCENT, strokeWidth=2).encode(
        x=x,
        y=alt.Y("p:Q", title=None, scale=scale, axis=axis),
        tooltip=[
            alt.Tooltip("milestone:N"),
            alt.Tooltip("date:T"),
            alt.Tooltip("p:Q", format=".0%"),
            alt.Tooltip("low:Q", format=".0%"),
            alt.Tooltip("high:Q", format=".0%"),
        ],
    )
    asked = alt.Chart(data(points, "asked"))
    dot = asked.mark_point(color=WARN, filled=True, size=45).encode(x=x, y="p:Q")
    text = asked.mark_text(color=INK, dy=-11, fontSize=12, fontWeight="bold").encode(
        x=x, y="p:Q", text="text:N"
    )
    return alt.concat(
        *[
            alt.layer(
                *(
                    part.transform_filter(alt.datum.milestone == name)
                    for part in (band, line, dot, text)
                )
            ).properties(width=width, height=120, title=name)
            for name in order
        ],
        columns=columns,
    )
