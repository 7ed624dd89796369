from datetime import date

import numpy as np
import pytest

from willing.data.missions import ProposedMission
from willing.errors import UsageError
from willing.history import (
    FEATURES,
    analogues,
    feature_weights,
    fit_two_stage,
    mission_features,
)

Missions = tuple[ProposedMission, ...]
TASKS = ("truce", "agreement", "protection", "support", "coercion", "sea")
TARGET = {
    "host_consent": 1.0,
    "parties_consent": 0.0,
    "ceasefire": 0.0,
    "p5_opposed": 1.0,
    "neighbour_opposed": 1.0,
    "us_support": 0.0,
    "high_risk": 1.0,
    "no_land": 0.0,
}


def test_a_mission_is_its_own_nearest(missions: Missions) -> None:
    kfor = next(m for m in missions if m.id == "KFOR_1999")
    found = analogues(mission_features(kfor), missions, 3)
    assert found[0].distance == 0.0
    assert "KFOR_1999" in [a.id for a in found if a.distance == 0.0]


def test_distance_is_gowers(missions: Missions) -> None:
    for a in analogues(TARGET, missions, 60):
        gap = sum(
            abs(mine - theirs) / (2.0 if name == "us_support" else 1.0)
            for name, (theirs, mine) in a.differed.items()
        )
        compared = len(a.shared) + len(a.differed)
        assert a.distance == pytest.approx(gap / compared)  # the target's codes are whole
        assert compared + len(a.missing) == len(FEATURES)


def test_kind_of_war_and_task_come_first(missions: Missions) -> None:
    setting = {"war": "interstate", "task": "truce"}
    found = analogues(TARGET, missions, 6, exclude_countries={"UKR"}, setting=setting)
    own = {m.id: (m.war, m.task) for m in missions}
    assert all(own[a.id] == ("interstate", "truce") for a in found[:4])
    assert {"MFO_SINAI_1981", "OSCE_GEO_2008"} <= {a.id for a in found}
    for a in analogues(TARGET, missions, 60, setting=setting):
        assert ("war" in a.shared) == (own[a.id][0] == "interstate")
        assert ("task" in a.differed) == (own[a.id][1] != "truce")
        assert 0.0 <= a.distance <= 1.0
    for a in analogues(TARGET, missions, 60, setting={"war": "interstate", "task": ""}):
        assert "task" not in a.shared
        assert "task" not in a.differed


def test_every_mission_has_its_war_and_task(missions: Missions) -> None:
    assert {m.war for m in missions} == {"interstate", "internationalised", "civil", "none"}
    assert {m.task for m in missions} == set(TASKS)


def test_what_moved_past_missions_weighs_more(missions: Missions) -> None:
    rng = np.random.default_rng(1)
    model = fit_two_stage(missions, as_of=date(2025, 4, 5), n_draws=60, rng=rng)
    weights = feature_weights(model)
    assert set(weights) == set(FEATURES)
    assert weights["us_support"] > weights["no_land"]
    plain = [a.id for a in analogues(TARGET, missions, 30)]
    assert [a.id for a in analogues(TARGET, missions, 30, weights=weights)] != plain
    same = dict.fromkeys(FEATURES, 3.0)
    assert [a.id for a in analogues(TARGET, missions, 30, weights=same)] == plain


def test_each_has_a_name_an_end_and_a_link(missions: Missions) -> None:
    found = analogues(TARGET, missions, 5, as_of=date(2025, 4, 5), exclude_countries={"UKR"})
    assert len(found) == 5
    assert [a.distance for a in found] == sorted(a.distance for a in found)
    for a in found:
        assert a.name
        assert a.outcome
        assert a.url.startswith("http")
        assert a.country != "UKR"


def test_nothing_after_the_day_is_told(missions: Missions) -> None:
    day = date(1999, 4, 30)
    for a in analogues(TARGET, missions, 50, as_of=day):
        mission = next(m for m in missions if m.id == a.id)
        assert mission.proposed <= day
        if a.days_to_arrival is not None:
            assert mission.arrived is not None
            assert mission.arrived <= day


def test_unknown_features_are_refused(missions: Missions) -> None:
    with pytest.raises(UsageError):
        analogues({"consent": 1.0}, missions)


def test_a_case_known_in_probability_shares_what_is_nearly_certain(missions: Missions) -> None:
    soft = {**TARGET, "p5_opposed": 0.99, "us_support": -0.4}
    for a in analogues(soft, missions, 20):
        assert "us_support" not in a.shared
        if "p5_opposed" in a.differed:
            assert a.differed["p5_opposed"] == (0.0, 0.99)
