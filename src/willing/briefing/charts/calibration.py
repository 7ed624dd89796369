"""Calibration: what was forecast against how often it came true, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from willing.briefing.charts._theme import ACCENT, data
from willing.briefing.labels import TARGET_LABELS

__all__ = ["calibration"]


def calibration(document: Mapping[str, Any], *, columns: int = 2, size: int = 240) -> Any:
    """Return one panel a target: dots for bins of forecasts, bars for 90 % Wilson intervals.

    Parameters
    ----------
    document
        The `backtest` document of the contract, with scores.

    Raises
    ------
    ValueError
        When the document holds no calibration (no outcome was known).
    """
    bins = document.get("calibration") or []
    if not bins:
        raise ValueError("no outcome is known, so there is nothing to calibrate against")
    top = max(max(b["high"], b["forecast"]) for b in bins)
    limit = 1.0 if top > 0.5 else max(0.1, round(top + 0.05, 1))
    panels = []
    for target in dict.fromkeys(b["target"] for b in bins):
        rows = [b for b in bins if b["target"] == target]
        panels.append(_panel(rows, target, document["scores"][target], limit, size))
    return alt.concat(*panels, columns=columns)


def _panel(
    rows: list[Mapping[str, Any]],
    target: str,
    scores: Mapping[str, Any],
    limit: float,
    size: int,
) -> Any:
    scale = alt.Scale(domain=[0, limit])
    axis = alt.Axis(format="%", tickCount=5)
    x = alt.X("forecast:Q", title="forecast", scale=scale, axis=axis)
    ideal = alt.Chart(data([{"at": 0.0}, {"at": limit}], f"ideal_{target}")).mark_line(
        strokeDash=[4, 4], color="#888"
    )
    base = alt.Chart(data([dict(row) for row in rows], f"bins_{target}"))
    bars = base.mark_rule(color=ACCENT, strokeWidth=2, opacity=0.6, clip=True).encode(
        x=x, y=alt.Y("low:Q", title="came true", scale=scale, axis=axis), y2=alt.Y2("high:Q")
    )
    dots = base.mark_circle(color=ACCENT, opacity=1).encode(
        x=x,
        y=alt.Y("observed:Q", title="came true", scale=scale, axis=axis),
        size=alt.Size("n:Q", title="cases", legend=None, scale=alt.Scale(range=[40, 160])),
        tooltip=[
            alt.Tooltip("forecast:Q", format=".1%"),
            alt.Tooltip("observed:Q", format=".1%", title="came true"),
            alt.Tooltip("low:Q", format=".0%"),
            alt.Tooltip("high:Q", format=".0%"),
            alt.Tooltip("n:Q", title="cases"),
        ],
    )
    line = ideal.encode(
        x=alt.X("at:Q", title="forecast", scale=scale, axis=axis),
        y=alt.Y("at:Q", title="came true", scale=scale, axis=axis),
    )
    title = alt.TitleParams(
        TARGET_LABELS.get(target, target),
        subtitle=f"Brier {scores['brier']:.3f}, n = {scores['n']}, {scores['clusters']} clusters",
    )
    return alt.layer(line, bars, dots).properties(width=size, height=size, title=title)
