"""The record's charts: what is drawn is what the record says."""

from typing import Any

from willing.briefing.charts._theme import svg
from willing.briefing.charts.stances import positions_by_domain, timeline, track
from willing.case.folder import load
from willing.record import positions

CASE = load("ukraine-2025")
RECORD = positions(CASE)
NAMES = {a.id: a.name for a in CASE.actors}


def values(chart: Any) -> list[list[dict[str, Any]]]:
    """The rows of data a chart is drawn from."""
    return list(chart.to_dict()["datasets"].values())


def test_positions_by_domain_shows_every_actor_that_spoke() -> None:
    chart = positions_by_domain(RECORD, names=NAMES)
    cells = values(chart)[0]
    spoke = sum(not quiet for quiet in RECORD.prior_only)
    assert len(cells) == 6 * spoke
    land = next(c for c in cells if (c["actor"], c["domain"]) == (NAMES["POL"], "land"))
    assert land["mean"] == RECORD.position("POL", "land")[0]
    assert svg(chart).startswith("<svg")


def test_a_track_shows_the_statements_and_a_band_that_holds_the_mean() -> None:
    chart = track(RECORD, "ITA", domain="land")
    path, said = sorted(values(chart), key=lambda rows: "id" in rows[0])
    assert all(p["low"] < p["mean"] < p["high"] for p in path)
    assert path[-1]["date"] == CASE.as_of.isoformat()
    own = [s for s in CASE.statements if (s.actor, s.issue) == ("ITA", "participation")]
    assert {s["id"] for s in said} == {s.id for s in own}
    assert svg(chart).startswith("<svg")


def test_a_track_of_an_actor_that_never_spoke_is_its_prior() -> None:
    silent = RECORD.actors[int(RECORD.prior_only.argmax())]
    path = values(track(RECORD, silent))[0]
    assert len({p["mean"] for p in path}) == 1


def test_the_timeline_sets_what_was_said_on_one_day_apart() -> None:
    chart = timeline(CASE.statements, names=NAMES)
    rows = values(chart)[0]
    assert len(rows) == sum(s.issue == "participation" for s in CASE.statements)
    greece = [r["place"] for r in rows if r["actor"] == NAMES["GRC"] and r["date"] == "2025-03-27"]
    assert greece == [-0.5, 0.5]
    assert svg(chart).startswith("<svg")
