"""Charts drawn beside the work are the charts drawn within it."""

import re
from concurrent.futures import Future
from dataclasses import replace

import pytest

from willing.briefing import Drawing, html
from willing.briefing._ids import settled
from willing.briefing.pictures import early, late, places
from willing.case import load
from willing.data.missions import load_missions
from willing.forecast import assess, document

SPEC = {"mark": "bar", "data": {"values": [{"a": 1}]}, "encoding": {"x": {"field": "a"}}}


@pytest.fixture(scope="module")
def assessed():
    return assess(load("ukraine-2025"), tuple(load_missions()), draws=40, seed=1)


def brought(specifications):
    future = Future()
    future.set_result(specifications)
    return future


def test_the_page_is_the_same_wherever_it_is_drawn(assessed):
    before_reasons = replace(assessed, holds=(), pairs=(), levers=())
    found = document(assessed)
    with Drawing() as drawing:
        drawing.begin(brought(early(before_reasons)))
        drawing.begin(brought(late(assessed, found)))
        beside = drawing.fill(html(assessed, found, drawn=places(assessed, found)))
    # twice: what this process drew before changes nothing
    assert html(assessed, found) == beside
    assert beside == html(assessed, found)


def test_ids_tell_nothing_of_what_was_drawn_before():
    def drawn(first, second):
        return f'<a id="clip{first}"/><g clip-path="url(#clip{second})"/><a id="clip{second}"/>'

    assert settled(drawn(3, 4)) == settled(drawn(40, 41))
    assert settled(drawn(3, 4)) != settled(drawn(3, 3))
    assert len(set(re.findall(r"clip[0-9a-f]{8}-\d+", settled(drawn(3, 4))))) == 2
    assert settled("<svg>clipped 1</svg>") == "<svg>clipped 1</svg>"


def test_a_process_that_dies_is_not_missed():
    with Drawing() as drawing:
        drawing._process.kill()
        drawing.begin(brought({"it": SPEC, "nothing": None}))
        drawn = drawing.drawn()
    assert drawn["it"].startswith("<svg")
    assert drawn["nothing"] == ""


def test_no_process_no_matter(monkeypatch):
    monkeypatch.setattr("willing.briefing.drawing.sys.executable", "/nowhere/python")
    with Drawing() as drawing:
        drawing.begin(brought({"it": SPEC, "nothing": None}))
        drawn = drawing.drawn()
    assert drawn["it"].startswith("<svg")
    assert drawn["nothing"] == ""


def test_a_chart_that_cannot_be_drawn_says_so():
    with Drawing() as drawing:
        drawing.begin(brought({"it": {"mark": "no such mark"}}))
        with pytest.raises(ValueError, match="Vega-Lite"):
            drawing.drawn()
