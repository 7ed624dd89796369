"""Probability over time of each milestone, with the band that parameter uncertainty leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from willing.briefing.charts._theme import ACCENT, INK, WARN, data
from willing.briefing.words import cell, milestone_name

__all__ = ["prospects"]


def prospects(document: Mapping[str, Any], *, columns: int = 3, width: int = 230) -> Any:
    """Return small multiples, one a milestone.

    Parameters
    ----------
    document
        The `assess` document of the contract.
    """
    x = alt.X("date:T", title=None, axis=alt.Axis(format="%b %y", tickCount=4, grid=False))
    scale, axis = alt.Scale(domain=[0, 1]), alt.Axis(format="%", tickCount=4)
    tips = [
        alt.Tooltip("date:T"),
        *(alt.Tooltip(f"{name}:Q", format=".0%") for name in ("p", "low", "high")),
    ]
    panels = []
    for m in document["milestones"]:
        curve = [
            {"date": d, "p": p, "low": lo, "high": hi}
            for d, p, lo, hi in zip(m["dates"], m["probability"], m["low"], m["high"], strict=True)
        ][::2]
        by = m["by"]
        point = {"date": by["date"], "p": by["probability"], "text": f"{cell(by['probability'])}%"}
        base = alt.Chart(data(curve, f"curve_{m['id']}"))
        asked = alt.Chart(data([point], f"asked_{m['id']}"))
        band = base.mark_area(opacity=0.22, color=ACCENT).encode(
            x=x, y=alt.Y("low:Q", title=None, scale=scale, axis=axis), y2=alt.Y2("high:Q")
        )
        line = base.mark_line(color=ACCENT, strokeWidth=2).encode(
            x=x, y=alt.Y("p:Q", title=None, scale=scale, axis=axis), tooltip=tips
        )
        dot = asked.mark_point(color=WARN, filled=True, size=45).encode(x=x, y=alt.Y("p:Q"))
        text = asked.mark_text(color=INK, dy=-11, fontSize=12, fontWeight="bold").encode(
            x=x, y=alt.Y("p:Q"), text=alt.Text("text:N")
        )
        panels.append(
            alt.layer(band, line, dot, text).properties(
                width=width, height=120, title=milestone_name(m["id"], m["label"])
            )
        )
    return alt.concat(*panels, columns=columns)
