"""Meetings of the calendar: who gains from waiting holds out, deadlines press."""

import datetime as dt

import pytest

from willing.bargaining import pressed
from willing.case import CalendarEntry
from willing.forecast.build import build

from .small import AS_OF, ingredients, small_case, span


def entry(id, kind, days, who, **more):
    return CalendarEntry(
        id=id,
        date=AS_OF + dt.timedelta(days=days),
        kind=kind,
        event=id,
        participants=who,
        known_by=AS_OF,
        **more,
    )


def yielding(calendar, **costs):
    delay = {"actor": "AAA", "resistance": span(0.5, 0.8, 0.9), **costs}
    clock = {
        "horizon_weeks": 52,
        "bargaining_rate": span(0.05, 0.15, 0.3),
        "delays": [delay],
    }
    case = small_case(clock=clock, calendar=calendar)
    return build(case, ingredients(case)).meetings[0].yielding.tolist()


MEETING = entry("M", "meeting", 14, "AAA;BBB")
COST = {"cost_of_no_agreement": span(0.2, 0.5, 0.9)}


def test_who_gains_from_waiting_moves_less():
    assert yielding([MEETING]) == pytest.approx([0.2, 1.0])


def test_a_deadline_presses_whom_no_agreement_costs():
    near = entry("D", "deadline", 28, "AAA")
    far = entry("D", "deadline", 200, "AAA")
    base = yielding([MEETING], **COST)
    assert base == pytest.approx([0.2, 1.0])  # no deadline
    assert yielding([MEETING, near]) == pytest.approx(base)  # no cost
    soon, late = yielding([MEETING, near], **COST), yielding([MEETING, far], **COST)
    assert soon[0] > late[0] > base[0]
    assert soon[0] == pytest.approx(1 - float(pressed(0.8, 0.5, 2.0)))


def test_a_deadline_behind_or_at_another_table_does_not():
    past = entry("D", "deadline", 7, "AAA")
    others = entry("D", "deadline", 28, "CCC")
    assert yielding([MEETING, past, others], **COST) == pytest.approx([0.2, 1.0])
