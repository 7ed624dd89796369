"""Sweeps of a shipped case: plans, pinned ranges, and the same rows whoever did the work."""

import datetime as dt

import pytest

from willing.case import load
from willing.errors import UsageError
from willing.scale import (
    Scenario,
    by_day,
    by_lever,
    pin,
    ranges,
    run_scenarios,
    sampled,
    sweep,
    tornado,
)
from willing.scale.parameters import quantile

ID = "east-timor-1999"
BASE = Scenario(ID, draws=40)


@pytest.fixture(scope="module")
def case():
    return load(ID)


def test_a_range_is_found_pinned_and_only_it(case):
    found = ranges(case)
    path = next(p for p in found if p.startswith("conditions."))
    pinned = pin(case, {path: found[path][0]})
    assert path not in ranges(pinned)
    assert len(ranges(pinned)) == len(found) - 1
    assert pin(case, {}) is case


def test_an_unknown_range_names_the_nearest(case):
    with pytest.raises(UsageError, match=r"clock\.bargaining_rate"):
        pin(case, {"clock.bargaining_rat": 0.1})


def test_quantiles_meet_the_ends_and_the_middle():
    for span in ((0.1, 0.3, 0.4), (2.0, 5.0, 20.0), (-3.0, 0.0, 1.0)):
        at = [quantile(span, z) for z in (-1.6449, 0.0, 1.6449, 9.0)]
        assert at == pytest.approx([*span, span[2]], rel=1e-3)


def test_a_tornado_gives_every_range_the_same_steps(case):
    plan = tornado(BASE, case, 400)
    n, steps = len(ranges(case)), 399 // len(ranges(case))
    assert len(plan) == 1 + n * steps <= 400
    assert plan[0].pinned == {}
    assert {len(s.pinned) for s in plan[1:]} == {1}


def test_a_sample_does_not_depend_on_how_many_there_are(case):
    assert sampled(BASE, case, 3) == sampled(BASE, case, 50)[:3]
    assert sampled(BASE, case, 2)[0].pinned != sampled(BASE, case, 2)[1].pinned


def test_days_and_levers(case):
    days = by_day(BASE, dt.date(1999, 9, 1), dt.date(1999, 9, 9), 3)
    assert [d.as_of for d in days] == ["1999-09-01", "1999-09-04", "1999-09-07"]
    assert len(by_lever(BASE, case)) == 1 + len(case.levers)
    with pytest.raises(UsageError, match="runs forward"):
        by_day(BASE, dt.date(2000, 1, 2), dt.date(2000, 1, 1))


def test_a_pinned_range_moves_the_forecast(case):
    rates = {p: s for p, s in ranges(case).items() if p.endswith(".begin") or ".rate" in p}
    low = Scenario(ID, draws=200, pinned=dict.fromkeys(rates, 1e-6))
    as_is, slow = run_scenarios([Scenario(ID, draws=200).as_dict(), low.as_dict()])
    assert as_is["input_hash"] != slow["input_hash"]
    assert as_is["milestones"] != slow["milestones"]


def test_the_same_rows_from_one_process_and_a_pool(case, tmp_path):
    plan = [*tornado(BASE, case, 1)[:4], *by_lever(BASE, case)[:2]]
    alone = sweep(plan, tmp_path / "alone", workers=1, part=2)
    pool = sweep(plan, tmp_path / "pool", workers=2, part=2)
    assert alone == pool
    assert [r["label"] for r in alone] == [s.label for s in plan]

    def kept(name):
        return {f.name: f.read_bytes() for f in (tmp_path / name).glob("*.json")}

    assert kept("alone") == kept("pool")
