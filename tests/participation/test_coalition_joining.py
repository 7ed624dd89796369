from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from willing.errors import UsageError
from willing.participation import Candidate, PastCoalition, fit_coalition_joining

STATES = [f"S{i:02d}" for i in range(30)]


def candidates(
    mission: str, year: int, seed: int, lead: str = "NATO", level: float = 0.0
) -> list[Candidate]:
    rng = np.random.default_rng(seed)
    rows = []
    for i, actor in enumerate(STATES):
        size, distance = rng.normal(), rng.normal()
        member = i < 15
        eta = level + 1.5 * size - distance + (1.5 if member else -1.5)
        rows.append(
            Candidate(
                id=f"{mission}:{actor}",
                mission=mission,
                actor=actor,
                start=date(year, 1, 1),
                lead=lead,
                member=member,
                covariates={"lmil": size, "ldist": distance},
                joined=bool(rng.random() < 1 / (1 + np.exp(-eta))),
            )
        )
    return rows


def training() -> list[Candidate]:
    return [c for k in range(8) for c in candidates(f"M{k}", 2000 + k, k)]


def test_size_distance_and_membership_are_learned() -> None:
    m = fit_coalition_joining(training(), before=date.max)
    found = {name: mean for name, (mean, _) in m.coefficients().items()}
    assert found["lmil"] > 0.7
    assert found["ldist"] < -0.4
    assert found["NATO, member"] > found["NATO, outside"] + 1.5


def test_answers_to_be_forecast_are_never_read() -> None:
    m = fit_coalition_joining(training(), before=date.max)
    asked = candidates("NEW", 2010, 99)
    ours = m.probability(asked)
    assert (ours == m.probability([replace(c, joined=None) for c in asked])).all()
    flipped = [replace(c, joined=not c.joined) for c in asked]
    assert (ours == m.probability(flipped)).all()


def test_missions_from_after_the_day_cannot_leak() -> None:
    day = date(2006, 1, 1)
    asked = candidates("NEW", 2006, 99)
    later = PastCoalition("LATER", date(2007, 1, 1), "NATO", frozenset(STATES))
    earlier = PastCoalition("EARLIER", date(1999, 1, 1), "NATO", frozenset(STATES))
    planted = [replace(c, joined=True) for c in candidates("PLANTED", 2008, 5)]
    base = fit_coalition_joining(training(), before=day)
    same = fit_coalition_joining([*training(), *planted], [later], before=day)
    assert (base.probability(asked) == same.probability(asked)).all()
    assert base.trained_until < day
    # what came before the day does count, so this test can fail
    other = fit_coalition_joining(training(), [earlier], before=day)
    assert not (base.probability(asked) == other.probability(asked)).all()
    assert other.coalitions == ("past EARLIER",)


def test_our_own_coalitions_tell_what_to_expect_of_an_alliance() -> None:
    # trained on coalitions of the willing alone, nothing is known of missions NATO leads
    rows = [replace(c, lead="USA", member=False) for c in training()]
    asked = [replace(c, member=True) for c in candidates("NEW", 2010, 99)]
    full = [
        PastCoalition(f"P{k}", date(1990 + k, 1, 1), "NATO", frozenset(STATES)) for k in range(4)
    ]

    def mean(past: list[PastCoalition]) -> float:
        named = [replace(c, actor="DEU") for c in asked]  # a NATO member on all these days
        listed = [replace(p, joined=p.joined | {"DEU"}) for p in past]
        trained = [replace(c, actor="DEU" if c.actor == "S00" else c.actor) for c in rows]
        m = fit_coalition_joining(trained, listed, before=date(2009, 1, 1))
        return float(m.probability(named).mean())

    assert mean(full) > mean([]) + 0.1


def test_only_standing_within_the_mission_counts() -> None:
    m = fit_coalition_joining(training(), before=date.max)
    asked = candidates("NEW", 2010, 99)
    richer = [
        replace(c, covariates={k: 10 + 3 * v for k, v in c.covariates.items()}) for c in asked
    ]
    assert m.probability(asked) == pytest.approx(m.probability(richer))


def test_missing_covariates_stand_at_the_mean() -> None:
    m = fit_coalition_joining(training(), before=date.max)
    asked = candidates("NEW", 2010, 99)
    asked[0] = replace(asked[0], covariates={"lmil": float("nan"), "ldist": 0.0})
    assert np.isfinite(m.probability(asked)).all()


def test_nothing_known_is_said() -> None:
    with pytest.raises(UsageError, match="known before"):
        fit_coalition_joining(training(), before=date(1999, 1, 1))
