"""The Python door reads as the README says."""

import doctest

import pytest

import willing
from willing.errors import UsageError


@pytest.fixture(scope="module")
def forecast():
    return willing.open("ukraine-2025").assess(by="2025-10-01", draws=200, seed=1, reasons=False)


def test_the_module_example_holds():
    assert doctest.testmod(willing).failed == 0


def test_a_case_says_what_it_is():
    assert "189 statements" in repr(willing.open("ukraine-2025"))
    assert "ukraine-2025" in willing.shipped()


def test_prospects_are_probabilities_with_intervals(forecast):
    assert next(iter(forecast.prospects)) == "format_agreed"
    assert all(0 <= low <= p <= high <= 1 for p, low, high in forecast.prospects.values())
    assert "First contingent deployed" in repr(forecast)
    assert "<table>" in forecast._repr_html_()


def test_every_chart_can_be_drawn_and_is_valid(forecast):
    for name in forecast.charts:
        spec = forecast.chart(name).to_dict()
        assert spec["config"]["font"]


def test_an_unknown_chart_names_the_nearest(forecast):
    with pytest.raises(UsageError, match="'map'"):
        forecast.chart("mapp")


def test_the_briefing_is_saved(forecast, tmp_path):
    place = forecast.save(tmp_path / "b.html")
    assert place.read_text(encoding="utf-8").startswith("<!doctype html>")
