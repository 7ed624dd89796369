from datetime import date

import pytest

from willing.data.missions import ProposedMission
from willing.errors import UsageError
from willing.history import FEATURES, analogues, mission_features

Missions = tuple[ProposedMission, ...]
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
