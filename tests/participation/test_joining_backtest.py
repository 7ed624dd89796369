from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from willing.data.loaders.benchmark_panels import PanelRow, load_coalition_panel
from willing.data.loaders.state_covariates import StateCovariates, load_state_covariates
from willing.data.missions import load_contributions, load_participation
from willing.errors import UsageError
from willing.participation import PastCoalition, past_coalitions
from willing.participation.backtest import backtest_coalition_panel, backtest_contributions
from willing.statistics.track_record import document


@pytest.fixture(scope="module")
def past() -> tuple[PastCoalition, ...]:
    return past_coalitions(load_participation(), load_contributions())


@pytest.fixture(scope="module")
def panel(shared_data: Path) -> list[PanelRow]:
    return load_coalition_panel(shared_data / "benchmark-panels/coalition_panel.csv.gz")


@pytest.fixture(scope="module")
def tables(shared_data: Path) -> StateCovariates:
    return load_state_covariates(shared_data)


def probabilities(record) -> list[float]:
    return [f.probability for f in record.forecasts]


def test_the_hard_case_left_out_one_at_a_time(
    panel: list[PanelRow], past: tuple[PastCoalition, ...]
) -> None:
    scores = document(backtest_coalition_panel(panel, panel, past))["scores"]["joins"]
    assert scores["brier"] <= 0.235
    assert scores["baselines"]["logit"]["brier"] == pytest.approx(0.261, abs=0.002)
    # what our own coalitions add: without them it does not beat no skill
    alone = document(backtest_coalition_panel(panel, panel, ()))["scores"]["joins"]
    assert alone["brier"] > 0.245 > scores["brier"]


def test_blank_outcomes_give_the_same_predictions(
    panel: list[PanelRow], past: tuple[PastCoalition, ...]
) -> None:
    test = [r for r in panel if r.mission == "EUTM RCA"]
    train = [r for r in panel if r.mission != "EUTM RCA"]
    blank = [replace(r, joined=None) for r in test]
    ours = backtest_coalition_panel(train, test, past)
    assert probabilities(ours) == probabilities(backtest_coalition_panel(train, blank, past))
    flipped = [replace(r, joined=not r.joined) for r in test]
    assert probabilities(ours) == probabilities(backtest_coalition_panel(train, flipped, past))


def test_a_mission_of_later_years_cannot_leak(
    panel: list[PanelRow], past: tuple[PastCoalition, ...]
) -> None:
    day = date(2016, 6, 1)
    test = [r for r in panel if r.mission == "EUTM RCA"]
    planted = [replace(r, mission="PLANTED", start=2015, joined=True) for r in test]
    coalition = PastCoalition("PLANTED", date(2016, 7, 1), "EU", frozenset(r.actor for r in test))
    ours = backtest_coalition_panel(panel, test, past, until=day)
    assert probabilities(ours) == probabilities(
        backtest_coalition_panel([*panel, *planted], test, (*past, coalition), until=day)
    )
    assert ours.trained_until <= day
    free = backtest_coalition_panel([*panel, *planted], test, past)
    assert probabilities(free) != probabilities(backtest_coalition_panel(panel, test, past))


def test_coalitions_from_those_before_them(
    tables: StateCovariates, past: tuple[PastCoalition, ...]
) -> None:
    rows = load_contributions()
    asked = [r for r in rows if r.mission != "MNF-I"]
    record = backtest_contributions(rows, asked, past, states=tables.states, covariates=tables.of)
    scores = document(record)["scores"]["joins"]
    assert scores["by_cluster"]["ISAF"]["brier"] <= 0.110
    assert scores["by_cluster"]["KFOR"]["brier"] <= 0.0616
    assert record.trained_until < date(2017, 2, 15)
    # troop figures are the outcome: without them the same is said and nothing is scored
    blank = [replace(r, troops=None) for r in asked]
    unknown = backtest_contributions(rows, blank, past, states=tables.states, covariates=tables.of)
    assert probabilities(unknown) == probabilities(record)
    assert "scores" not in document(unknown)


def test_who_is_listed_in_the_test_file_is_not_read(
    tables: StateCovariates, past: tuple[PastCoalition, ...]
) -> None:
    rows = load_contributions()
    train = [r for r in rows if r.mission == "MNF-I"]
    whole = [r for r in rows if r.mission == "ISAF"]
    one = [replace(whole[0], troops=None)]
    elsewhere = [p for p in past if p.name != "ISAF"]
    run = {"states": tables.states, "covariates": tables.of}
    ours = backtest_contributions(train, whole, past, **run)
    assert probabilities(ours) == probabilities(
        backtest_contributions(train, one, elsewhere, **run)
    )


def test_a_first_coalition_is_forecast_from_later_ones_unless_a_day_is_given(
    tables: StateCovariates, past: tuple[PastCoalition, ...]
) -> None:
    rows = load_contributions()
    first = [r for r in rows if r.mission == "MNF-I"]
    run = {"states": tables.states, "covariates": tables.of}
    assert document(backtest_contributions(rows, first, past, **run))["n"] > 180
    with pytest.raises(UsageError, match="MNF-I"):
        backtest_contributions(rows, first, past, **run, until=date(2004, 1, 1))
