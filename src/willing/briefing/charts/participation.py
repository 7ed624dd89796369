"""Who takes part, by domain; and how far the willing cover the format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from willing.briefing.charts._theme import (
    DOMAIN_COLOURS,
    DOMAIN_LABELS,
    INK,
    STANCE_COLOURS,
    STANCE_LABELS,
    data,
    either,
)
from willing.case import STANCES

__all__ = ["coverage", "participation", "stance_bars"]

_ORDER = ["land", "air", "sea", "air_defence", "training", "any"]


def participation(
    document: Mapping[str, Any], *, date: str, names: Mapping[str, str], most: int = 34
) -> Any:
    """Return a table of cells: chance that each state is willing, by domain, and that it joins."""
    rows = [r for r in document["participation"] if r["date"] == date]
    best = {r["actor"]: r["p_willing"] for r in rows if r["domain"] == "any"}
    order = sorted(best, key=lambda a: (-best[a], a))[:most]
    cells = [
        {
            "actor": names.get(r["actor"], r["actor"]),
            "domain": DOMAIN_LABELS[r["domain"]],
            "p": r[key],
            "measure": label,
            "text": f"{100 * r[key]:.0f}",
            "dark": r[key] > 0.55,
        }
        for r in rows
        if r["actor"] in order
        for key, label in (
            ("p_willing", "willing"),
            ("p_join", "takes part"),
        )
    ]
    base = alt.Chart(data(cells)).encode(
        x=alt.X(
            "domain:N",
            sort=[DOMAIN_LABELS[d] for d in _ORDER],
            title=None,
            axis=alt.Axis(orient="top", labelAngle=-35, domain=False, ticks=False),
        ),
        y=alt.Y(
            "actor:N",
            sort=[names.get(a, a) for a in order],
            title=None,
            axis=alt.Axis(domain=False, ticks=False, labelColor=INK),
        ),
    )
    tiles = base.mark_rect(cornerRadius=2, stroke="white").encode(
        color=alt.Color(
            "p:Q",
            scale=alt.Scale(domain=[0, 0.5, 1], range=["#f4f1ea", "#8cc0cf", "#0a4a66"]),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("actor:N"),
            alt.Tooltip("domain:N"),
            alt.Tooltip("measure:N"),
            alt.Tooltip("p:Q", format=".0%"),
        ],
    )
    numbers = base.mark_text(fontSize=9.5).encode(
        text=alt.Text("text:N"),
        color=either("datum.dark", "white", "#33414f"),
    )
    return (
        (tiles + numbers)
        .properties(width=190, height=alt.Step(16))
        .facet(column=alt.Column("measure:N", title=None, sort="descending"))
    )


def stance_bars(
    document: Mapping[str, Any], *, date: str, names: Mapping[str, str], domain: str = "any"
) -> Any:
    """Return each state's probability of every stance in a domain, as stacked bars."""
    rows = [r for r in document["participation"] if r["date"] == date and r["domain"] == domain]
    rows.sort(key=lambda r: -sum(STANCES.index(s) * p for s, p in r["stance"].items()))
    order = [names.get(r["actor"], r["actor"]) for r in rows]
    cells = [
        {
            "actor": names.get(r["actor"], r["actor"]),
            "stance": STANCE_LABELS[s],
            "rung": STANCES.index(s),
            "p": p,
        }
        for r in rows
        for s, p in r["stance"].items()
    ]
    return (
        alt.Chart(data(cells))
        .mark_bar()
        .encode(
            y=alt.Y("actor:N", sort=order, title=None, axis=alt.Axis(labelColor=INK)),
            x=alt.X("p:Q", stack="zero", title=None, axis=alt.Axis(format="%", tickCount=4)),
            order=alt.Order("rung:Q", sort="descending"),
            color=alt.Color(
                "stance:N",
                title=None,
                sort=[STANCE_LABELS[s] for s in reversed(STANCES)],
                scale=alt.Scale(
                    domain=[STANCE_LABELS[s] for s in reversed(STANCES)],
                    range=[STANCE_COLOURS[s] for s in reversed(STANCES)],
                ),
                legend=alt.Legend(orient="right"),
            ),
            tooltip=[
                alt.Tooltip("actor:N"),
                alt.Tooltip("stance:N"),
                alt.Tooltip("p:Q", format=".0%"),
            ],
        )
        .properties(width=330, height=alt.Step(15))
    )


def coverage(document: Mapping[str, Any], *, width: int = 300) -> Any:
    """Return coverage of the format by domain over time: what the willing, and those in, cover."""
    names = {"willing": "by all that are willing", "taking_part": "by those whose conditions hold"}
    measures = list(names.values())
    rows = [
        {
            "date": r["date"],
            "domain": DOMAIN_LABELS[r["domain"]],
            "share": r[key],
            "measure": label,
        }
        for r in document["coverage"]
        for key, label in names.items()
    ]
    domains = list(dict.fromkeys(r["domain"] for r in document["coverage"]))
    return (
        alt.Chart(data(rows))
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("date:T", title=None, axis=alt.Axis(format="%b %y", tickCount=4, grid=False)),
            y=alt.Y(
                "share:Q",
                title="mean share of the requirement",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%"),
            ),
            color=alt.Color(
                "domain:N",
                title=None,
                scale=alt.Scale(
                    domain=[DOMAIN_LABELS[d] for d in domains],
                    range=[DOMAIN_COLOURS[d] for d in domains],
                ),
                legend=alt.Legend(orient="right", symbolStrokeWidth=2, symbolSize=250),
            ),
            strokeDash=alt.StrokeDash(
                "domain:N",
                title=None,
                scale=alt.Scale(
                    domain=[DOMAIN_LABELS[d] for d in domains],
                    range=[[1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 4]][: len(domains)],
                ),
            ),
        )
        .properties(width=width, height=170)
        .facet(column=alt.Column("measure:N", title=None, sort=measures))
    )
