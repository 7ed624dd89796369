import json
from dataclasses import replace

import altair as alt
import numpy as np
import pytest

from tests.bargaining.helpers import drawn, table
from willing.bargaining import OPTIONS, bargain, sensitivity, smp
from willing.briefing.charts import bargaining as charts


def rows_of(spec: dict) -> list[dict]:
    return [row for rows in spec["datasets"].values() for row in rows]


@pytest.fixture(scope="module")
def one():
    return drawn(np.random.default_rng(1), 1, 6)


@pytest.fixture(scope="module")
def readings(one):
    return sensitivity(one, np.random.default_rng(0), draws=30, errors=(0.0, 10.0), rounds=(0, 2))


def test_every_kind_of_doubt_is_read(one, readings):
    assert {r.what for r in readings} == {"rounds", "option", "error"}
    options = [r for r in readings if r.what == "option"]
    assert len(options) == 1 + sum(len(valid) - 1 for _, valid in OPTIONS.values())
    assert len({r.setting for r in options}) == len(options)
    two = next(r for r in readings if r.model == "smp" and (r.what, r.setting) == ("rounds", "2"))
    assert two.mean == pytest.approx(smp(one, 2).outlooks[0].mean)
    default = next(r for r in options if r.setting == "as given")
    assert default.mean == pytest.approx(smp(one).outlooks[0].mean)
    cubic = next(r for r in options if r.setting == "VotingRule=Cubic")
    changed = replace(one, options=replace(one.options, voting="Cubic"))
    assert cubic.mean == pytest.approx(smp(changed).outlooks[0].mean)


def test_errors_widen_point_forecasts(readings):
    for model in ("mean", "compromise", "nash"):
        width = [r.high - r.low for r in readings if r.model == model and r.what == "error"]
        assert width[0] == 0 < width[1]


def test_same_seed_same_readings(one, readings):
    again = sensitivity(one, np.random.default_rng(0), draws=30, errors=(0.0, 10.0), rounds=(0, 2))
    assert again == readings


def test_charts_are_valid_and_hold_the_figures(one, readings):
    course = bargain(one, "smp", 3)
    drawn_ = charts.overview(course, readings)
    spec = drawn_.to_dict()  # checked against the schema of Vega-Lite
    text = json.dumps(spec)
    assert len(spec["vconcat"]) == 6
    assert "A3" in text
    assert "error of the inputs" in text
    lines = charts.positions(course).to_dict()
    values = rows_of(lines)
    assert len(values) == 4 * 6
    assert values[0]["position"] == pytest.approx(float(course.positions[0, 0, 0, 0]))


def test_outlook_chart_keeps_all_mass():
    o = bargain(table([0, 40, 100]), "default").outlooks[0]
    bars = charts.outlook(o).to_dict()
    masses = [v["mass"] for v in rows_of(bars) if "mass" in v]
    assert sum(masses) == pytest.approx(1)


def test_pressure_chart_sums_over_turns(one):
    course = smp(one, 4)
    spec = charts.pressure(course.pressures, one.actors).to_dict()
    total = sum(v["strength"] for v in rows_of(spec))
    assert total == pytest.approx(sum(p.strength for p in course.pressures))
    assert isinstance(charts.overview(bargain(one, "mean")), alt.VConcatChart)
