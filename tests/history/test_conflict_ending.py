from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from willing.data.loaders.conflict_endings import ConflictEnding, load_conflict_endings
from willing.errors import FaultsError, UsageError
from willing.history.backtest import backtest_endings
from willing.history.conflict_ending import came, fit_mission_after_ending, rates
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
        foreign_troops=False,
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


def test_an_ending_after_the_day_cannot_leak() -> None:
    rows, day = made(), date(1998, 1, 1)
    test = [replace(e, id=f"T{e.id}", months=NAN, known=False) for e in rows[:10]]
    late = [replace(ending(200 + i, "low activity", 1.0), year=1996) for i in range(12)]
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


def test_it_beats_the_base_rate_with_states_left_out(shared_data: Path) -> None:
    rows = load_conflict_endings(shared_data / "benchmark-panels/termination_to_mission.csv.gz")
    scores = document(backtest_endings(rows, rows))["scores"]["within_24m"]
    assert scores["n"] == 292
    assert scores["brier"] < scores["base_brier"] - 0.01
    assert scores["auc"] > 0.65
    earlier, later = ([e for e in rows if (e.year < 2001) is side] for side in (True, False))
    scores = document(backtest_endings(earlier, later))["scores"]["within_24m"]
    assert scores["brier"] < 0.85 * scores["base_brier"]
    counted = {r.ending: r for r in rates(rows)}
    assert counted["peace agreement"].share == pytest.approx(0.43, abs=0.01)
    assert counted["between states, any ending"].n < 13


def test_nothing_to_forecast_is_said() -> None:
    with pytest.raises(UsageError, match="no ending to forecast"):
        backtest_endings(made(), [])
