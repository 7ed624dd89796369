"""The map: countries of the world as TopoJSON, finer in Europe (see LICENCE.txt).

Boundaries imply no position. Crimea, Donetsk and Luhansk are in Ukraine, with occupation not
drawn; Kosovo is shown apart (status disputed); Transnistria is in Moldova, Abkhazia and South
Ossetia in Georgia; Western Sahara is shown apart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

__all__ = ["NOTICE", "PART_OF", "countries", "rings", "topology"]

Point = tuple[float, float]

NOTICE = (
    "Boundaries on the map imply no position. Crimea, Donetsk and Luhansk are shown in Ukraine, "
    "occupation is not drawn; Kosovo is shown apart (status disputed); northern Cyprus goes with "
    "Cyprus, Somaliland with Somalia."
)
#: shapes that take the stance of another state
PART_OF: Mapping[str, str] = {"CYN": "CYP", "SOL": "SOM", "ALA": "FIN"}


@cache
def text() -> str:
    """Return the map file as it is."""
    return (resources.files(__name__) / "world.json").read_text(encoding="utf-8")


@cache
def topology() -> dict[str, Any]:
    """Return the map as TopoJSON; its object is `countries`, ids are ISO 3166-1 alpha-3 codes."""
    found: dict[str, Any] = json.loads(text())
    return found


def countries() -> dict[str, dict[str, Any]]:
    """Return name, place of a label (`at`: longitude, latitude) and `room` around it, by code."""
    return {g["id"]: g["properties"] for g in topology()["objects"]["countries"]["geometries"]}


@cache
def _arcs() -> tuple[tuple[Point, ...], ...]:
    (kx, ky), (dx, dy) = topology()["transform"]["scale"], topology()["transform"]["translate"]
    out = []
    for arc in topology()["arcs"]:
        x = y = 0
        points = []
        for a, b in arc:
            x, y = x + a, y + b
            points.append((x * kx + dx, y * ky + dy))
        out.append(tuple(points))
    return tuple(out)


def rings(code: str) -> list[list[Point]]:
    """Return all rings of a country, holes too, as (longitude, latitude); KeyError for none."""
    shapes = {g["id"]: g["arcs"] for g in topology()["objects"]["countries"]["geometries"]}
    found = []
    for polygon in shapes[code]:
        for ring in polygon:
            points: list[Point] = []
            for i in ring:
                arc = _arcs()[i] if i >= 0 else _arcs()[~i][::-1]
                points += arc[1:] if points else arc
            found.append(points)
    return found
