"""The page of the benchmarks: goals counted, what was missed and what was skipped said."""

import pytest

from willing.cli._bench import _said, markdown

MACHINE = {
    "processor": "a processor",
    "cores": 2,
    "system": "Linux",
    "python": "3.11",
    "willing": "0.1",
    "measured": "2025-04-05",
}
PRINTED = """a line for people
@@{"kind": "figure", "what": "fast", "value": 1.0, "unit": "s", "goal": "<= 2", "met": true, "note": ""}
@@{"kind": "figure", "what": "slow", "value": 3.0, "unit": "s", "goal": "<= 2", "met": false, "note": ""}
@@{"kind": "curve", "what": "work", "over": "draws", "sizes": [10, 100], "seconds": [1.0, 100.0]}
@@{"kind": "skip", "what": "the page", "why": "there is no browser"}
"""  # noqa: E501


@pytest.fixture
def page():
    row = {"name": "room", "ok": True, "cpu_seconds": 1.0, "wall_seconds": 1.0, "load": 0.0}
    return markdown({"machine": MACHINE, "benchmarks": [{**row, **_said(PRINTED)}]})


def test_goals_are_counted_and_those_missed_named(page):
    assert "1 of 2 goals were met in this run; not met:" in page
    assert "- room: slow, 3 s (goal <= 2)" in page


def test_a_curve_says_its_power(page):
    assert "| work | draws | 2.00 | 10: 1 s; 100: 100 s |" in page


def test_what_was_not_measured_is_said(page):
    assert "Not measured: the page, because there is no browser." in page


def test_what_a_failed_room_printed_is_kept(page):
    assert "a line for people" not in page
    row = {"name": "room", "ok": False, "cpu_seconds": 1.0, "wall_seconds": 1.0, "load": 0.0}
    page = markdown({"machine": MACHINE, "benchmarks": [{**row, **_said(PRINTED)}]})
    assert "**failed**" in page
    assert "a line for people" in page


def test_large_numbers_are_written_out_and_curves_drawn(tmp_path):
    row = {"name": "room", "ok": True, "cpu_seconds": 1.0, "wall_seconds": 1.0, "load": 0.0}
    found = _said(PRINTED.replace('"value": 1.0, "unit": "s"', '"value": 27406.0, "unit": ""'))
    page = markdown({"machine": MACHINE, "benchmarks": [{**row, **found}]}, tmp_path / "pictures")
    assert "| fast | 27,406 |" in page
    assert "](pictures/room.svg)" in page
    assert (tmp_path / "pictures" / "room.svg").read_text().startswith("<svg")
