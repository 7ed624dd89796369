from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from willing.data.loaders.conflict_endings import ConflictEnding, load_conflict_endings
from willing.errors import FaultsError, UsageError
from willing.history.backtest import backtest_endings
from willing.history.conflict_ending import (
    EarlierEndings,
    came,
    fit_mission_after_ending,
    rates,
)
from willing.statistics.track_record import document

NAN = float("nan")


def ending(i: int, kind: str, months: float = NAN, state: str = "") -> ConflictEnding:
    return ConflictEnding(
        id=f"E{i}",
        state=state or f"S{i % 7}",
        year=1990 + i % 12,
        ending=kind,
        war=float(i % 5 == 0),
        between_states=False,
        regions=frozenset("4" if i % 3 else "1"),
        there_already=float(i % 4 == 0),
        months=months,
        known=True,
        line=i,
    )


def made() -> list[ConflictEnding]:
    signed = [ending(i, "peace agreement", 3.0 if i % 2 else NAN) for i in range(40)]
    faded = [ending(40 + i, "low activity", 40.0 if i % 9 else 5.0) for i in range(60)]
    return signed + faded


def test_a_settlement_brings_missions_and_a_fading_war_does_not() -> None:
    m = fit_mission_after_ending(made())
    signed, faded = m.probability([ending(1, "peace agreement"), ending(1, "low activity")])
    assert 0.35 < signed < 0.65
    assert 0.03 < faded < 0.25


def test_earlier_endings_are_counted_once_and_only_two_years_back() -> None:
    rows = [replace(ending(i, "ceasefire", state="S"), year=1990 + i) for i in range(6)]
    other = replace(ending(9, "ceasefire", state="T"), year=1990)
    asked = replace(ending(20, "low activity", state="S"), year=1994)
    counted = EarlierEndings([*rows, other], rows[:3])
    assert counted.count(asked) == 3
    assert counted.count(replace(asked, state="T")) == 1
    assert counted.count(replace(asked, state="U")) == 0


