"""The map: where each state stands on taking part, in one domain, on one day.

States that have said nothing are hatched, not coloured: what is shown for them would be our prior.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any

import altair as alt

from willing.briefing.charts._theme import INK, QUIET, STANCE_COLOURS, STANCE_LABELS, data
from willing.case import STANCES
from willing.data.map import PART_OF, countries, rings, topology

__all__ = ["map_chart", "map_rows", "view_of"]

#: dark tiles carry light letters
DARK = {"threaten", "oppose", "commit", "lead"}
_FIELDS = ["state", "stance", "silent", "said", "actor", "ink"]
LAND, SHORE = "#f5f6f8", "#b9c1ca"

_SCALE = 1.28  # of the map of Europe: pixels of a radian, for each pixel of width
_LETTER = 5.6  # pixels of a letter of a label


def view_of(theatre: Sequence[str]) -> str:
    """Return the view that serves a theatre: `europe` or `world`."""
    places = [countries()[c]["at"] for c in theatre if c in countries()]
    near = places and all(-26 <= x <= 66 and 34 <= y <= 73 for x, y in places)
    return "europe" if near else "world"


def map_rows(
    document: Mapping[str, Any],
    *,
    date: str,
    names: Mapping[str, str],
    domain: str = "any",
    silent: Collection[str] = (),
    others: Mapping[str, Mapping[str, float]] | None = None,
) -> list[dict[str, Any]]:
    """Return one row a shape on the map: likeliest stance, its probability, or silence.

    Parameters
    ----------
    document
        The `assess` document, of which `participation` is used.
    silent
        Actors that have said nothing on taking part.
    others
        Stance probabilities of actors that are no candidates, by id.
    """
    stances = {
        r["actor"]: r["stance"]
        for r in document["participation"]
        if r["date"] == date and r["domain"] == domain
    }
    stances.update({k: dict(v) for k, v in (others or {}).items() if k not in stances})
    shapes: dict[str, list[str]] = {}
    for code in countries():
        shapes.setdefault(PART_OF.get(code, code), []).append(code)
    rows = []
    for actor, p in stances.items():
        best = max(STANCES, key=lambda s: p.get(s, 0.0))
        quiet = actor in silent
        for code in shapes.get(actor, ()):
            said = "no statement on record" if quiet else f"{STANCE_LABELS[best]} {p[best]:.0%}"
            rows.append(
                {
                    "a3": code,
                    "actor": actor,
                    "state": names.get(actor, actor),
                    "stance": None if quiet else STANCE_LABELS[best],
                    "silent": quiet,
                    "said": said,
                    "ink": "white" if best in DARK and not quiet else "#1d2734",
                }
            )
    return rows


def map_chart(
    document: Mapping[str, Any],
    *,
    date: str,
    names: Mapping[str, str],
    domain: str = "any",
    silent: Collection[str] = (),
    others: Mapping[str, Mapping[str, float]] | None = None,
    theatre: Sequence[str] = (),
    view: str | None = None,
    url: str | None = None,
    width: int = 560,
) -> Any:
    """Return the map; the data set `states` can be replaced by other `map_rows`.

    Parameters
    ----------
    theatre
        Codes of the states where the mission would go; outlined.
    view
        `europe` or `world` (default: what serves the theatre).
    url
        Where a page finds the map file; without it the map is in the chart.
    """
    view = view or view_of(theatre)
    rows = map_rows(document, date=date, names=names, domain=domain, silent=silent, others=others)
    height = round(width * (0.8 if view == "europe" else 0.47))
    form = alt.TopoDataFormat(type="topojson", feature="countries")
    shapes: Any = (
        alt.UrlData(url=url, format=form) if url else alt.InlineData(values=topology(), format=form)
    )
    look = alt.LookupData(data=data(rows, "states"), key="a3", fields=_FIELDS)
    base = alt.Chart()  # the shapes are given once, to the layers together
    tips = [alt.Tooltip("state:N", title="state"), alt.Tooltip("said:N", title="stands at")]
    land = base.mark_geoshape(fill=LAND, stroke=SHORE, strokeWidth=0.5, clip=True, aria=False)
    known = base.transform_lookup(lookup="properties.a3", from_=look)
    shown = [STANCE_LABELS[s] for s in reversed(STANCES)]
    coloured = (
        known.transform_filter("isValid(datum.stance)")
        .mark_geoshape(stroke="white", strokeWidth=0.7, clip=True)
        .encode(
            color=alt.Color(
                "stance:N",
                title=None,
                scale=alt.Scale(domain=shown, range=[STANCE_COLOURS[s] for s in reversed(STANCES)]),
                legend=alt.Legend(orient="bottom", columns=5, symbolType="square"),
            ),
            tooltip=tips,
        )
    )
    mute = (
        known.transform_filter("datum.silent === true")
        .mark_geoshape(fill="#f7f8f9", stroke=QUIET, strokeWidth=0.5, clip=True)
        .encode(tooltip=tips)
    )
    quiet = sorted(r["a3"] for r in rows if r["silent"])
    lines = alt.Chart(
        data(_hatch(c, 0.9 if view == "europe" else 2.2) for c in quiet)
    ).mark_geoshape(filled=False, stroke=QUIET, strokeWidth=0.7, clip=True, aria=False)
    outline = base.transform_filter(
        alt.FieldOneOfPredicate(field="properties.a3", oneOf=list(theatre))
    ).mark_geoshape(
        filled=False, stroke=INK, strokeWidth=1.8 if view == "europe" else 1, clip=True, aria=False
    )
    layers = [land, mute, lines, coloured, outline, _letters(rows, view, width)]
    if not quiet:
        layers.remove(lines)
    return (
        alt.layer(*layers, data=shapes)
        .project(**_projection(view, width, theatre))
        .properties(width=width, height=height)
    )


def _letters(rows: list[dict[str, Any]], view: str, width: int) -> Any:
    """Names, or codes where only those have room, so that the map can be read without colour."""
    enough = 0.75 if view == "europe" else 3.0
    known = countries()
    places = [
        {
            "a3": r["a3"],
            "label": r["state"]
            if view == "europe" and _fits(r["state"], r["a3"], width)
            else r["a3"],
            "lon": known[r["a3"]]["at"][0],
            "lat": known[r["a3"]]["at"][1],
        }
        for r in rows
        if known[r["a3"]]["room"] >= enough
        and r["a3"] == r["actor"]
        and (
            view != "europe"
            or (-24 < known[r["a3"]]["at"][0] < 48 and known[r["a3"]]["at"][1] > 33)
        )
    ]
    look = alt.LookupData(data=data(rows, "states"), key="a3", fields=_FIELDS)
    return (
        alt.Chart(data(places))
        .transform_lookup(lookup="a3", from_=look)
        .mark_text(fontSize=9, fontWeight="bold", clip=True)
        .encode(
            longitude=alt.Longitude("lon:Q"),
            latitude=alt.Latitude("lat:Q"),
            text=alt.Text("label:N"),
            color=alt.Color("ink:N", scale=None),
            tooltip=[alt.Tooltip("state:N"), alt.Tooltip("said:N", title="stands at")],
        )
    )


def _fits(name: str, code: str, width: int) -> bool:
    """Whether a name goes into the widest round place of a state on the map of Europe."""
    across = 2 * math.radians(countries()[code]["room"]) * width * _SCALE
    return bool(len(name) * _LETTER <= across)


def _projection(view: str, width: int, theatre: Sequence[str]) -> dict[str, Any]:
    if view == "europe":
        return {
            "type": "azimuthalEqualArea",
            "rotate": [-14, -53, 0],
            "scale": width * _SCALE,
            "translate": [width * 0.46, width * 0.43],
        }
    places = [countries()[c]["at"] for c in theatre if c in countries()]
    turn = -round(places[0][0] / 30) * 30 if places else 0
    return {
        "type": "equalEarth",
        "rotate": [turn if abs(turn) < 60 else 0, 0, 0],
        "scale": width * 0.184,
        "translate": [width * 0.5, width * 0.255],
    }


def _hatch(code: str, step: float) -> dict[str, Any]:
    """Return diagonal lines over a country, clipped to it (even-odd), as GeoJSON."""
    every = rings(code)
    middle = sum(y for _, y in every[0]) / len(every[0])
    squeeze = max(math.cos(math.radians(middle)), 0.2)
    # u runs across the lines, v along them
    turned = [[((x * squeeze - y), (x * squeeze + y)) for x, y in ring] for ring in every]
    low = min(u for ring in turned for u, _ in ring)
    high = max(u for ring in turned for u, _ in ring)
    segments = []
    u = math.ceil(low / step) * step
    while u < high:
        cuts = sorted(
            va + (u - ua) / (ub - ua) * (vb - va)
            for ring in turned
            for (ua, va), (ub, vb) in pairwise(ring)
            if (ua > u) != (ub > u)
        )
        for first, last in zip(cuts[::2], cuts[1::2], strict=False):
            ends = [((u + v) / 2 / squeeze, (v - u) / 2) for v in (first, last)]
            segments.append([[round(x, 3), round(y, 3)] for x, y in ends])
        u += step
    return {
        "type": "Feature",
        "properties": {"a3": code},
        "geometry": {"type": "MultiLineString", "coordinates": segments},
    }
