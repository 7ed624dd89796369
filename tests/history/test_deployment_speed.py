from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import lognorm, t

from willing.data.loaders.deployment_speed import SOONEST, MissionSpeed, load_deployment_speed
from willing.errors import UsageError
from willing.history import deployment_speed
from willing.history.backtest import backtest_speed
from willing.history.deployment_speed import WINDOW, fit_deployment_speed
from willing.statistics.track_record import document

NAN = float("nan")


def row(
    i: int, months: float = 6.0, peak: float = 5000.0, authorised: float = 5000.0
) -> MissionSpeed:
    return MissionSpeed(
        mission=f"M{i}",
        mandate=date(1995 + i, 1, 1),
        peak=peak,
        authorised=authorised,
        months_to_half=months,
        line=i,
    )


def table() -> list[MissionSpeed]:
    months = [3.0, 5.0, 8.0, 4.0, 12.0, 7.0, 2.0, 9.0]
    return [row(i, m, 500.0 * (i + 1), 2000.0) for i, m in enumerate(months)]


def staged(n: int, build: float, wait: float) -> list[MissionSpeed]:
    """Missions made as the model says: half of them outgrew a mandate for a tenth of the peak."""
    rng = np.random.default_rng(3)
    built = build * np.exp(0.6 * rng.standard_normal(n))
    waited = wait * np.exp(0.4 * rng.standard_normal(n))
    made = []
    for i in range(n):
        grew = i % 2 == 1
        months = float(built[i] + (waited[i] if grew else 0.0))
        one = row(0, months, authorised=500.0 if grew else 5000.0)
        made.append(replace(one, mission=f"M{i}"))
    return made


def test_the_likelihood_is_the_integral_it_stands_for() -> None:
    z = np.array([0.3, -0.2, 0.1, 0.4, -0.5])
    build, wait = 3 * np.exp(z[0]), 6 * np.exp(z[2])
    log_built = t(1 + 4 * np.exp(z[4]), np.log(build), 0.8 * np.exp(0.5 * z[1]))
    waited = lognorm(0.8 * np.exp(0.5 * z[3]), scale=wait)
    nodes = waited.ppf((np.arange(4000) + 0.5) / 4000)
    standard = np.log(nodes / wait) / (0.8 * np.exp(0.5 * z[3]))
    months, beyond = np.array([5.0, 14.0]), np.array([0.0, 0.6])

    def built(months: float) -> float:
        return float(log_built.pdf(np.log(months)) / months)

    exact = quad(lambda w: waited.pdf(w) * built(14.0 - 0.6 * w), 0, 14 / 0.6, limit=200)[0]
    expected = np.log(built(5.0)) + np.log(exact)
    found = deployment_speed._log_likelihood(z, months, beyond, standard)
    assert found == pytest.approx(expected, abs=1e-3)
    few = deployment_speed._log_likelihood(z, months, beyond, deployment_speed._NODES)
    assert few == pytest.approx(expected, abs=0.05)


def test_both_times_are_found_again() -> None:
    model = fit_deployment_speed(staged(300, 4.0, 9.0))
    assert np.exp(np.median(model.build)) == pytest.approx(4.0, rel=0.12)
    assert np.exp(np.median(model.wait)) == pytest.approx(9.0, rel=0.12)
    assert np.median(model.build_spread) == pytest.approx(0.6, abs=0.1)
    small, large = row(0, authorised=500.0), row(0, authorised=5000.0)
    assert model.chance_outgrown(small).mean() > 0.9
    assert model.chance_outgrown(large).mean() < 0.1


def test_a_few_that_are_obstructed_do_not_slow_the_forecast_of_the_others() -> None:
    """A tail is learned, the spread of the many is kept: that is what the t is for."""
    missions = staged(100, 4.0, 9.0)
    struck = [
        replace(m, months_to_half=34.0) if i in {0, 2, 4} else m for i, m in enumerate(missions)
    ]
    clean, model = fit_deployment_speed(missions), fit_deployment_speed(struck)
    assert np.median(model.tail) < 0.75 * np.median(clean.tail)
    assert np.median(model.build) == pytest.approx(np.median(clean.build), abs=0.15)
    assert np.median(model.build_spread) == pytest.approx(np.median(clean.build_spread), abs=0.1)


def test_intervals_hold_what_they_say_on_missions_made_as_the_model_says() -> None:
    missions = staged(240, 4.0, 9.0)
    model = fit_deployment_speed(missions[:60])
    held = 0
    for mission in missions[60:]:
        low, high = np.quantile(model.predict(mission), [0.1, 0.9])
        held += low <= mission.months_to_half <= high
    assert held / 180 == pytest.approx(0.8, abs=0.08)


