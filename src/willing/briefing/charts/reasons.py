"""What holds a milestone up, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap
from typing import Any

import altair as alt

from willing.briefing.charts._theme import ACCENT, INK, WARN, data, either
from willing.briefing.words import fact_name

__all__ = ["holding_up", "levers"]


def holding_up(document: Mapping[str, Any], *, width: int = 520, most: int = 8) -> Any:
    """Return bars: share of failed futures that one condition, or a pair, would have mended.

    Pairs show only where they mend more than the better of the two alone.
    """
    alone = {h["condition"]: h["share"] for h in document["holding_up"]}
    singles = [
        {"what": fact_name(c, document), "share": share, "kind": "alone"}
        for c, share in list(alone.items())[:most]
        if share >= 0.005
    ]
    pairs = [
        {
            "what": " and ".join(fact_name(c, document) for c in h["conditions"]),
            "share": h["share"],
            "kind": "two together",
        }
        for h in document["holding_up_pairs"]
        if h["share"] >= max(alone.get(c, 0.0) for c in h["conditions"]) + 0.02
    ]
    rows = sorted([*singles, *pairs[:4]], key=lambda r: -float(r["share"]))
    for r in rows:
        r["text"] = f"{r['share']:.0%}"
    base = alt.Chart(data(rows)).encode(
        y=alt.Y(
            "what:N",
            sort=[r["what"] for r in rows],
            title=None,
            axis=alt.Axis(labelLimit=330, labelColor=INK),
        ),
        x=alt.X(
            "share:Q",
            title="share of the futures that fail which this would have mended",
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
    text = base.mark_text(align="left", dx=4, color=INK).encode(text=alt.Text("text:N"))
    return (bars + text).properties(width=width, height=alt.Step(21))


def levers(document: Mapping[str, Any], *, width: int = 420) -> Any:
    """Return a tornado: change in probability by lever, with its interval.

    An open circle shows the change once what holds most up is there.
    """
    rows = [
        {
            "lever": "\n".join(wrap(e["label"], 40)),
            "change": 100 * e["change"],
            "low": 100 * e["low"],
            "high": 100 * e["high"],
            "once": 100 * e["once"]["change"] if e.get("once") else None,
            "text": f"{100 * e['change']:+.0f}" if abs(e["change"]) >= 0.005 else "0",
        }
        for e in document["levers"]
    ]
    y = alt.Y(
        "lever:N",
        sort=[r["lever"] for r in rows],
        title=None,
        axis=alt.Axis(
            labelLimit=0, labelColor=INK, labelExpr="split(datum.label, '\\n')", labelPadding=6
        ),
    )
    base = alt.Chart(data(rows)).encode(y=y)
    bars = base.mark_bar(height=11).encode(
        x=alt.X(
            "change:Q",
            title="change in the probability of its milestone, percentage points",
            axis=alt.Axis(format="+.0f", tickCount=6),
        ),
        color=either("datum.change < 0", WARN, ACCENT),
    )
    span = base.mark_rule(color=INK, strokeWidth=1.2).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"))
    text = base.mark_text(align="left", dx=6, color=INK, fontSize=11).encode(
        x=alt.X("high:Q"), text=alt.Text("text:N")
    )
    once = (
        base.transform_filter("isValid(datum.once)")
        .mark_point(shape="circle", filled=False, size=70, color=WARN, strokeWidth=1.8)
        .encode(x=alt.X("once:Q"))
    )
    return (bars + span + once + text).properties(width=width, height=alt.Step(34))
