from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from willing.data.missions import ProposedMission
from willing.errors import UsageError
from willing.history import ramp_prior

Missions = tuple[ProposedMission, ...]


def made(missions: Missions, median: float, sigma: float, n: int, width: int) -> Missions:
    rng = np.random.default_rng(12)
    found = []
    for i in range(n):
        start = date(2000, 1, 1)
        weeks = float(np.exp(np.log(median) + sigma * rng.standard_normal()))
        day = start + timedelta(days=int(weeks * 7))
        first = day - timedelta(days=day.day % width) if width > 1 else day
        found.append(
            replace(
                missions[0],
                id=f"M{i}",
                proposed=start,
                authorised=start,
                arrived=start,
                realised="yes",
                full_strength=(max(first, start), first + timedelta(days=width - 1)),
            )
        )
    return tuple(found)


@pytest.mark.parametrize("width", [1, 30])
def test_the_fit_finds_what_made_the_intervals(missions: Missions, width: int) -> None:
    rows = made(missions, 20.0, 0.6, 150, width)
    prior = ramp_prior(rows, as_of=date(2025, 1, 1), n_draws=200, rng=np.random.default_rng(0))
    assert prior.from_arrival.median_weeks == pytest.approx(20.0, rel=0.2)
    assert prior.from_arrival.sigma.mean() == pytest.approx(0.6, abs=0.12)


def test_full_strength_takes_longer_from_the_paper_than_from_the_first_boots(
    missions: Missions,
) -> None:
    prior = ramp_prior(
        missions,
        as_of=date(2025, 4, 5),
        exclude_countries={"UKR"},
        n_draws=200,
        rng=np.random.default_rng(1),
    )
    assert prior.from_authorisation.median_weeks > prior.from_arrival.median_weeks
    weeks = prior.from_arrival.predictive(np.random.default_rng(2))
    assert weeks.shape == (200,)
    assert (weeks > 0).all()


def test_the_future_is_not_known(missions: Missions) -> None:
    def draws(table: Missions) -> np.ndarray:
        prior = ramp_prior(table, as_of=date(2005, 1, 1), n_draws=50, rng=np.random.default_rng(1))
        return prior.from_arrival.mu

    later = replace(
        missions[0],
        id="LATER",
        proposed=date(2004, 1, 1),
        arrived=date(2004, 2, 1),
        full_strength=(date(2006, 1, 1), date(2006, 1, 31)),
    )
    assert (draws(missions) == draws((*missions, later))).all()


def test_too_few_is_said(missions: Missions) -> None:
    with pytest.raises(UsageError, match="too few"):
        ramp_prior(missions[:3], as_of=date(2025, 1, 1), n_draws=5, rng=np.random.default_rng(0))
