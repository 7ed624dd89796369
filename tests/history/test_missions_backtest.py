from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from willing.data.missions import ProposedMission
from willing.errors import UsageError
from willing.history.backtest import backtest_missions, mission_outcomes
from willing.statistics.track_record import TrackRecord, document

Missions = tuple[ProposedMission, ...]
TARGETS = ("within_91", "within_183", "within_365", "ever")


@pytest.fixture(scope="module")
def left_out(missions: Missions) -> TrackRecord:
    """Every mission forecast with its whole country left out."""
    return backtest_missions(missions, missions, n_draws=120)


def blank(m: ProposedMission) -> ProposedMission:
    return replace(m, authorised=None, arrived=None, full_strength=None, realised="")


def said(record: TrackRecord) -> list[tuple[str, str, float]]:
    return [(f.id, f.target, f.probability) for f in record.forecasts]


def test_the_bars_are_held_with_countries_left_out(left_out: TrackRecord) -> None:
    scores = document(left_out)["scores"]
    for target, brier, log in (
        ("within_365", 0.188, 0.577),
        ("ever", 0.185, 0.572),
        ("within_91", 0.205, 0.599),
    ):
        ours = scores[target]
        assert ours["n"] == 81
        assert ours["brier"] <= brier
        assert ours["log_score"] < log
        assert ours["log_score"] < ours["baselines"]["logit"]["log_score"]
        assert ours["brier"] < ours["baselines"]["logit"]["brier"] < ours["base_brier"]
        assert ours["gains"]["logit"]["brier"]["clusters"] == ours["clusters"] == 41


def test_probabilities_are_coherent(left_out: TrackRecord) -> None:
    for start in range(0, len(left_out.forecasts), 4):
        rows = left_out.forecasts[start : start + 4]
        assert [r.target for r in rows] == list(TARGETS)
        p = [r.probability for r in rows]
        assert p == sorted(p)


def test_outcomes_of_test_rows_influence_nothing(missions: Missions) -> None:
    train, test = missions[:60], missions[60:66]
    known = backtest_missions(train, test, n_draws=20)
    unknown = backtest_missions(train, [blank(m) for m in test], n_draws=20)
    assert said(known) == said(unknown)
    assert "scores" in document(known)
    assert "scores" not in document(unknown)


def test_a_mission_of_the_same_country_never_trains(missions: Missions) -> None:
    test = [m for m in missions if m.id == "UKR_UN_2017"]
    ours = said(backtest_missions(missions, test, n_draws=20))
    turned = [
        replace(m, realised="no", arrived=None) if m.country == "UKR" else m for m in missions
    ]
    assert ours == said(backtest_missions(turned, test, n_draws=20))
    turned = [
        replace(m, realised="no", arrived=None) if m.country == "SDN" else m for m in missions
    ]
    assert ours != said(backtest_missions(turned, test, n_draws=20))


def test_a_row_from_after_the_training_date_cannot_leak(missions: Missions) -> None:
    day = date(2005, 1, 1)
    test = [m for m in missions if m.proposed.year == 2006]
    planted = replace(
        missions[0],
        id="PLANTED",
        country="XXX",
        proposed=date(2005, 3, 1),
        authorised=date(2005, 3, 2),
        arrived=date(2005, 3, 3),
    )
    pending = replace(planted, id="PENDING", proposed=date(2004, 11, 1), authorised=None)
    never = replace(pending, realised="no", arrived=None)
    ours = backtest_missions((*missions, never), test, until=day, n_draws=20)
    assert ours.trained_until <= day
    assert said(ours) == said(
        backtest_missions((*missions, pending, planted), test, until=day, n_draws=20)
    )
    # without the date the planted rows count, so this test can fail
    free = said(backtest_missions((*missions, never), test, n_draws=20))
    assert free != said(backtest_missions((*missions, pending, planted), test, n_draws=20))


def test_a_shared_id_in_a_table_of_its_own_is_left_out(missions: Missions) -> None:
    twin = replace(missions[20], country="ZZZ")
    test = [twin, missions[21]]
    ours = said(backtest_missions(missions, test, n_draws=20))[:4]
    without = [m for m in missions if m.id not in {twin.id, missions[21].id}]
    assert ours == said(backtest_missions(without, [twin], n_draws=20))


def test_outcomes_follow_the_codebook(missions: Missions) -> None:
    by_id = {m.id: mission_outcomes(m) for m in missions}
    # partial missions count as arrived from their first day, but were not realised
    assert by_id["OSCE_GEO_2008"]["within_91"] is True
    assert by_id["OSCE_GEO_2008"]["ever"] is False
    assert by_id["UNAMID_2006"] == {
        "within_91": False,
        "within_183": False,
        "within_365": False,
        "ever": True,
    }
    assert set(by_id["SAFEAREAS_BIH_1993"].values()) == {None}
    assert set(by_id["GAZA_ISF_2025"].values()) == {None}


def test_the_baselines_are_the_published_ones(left_out: TrackRecord) -> None:
    scores = document(left_out)["scores"]
    for target, base in (("ever", 0.257), ("within_91", 0.229), ("within_365", 0.258)):
        assert scores[target]["base_brier"] == pytest.approx(base, abs=6e-4)
    assert scores["within_365"]["baselines"]["logit"]["brier"] == pytest.approx(0.198, abs=0.004)


def test_too_little_to_learn_from_is_said(missions: Missions) -> None:
    with pytest.raises(UsageError, match="at least 2"):
        backtest_missions(missions[:1], missions[1:2], n_draws=5)
    with pytest.raises(UsageError):
        backtest_missions(missions, [], n_draws=5)


def test_little_or_one_sided_training_still_gives_sane_probabilities(missions: Missions) -> None:
    test = missions[60:70]
    went = [m for m in missions[:60] if m.realised == "yes"]
    stayed = [m for m in missions[:60] if m.realised == "no"]
    for train in (missions[:3], went, stayed):
        record = backtest_missions(train, test, n_draws=20)
        p = np.array([f.probability for f in record.forecasts]).reshape(-1, 4)
        assert ((p > 0) & (p < 1)).all()
        assert (np.diff(p, axis=1) >= 0).all()


def test_a_mission_of_which_nothing_is_coded_is_forecast_near_the_base_rate(
    missions: Missions,
) -> None:
    bare = replace(
        blank(missions[60]),
        host_consent="",
        parties_consent="",
        ceasefire="",
        us_support="",
        casualty_risk="",
        p5_opposed=None,
        neighbour_opposed=None,
        domains=(),
    )
    for f in backtest_missions(missions[:60], [bare], n_draws=50).forecasts:
        assert f.probability == pytest.approx(f.baselines["base_rate"], abs=0.08)


def test_intervals_contain_their_mean(left_out: TrackRecord) -> None:
    rows = [(f.about["low"], f.probability, f.about["high"]) for f in left_out.forecasts]
    assert (np.diff(np.array(rows), axis=1) >= 0).all()
