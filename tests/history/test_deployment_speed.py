from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from willing.data.loaders.deployment_speed import MissionSpeed, load_deployment_speed
from willing.errors import UsageError
from willing.history.backtest import backtest_speed
from willing.history.deployment_speed import WINDOW, fit_deployment_speed
from willing.history.ramp import UN_HALF_STRENGTH
from willing.statistics.lognormal import fit_lognormal
from willing.statistics.track_record import document


def row(
    i: int,
    months: float = 6.0,
    peak: float = 5000.0,
    before: float = 0.0,
    authorised: float = 5000.0,
) -> MissionSpeed:
    return MissionSpeed(
        mission=f"M{i}",
        mandate=date(1995 + i, 1, 1),
        host="XXX",
        africa=float(i % 2),
        peak=peak,
        predecessor=before,
        authorised=authorised,
        months_to_half=months,
        months_to_90=float("nan"),
        line=i,
    )


def table() -> list[MissionSpeed]:
    months = [3.0, 5.0, 8.0, 4.0, 12.0, 7.0, 2.0, 9.0]
    return [row(i, m, 500.0 * (i + 1), float(i % 3 == 0)) for i, m in enumerate(months)]


def test_nothing_that_came_afterwards_is_read() -> None:
    model = fit_deployment_speed(table())
    one = row(20, months=1.0)
    same = replace(one, months_to_half=float("nan"), months_to_90=1.0)
    assert (model.predict([one])[0] == model.predict([same])[0]).all()


def test_what_is_not_told_takes_the_training_mean() -> None:
    model = fit_deployment_speed(table())
    blank = replace(row(20), peak=float("nan"), predecessor=float("nan"))
    mean, sd = model.predict([blank])
    assert np.isfinite(mean).all()
    assert np.isfinite(sd).all()


def test_a_mission_never_trains_its_own_forecast() -> None:
    rows = table()
    plain = backtest_speed(rows, rows).amounts[2]
    altered = [*rows[:2], replace(rows[2], months_to_half=30.0), *rows[3:]]
    assert backtest_speed(altered, altered).amounts[2].mean == plain.mean


def test_a_speed_known_only_later_cannot_leak() -> None:
    day = date(2001, 6, 1)
    rows = table()
    planted = [*rows, replace(row(6, 40.0), mission="PLANTED", mandate=date(2000, 1, 1))]
    ours = [a.mean for a in backtest_speed(rows, rows, until=day).amounts]
    assert ours == [a.mean for a in backtest_speed(planted, rows, until=day).amounts]
    assert ours != [a.mean for a in backtest_speed(planted, rows).amounts]


def test_too_few_is_said() -> None:
    with pytest.raises(UsageError, match="too few"):
        fit_deployment_speed(table()[:1])


def test_what_is_not_coded_takes_the_training_mean_and_nothing_outlasts_the_window() -> None:
    bare = replace(row(30), peak=float("nan"), africa=float("nan"), months_to_half=float("nan"))
    said = document(backtest_speed(table()[:2], [bare]))["predictions"][0]
    assert said["upper"] == WINDOW
    assert 0.0 < said["quantiles"]["0.05"] < said["quantiles"]["0.95"] < WINDOW
    assert 0.0 < said["probability"] < 1.0


def test_half_of_a_peak_beyond_the_mandate_takes_longer() -> None:
    slow = [replace(m, authorised=m.peak / 4, months_to_half=4 * m.months_to_half) for m in table()]
    renamed = [replace(m, mission=f"S{m.mission}") for m in slow]
    model = fit_deployment_speed(table() + renamed)
    within, half, beyond = (replace(row(20), authorised=a) for a in (9000.0, 2500.0, 50.0))
    medians = model.predict([within, half, beyond])[0]
    assert medians[0] < medians[1] == medians[2]
    uncoded = model.predict([replace(row(20), authorised=float("nan"))])[0][0]
    assert medians[0] < uncoded < medians[1]


def test_at_the_mandate_the_peak_is_not_read() -> None:
    model = fit_deployment_speed(table(), at_mandate=True)
    one = row(20)
    assert model.predict([one])[0] == model.predict([replace(one, peak=90_000.0)])[0]


def test_a_rolling_origin_learns_only_from_what_was_over() -> None:
    rows = [row(i, 3.0 + i % 4) for i in range(12)]
    ours = backtest_speed(rows, rows, rolling=True)
    assert [a.id for a in ours.amounts] == [f"M{i}" for i in range(8, 12)]
    planted = [*rows, replace(row(10, 30.0), mission="PLANTED")]
    later = backtest_speed(planted, rows, rolling=True)
    assert [a.mean for a in ours.amounts[:3]] == [a.mean for a in later.amounts[:3]]
    assert (
        backtest_speed(planted, rows).amounts[0].mean != backtest_speed(rows, rows).amounts[0].mean
    )


def test_it_beats_the_plain_lognormal_and_its_intervals_hold(shared_data: Path) -> None:
    rows = load_deployment_speed(shared_data / "un-missions/mission_deployment_speed.csv")
    rows.sort(key=lambda r: r.mandate)
    for rolling, gain in ((False, 0.8), (True, 0.85)):
        scores = document(backtest_speed(rows, rows, rolling=rolling))["scores"]["t50"]
        assert scores["crps"] < gain * scores["baselines"]["lognormal"]["crps"]
        assert scores["gains"]["lognormal"]["crps"]["low"] > 0
        assert scores["coverage"]["0.8"] == pytest.approx(0.8, abs=0.1)
        assert scores["coverage"]["0.5"] == pytest.approx(0.5, abs=0.1)
    before = [r for r in rows if r.mandate.year < 2000]
    after = document(backtest_speed(before, rows[len(before) :]))["scores"]["t50"]
    assert after["crps"] < 0.95 * after["baselines"]["lognormal"]["crps"]


def test_the_shipped_figures_are_those_of_the_table(shared_data: Path) -> None:
    rows = load_deployment_speed(shared_data / "un-missions/mission_deployment_speed.csv")
    months = np.array([r.months_to_half for r in rows])
    fit = fit_lognormal(
        np.ones((len(rows), 1)), months, prior_sd=[10.0], prior_s=0.9, prior_weight=4.0
    )
    variance = fit.rate / (fit.shape - 1)
    assert UN_HALF_STRENGTH["mean"] == pytest.approx(fit.mean[0], abs=1e-3)
    assert UN_HALF_STRENGTH["sd"] == pytest.approx(np.sqrt(variance), abs=1e-3)
    se = np.sqrt(variance * fit.scale[0, 0])
    assert UN_HALF_STRENGTH["standard_error"] == pytest.approx(se, abs=1e-3)


def test_nothing_to_forecast_is_said() -> None:
    with pytest.raises(UsageError, match="no mission to forecast"):
        backtest_speed(table(), [])
