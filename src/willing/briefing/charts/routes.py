"""The picture of the routes: a row of gates for each way, and who stands in which.

Read from left to right: every gate in a row must open; a second row under the same title is
another way. Nothing depends on colour alone: each gate also says in words how it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any, Final

import altair as alt

from willing.briefing.charts._theme import ACCENT, GRID, INK, QUIET

__all__ = ["routes"]

_STATE: Final = {
    "open": ("\u2713 open", "#2f7f79"),
    "uncertain": ("? in doubt", "#b07a1e"),
    "shut": ("\u2715 shut", "#a8402f"),
    "fact": ("\u25c7 must come about", QUIET),
}
_TILE, _GAP, _ROW, _HEAD = 1.0, 0.16, 0.9, 0.24
_PIXELS, _ROW_PIXELS = 148, 118
_LINE = 20


def routes(result: Mapping[str, Any], names: Mapping[str, str] | None = None) -> Any:
    """Return the picture of the routes.

    Parameters
    ----------
    result
        With `routes`, each as in the contract plus `ways` (the gates) and, where a forecast was
        made, `p_open`, which is shown as of `by` (default: its last date).
    names
        Names of actors by id; ids are shown where a name is missing.
    """
    labels = {c["id"]: c["label"] for c in result.get("conditions", ())}
    by = str(result.get("by", "9999"))
    layout = _Layout(result["routes"], names or {}, labels, by)
    width = max(layout.columns, 1) * (_TILE + _GAP) + 0.9
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, width], nice=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[layout.height, 0], nice=False), axis=None)
    tips = ["route:N", "gate:N", "rule:N", "state:N", "chance:N", "who:N"]
    tiles = (
        alt.Chart(alt.InlineData(values=layout.tiles))
        .mark_rect(cornerRadius=5, strokeWidth=1.5, fillOpacity=0.12)
        .encode(
            x=x,
            x2="x2:Q",
            y=y,
            y2="y2:Q",
            fill=alt.Fill("colour:N", scale=None),
            stroke=alt.Stroke("colour:N", scale=None),
            strokeDash=alt.condition("datum.kind == 'fact'", alt.value([4, 3]), alt.value([1, 0])),
            tooltip=tips,
        )
    )
    layers: list[Any] = [_lines(layout.lines, x, y), tiles]
    for field, size, weight, colour in (
        ("label", 11, "bold", INK),
        ("word", 11, "bold", None),
        ("who", 10, "normal", INK),
    ):
        layers.append(_text(layout.words[field], x, y, size, weight, colour))
    layers.append(_text(layout.heads, x, y, 13, "bold", INK))
    layers.append(_text(layout.joins, x, y, 11, "normal", QUIET, "center"))
    layers.append(_text(layout.besides, x, y, 10, "normal", QUIET))
    layers += _results(layout.results, x, y)
    return alt.layer(*layers).properties(
        width=width * _PIXELS,
        height=layout.height * _ROW_PIXELS,
        title=alt.TitleParams(
            "Routes to a mandate: which gates stand open, and who stands in the others",
            subtitle=[
                "Every gate in a row must open. Per cent: chance that those who hold the gate "
                "go along today, as their positions stand.",
                "Right: chance that the route is open by the date asked for.",
            ],
            anchor="start",
            subtitleColor=QUIET,
        ),
    )


def _text(
    rows: list[dict[str, Any]],
    x: alt.X,
    y: alt.Y,
    size: int,
    weight: str,
    colour: str | None,
    align: str = "left",
) -> Any:
    mark: dict[str, Any] = {
        "align": align,
        "baseline": "top",
        "fontSize": size,
        "fontWeight": weight,
        "lineBreak": "\n",
    }
    if colour:
        mark["color"] = colour
    chart = alt.Chart(alt.InlineData(values=rows)).mark_text(**mark).encode(x=x, y=y, text="text:N")
    if colour is None:
        chart = chart.encode(color=alt.Color("colour:N", scale=None))
    return chart


def _lines(rows: list[dict[str, Any]], x: alt.X, y: alt.Y) -> Any:
    """Draw the line that runs through the gates of a way to its result."""
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_rule(color=GRID, strokeWidth=2)
        .encode(x=x, x2="x2:Q", y=y)
    )


def _results(rows: list[dict[str, Any]], x: alt.X, y: alt.Y) -> list[Any]:
    """Draw the bar at the end of each route: how likely it is to be open by then."""
    data = alt.InlineData(values=rows)
    whole = alt.Chart(data).mark_rect(fill=GRID).encode(x=x, x2="end:Q", y=y, y2="y2:Q")
    part = alt.Chart(data).mark_rect(fill=ACCENT).encode(x=x, x2="reach:Q", y=y, y2="y2:Q")
    said = (
        alt.Chart(data)
        .mark_text(align="left", baseline="top", fontSize=11, dy=6, lineBreak="\n")
        .encode(x=x, y=alt.Y("y2:Q", axis=None), text="text:N")
    )
    return [whole, part, said]


class _Layout:
    """Places everything on a grid: rows down, gates across."""

    def __init__(
        self,
        rows: Sequence[Mapping[str, Any]],
        names: Mapping[str, str],
        labels: Mapping[str, str],
        by: str,
    ) -> None:
        self.by = by
        self.names = names
        self.labels = labels
        self.lines: list[dict[str, Any]] = []
        self.besides: list[dict[str, Any]] = []
        self.tiles: list[dict[str, Any]] = []
        self.words: dict[str, list[dict[str, Any]]] = {"label": [], "word": [], "who": []}
        self.heads: list[dict[str, Any]] = []
        self.joins: list[dict[str, Any]] = []
        self.results: list[dict[str, Any]] = []
        self.columns = max((len(w["gates"]) for r in rows for w in r["ways"]), default=1)
        self.height = 0.0
        for row in rows:
            self._route(row)

    def _route(self, row: Mapping[str, Any]) -> None:
        self.heads.append({"x": 0.0, "y": self.height + 0.02, "text": row["label"]})
        top = self.height + _HEAD
        result = self.columns * (_TILE + _GAP)
        for number, way in enumerate(row["ways"]):
            y = top + number * (_ROW + 0.14)
            if number:
                self.joins.append({"x": 0.08, "y": y - 0.13, "text": "or"})
            for place, gate in enumerate(way["gates"]):
                self._gate(row, gate, place * (_TILE + _GAP), y)
                if place:
                    x = place * (_TILE + _GAP) - _GAP / 2
                    self.joins.append({"x": x, "y": y + 0.31, "text": "and"})
            end = len(way["gates"]) * (_TILE + _GAP) - _GAP
            self.lines.append({"x": end, "x2": result, "y": y + 0.19})
        self._result(row, top)
        bottom = top + len(row["ways"]) * (_ROW + 0.14) - 0.14
        if said := self._besides(row.get("fact_sets", ())):
            lines = wrap(f"needs besides: {said}", 118)
            self.besides.append({"x": 0.0, "y": bottom + 0.05, "text": "\n".join(lines)})
            bottom += 0.05 + 0.11 * len(lines)
        self.height = bottom + 0.2

    def _besides(self, sets: Sequence[Sequence[str]]) -> str:
        """Say which facts a route needs besides its actors: common ones first, then the choice."""
        if not sets:
            return ""
        common = set(sets[0]).intersection(*sets)
        said = [self._fact(f) for f in sorted(common)]
        rest = [" and ".join(self._fact(f) for f in s if f not in common) for s in sets]
        if any(rest):
            said.append(" or ".join(r for r in rest if r))
        return "; and ".join(said)

    def _fact(self, id: str) -> str:
        if id.startswith("not "):
            return f"not \u201c{self.labels.get(id[4:], id[4:])}\u201d"
        return f"\u201c{self.labels.get(id, id.replace('_', ' '))}\u201d"

    def _gate(self, row: Mapping[str, Any], gate: Mapping[str, Any], x: float, y: float) -> None:
        word, ink = _STATE[gate["state"]]
        chance = "" if gate["p"] is None else _percent(gate["p"])
        who = self._who(gate)
        self.tiles.append(
            {
                "x": x,
                "x2": x + _TILE,
                "y": y,
                "y2": y + _ROW,
                "state": word,
                "colour": ink,
                "kind": gate["kind"],
                "route": row["label"],
                "gate": gate["label"],
                "rule": gate["detail"],
                "chance": chance or "not in one actor's hands",
                "who": who.replace("\n", " "),
            }
        )
        label = wrap(gate["label"], _LINE)[:3]
        if len(wrap(gate["label"], _LINE)) > 3:
            label[-1] = label[-1][: _LINE - 1] + "\u2026"
        inside = {"x": x + 0.05, "colour": ink}
        self.words["label"].append({**inside, "y": y + 0.06, "text": "\n".join(label)})
        self.words["word"].append({**inside, "y": y + 0.43, "text": f"{word} {chance}".strip()})
        self.words["who"].append({**inside, "y": y + 0.57, "text": who})

    def _who(self, gate: Mapping[str, Any]) -> str:
        """Say who stands in the gate, in at most three lines."""
        likely = [s for s in gate["stopped_by"] if s["p_refuses"] >= 0.2][:3]
        if likely:
            said = ", ".join(
                f"{self.names.get(s['actor'], s['actor'])} {_percent(s['p_refuses'])}"
                for s in likely
            )
            return "\n".join(wrap(f"may refuse: {said}", _LINE + 5)[:3])
        alone = len(gate["stopped_by"])
        if alone == 1:
            one = gate["stopped_by"][0]["actor"]
            return "\n".join(wrap(f"only {self.names.get(one, one)} can shut it", _LINE + 5))
        if alone > 1:
            return f"any of {alone} can shut it"
        if gate["crowd"] > 1:
            return "\n".join(wrap(f"shut only if {gate['crowd']} refuse together", _LINE + 5))
        return ""

    def _result(self, row: Mapping[str, Any], top: float) -> None:
        if not row.get("p_open"):
            return
        last = next((p for p in reversed(row["p_open"]) if p["date"] <= self.by), row["p_open"][-1])
        x = self.columns * (_TILE + _GAP)
        self.results.append(
            {
                "x": x,
                "end": x + 0.8,
                "reach": x + 0.8 * last["p"],
                "y": top + 0.1,
                "y2": top + 0.28,
                "text": f"{_percent(last['p'])} open\nby {last['date']}",
            }
        )


def _percent(p: float) -> str:
    """Return a chance in per cent; the ends are never rounded to certainty."""
    if 0 < p < 0.005:
        return "<1%"
    if 0.995 <= p < 1:
        return ">99%"
    return f"{p:.0%}"
