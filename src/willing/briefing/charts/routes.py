"""The picture of the routes: a row of gates for each way, and who stands in which.

Read from left to right: every gate in a row must open; a second row under the same title is
another way. Gates with a broken edge are events nobody commands. Nothing depends on colour alone:
each gate also says in words how it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any, Final

import altair as alt

from willing.briefing.charts._theme import ACCENT, GRID, INK, QUIET, data
from willing.briefing.words import day

__all__ = ["routes"]

#: state -> word, ink, ground
_STATE: Final = {
    "open": ("\u2713 open", "#23716b", "#e4f1ef"),
    "uncertain": ("? in doubt", "#8a5a0b", "#fbf0dc"),
    "shut": ("\u2715 shut", "#a8402f", "#fae6e2"),
    "fact": ("\u25c7 must come about", QUIET, "#f4f6f8"),
}
_TILE, _GAP, _ROW, _BELOW, _HEAD = 1.0, 0.16, 0.9, 0.14, 0.24
_PIXELS, _ROW_PIXELS = 148, 118
_LINE, _WORDS = 20, 24
_ACROSS = 4  # gates side by side; more go on in the next line
_LABEL_LINES = 3


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
    by = str(result.get("by", "9999"))
    layout = _Layout(result["routes"], names or {}, result.get("conditions", ()), by)
    width = max(layout.columns, 1) * (_TILE + _GAP) + 0.9
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, width], nice=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[layout.height, 0], nice=False), axis=None)
    tiles = [
        alt.Chart(data([t for t in layout.tiles if t["fact"] is fact]))
        .mark_rect(cornerRadius=5, strokeWidth=1.5, strokeDash=[5, 4] if fact else [])
        .encode(
            x=x,
            x2=alt.X2("x2:Q"),
            y=y,
            y2=alt.Y2("y2:Q"),
            fill=alt.Fill("ground:N", scale=None),
            stroke=alt.Stroke("colour:N", scale=None),
            tooltip=[
                alt.Tooltip("route:N"),
                alt.Tooltip("gate:N"),
                alt.Tooltip("rule:N"),
                alt.Tooltip("state:N"),
                alt.Tooltip("chance:N"),
                alt.Tooltip("who:N"),
            ],
        )
        for fact in (False, True)
    ]
    layers: list[Any] = [_lines(layout.lines, x, y), *tiles]
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
                "Every gate in a row must open. Per cent in a gate: how likely those who hold it "
                "would go along today.",
                "Broken edge: an event nobody commands, and how likely it holds on the date shown.",
                "Bar: how likely the route is to be open by that date.",
            ],
            anchor="start",
            offset=14,
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
    chart = alt.Chart(data(rows)).mark_text(**mark).encode(x=x, y=y, text=alt.Text("text:N"))
    if colour is None:
        chart = chart.encode(color=alt.Color("colour:N", scale=None))
    return chart


def _lines(rows: list[dict[str, Any]], x: alt.X, y: alt.Y) -> Any:
    """Draw the line that runs through the gates of a way to its result."""
    return (
        alt.Chart(data(rows))
        .mark_rule(color=GRID, strokeWidth=2)
        .encode(x=x, x2=alt.X2("x2:Q"), y=y)
    )


def _results(rows: list[dict[str, Any]], x: alt.X, y: alt.Y) -> list[Any]:
    """Draw the bar at the end of each route: how likely it is to be open by then."""
    given = data(rows)
    whole = (
        alt.Chart(given)
        .mark_rect(fill=GRID)
        .encode(x=x, x2=alt.X2("end:Q"), y=y, y2=alt.Y2("y2:Q"))
    )
    part = (
        alt.Chart(given)
        .mark_rect(fill=ACCENT)
        .encode(x=x, x2=alt.X2("reach:Q"), y=y, y2=alt.Y2("y2:Q"))
    )
    said = (
        alt.Chart(given)
        .mark_text(align="left", baseline="top", fontSize=11, dy=6, lineBreak="\n")
        .encode(x=x, y=alt.Y("y2:Q", axis=None), text=alt.Text("text:N"))
    )
    return [whole, part, said]


class _Layout:
    """Places everything on a grid: rows down, gates across."""

    def __init__(
        self,
        rows: Sequence[Mapping[str, Any]],
        names: Mapping[str, str],
        conditions: Sequence[Mapping[str, Any]],
        by: str,
    ) -> None:
        self.by = by
        self.names = names
        self.labels = {c["id"]: c["label"] for c in conditions}
        self.chances = {c["id"]: _at(c["p"], by)["p"] for c in conditions if c.get("p")}
        self.lines: list[dict[str, Any]] = []
        self.besides: list[dict[str, Any]] = []
        self.tiles: list[dict[str, Any]] = []
        self.words: dict[str, list[dict[str, Any]]] = {"label": [], "word": [], "who": []}
        self.heads: list[dict[str, Any]] = []
        self.joins: list[dict[str, Any]] = []
        self.results: list[dict[str, Any]] = []
        each = [(r, _ways(r, self)) for r in rows]
        self.columns = min(max((len(w) for _, ways in each for w in ways), default=1), _ACROSS)
        self.height = 0.0
        for row, ways in each:
            self._route(row, ways)

    def _route(self, row: Mapping[str, Any], ways: Sequence[Sequence[Mapping[str, Any]]]) -> None:
        self.heads.append({"x": 0.0, "y": self.height + 0.02, "text": row["label"]})
        y = self.height + _HEAD
        for number, way in enumerate(ways):
            if number:
                self.joins.append({"x": 0.08, "y": y - 0.13, "text": "or"})
            for place, gate in enumerate(way):
                line, column = divmod(place, self.columns)
                x = column * (_TILE + _GAP)
                self._gate(row, gate, x, y + line * (_ROW + _BELOW))
                if place:
                    between = {"x": x - _GAP / 2, "y": y + line * (_ROW + _BELOW) + 0.31}
                    below = {"x": _TILE / 2, "y": y + line * (_ROW + _BELOW) - 0.13}
                    self.joins.append({**(between if column else below), "text": "and"})
            lines = -(-len(way) // self.columns)
            end = (len(way) - (lines - 1) * self.columns) * (_TILE + _GAP) - _GAP
            y += (lines - 1) * (_ROW + _BELOW)
            self.lines.append({"x": end, "x2": self.columns * (_TILE + _GAP), "y": y + 0.19})
            if not number:
                self._result(row, y)
            y += _ROW + _BELOW
        bottom = y - _BELOW
        if said := self._besides(row, len(ways) > 1):
            text = wrap(said, max(60, 23 * self.columns))
            self.besides.append({"x": 0.0, "y": bottom + 0.05, "text": "\n".join(text)})
            bottom += 0.05 + 0.11 * len(text)
        self.height = bottom + 0.2

    def _besides(self, row: Mapping[str, Any], all_facts: bool) -> str:
        """Say what would shut the route; and, where ways differ, which facts it needs besides."""
        common, choices = _facts(row)
        said = [self.fact(f) for f in common if all_facts and not f.startswith("not ")]
        if all_facts and choices:
            said.append(" or ".join(" and ".join(map(self.fact, c)) for c in choices))
        parts = [f"needs besides: {'; and '.join(said)}"] if said else []
        stops = [self.fact(f[4:]) for f in common if f.startswith("not ")]
        if stops:
            parts.append(f"shut again if: {'; or '.join(stops)}")
        return ". ".join(parts)

    def fact(self, id: str) -> str:
        """Return a fact in words."""
        if id.startswith("not "):
            return f"not \u201c{self.fact(id[4:])}\u201d"
        return str(self.labels.get(id, id.replace("_", " ")))

    def awaited(self, choices: Sequence[Sequence[str]]) -> dict[str, Any]:
        """Return the gate of facts of which any one set must come about."""
        in_full = " or ".join(" and ".join(map(self.fact, c)) for c in choices)
        short = " or ".join(" and ".join(f.replace("_", " ") for f in c) for c in choices)
        fits = len(wrap(in_full, _LINE)) <= _LABEL_LINES
        known = [f for c in choices for f in c if f in self.chances]
        each = [_drawn(self.chances[f]) for f in known]
        if len(known) > 1:
            each = [f"{f.replace('_', ' ')} {p}" for f, p in zip(known, each, strict=True)]
        return {
            "kind": "fact",
            "label": in_full if fits else short[:1].upper() + short[1:],
            "detail": in_full,
            "p": None,
            "state": "fact",
            "stopped_by": (),
            "crowd": 0,
            "holds": ", ".join(each),
        }

    def _gate(self, row: Mapping[str, Any], gate: Mapping[str, Any], x: float, y: float) -> None:
        word, ink, ground = _STATE[gate["state"]]
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
                "ground": ground,
                "fact": gate["state"] == "fact",
                "route": row["label"],
                "gate": gate["label"],
                "rule": gate["detail"],
                "chance": chance or "not in one actor's hands",
                "who": who.replace("\n", " "),
            }
        )
        inside = {"x": x + 0.05, "colour": ink}
        self.words["label"].append({**inside, "y": y + 0.06, "text": _label(gate["label"])})
        self.words["word"].append({**inside, "y": y + 0.43, "text": f"{word} {chance}".strip()})
        self.words["who"].append({**inside, "y": y + 0.57, "text": who})

    def _who(self, gate: Mapping[str, Any]) -> str:
        """Say who stands in the gate, in at most three lines."""
        if gate.get("holds"):
            return "\n".join(wrap(f"holds then: {gate['holds']}", _WORDS)[:3])
        if gate.get("or_fact"):
            instead = " or ".join(self.fact(f) for f in gate["or_fact"])
            who = ", ".join(
                f"{self.names.get(s['actor'], s['actor'])} {_percent(s['p_refuses'])}"
                for s in gate["stopped_by"][:2]
            )
            lines = wrap(f"may refuse: {who}, unless {instead}", _WORDS)
            if len(lines) > 3:
                lines = [*lines[:2], lines[2][: _WORDS - 1] + "\u2026"]
            return "\n".join(lines)
        likely = [s for s in gate["stopped_by"] if s["p_refuses"] >= 0.2][:3]
        if likely:
            said = ", ".join(
                f"{self.names.get(s['actor'], s['actor'])} {_percent(s['p_refuses'])}"
                for s in likely
            )
            return "\n".join(wrap(f"may refuse: {said}", _WORDS)[:3])
        alone = len(gate["stopped_by"])
        if alone == 1:
            one = gate["stopped_by"][0]["actor"]
            return "\n".join(wrap(f"only {self.names.get(one, one)} can shut it", _WORDS))
        if alone > 1:
            return f"any of {alone} can shut it"
        if gate["crowd"] > 1:
            return "\n".join(wrap(f"shut only if {gate['crowd']} refuse together", _WORDS))
        return ""

    def _result(self, row: Mapping[str, Any], top: float) -> None:
        if not row.get("p_open"):
            return
        last = _at(row["p_open"], self.by)
        asked = self.by if self.by < "9999" else last["date"]
        x = self.columns * (_TILE + _GAP)
        self.results.append(
            {
                "x": x,
                "end": x + 0.8,
                "reach": x + 0.8 * last["p"],
                "y": top + 0.1,
                "y2": top + 0.28,
                "text": f"{_drawn(last['p'])} open\nby {day(asked)}",
            }
        )


def _at(series: Sequence[Mapping[str, Any]], by: str) -> Mapping[str, Any]:
    """Return the last point of a series that is not later than a date."""
    return next((p for p in reversed(series) if p["date"] <= by), series[-1])


def _label(text: str) -> str:
    """Return a gate's name in the lines it has; what stands in brackets goes first."""
    lines = wrap(text, _LINE)
    if len(lines) > _LABEL_LINES:
        lines = wrap(text.split(" (")[0], _LINE)
    if len(lines) > _LABEL_LINES:
        lines = lines[:_LABEL_LINES]
        lines[-1] = lines[-1][: _LINE - 1] + "\u2026"
    return "\n".join(lines)