def test_nothing_that_came_afterwards_is_read() -> None:
    model = fit_deployment_speed(table())
    one = row(20, months=1.0)
    assert (model.predict(one) == model.predict(replace(one, months_to_half=NAN))).all()


def test_equally_likely_amounts_come_sorted_and_none_outlasts_the_window() -> None:
    points = fit_deployment_speed(table()[:2]).predict(row(20, authorised=50.0))
    assert (np.diff(points) >= 0).all()
    assert SOONEST <= points[0] < points[-1] <= WINDOW
    assert len(points) > 5000


def test_a_mission_never_trains_its_own_forecast() -> None:
    rows = table()
    plain = backtest_speed(rows, rows).amounts[2]
    altered = [*rows[:2], replace(rows[2], months_to_half=30.0), *rows[3:]]
    assert backtest_speed(altered, altered).amounts[2].points.mean() == plain.points.mean()


def test_a_speed_known_only_later_cannot_leak() -> None:
    day = date(2001, 6, 1)
    rows = table()
    planted = [*rows, replace(row(6, 40.0), mission="PLANTED", mandate=date(2000, 1, 1))]
    ours = [a.points.mean() for a in backtest_speed(rows, rows, until=day).amounts]
    assert ours == [a.points.mean() for a in backtest_speed(planted, rows, until=day).amounts]
    assert ours != [a.points.mean() for a in backtest_speed(planted, rows).amounts]


def test_too_few_is_said() -> None:
    with pytest.raises(UsageError, match="too few"):
        fit_deployment_speed(table()[:1])


def test_what_is_not_told_is_mixed_over() -> None:
    bare = replace(row(30), peak=NAN, authorised=NAN, months_to_half=NAN)
    said = document(backtest_speed(table(), [bare]))["predictions"][0]
    assert said["upper"] == WINDOW
    assert 0.0 < said["quantiles"]["0.05"] < said["quantiles"]["0.95"] < WINDOW
    assert 0.0 < said["probability"] < 1.0
    assert said["log_mean"] == pytest.approx(np.log(said["quantiles"]["0.5"]), abs=0.5)


def test_half_of_a_peak_beyond_the_mandate_takes_longer() -> None:
    model = fit_deployment_speed(staged(40, 4.0, 9.0))
    within, half, beyond, unknown = (
        float(np.median(model.predict(replace(row(20), authorised=a))))
        for a in (9000.0, 2500.0, 50.0, NAN)
    )
    assert within < unknown < half == beyond


def test_at_the_mandate_the_peak_is_not_read() -> None:
    model = fit_deployment_speed(table())
    one, other, blank = row(20), row(20, peak=90_000.0), row(20, peak=NAN)
    first = model.predict(one, at_mandate=True)
    assert (first == model.predict(other, at_mandate=True)).all()
    assert (first == model.predict(blank)).all()
    assert len(first) != len(model.predict(one)) or (first != model.predict(one)).any()


def test_a_rolling_origin_learns_only_from_what_was_over() -> None:
    rows = [row(i, 3.0 + i % 4) for i in range(12)]
    ours = backtest_speed(rows, rows, rolling=True)
    assert [a.id for a in ours.amounts] == [f"M{i}" for i in range(8, 12)]
    planted = [*rows, replace(row(10, 30.0), mission="PLANTED")]
    later = backtest_speed(planted, rows, rolling=True)
    first = [a.points.mean() for a in ours.amounts[:3]]
    assert first == [a.points.mean() for a in later.amounts[:3]]
    all_known = [backtest_speed(table, rows).amounts[0].points.mean() for table in (planted, rows)]
    assert all_known[0] != all_known[1]


def test_it_beats_the_plain_lognormal_and_its_intervals_hold(shared_data: Path) -> None:
    rows = load_deployment_speed(shared_data / "un-missions/mission_deployment_speed.csv")
    rows.sort(key=lambda r: r.mandate)
    for rolling in (False, True):
        scores = document(backtest_speed(rows, rows, rolling=rolling))["scores"]["t50"]
        assert scores["crps"] < 0.75 * scores["baselines"]["lognormal"]["crps"]
        assert scores["gains"]["lognormal"]["crps"]["low"] > 0
        assert scores["coverage"]["0.8"] == pytest.approx(0.8, abs=0.1)
        assert scores["coverage"]["0.5"] == pytest.approx(0.5, abs=0.1)
        assert scores["baselines"]["at_mandate"]["crps"] < scores["baselines"]["lognormal"]["crps"]


def test_nothing_to_forecast_is_said() -> None:
    with pytest.raises(UsageError, match="no mission to forecast"):
        backtest_speed(table(), [])
