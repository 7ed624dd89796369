"""How positions move, who presses whom, and how far a forecast hangs on what was assumed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt
import numpy as np

from willing.bargaining import Course, Outlook, Pressure, Reading, explain
from willing.briefing.charts._theme import ACCENT, INK, QUIET, WARN, data, either

__all__ = ["outlook", "overview", "positions", "pressure", "sensitivity"]

_WIDTH = 420
_LABELS = {
    "rounds": "number of rounds played",
    "option": "options of smp, one changed at a time (names as for --option)",
    "error": "error of the inputs (standard deviation, points of 100)",
}


def positions(course: Course, dimension: int = 0, most: int = 30) -> Any:
    """Return a line for each actor over the turns, with the band of its draws."""
    x = course.positions[:, :, :, dimension]
    names = course.negotiation.actors
    travelled = np.abs(np.diff(x.mean(axis=1), axis=0)).sum(axis=0)
    shown = np.argsort(-travelled, kind="stable")[:most]
    low, high = np.quantile(x, [0.05, 0.95], axis=1)
    mean = x.mean(axis=1)
    rows = [
        {
            "turn": t,
            "actor": names[k],
            "position": float(mean[t, k]),
            "low": float(low[t, k]),
            "high": float(high[t, k]),
        }
        for t in range(len(x))
        for k in sorted(shown)
    ]
    ends = course.negotiation.scale[dimension]
    base = alt.Chart(data(rows)).encode(
        x=alt.X("turn:Q", title="turn", axis=alt.Axis(tickMinStep=1, grid=False)),
        color=alt.Color("actor:N", sort=list(names), title=None),
    )
    y = alt.Y(
        "position:Q",
        title=course.negotiation.dimensions[dimension],
        scale=alt.Scale(domain=[float(v) for v in ends]),
    )
    lines = base.mark_line(point=True, strokeWidth=1.6).encode(
        y=y,
        tooltip=[
            alt.Tooltip("actor:N"),
            alt.Tooltip("turn:Q"),
            alt.Tooltip("position:Q", format=".1f"),
        ],
    )
    layers = [lines]
    if course.negotiation.draws > 1:
        layers.insert(0, base.mark_area(opacity=0.12).encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q")))
    return alt.layer(*layers).properties(
        width=_WIDTH, height=260, title=f"Positions under {course.model}"
    )


def outlook(of: Outlook, low: float = 0.0, high: float = 100.0, cells: int = 50) -> Any:
    """Return where the outcome lies: mass by cell of the scale, median and 5-95 % marked."""
    edges = np.linspace(low, high, cells + 1)
    reached = of.cdf(edges)
    mass = np.diff(reached)
    mass[0] += reached[0]  # an atom at the lower end
    rows = [
        {"from": float(a), "to": float(b), "mass": float(m)}
        for a, b, m in zip(edges[:-1], edges[1:], mass, strict=True)
    ]
    bars = (
        alt.Chart(data(rows))
        .mark_rect(color=ACCENT, opacity=0.75)
        .encode(
            x=alt.X("from:Q", title="outcome", scale=alt.Scale(domain=[low, high])),
            x2=alt.X2("to:Q"),
            y=alt.Y("mass:Q", title="probability", axis=alt.Axis(format="%")),
            tooltip=[
                alt.Tooltip("from:Q", format=".0f"),
                alt.Tooltip("to:Q", format=".0f"),
                alt.Tooltip("mass:Q", format=".1%"),
            ],
        )
    )
    marks = (
        alt.Chart(
            data(
                [
                    {"at": of.quantile(q), "text": f"{q:.0%}", "main": q == 0.5}
                    for q in (0.05, 0.5, 0.95)
                ]
            )
        )
        .mark_rule(strokeDash=[3, 2])
        .encode(x=alt.X("at:Q"), color=either("datum.main", WARN, QUIET))
    )
    return alt.layer(bars, marks).properties(
        width=_WIDTH, height=140, title="Where the outcome lies (5, 50 and 95 % dashed)"
    )


def pressure(pressures: Iterable[Pressure], actors: Sequence[str], most: int = 40) -> Any:
    """Return who presses whom: one cell a pair, by the strength summed over turns."""
    total: dict[tuple[str, str], float] = {}
    taken: dict[tuple[str, str], int] = {}
    kind = "strength"
    for p in pressures:
        pair = (p.pressing, p.pressed)
        total[pair] = total.get(pair, 0.0) + p.strength
        taken[pair] = taken.get(pair, 0) + p.accepted
        kind = p.kind.partition(":")[0]
    present = [a for a in actors if any(a in pair for pair in total)][:most]
    rows = [
        {"pressing": a, "pressed": b, "strength": s, "accepted": taken[a, b]}
        for (a, b), s in total.items()
        if a in present and b in present
    ]
    return (
        alt.Chart(data(rows))
        .mark_rect()
        .encode(
            x=alt.X("pressed:N", sort=present, title="pressed", axis=alt.Axis(labelAngle=-40)),
            y=alt.Y("pressing:N", sort=present, title="pressing", axis=alt.Axis(labelColor=INK)),
            color=alt.Color(
                "strength:Q",
                scale=alt.Scale(scheme="blues"),
                title=kind,
                legend=alt.Legend(titleLimit=300),
            ),
            tooltip=[
                alt.Tooltip("pressing:N"),
                alt.Tooltip("pressed:N"),
                alt.Tooltip("strength:Q", format=".3f"),
                alt.Tooltip("accepted:Q", title="offers accepted"),
            ],
        )
        .properties(width=_WIDTH, height=max(80, 14 * len(present)), title="Who presses whom")
    )


def sensitivity(readings: Iterable[Reading], what: str, dimension: str | None = None) -> Any:
    """Return the forecasts under other rounds, options or input errors; 5-95 % as bars."""
    rows = [
        {
            "model": r.model,
            "setting": r.setting,
            "order": k,
            "mean": r.mean,
            "median": r.median,
            "low": r.low,
            "high": r.high,
        }
        for k, r in enumerate(readings)
        if r.what == what and dimension in (None, r.dimension)
    ]
    models = list(dict.fromkeys(str(r["model"]) for r in rows))
    base = alt.Chart().encode(
        y=alt.Y(
            "setting:N",
            sort=alt.EncodingSortField(field="order", op="min"),
            title=None,
            axis=alt.Axis(labelColor=INK, labelLimit=260),
        )
    )
    tips = [
        "model:N",
        "setting:N",
        *(alt.Tooltip(f"{v}:Q", format=".1f") for v in ("median", "mean", "low", "high")),
    ]
    bars = base.mark_rule(color=ACCENT, opacity=0.45, strokeWidth=5).encode(
        x=alt.X("low:Q", title="outcome", scale=alt.Scale(zero=False)),
        x2=alt.X2("high:Q"),
        tooltip=tips,
    )
    points = base.mark_point(color=WARN, filled=True, size=36).encode(
        x=alt.X("median:Q"), tooltip=tips
    )
    return (
        alt.layer(bars, points, data=data(rows))
        .properties(width=200 if len(models) > 1 else _WIDTH, height=alt.Step(15))
        .facet(
            facet=alt.Facet("model:N", title=None, sort=models),
            columns=4,
            title=alt.TitleParams(
                f"Forecast by {_LABELS[what]}",
                subtitle="dot: median; bar: 5 to 95 %",
                subtitleColor=QUIET,
            ),
        )
        .resolve_scale(y="independent" if what != "error" else "shared")
    )


def overview(course: Course, readings: Sequence[Reading] = (), dimension: int = 0) -> Any:
    """Return all charts of one course, one under the other."""
    n = course.negotiation
    low, high = (float(v) for v in n.scale[dimension])
    found = [p for each in explain(course).values() for p in each]
    parts = [outlook(course.outlooks[dimension], low, high)]
    if course.turns:
        parts.append(positions(course, dimension))
    if found:
        parts.append(pressure(found, n.actors))
    for what in _LABELS:
        if any(r.what == what for r in readings):
            parts.append(sensitivity(readings, what, n.dimensions[dimension]))
    return alt.vconcat(*parts).resolve_scale(color="independent")