def _facts(row: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the facts a route always needs, and the sets of others of which one is enough."""
    sets = row.get("fact_sets", ())
    if not sets:
        return [], []
    common = sorted(set(sets[0]).intersection(*sets))
    rest = [[f for f in one if f not in common] for one in sets]
    return common, rest if all(rest) else []


def _ways(row: Mapping[str, Any], layout: _Layout) -> list[list[Mapping[str, Any]]]:
    """Return the gates of each way; a single way shows the facts it awaits as gates of their own.

    With several ways the facts of one are not those of another, and are said below them.
    """
    ways = [list(way["gates"]) for way in row["ways"]]
    if len(ways) != 1:
        return ways
    named = {gate["label"] for gate in ways[0] if gate["state"] == "fact"}
    common, choices = _facts(row)
    for fact in common:
        if not fact.startswith("not ") and layout.fact(fact) not in named:
            ways[0].append(layout.awaited([[fact]]))
    if choices:
        ways[0].append(layout.awaited(choices))
    return ways


def _drawn(p: float) -> str:
    """Return the share of some thousand draws: none of them is not never, all not always."""
    return "<1%" if p < 0.005 else ">99%" if p >= 0.995 else _percent(p)


def _percent(p: float) -> str:
    """Return a chance in per cent; the ends are never rounded to certainty."""
    if 0 < p < 0.005:
        return "<1%"
    if 0.995 <= p < 1:
        return ">99%"
    return f"{p:.0%}"
