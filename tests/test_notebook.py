"""The Python door reads as the README says."""

import doctest
from pathlib import Path

import pytest

import willing
from willing import _notebook
from willing.errors import MissingExtraError, UsageError


@pytest.fixture(scope="module")
def case() -> willing.OpenCase:
    return willing.open("ukraine-2025")


@pytest.fixture(scope="module")
def forecast(case: willing.OpenCase) -> willing.Forecast:
    return case.assess(by="2025-10-01", draws=200, seed=1)


@pytest.mark.parametrize("module", [willing, _notebook], ids=lambda m: m.__name__)
def test_the_examples_hold(module) -> None:
    found = doctest.testmod(module)
    assert found.attempted
    assert found.failed == 0


def test_every_public_name_is_there_and_nothing_else_is_promised() -> None:
    assert dir(willing) == sorted(willing.__all__)
    assert all(getattr(willing, name) is not None for name in willing.__all__)
    with pytest.raises(AttributeError, match="no attribute 'assess'"):
        _ = willing.assess


def test_a_case_says_what_it_is(case) -> None:
    assert "189 statements" in repr(case)
    assert "189 statements" in case._repr_html_()
    assert "ukraine-2025" in willing.shipped()


def test_positions_are_those_of_the_record(case) -> None:
    table = case.positions(as_of="2025-03-15", domain="land")
    record = case.record("2025-03-15")
    assert len(table) == len(record.actors)
    row = table.where(actor="ITA")[0]
    mean, sd = record.position("ITA", "land", "participation")
    assert (row["mean"], row["sd"]) == (pytest.approx(float(mean)), pytest.approx(float(sd)))
    assert [r["mean"] for r in table] == sorted((r["mean"] for r in table), reverse=True)


def test_statements_of_an_actor_come_with_their_source(case) -> None:
    table = case.statements("ITA")
    assert table
    assert {r["actor"] for r in table} == {"ITA"}
    # the founding article is cited without an address
    assert all(r["source_url"].startswith("http") or r["id"].startswith("ART-") for r in table)


def test_prospects_are_probabilities_with_intervals(forecast) -> None:
    assert next(iter(forecast.prospects)) == "format_agreed"
    for p in forecast.prospects.values():
        assert 0 <= p.low <= p.probability <= p.high <= 1
    assert "First contingent deployed" in repr(forecast)
    assert "First contingent deployed" in repr(forecast.prospects)
    assert "<table>" in forecast._repr_html_()


def test_a_curve_ends_where_the_prospects_stand(forecast) -> None:
    curve = forecast.curve("format_agreed")
    at = forecast.assessment.by_week
    assert curve[at]["probability"] == pytest.approx(forecast.prospects["format_agreed"][0])
    assert [r["probability"] for r in curve] == sorted(r["probability"] for r in curve)


def test_the_reasons_are_tables(forecast) -> None:
    assert forecast.holding_up.columns == ["condition", "share"]
    assert {r["id"] for r in forecast.routes} >= {"nato", "coalition"}
    assert "HUN" in forecast.routes.where(id="nato")[0]["blocked_by_one"]
    assert forecast.levers[0]["change"] >= forecast.levers[-1]["change"]
    assert forecast.participation[0]["p_join"] >= forecast.participation[-1]["p_join"]


def test_every_chart_can_be_drawn_and_is_valid(forecast) -> None:
    for name in forecast.charts:
        picture = forecast.chart(name)
        picture.altair.to_dict()  # against the schema
        assert picture.to_dict()["config"]["font"]
    assert forecast.chart("prospects")._repr_svg_().startswith("<svg")


@pytest.mark.parametrize("ending", ["svg", "png", "html", "json"])
def test_a_picture_is_saved_as_its_name_says(forecast, tmp_path: Path, ending: str) -> None:
    place = forecast.chart("holding").save(tmp_path / f"p.{ending}")
    start = {"svg": b"<svg", "png": b"\x89PNG", "html": b"<!DOCTYPE", "json": b"{"}[ending]
    assert place.read_bytes().lstrip()[: len(start)].lower() == start.lower()
    if ending == "html":  # opens without a network: every script stands in the page
        assert b'<script src="http' not in place.read_bytes()


def test_bad_input_names_the_nearest(case, forecast, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'map'"):
        forecast.chart("mapp")
    with pytest.raises(UsageError, match="'deployed'"):
        forecast.curve("deploy")
    with pytest.raises(UsageError, match="'participation'"):
        case.positions(issue="participations")
    with pytest.raises(UsageError, match="found '1 October'; expected a date"):
        case.assess(by="1 October")
    with pytest.raises(UsageError, match="no column country"):
        forecast.levers.where(country="ITA")
    with pytest.raises(UsageError, match=r"expected a file ending in \.svg"):
        forecast.chart("map").save(tmp_path / "map.gif")


def test_a_table_shows_twenty_rows_and_keeps_all() -> None:
    table = willing.Table([{"n": n, "text": "x" * 200} for n in range(30)], "many")
    assert "... and 10 more rows" in repr(table)
    assert "... and 10 more rows" in table._repr_html_()
    assert max(len(line) for line in repr(table).splitlines()) < 80
    assert len(table[25:]) == 5
    assert table[0]["text"] == "x" * 200
    assert repr(willing.Table([])) == ""


def test_markup_in_a_cell_is_text() -> None:
    assert "<b>" not in willing.Table([{"a": "<b>bold</b>"}])._repr_html_()


def test_without_pandas_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(MissingExtraError, match="pip install pandas"):
        willing.Table([{"a": 1}]).to_pandas()


def test_a_text_is_read_into_candidates_with_their_words(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text("Finland said on Monday that it will not send soldiers to Ukraine.\n")
    table = willing.read(text, published="2025-03-14")
    assert table[0]["actor"] == ["FIN"]
    assert table[0]["stance"] == "decline"
    assert "will not send soldiers" in table[0]["words"]


def test_the_briefing_is_saved(forecast, tmp_path: Path) -> None:
    place = forecast.save(tmp_path / "b.html")
    assert place.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_score_is_that_of_the_command() -> None:
    found = willing.open("haiti-2023").score(draws=60, as_of="2023-09-25")
    assert found["n"] == len(found["questions"]) == 32
    assert 0 <= found["brier"] <= 1
