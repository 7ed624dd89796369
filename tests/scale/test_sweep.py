"""Sweeps of a shipped case: plans, pinned ranges, and the same rows whoever did the work."""

import datetime as dt
import pickle
import shutil
from pathlib import Path

import pytest

import willing.cases
from willing.case import load
from willing.data.missions import load_missions
from willing.errors import UsageError
from willing.forecast import gather
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
from willing.scale._sweep import _size
from willing.scale.parameters import quantile
from willing.scale.scenario import ask_once, content_of, run_part

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


def test_no_engine_reads_a_range(case):
    """What lets a sweep ask the engines once: pinned or not, they say the same."""
    missions = tuple(load_missions())
    plain = pickle.dumps(gather(case, missions, sets=4, seed=1).ingredients)
    every = pin(case, {path: span[2] for path, span in ranges(case).items()})
    assert pickle.dumps(gather(every, missions, sets=4, seed=1).ingredients) == plain


def test_what_is_asked_once_needs_no_engine_in_another_process(case, monkeypatch):
    task = {"scenarios": [BASE.as_dict()], "content": {ID: content_of(case)}}
    expected = run_part(task)
    told = pickle.dumps(ask_once([task, task]))
    assert ask_once([task]) is None  # one part alone asks for itself
    monkeypatch.setattr("willing.scale.scenario._KNOWN", {})
    monkeypatch.setattr("willing.scale.scenario.gather", None)
    pickle.loads(told)()
    assert run_part(task) == expected


def test_a_case_edited_on_the_way_is_an_error_not_an_old_answer(case):
    task = {"scenarios": [BASE.as_dict()], "content": {ID: "of another case"}}
    with pytest.raises(UsageError, match="another content than the sweep was asked of"):
        run_part(task)


def test_an_edited_case_is_done_again_with_what_it_says_now(case, tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(Path(willing.cases.__path__[0]) / ID, folder)
    before = sweep([Scenario(str(folder), draws=40)], tmp_path / "kept", workers=1)
    text = (folder / "case.yaml").read_text(encoding="utf-8")
    (folder / "case.yaml").write_text(text.replace("\ntitle: ", "\ntitle: Another "), "utf-8")
    after = sweep([Scenario(str(folder), draws=40)], tmp_path / "kept", workers=1)
    assert before[0]["input_hash"] != after[0]["input_hash"]
    assert len(list((tmp_path / "kept").glob("*.json"))) == 2


def test_parts_follow_from_the_number_of_scenarios():
    assert [_size(n) for n in (1, 16, 33, 128, 1_000, 32_000)] == [1, 1, 3, 8, 8, 8]
    assert 1_000_000 / _size(1_000_000) <= 4_000


def test_the_same_rows_from_one_process_and_a_pool(case, tmp_path):
    plan = [*tornado(BASE, case, 1)[:4], *by_lever(BASE, case)[:2]]
    alone = sweep(plan, tmp_path / "alone", workers=1, part=2)
    pool = sweep(plan, tmp_path / "pool", workers=2, part=2)
    assert alone == pool
    assert [r["label"] for r in alone] == [s.label for s in plan]

    def kept(name):
        return {f.name: f.read_bytes() for f in (tmp_path / name).glob("*.json")}

    assert kept("alone") == kept("pool")
