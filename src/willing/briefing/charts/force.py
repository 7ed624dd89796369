"""What the willing can field: tours by contributor, coverage by month, the gap, the prices."""

from __future__ import annotations

from typing import Any

import altair as alt

from willing.briefing.charts._theme import (
    ACCENT,
    DOMAIN_COLOURS,
    DOMAIN_LABELS,
    INK,
    QUIET,
    WARN,
    data,
)
from willing.force import Fielding, month_rows, rotation_rows

__all__ = ["coverage", "gap", "prices", "rotations", "three_numbers"]

_WIDTH = 420


def _domain_colour(title: str | None = None) -> Any:
    shown = [d for d in DOMAIN_COLOURS if d != "any"]
    return alt.Color(
        "domain:N",
        title=title,
        scale=alt.Scale(
            domain=[DOMAIN_LABELS[d] for d in shown], range=[DOMAIN_COLOURS[d] for d in shown]
        ),
    )


def rotations(found: Fielding, most: int = 40) -> Any:
    """Return a Gantt chart of tours: a row a contributor and domain, a bar a tour."""
    rows = rotation_rows(found)
    carried: dict[str, float] = {}
    for row in rows:
        months = row["to_month"] - row["from_month"] + 1
        carried[row["actor"]] = carried.get(row["actor"], 0.0) + row["quantity"] * months
    first = sorted(carried, key=lambda a: (-carried[a], a))[:most]
    merged: dict[tuple[str, str, int, int], float] = {}
    for row in rows:
        if row["actor"] in first:
            key = (row["actor"], row["domain"], row["from_month"], row["to_month"])
            merged[key] = merged.get(key, 0.0) + row["quantity"]
    units = {x.domain: x.unit for x in found.requirement.lines if x.weight > 0}
    shown = [
        {
            "row": f"{actor} {DOMAIN_LABELS.get(domain, domain)}",
            "domain": DOMAIN_LABELS.get(domain, domain),
            "from": start - 1,
            "to": end,
            "quantity": quantity,
            "unit": units.get(domain, "units"),
        }
        for (actor, domain, start, end), quantity in sorted(merged.items())
    ]
    order = [
        f"{actor} {DOMAIN_LABELS.get(domain, domain)}"
        for actor in first
        for domain in dict.fromkeys(d for a, d, _, _ in sorted(merged) if a == actor)
    ]
    return (
        alt.Chart(data(shown, "rotations"))
        .mark_bar(height=9, cornerRadius=2, stroke="white", strokeWidth=0.8)
        .encode(
            x=alt.X(
                "from:Q",
                title="month after the decision",
                scale=alt.Scale(domain=[0, found.requirement.months]),
                axis=alt.Axis(tickMinStep=1),
            ),
            x2=alt.X2("to:Q"),
            y=alt.Y("row:N", sort=order, title=None, axis=alt.Axis(labelLimit=180)),
            color=_domain_colour(),
            opacity=alt.OpacityValue(0.85),
            tooltip=[
                alt.Tooltip("row:N", title="who"),
                alt.Tooltip("from:Q", title="from month"),
                alt.Tooltip("to:Q", title="to month"),
                alt.Tooltip("quantity:Q", format=",.0f"),
                alt.Tooltip("unit:N"),
            ],
        )
        .properties(width=_WIDTH, height={"step": 14}, title="Tours by contributor")
    )


def coverage(found: Fielding) -> Any:
    """Return what is covered against what is required, a panel a domain."""
    rows = [{**r, "domain": DOMAIN_LABELS.get(r["domain"], r["domain"])} for r in month_rows(found)]
    panels = []
    for domain in dict.fromkeys(r["domain"] for r in rows):
        mine = [r for r in rows if r["domain"] == domain]
        base = alt.Chart(data(mine)).encode(
            x=alt.X("month:Q", title="month after the decision", axis=alt.Axis(tickMinStep=1))
        )
        y_title = mine[0]["unit"]
        area = base.mark_area(interpolate="step-after", color=ACCENT, opacity=0.55).encode(
            y=alt.Y("covered:Q", title=y_title),
            tooltip=[
                alt.Tooltip("month:Q"),
                alt.Tooltip("covered:Q", format=",.0f"),
                alt.Tooltip("unit:N"),
            ],
        )
        line = base.mark_line(interpolate="step-after", color=INK, strokeDash=[4, 3]).encode(
            y=alt.Y("required:Q", title=y_title),
            tooltip=[
                alt.Tooltip("month:Q"),
                alt.Tooltip("required:Q", format=",.0f"),
                alt.Tooltip("unit:N"),
            ],
        )
        panels.append(alt.layer(area, line).properties(width=_WIDTH, height=90, title=domain))
    return alt.vconcat(*panels).properties(title="Covered (area) against required (dashed line)")


