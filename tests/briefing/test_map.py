"""The map: what it must and must not say."""

import json
from itertools import pairwise

import pytest

from willing.briefing.charts._theme import specification, svg
from willing.briefing.charts.map import map_chart, map_rows, view_of
from willing.data.map import PART_OF, countries, rings

DAY = "2025-04-05"


def inside(code: str, lon: float, lat: float) -> bool:
    odd = False
    for ring in rings(code):
        for (ax, ay), (bx, by) in pairwise(ring):
            if (ay > lat) != (by > lat) and lon < ax + (lat - ay) / (by - ay) * (bx - ax):
                odd = not odd
    return odd


def row(actor: str, stance: str, p: float = 0.9) -> dict[str, object]:
    return {"actor": actor, "domain": "any", "date": DAY, "stance": {stance: p, "decline": 1 - p}}


DOCUMENT = {"participation": [row("FRA", "lead"), row("CYP", "consider"), row("AUT", "consider")]}


@pytest.mark.parametrize(
    ("place", "lon", "lat", "code"),
    [
        ("Simferopol", 34.1, 44.95, "UKR"),
        ("Donetsk", 37.8, 48.0, "UKR"),
        ("Luhansk", 39.3, 48.57, "UKR"),
        ("Pristina", 21.16, 42.66, "XKX"),
        ("Kyrenia", 33.32, 35.3, "CYN"),
        ("Larnaca", 33.5, 34.95, "CYP"),
        ("Tiraspol", 29.6, 46.84, "MDA"),
        ("Sukhumi", 41.05, 43.02, "GEO"),
        ("Kaliningrad", 21.0, 54.7, "RUS"),
    ],
)
def test_places_lie_where_they_should(place: str, lon: float, lat: float, code: str) -> None:
    owners = [c for c in countries() if inside(c, lon, lat)]
    assert owners == [code], place


def test_small_states_are_still_there() -> None:
    assert {"AND", "LIE", "LUX", "MCO", "MLT", "SMR"} <= set(countries())


def test_no_edge_is_cut_straight() -> None:
    """A clip would leave long runs along one meridian or parallel; only the date line has one."""
    for code in countries():
        for ring in rings(code):
            for (ax, ay), (bx, by) in pairwise(ring):
                if abs(abs(ax) - 180) < 0.01 and abs(abs(bx) - 180) < 0.01:
                    continue
                if {round(ax), round(bx)} == {-141}:
                    continue  # Alaska does end at a meridian
                assert not (ax == bx and abs(ay - by) > 8), (code, ax, ay, by)


def test_silent_states_are_hatched_and_not_coloured() -> None:
    rows = {
        r["a3"]: r for r in map_rows(DOCUMENT, date=DAY, names={"FRA": "France"}, silent=["AUT"])
    }
    assert rows["AUT"]["stance"] is None
    assert rows["AUT"]["silent"]
    assert rows["FRA"]["stance"] == "lead"
    text = json.dumps(specification(map_chart(DOCUMENT, date=DAY, names={}, silent=["AUT"])))
    assert "MultiLineString" in text
    quiet = json.dumps(specification(map_chart(DOCUMENT, date=DAY, names={})))
    assert "MultiLineString" not in quiet


def test_northern_cyprus_goes_with_cyprus() -> None:
    rows = {r["a3"]: r for r in map_rows(DOCUMENT, date=DAY, names={})}
    assert rows["CYN"]["stance"] == rows["CYP"]["stance"] == "consider"
    assert PART_OF["CYN"] == "CYP"


def test_the_view_follows_the_theatre() -> None:
    assert view_of(["UKR"]) == "europe"
    assert view_of(["TCD", "CAF"]) == "world"
    assert view_of([]) == "world"


@pytest.mark.parametrize("view", ["europe", "world"])
def test_it_draws_without_network(view: str) -> None:
    drawn = svg(map_chart(DOCUMENT, date=DAY, names={}, theatre=["UKR"], silent=["AUT"], view=view))
    assert drawn.startswith("<svg")
    assert "#0a4a66" in drawn  # France leads
    if view == "europe":
        assert ">FRA<" in drawn


def test_the_page_can_keep_the_map_file_apart() -> None:
    text = json.dumps(specification(map_chart(DOCUMENT, date=DAY, names={}, url="/map.json")))
    assert len(text) < 20_000
    assert "/map.json" in text
