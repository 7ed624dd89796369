"""What holds a milestone up, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from willing.briefing.charts._theme import ACCENT, INK, WARN, data

__all__ = ["holding_up", "levers"]


def holding_up(document: Mapping[str, Any], *, width: int = 420, most: int = 10) -> Any:
    """Return bars: share of failed futures that one condition, or a pair, would have mended."""
    labels = {c["id"]: c["label"] for c in document["conditions"]}
    singles = [
        {"what": labels.get(h["condition"], h["condition"]), "share": h["share"], "kind": "alone"}
        for h in document["holding_up"]
    ]
    pairs = [
        {
            "what": " + ".join(labels.get(c, c) for c in h["conditions"]),
            "share": h["share"],
            "kind": "two together",
        }
        for h in document["holding_up_pairs"]
    ]
    rows = [r for r in singles[:most] if r["share"] > 0] + [r for r in pairs[:5] if r["share"] > 0]
    for r in rows:
        r["text"] = f"{r['share']:.0%}" if r["share"] >= 0.005 else "<1%"
    base = alt.Chart(data(rows)).encode(
        y=alt.Y("what:N", sort="-x", title=None, axis=alt.Axis(labelLimit=330, labelColor=INK)),
        x=alt.X(
            "share:Q",
            title="share of futures that fail which this would have mended",
            axis=alt.Axis(format="%", tickCount=5),
        ),
    )
    bars = base.mark_bar(height=13).encode(
        color=alt.Color(
            "kind:N",
            title=None,
            scale=alt.Scale(domain=["alone", "two together"], range=[ACCENT, "#8fb4d6"]),
            legend=alt.Legend(orient="top"),
        )
    )
    text = base.mark_text(align="left", dx=4, color=INK).encode(text="text:N")
    return (bars + text).properties(width=width, height=alt.Step(21))


def levers(document: Mapping[str, Any], *, width: int = 420) -> Any:
    """Return a tornado: change in probability by lever, with its interval."""
    rows = [
        {
            "lever": e["label"],
            "change": e["change"],
            "low": e["low"],
            "high": e["high"],
            "text": f"{100 * e['change']:+.1f}",
        }
        for e in document["levers"]
    ]
    y = alt.Y(
        "lever:N",
        sort=[r["lever"] for r in rows],
        title=None,
        axis=alt.Axis(labelLimit=330, labelColor=INK),
    )
    base = alt.Chart(data(rows)).encode(y=y)
    bars = base.mark_bar(height=13).encode(
        x=alt.X(
            "change:Q",
            title="change in the probability, in points of 1",
            axis=alt.Axis(format="+.0%", tickCount=5),
        ),
        color=alt.condition("datum.change < 0", alt.value(WARN), alt.value(ACCENT)),
    )
    span = base.mark_rule(color=INK, strokeWidth=1.2).encode(x="low:Q", x2="high:Q")
    text = base.mark_text(align="left", dx=5, dy=-7, color=INK, fontSize=10).encode(
        x="high:Q", text="text:N"
    )
    return (bars + span + text).properties(width=width, height=alt.Step(24))