def gap(found: Fielding) -> Any:
    """Return what is missing as a share of the need over all months; placeholders are pale."""
    months = found.requirement.months
    rows = [
        {
            "line": u.label,
            "share": u.missing * u.months_short / (u.required * months) if u.required else 0.0,
            "basis": "placeholder, no source" if u.placeholder else "published or stated",
            "missing": u.missing,
            "unit": u.unit,
            "months": u.months_short,
            "units": u.units,
        }
        for u in found.unfilled
    ]
    bars = (
        alt.Chart(data(rows, "unfilled"))
        .mark_bar(height=12)
        .encode(
            x=alt.X(
                "share:Q",
                title="missing, share of the need",
                axis=alt.Axis(format="%"),
                scale=alt.Scale(domain=[0, 1]),
            ),
            y=alt.Y("line:N", sort=None, title=None, axis=alt.Axis(labelLimit=300)),
            color=alt.Color(
                "basis:N",
                title="the need is",
                scale=alt.Scale(
                    domain=["published or stated", "placeholder, no source"],
                    range=[WARN, "#e3c9b6"],
                ),
            ),
            tooltip=[
                alt.Tooltip("line:N"),
                alt.Tooltip("missing:Q", format=",.0f"),
                alt.Tooltip("unit:N"),
                alt.Tooltip("months:Q", title="months short"),
                alt.Tooltip("units:N", title="in units"),
                alt.Tooltip("basis:N"),
            ],
        )
    )
    return bars.properties(width=_WIDTH, height={"step": 18}, title="What stays unfilled")


def prices(found: Fielding, most: int = 15) -> Any:
    """Return what coverage loses when a pledge falls away, in points of 100."""
    rows = [
        {"pledge": p.pledge, "lost": p.lost, "value": p.value, "words": p.words}
        for p in found.prices[:most]
        if p.lost > 0
    ]
    return (
        alt.Chart(data(rows, "prices"))
        .mark_bar(height=11, color=ACCENT)
        .encode(
            x=alt.X(
                "lost:Q", title="points of coverage lost without it", axis=alt.Axis(tickCount=6)
            ),
            y=alt.Y("pledge:N", sort=None, title=None),
            tooltip=[alt.Tooltip("words:N")],
        )
        .properties(width=_WIDTH, height={"step": 16}, title="What each pledge is worth")
    )


def three_numbers(found: Fielding) -> Any:
    """Return coverage as pledged, if nobody re-plans and at the best re-plan, P10 to P90."""
    rows = [
        {"case": "as pledged", "mean": found.as_pledged, "p10": None, "p90": None},
        {
            "case": "if nobody re-plans",
            "mean": found.no_replan.mean,
            "p10": found.no_replan.p10,
            "p90": found.no_replan.p90,
        },
        {
            "case": "best re-plan (at most)",
            "mean": found.replan.mean,
            "p10": found.replan.p10,
            "p90": found.replan.p90,
        },
    ]
    base = alt.Chart(data(rows, "three")).encode(
        y=alt.Y("case:N", sort=None, title=None, axis=alt.Axis(labelLimit=200))
    )
    scale = alt.Scale(domain=[0, 1])
    x = alt.X("mean:Q", title="coverage", axis=alt.Axis(format="%"), scale=scale)
    band = base.mark_rule(strokeWidth=5, color=QUIET, opacity=0.5).encode(
        x=alt.X("p10:Q", title="coverage", axis=alt.Axis(format="%"), scale=scale),
        x2=alt.X2("p90:Q"),
    )
    point = base.mark_point(filled=True, size=70, color=INK, opacity=1).encode(
        x=x,
        tooltip=[
            alt.Tooltip("case:N"),
            alt.Tooltip("mean:Q", format=".0%"),
            alt.Tooltip("p10:Q", format=".0%"),
            alt.Tooltip("p90:Q", format=".0%"),
        ],
    )
    return alt.layer(band, point).properties(
        width=_WIDTH, height={"step": 24}, title="Coverage: paper, fixed plan, re-plan"
    )
