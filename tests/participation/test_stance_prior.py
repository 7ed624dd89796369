from datetime import date
from pathlib import Path

import numpy as np
import pytest

from willing.data.loaders.cow import load_capabilities, load_capitals
from willing.data.missions import (
    actors_by_cow_code,
    load_contributions,
    load_participation,
    load_stance_parameters,
)
from willing.errors import UsageError
from willing.participation import (
    fit_stance_prior,
    join_probability,
    past_coalitions,
    stance_prior,
)

MEMBER = {"nato": 1.0, "eu": 1.0, "distance_km": 1500.0, "log_active_personnel": 11.5}
FAR = {"nato": 0.0, "eu": 0.0, "distance_km": 15000.0, "log_active_personnel": 10.0}
HOSTS = {
    "ALBA_1997": "ALB",
    "KFOR_1999": "SRB",
    "INTERFET_1999": "TLS",
    "IRAQ_2003": "IRQ",
    "MNF-I": "IRQ",
    "ISAF": "AFG",
    "LBY_OUP_2011": "LBY",
    "KFOR": "XKX",
    "OPG_2023": "YEM",
    "HTI_MSS_2022": "HTI",
}


def test_near_allies_are_more_willing_than_distant_outsiders() -> None:
    prior = stance_prior({"AAA": MEMBER, "BBB": FAR})
    assert prior["AAA"][0] > prior["BBB"][0] + 20
    assert all(0 <= mean <= 100 and 5 < sd < 45 for mean, sd in prior.values())


def test_each_covariate_moves_the_answer_its_way() -> None:
    base = join_probability({"A": MEMBER})["A"]["join"]
    for change, up in (
        ({"lead": 1.0}, True),
        ({"nato": 0.0}, False),
        ({"distance_km": 9000.0}, False),
        ({"past_missions": 1.0}, True),
        ({"log_active_personnel": 13.0}, True),
    ):
        moved = join_probability({"A": MEMBER | change})["A"]["join"]
        assert (moved > base) == up, change


def test_answers_add_to_one_with_support_its_own() -> None:
    answers = join_probability({"A": MEMBER})["A"]
    assert sum(answers.values()) == pytest.approx(1.0)
    assert 0.02 < answers["support_no_troops"] < 0.4


def test_what_is_not_given_widens_and_is_not_guessed() -> None:
    nothing = join_probability({"A": {}})["A"]["join"]
    assert 0.1 < nothing < 0.7
    far_known = join_probability({"A": FAR})["A"]["join"]
    far_unknown = join_probability(
        {"A": {k: v for k, v in FAR.items() if k != "log_active_personnel"}}
    )["A"]["join"]
    assert far_unknown == pytest.approx(far_known, abs=0.08)
    assert join_probability({"A": {"nato": float("nan")}}) == join_probability({"A": {}})


def test_a_neighbour_of_a_hostile_power_is_less_certain_not_more_willing() -> None:
    plain = join_probability({"A": MEMBER})["A"]["join"]
    beside = join_probability({"A": MEMBER | {"neighbour_of_hostile_power": 1.0}})["A"]["join"]
    assert abs(beside - 0.5) < abs(plain - 0.5)


def test_the_record_is_counted_as_of_the_day() -> None:
    early = join_probability({"DNK": MEMBER}, as_of=date(1996, 1, 1))["DNK"]["join"]
    late = join_probability({"DNK": MEMBER}, as_of=date(2025, 4, 5))["DNK"]["join"]
    assert late > early


def test_an_unknown_covariate_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="'distance_km'"):
        stance_prior({"A": {"distance": 100.0}})
    assert stance_prior({}) == {}


def great_circle(a: tuple[float, float], b: tuple[float, float]) -> float:
    (p, q), (r, s) = np.radians(a), np.radians(b)
    h = np.sin((r - p) / 2) ** 2 + np.cos(p) * np.cos(r) * np.sin((s - q) / 2) ** 2
    return float(2 * 6371 * np.arcsin(np.sqrt(h)))


def test_the_shipped_parameters_are_those_of_the_tables(shared_data: Path) -> None:
    capitals = load_capitals(shared_data / "cow/capitals.csv")
    power = load_capabilities(shared_data / "cow/nmc_1946_2022.csv.gz")
    codes = {actor: code for code, actor in actors_by_cow_code().items()}
    past = past_coalitions(load_participation(), load_contributions())
    covariates = {}
    for c in past:
        year, host = min(c.on.year - 1, 2022), HOSTS[c.name]
        for actor, code in codes.items():
            personnel = power.get((code, year), (np.nan, np.nan))[0]
            if code in capitals and np.isfinite(personnel) and actor != host:
                covariates[c.name, actor] = {
                    "distance_km": great_circle(capitals[code], capitals[codes[host]]),
                    "log_active_personnel": float(np.log(max(personnel, 0.1) * 1000)),
                }
    fitted = fit_stance_prior(load_participation(), past, covariates)
    names, mean, covariance = load_stance_parameters()
    assert fitted.names == names
    assert fitted.mean == pytest.approx(mean, abs=2e-3)
    assert fitted.covariance == pytest.approx(np.array(covariance), abs=2e-3)
