from dataclasses import replace
from datetime import date

import pytest

from willing.data.missions import ProposedMission
from willing.errors import UsageError
from willing.history.features import (
    FEATURES,
    SIGNS,
    feature_matrix,
    feature_row,
    known_by,
    mission_features,
    with_interactions,
)

Missions = tuple[ProposedMission, ...]


def test_features_are_those_voiced_at_the_proposal(missions: Missions) -> None:
    untag = next(m for m in missions if m.id == "UNTAG_1978")
    # the final code is yes; at the proposal South Africa had not agreed
    assert mission_features(untag)["host_consent"] == 0.0
    assert not hasattr(untag, "final_consent")


def test_a_truce_with_and_without_consent_are_told_apart() -> None:
    base = dict.fromkeys(FEATURES, 0.0) | {"ceasefire": 1.0, "parties_consent": 0.5}
    row = with_interactions(base)
    assert (row["ceasefire_and_consent"], row["ceasefire_without_consent"]) == (0.0, 1.0)
    near = with_interactions(base | {"parties_consent": 1.0 - 1e-9})
    assert near["ceasefire_and_consent"] > 0.999
    row = with_interactions(base | {"parties_consent": 1.0})
    assert (row["ceasefire_and_consent"], row["ceasefire_without_consent"]) == (1.0, 0.0)


def test_missing_codes_take_the_training_mean(missions: Missions) -> None:
    filled, means = feature_matrix(missions)
    assert all(row[name] == row[name] for row in filled for name in FEATURES)
    opg = next(i for i, m in enumerate(missions) if m.id == "OPG_2023")
    assert filled[opg]["host_consent"] == means["host_consent"]
    again, _ = feature_matrix([missions[opg]], {**means, "host_consent": 0.25})
    assert again[0]["host_consent"] == 0.25


def test_an_unknown_or_absent_feature_is_named() -> None:
    with pytest.raises(UsageError, match="us_support"):
        feature_row(dict.fromkeys(FEATURES, 0.0) | {"us_suport": 1.0}, ["host_consent"])
    with pytest.raises(UsageError, match="no_land"):
        feature_row({n: 0.0 for n in FEATURES if n != "no_land"}, ["host_consent"])


def test_signs_are_fixed_where_theory_fixes_them() -> None:
    assert all(SIGNS[n] == 1 for n in ("host_consent", "ceasefire_and_consent", "us_support"))
    assert all(SIGNS[n] == -1 for n in ("p5_opposed", "neighbour_opposed", "high_risk"))


def test_what_happened_later_is_not_known(missions: Missions) -> None:
    day = date(1999, 5, 1)
    known = {m.id: m for m in known_by(missions, day)}
    assert "INTERFET_1999" not in known  # proposed in September
    kfor = known["KFOR_1999"]  # proposed in February, arrived in June
    assert (kfor.authorised, kfor.arrived, kfor.realised) == (None, None, "")
    assert known["UNTAG_1978"].arrived == date(1989, 4, 1)
    assert all(d <= day for m in known.values() for d in (m.authorised, m.arrived) if d)


def test_open_cases_and_excluded_countries_never_train(missions: Missions) -> None:
    ids = {m.id for m in known_by(missions, date(2030, 1, 1), {"UKR"}, {"ALBA_1997"})}
    assert not {i for i in ids if i.startswith("UKR_") or i == "OSCE_SMM_2014"}
    assert not ids & {"GAZA_ISF_2025", "SAFEAREAS_BIH_1993", "ALBA_1997"}


def test_an_outcome_of_the_future_changes_nothing_known_today(missions: Missions) -> None:
    day = date(1999, 5, 1)
    altered = [
        replace(m, arrived=None, authorised=None, realised="no") if m.proposed.year == 1999 else m
        for m in missions
    ]
    before = [(m.id, m.authorised, m.arrived) for m in known_by(missions, day)]
    assert before == [(m.id, m.authorised, m.arrived) for m in known_by(altered, day)]