def test_wars_that_end_again_and_again_draw_fewer_missions() -> None:
    once = [ending(i, "ceasefire", 3.0, state=f"A{i}") for i in range(30)]
    again = [
        replace(ending(100 + i, "ceasefire", state=f"B{i % 3}"), year=1990 + 2 * (i // 3))
        for i in range(30)
    ]
    model = fit_mission_after_ending(once + again)
    first, tenth = model.probability([once[0], again[-1]])
    assert tenth < first - 0.2


def test_a_region_speaks_softly() -> None:
    rows = [
        replace(ending(i, "ceasefire", 3.0 if i < 20 else NAN, state=f"S{i}"), regions=frozenset(r))
        for i, r in enumerate(["1"] * 20 + ["2"] * 20)
    ]
    model = fit_mission_after_ending(rows)
    europe, middle_east = model.probability([rows[0], rows[-1]])
    unknown = model.probability([replace(rows[0], regions=frozenset())])[0]
    assert 0.5 < europe < 0.95
    assert 0.05 < middle_east < 0.5
    assert middle_east < unknown < europe


def test_what_comes_after_two_years_is_no_mission_in_time() -> None:
    assert came(ending(1, "ceasefire", 24.0)) is True
    assert came(ending(1, "ceasefire", -0.5)) is True
    assert came(ending(1, "ceasefire", 24.1)) is False
    assert came(ending(1, "ceasefire")) is False
    assert came(replace(ending(1, "ceasefire"), known=False)) is None


def test_rates_are_counts_with_intervals() -> None:
    found = {r.ending: r for r in rates(made())}
    assert (found["peace agreement"].n, found["peace agreement"].missions) == (40, 20)
    assert found["peace agreement"].low < 0.5 < found["peace agreement"].high
    assert "between states, any ending" not in found


def test_a_state_never_trains_its_own_forecast() -> None:
    rows = made()
    plain = backtest_endings(rows, rows)
    planted = [replace(e, months=1.0) if e.state == "S3" else e for e in rows]
    theirs = backtest_endings(planted, planted)
    for ours, other in zip(plain.forecasts, theirs.forecasts, strict=True):
        if ours.cluster == "S3":
            assert ours.probability == other.probability


def test_another_table_leaves_no_state_out() -> None:
    rows = made()
    later = [replace(e, year=e.year + 30, id=f"L{e.id}", months=NAN, known=False) for e in rows[:9]]
    assert backtest_endings(rows, later).trained_on == len(rows)
    assert backtest_endings(rows, rows[:9]).trained_on < len(rows)


def test_forward_in_time_a_later_ending_trains_nothing() -> None:
    rows = [
        replace(ending(i, "ceasefire" if i % 3 else "low activity"), year=1990 + i // 30)
        for i in range(300)
    ]
    ours = backtest_endings(rows, rows, rolling=True)
    assert min(int(f.about["year"]) for f in ours.forecasts) == 1995
    turned = [replace(e, months=1.0) if e.year > 1995 else e for e in rows]
    theirs = backtest_endings(turned, turned, rolling=True)
    for a, b in zip(ours.forecasts, theirs.forecasts, strict=True):
        if a.about["year"] <= 1997:
            assert a.probability == b.probability
    with pytest.raises(UsageError, match="two years before"):
        backtest_endings(rows[:50], rows[:50], rolling=True)


def test_an_ending_never_trains_its_own_fold() -> None:
    rows = made()
    ours = backtest_endings(rows, rows, folds=5)
    turned = [replace(rows[0], months=30.0 if came(rows[0]) else 1.0), *rows[1:]]
    theirs = backtest_endings(turned, turned, folds=5)
    assert ours.forecasts[0].probability == theirs.forecasts[0].probability
    differ = [
        a.probability != b.probability
        for a, b in zip(ours.forecasts, theirs.forecasts, strict=True)
    ]
    assert sum(differ) == 80


def test_an_ending_after_the_day_cannot_leak() -> None:
    rows, day = made(), date(1998, 1, 1)
    test = [replace(e, id=f"T{e.id}", months=NAN, known=False) for e in rows[:10]]
    late = [replace(ending(200 + i, "low activity", 1.0, "X"), year=1996) for i in range(12)]
    planted = [*rows, *late]
    ours, theirs = (backtest_endings(r, test, until=day) for r in (rows, planted))
    assert [f.probability for f in ours.forecasts] == [f.probability for f in theirs.forecasts]
    assert "scores" not in document(ours)


def test_little_or_one_sided_training_still_gives_sane_probabilities() -> None:
    never = [replace(e, months=NAN) for e in made()]
    p = fit_mission_after_ending(never).probability(made())
    assert ((p > 0.001) & (p < 0.2)).all()
    bare = replace(ending(1, "ceasefire"), war=NAN, there_already=NAN)
    assert np.isfinite(fit_mission_after_ending(made()[:2]).probability([bare])).all()
    with pytest.raises(UsageError, match="too few"):
        fit_mission_after_ending(made()[:1])


def test_an_unknown_ending_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("dyadepisode,gwno_loc,year,out,ex\n1,630,1990,cease fire,False\n")
    with pytest.raises(FaultsError) as caught:
        load_conflict_endings(path)
    fault = caught.value.faults[0]
    assert (fault.line, fault.column, fault.suggestion) == (2, 4, "ceasefire")


def test_it_beats_the_published_figure_by_its_own_protocol(shared_data: Path) -> None:
    rows = load_conflict_endings(shared_data / "benchmark-panels/termination_to_mission.csv.gz")
    scores = document(backtest_endings(rows, rows, folds=5))["scores"]["within_24m"]
    published = scores["baselines"]["logit"]
    assert published["auc"] == pytest.approx(0.728, abs=0.01)
    assert published["brier"] == pytest.approx(0.138, abs=0.003)
    assert scores["brier"] < 0.138
    assert scores["auc"] > 0.76


def test_it_beats_the_plain_logit_with_states_left_out_and_forward(shared_data: Path) -> None:
    rows = load_conflict_endings(shared_data / "benchmark-panels/termination_to_mission.csv.gz")
    for n, rolling in ((292, False), (164, True)):
        scores = document(backtest_endings(rows, rows, rolling=rolling))["scores"]["within_24m"]
        assert scores["n"] == n
        assert scores["brier"] < scores["baselines"]["logit"]["brier"] - 0.005
        assert scores["gains"]["logit"]["log_score"]["low"] > 0
        assert scores["auc"] > 0.75
    counted = {r.ending: r for r in rates(rows)}
    assert counted["peace agreement"].share == pytest.approx(0.43, abs=0.01)
    assert counted["between states, any ending"].n < 13


def test_nothing_to_forecast_is_said() -> None:
    with pytest.raises(UsageError, match="no ending to forecast"):
        backtest_endings(made(), [])
