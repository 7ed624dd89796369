"""Where each actor stands by domain, one actor's track, and who said what when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import altair as alt

from willing.briefing.charts._theme import (
    ACCENT,
    DOMAIN_LABELS,
    INK,
    QUIET,
    STANCE_COLOURS,
    STANCE_LABELS,
    data,
    either,
)
from willing.case import LEVEL, STANCES, TAKING_PART, Statement
from willing.record import Record

__all__ = ["positions_by_domain", "timeline", "track"]

_TICKS = [LEVEL[s] for s in STANCES]
#: Vega expression: the rung that stands at a tick
_TICK_LABEL = (
    "{" + ", ".join(f"'{LEVEL[s]:g}': '{STANCE_LABELS[s]}'" for s in STANCES) + "}[datum.value]"
)


def _stance_colour(title: str | None = None) -> alt.Color:
    return alt.Color(
        "stance:N",
        title=title,
        sort=[STANCE_LABELS[s] for s in reversed(STANCES)],
        scale=alt.Scale(
            domain=[STANCE_LABELS[s] for s in reversed(STANCES)],
            range=[STANCE_COLOURS[s] for s in reversed(STANCES)],
        ),
    )


def positions_by_domain(
    record: Record, *, names: Mapping[str, str], actors: Sequence[str] | None = None
) -> Any:
    """Return a table of actors by domain: the likeliest stance, its level, and how sure it is.

    `actors` defaults to those that have said something on taking part. Rows run from the most to
    the least willing; the number is the level, 0 to 100.
    """
    silent = record.prior_only
    chosen = (
        [a for a, quiet in zip(record.actors, silent, strict=True) if not quiet]
        if actors is None
        else list(actors)
    )
    chosen.sort(key=lambda a: (-record.position(a)[0], a))
    cells = []
    for actor in chosen:
        for domain in (*TAKING_PART, "any"):
            p = record.stance(actor, domain)
            mean, sd = record.position(actor, domain)
            best = int(p.argmax())
            cells.append(
                {
                    "actor": names.get(actor, actor),
                    "domain": DOMAIN_LABELS[domain],
                    "stance": STANCE_LABELS[STANCES[best]],
                    "p": float(p[best]),
                    "mean": mean,
                    "sd": sd,
                    "dark": STANCES[best] in ("threaten", "oppose", "commit", "lead"),
                    "basis": "prior only" if silent[record.actors.index(actor)] else "statements",
                }
            )
    base = alt.Chart(data(cells)).encode(
        x=alt.X(
            "domain:N",
            sort=[DOMAIN_LABELS[d] for d in (*TAKING_PART, "any")],
            title=None,
            axis=alt.Axis(orient="top", labelAngle=-35, domain=False, ticks=False),
        ),
        y=alt.Y(
            "actor:N",
            sort=[names.get(a, a) for a in chosen],
            title=None,
            axis=alt.Axis(domain=False, ticks=False, labelColor=INK),
        ),
    )
    tiles = base.mark_rect(cornerRadius=2, stroke="white").encode(
        color=_stance_colour("likeliest stance"),
        tooltip=[
            alt.Tooltip("actor:N"),
            alt.Tooltip("domain:N"),
            alt.Tooltip("stance:N"),
            alt.Tooltip("p:Q", format=".0%", title="probability"),
            alt.Tooltip("mean:Q", format=".0f", title="level"),
            alt.Tooltip("sd:Q", format=".0f", title="give or take"),
            alt.Tooltip("basis:N"),
        ],
    )
    numbers = base.mark_text(fontSize=9.5).encode(
        text=alt.Text("mean:Q", format=".0f"),
        color=either("datum.dark", "white", INK),
    )
    return (tiles + numbers).properties(width=240, height=alt.Step(16))


def track(
    record: Record,
    actor: str,
    *,
    domain: str = "any",
    start: date | None = None,
    step_days: int = 2,
    width: int = 420,
) -> Any:
    """Return one actor's statements, its position as seen now with a 90 % band, and as known then.

    Circles are statements, sized by their weight on the position when they came in. `start`
    defaults to a week before the first statement.
    """
    obs = record.participation.observations
    own = [s for s in obs.reports if s.actor == actor]
    first = start or min((s.date for s in own), default=record.as_of) - timedelta(days=7)
    span = (record.as_of - first).days
    days = sorted({first + timedelta(days=d) for d in (*range(0, span, step_days), span)})
    mean, sd = record.track(actor, days, domain)
    then, _ = record.track(actor, days, domain, seen_now=False)
    path = [
        {
            "date": day.isoformat(),
            "mean": float(m),
            "low": float(m - 1.645 * s),
            "high": float(m + 1.645 * s),
            "then": float(t),
        }
        for day, m, s, t in zip(days, mean, sd, then, strict=True)
    ]
    weights = {m.id: m for m in record.moved(actor, domain)}
    said = [
        {
            "date": s.date.isoformat(),
            "level": LEVEL[s.stance],
            "stance": STANCE_LABELS[s.stance],
            "weight": weights[s.id].weight,
            "shift": weights[s.id].shift,
            "id": s.id,
            "domain": DOMAIN_LABELS[s.domain],
            "speaker": s.speaker,
            "summary": s.summary,
        }
        for s in own
        if s.id in weights and s.date >= first
    ]
    axis = alt.Axis(values=_TICKS, labelExpr=_TICK_LABEL, labelColor=INK, labelOverlap=True)
    x = alt.X("date:T", title=None, axis=alt.Axis(format="%d %b", tickCount=6, grid=False))
    scale = alt.Scale(domain=[-5, 105], clamp=True)
    base = alt.Chart(data(path)).encode(x=x)
    band = base.mark_area(opacity=0.18, color=ACCENT).encode(
        y=alt.Y("low:Q", title=None, scale=scale, axis=axis), y2=alt.Y2("high:Q")
    )
    now = base.mark_line(color=ACCENT, strokeWidth=2).encode(y=alt.Y("mean:Q", scale=scale))
    as_known = base.mark_line(
        color=QUIET, strokeDash=[3, 3], strokeWidth=1.2, interpolate="step-after"
    ).encode(y=alt.Y("then:Q", scale=scale))
    dots = (
        alt.Chart(data(said))
        .mark_circle(stroke=INK, strokeWidth=0.7, opacity=0.95)
        .encode(
            x=x,
            y=alt.Y("level:Q", scale=scale),
            color=_stance_colour().legend(None),
            size=alt.Size("weight:Q", scale=alt.Scale(domain=[0, 1], range=[15, 170]), legend=None),
            tooltip=[
                alt.Tooltip("date:T"),
                alt.Tooltip("speaker:N"),
                alt.Tooltip("summary:N"),
                alt.Tooltip("domain:N"),
                alt.Tooltip("stance:N"),
                alt.Tooltip("weight:Q", format=".2f"),
                alt.Tooltip("shift:Q", format="+.0f", title="moved it by"),
                alt.Tooltip("id:N"),
            ],
        )
    )
    return (band + as_known + now + dots).properties(width=width, height=230)


def timeline(
    statements: Iterable[Statement],
    *,
    names: Mapping[str, str],
    issue: str = "participation",
    width: int = 520,
) -> Any:
    """Return who said what when on an issue: a row an actor, a mark a statement.

    Circles were said by the actor itself, squares ascribed to it or forecast.
    Rows run by how often an actor spoke; what was said on one day stands one above the other, so
    that a contradiction shows.
    """
    own = sorted((s for s in statements if s.issue == issue), key=lambda s: (s.date, s.id))
    often: dict[str, int] = {}
    for s in own:
        often[s.actor] = often.get(s.actor, 0) + 1
    order = sorted(often, key=lambda a: (-often[a], a))
    days: dict[tuple[str, date], list[str]] = {}
    for s in own:
        days.setdefault((s.actor, s.date), []).append(s.id)
    rows = [
        {
            "date": s.date.isoformat(),
            "place": _place(days[s.actor, s.date], s.id),
            "actor": names.get(s.actor, s.actor),
            "stance": STANCE_LABELS[s.stance],
            "by": "said by the actor" if s.kind == "actor" else "ascribed or forecast",
            "domain": DOMAIN_LABELS[s.domain],
            "speaker": s.speaker,
            "summary": s.summary,
            "publisher": s.publisher,
            "id": s.id,
        }
        for s in own
    ]
    return (
        alt.Chart(data(rows))
        .mark_point(filled=True, size=55, stroke=INK, strokeWidth=0.5, opacity=0.95)
        .encode(
            x=alt.X(
                "date:T",
                title=None,
                scale=alt.Scale(padding=8),
                axis=alt.Axis(format="%d %b", tickCount=7),
            ),
            y=alt.Y(
                "actor:N",
                sort=[names.get(a, a) for a in order],
                title=None,
                axis=alt.Axis(grid=True, labelColor=INK, domain=False, ticks=False),
            ),
            yOffset=alt.YOffset("place:Q", scale=alt.Scale(domain=[-1, 1])),
            color=_stance_colour("stance"),
            shape=alt.Shape(
                "by:N",
                title=None,
                scale=alt.Scale(
                    domain=["said by the actor", "ascribed or forecast"],
                    range=["circle", "square"],
                ),
            ),
            tooltip=[
                alt.Tooltip("date:T"),
                alt.Tooltip("actor:N"),
                alt.Tooltip("speaker:N"),
                alt.Tooltip("summary:N"),
                alt.Tooltip("domain:N"),
                alt.Tooltip("stance:N"),
                alt.Tooltip("publisher:N"),
                alt.Tooltip("id:N"),
            ],
        )
        .properties(width=width, height=alt.Step(16))
    )


def _place(ids: Sequence[str], id: str) -> float:
    """Height of a mark among those of its day, -0.5 to 0.5; 0 where it is alone."""
    return 0.0 if len(ids) == 1 else list(ids).index(id) / (len(ids) - 1) - 0.5
