"""Backtests of the reference class, of deployment speed and of vetoes.

Whatever is forecast is kept out of training whole: the country of a mission, the mission of a
speed, the years of a vote. Outcomes of test rows are copied into the record and read by nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from willing.data.loaders.conflict_endings import ENDINGS, REGIONS, ConflictEnding
from willing.data.loaders.deployment_speed import MissionSpeed
from willing.data.loaders.security_council import CouncilVote
from willing.data.missions import ProposedMission
from willing.errors import UsageError
from willing.history.conflict_ending import (
    EarlierEndings,
    MissionAfterEnding,
    came,
    fit_mission_after_ending,
)
from willing.history.deployment_speed import WINDOW, DeploymentSpeed, fit_deployment_speed
from willing.history.features import (
    FEATURES,
    feature_matrix,
    feature_row,
    known_by,
    mission_features,
    with_interactions,
)
from willing.history.two_stage import HORIZONS, fit_reference
from willing.history.veto import fit_veto
from willing.statistics.ridge_logit import RidgeLogit, fit_ridge_logit
from willing.statistics.scores import bounded
from willing.statistics.track_record import Amount, Forecast, TrackRecord

Array = NDArray[np.float64]

__all__ = [
    "backtest_endings",
    "backtest_missions",
    "backtest_speed",
    "backtest_votes",
    "mission_outcomes",
]

# Fewest training missions. With so few the forecast is nearly the prior; the record says how many.
FEWEST = 2
# A rolling origin begins where so many missions are known.
FIRST_ROLLING = 8
# For endings so many: a year or two of them tells little.
FIRST_ENDINGS = 100
# The plain log-normal as equally likely points, standardised.
PLAIN = ndtri((np.arange(4000) + 0.5) / 4000)


def mission_outcomes(mission: ProposedMission) -> dict[str, bool | None]:
    """What became of a mission by target; None where open or undated.

    `ever` asks whether it was realised (coded yes); the horizons whether anybody arrived by then.
    """
    if not mission.resolved:
        return dict.fromkeys(HORIZONS, None)
    days = mission.days_to_arrival()
    outcomes: dict[str, bool | None] = {}
    for name, horizon in HORIZONS.items():
        arrived = days is not None and days <= horizon
        outcomes[name] = mission.realised == "yes" if name == "ever" else arrived
    return outcomes


def backtest_missions(
    train: Sequence[ProposedMission],
    test: Sequence[ProposedMission],
    *,
    until: date | None = None,
    n_draws: int = 500,
    seed: int = 0,
) -> TrackRecord:
    """Forecast each test mission from training missions of other countries.

    With `until`, training knows only what had happened by that day. Targets: `ever` and arrival
    within 91, 183 and 365 days of the proposal, non-decreasing and at most `ever`.
    """
    day = until or date.max
    ids = {m.id for m in test}
    forecasts: list[Forecast] = []
    fitted: dict[tuple[str, ...], _Fitted] = {}
    for mission in test:
        left_out = {mission.country}
        known = known_by(train, day, left_out, ids if _apart(train, test) else ())
        key = tuple(m.id for m in known)
        if key not in fitted:
            fitted[key] = _Fitted(known, day, n_draws, seed)
        said, baselines = fitted[key].forecast(mission)
        outcomes = mission_outcomes(mission)
        forecasts += [
            Forecast(
                id=mission.id,
                target=target,
                probability=said[target],
                outcome=outcomes[target],
                cluster=mission.country,
                baselines={name: values[target] for name, values in baselines.items()},
                about={"low": said[f"{target}:low"], "high": said[f"{target}:high"]},
            )
            for target in HORIZONS
        ]
    if not forecasts:
        raise UsageError("no mission to forecast")
    return TrackRecord(
        kind="missions",
        protocol="each mission forecast from the missions of other countries"
        + (f", as known on {until}" if until else ""),
        trained_until=max(f.trained_until for f in fitted.values()),
        trained_on=max(f.n for f in fitted.values()),
        forecasts=tuple(forecasts),
        notes=(
            "Codes of consent, US stance and risk were set by coders who knew the outcomes.",
            "Realised missions are over-recorded; about half going is no base rate of proposals.",
            "The ceasefire-consent interaction was noticed on the shipped rows: scores on these "
            "rows flatter it.",
        ),
    )


def _apart(train: Sequence[ProposedMission], test: Sequence[ProposedMission]) -> bool:
    """Whether training and test are different tables: then a shared id is left out of training."""
    return {m.id for m in train} != {m.id for m in test}


class _Fitted:
    """Ours and the baselines, fitted once for one set of training missions."""

    def __init__(
        self, known: Sequence[ProposedMission], day: date, n_draws: int, seed: int
    ) -> None:
        if len(known) < FEWEST:
            when = "" if day == date.max else f" by {day}"
            raise UsageError(
                f"{len(known)} missions with a known end{when} outside the country that is "
                f"forecast: at least {FEWEST} are needed to learn from"
            )
        filled, self.means = feature_matrix(known)
        self.filled = filled
        rows = {m.id: with_interactions(r) for m, r in zip(known, filled, strict=True)}
        self.model, _ = fit_reference(
            known, rows, as_of=day, n_draws=n_draws, rng=np.random.default_rng(seed)
        )
        self.n = len(known)
        self.trained_until = max(
            d for m in known for d in (m.proposed, m.authorised, m.arrived) if d
        )
        x = np.array([[row[name] for name in FEATURES] for row in filled])
        self.rates: dict[str, float] = {}
        self.logits: dict[str, RidgeLogit] = {}
        for target, horizon in HORIZONS.items():
            y, seen = _training_outcomes(known, target, horizon, day)
            self.rates[target] = float(y[seen].mean()) if seen.any() else 0.5
            if seen.any():
                self.logits[target] = fit_ridge_logit(x[seen], y[seen])

    def _draws(self, codes: Mapping[str, float]) -> Array:
        """Draws of the probabilities; codes that are missing are those of each training mission.

        Not the means: a ceasefire and consent that go together are more than their means say.
        """
        told = {name: value for name, value in codes.items() if value == value}
        rows = self.filled if len(told) < len(codes) else [dict(codes)]
        complete = {tuple({**row, **told}.values()): {**row, **told} for row in rows}
        counts = Counter(tuple({**row, **told}.values()) for row in rows)
        drawn = [
            counts[key] * self.model.probability(feature_row(row, self.model.names))
            for key, row in complete.items()
        ]
        return np.asarray(sum(drawn) / len(rows))

    def forecast(
        self, mission: ProposedMission
    ) -> tuple[dict[str, float], Mapping[str, dict[str, float]]]:
        """Probabilities with intervals by target, and the baselines' probabilities."""
        filled, _ = feature_matrix([mission], self.means)
        draws = self._draws(mission_features(mission))
        mean = draws.mean(axis=0)
        low, high = np.quantile(draws, [0.05, 0.95], axis=0)
        said: dict[str, float] = {}
        for h, target in enumerate(HORIZONS):
            said[target] = bounded(float(mean[h]), self.n)
            said[f"{target}:low"] = min(float(low[h]), said[target])
            said[f"{target}:high"] = max(float(high[h]), said[target])
        x = np.array([[filled[0][name] for name in FEATURES]])
        logit = {target: float(m.probability(x)[0]) for target, m in self.logits.items()}
        return said, {"base_rate": self.rates, "logit": {**self.rates, **logit}}


def _training_outcomes(
    known: Sequence[ProposedMission], target: str, horizon: int, day: date
) -> tuple[Array, NDArray[np.bool_]]:
    """Outcomes of training rows and which of them were known on the day."""
    y, seen = np.zeros(len(known)), np.ones(len(known), dtype=bool)
    for i, mission in enumerate(known):
        days = mission.days_to_arrival()
        if days is not None:
            y[i] = mission.realised == "yes" if target == "ever" else days <= horizon
        else:
            seen[i] = (day - mission.proposed).days >= horizon
    return y, seen


def backtest_speed(
    train: Sequence[MissionSpeed],
    test: Sequence[MissionSpeed],
    *,
    until: date | None = None,
    rolling: bool = False,
) -> TrackRecord:
    """Forecast months from mandate to half strength; a mission never trains its own forecast.

    With `until`, only missions at half strength by that day train; with `rolling`, only those at
    half strength before the mandate that is forecast, from the day on which there are eight.
    """
    amounts: list[Amount] = []
    fitted: dict[tuple[str, ...], DeploymentSpeed] = {}
    last, most = date.min, 0
    for mission in test:
        day = min(until or date.max, mission.mandate) if rolling else until or date.max
        others = [m for m in train if m.mission != mission.mission and m.reached_by(day)]
        if rolling and len(others) < FIRST_ROLLING:
            continue
        key = tuple(m.mission for m in others)
        if key not in fitted:
            fitted[key] = fit_deployment_speed(others)
        model = fitted[key]
        logs = np.log([m.months_to_half for m in others])
        settled = mission.months_to_half == mission.months_to_half
        amounts.append(
            Amount(
                id=mission.mission,
                target="t50",
                unit="months from mandate to half of peak strength",
                points=model.predict(mission),
                outcome=mission.months_to_half if settled else None,
                cluster=mission.mission,
                baselines={
                    "lognormal": np.exp(logs.mean() + logs.std(ddof=1) * PLAIN),
                    "at_mandate": model.predict(mission, at_mandate=True),
                },
                upper=WINDOW,
            )
        )
        last, most = max(last, model.trained_until), max(most, model.n)
    if not amounts:
        raise UsageError("no mission to forecast")
    protocol = "each mission forecast from the other training missions"
    if rolling:
        protocol += " at half strength before its mandate"
    return TrackRecord(
        kind="speed",
        protocol=protocol + (f", at half strength by {until}" if until else ""),
        trained_until=last,
        trained_on=most,
        forecasts=(),
        amounts=tuple(amounts),
        notes=(
            "Asked is half of the peak within 36 months. The peak is given with the question and "
            "is known only afterwards; so is whether a mission outgrew its founding mandate, which "
            "tells most. The second line is our model with what the mandate alone tells.",
            "The strengths authorised at first are our own coding, from memory, by the resolutions "
            "named beside them.",
        ),
    )


def backtest_endings(
    train: Sequence[ConflictEnding],
    test: Sequence[ConflictEnding],
    *,
    until: date | None = None,
    folds: int | None = None,
    rolling: bool = False,
    seed: int = 0,
) -> TrackRecord:
    """Forecast whether each ending brings a mission within 24 months.

    Endings in both tables are forecast with the whole state left out of training; endings of
    another table from all of the training table. With `until`, only endings two years before that
    day train. With `rolling`, only those two calendar years before the ending that is forecast,
    from the first year that has FIRST_ENDINGS of them. With `folds` (as in the published figure),
    from the endings outside of its own random fold, other endings of the same war among them.
    """
    if not test:
        raise UsageError("no ending to forecast")
    whole = {(e.id, e.ending) for e in train}
    together = any((e.id, e.ending) in whole for e in test)
    earlier = EarlierEndings(train, test)
    known = [e for e in train if until is None or date(e.year + 2, 12, 31) <= until]
    fold = _folds(test, folds, seed) if folds else {}

    def left_out(ending: ConflictEnding) -> str:
        if folds:
            return str(fold[_row(ending)])
        return str(ending.year) if rolling else ending.state if together else ""

    fitted: dict[str, MissionAfterEnding] = {}
    logits: dict[str, tuple[float, RidgeLogit]] = {}
    forecasts = []
    for ending in test:
        out = left_out(ending)
        if out not in fitted:
            if rolling:
                rows = [e for e in known if e.year <= ending.year - 2]
            elif folds:
                rows = [e for e in known if str(fold.get(_row(e))) != out]
            else:
                rows = [e for e in known if not (together and e.state == out)]
            if rolling and len(rows) < FIRST_ENDINGS:
                continue
            fitted[out] = fit_mission_after_ending(rows, earlier)
            plain = [e for e in rows if came(e) is not None]
            y = np.array([float(bool(came(e))) for e in plain])
            logits[out] = float(y.mean()), fit_ridge_logit(_plain(plain), y)
        rate, logit = logits[out]
        forecasts.append(
            Forecast(
                id=ending.id,
                target="within_24m",
                probability=float(fitted[out].probability([ending])[0]),
                outcome=came(ending),
                cluster=ending.state or ending.id,
                baselines={
                    "base_rate": rate,
                    "logit": float(logit.probability(_plain([ending]))[0]),
                },
                about={"ending": ending.ending, "year": ending.year, "line": ending.line},
            )
        )
    if not forecasts:
        raise UsageError(f"no year with {FIRST_ENDINGS} endings two years before it")
    protocol = "endings forecast from those of the training table"
    if folds:
        protocol = f"each ending forecast from those outside of its fold, {folds} random folds"
    elif rolling:
        protocol = "each ending forecast from those two calendar years before it"
    elif together:
        protocol = "each ending forecast from those of other states"
    return TrackRecord(
        kind="endings",
        protocol=protocol,
        trained_until=max(m.trained_until for m in fitted.values()),
        trained_on=max(m.n for m in fitted.values()),
        forecasts=tuple(forecasts),
        notes=(
            "Missions in wars between states are not in the table of missions that this one was "
            "made from: their endings, about a dozen, say nothing on such missions.",
            "Endings are those of one government and one opponent: a war of many sides ends often.",
            "Earlier endings are counted from 1989, where the table begins.",
        ),
    )


def _row(ending: ConflictEnding) -> tuple[str, str, int]:
    return ending.id, ending.ending, ending.line


def _folds(
    test: Sequence[ConflictEnding], folds: int, seed: int
) -> dict[tuple[str, str, int], int]:
    """Deal endings to folds of equal size at random."""
    order = np.random.default_rng(seed).permutation(len(test))
    return {_row(test[int(i)]): k % folds for k, i in enumerate(order)}


def _plain(endings: Sequence[ConflictEnding]) -> Array:
    """The baseline's features, those of the published figure: ending, a mission there, region."""
    return np.array(
        [
            [
                *(float(e.ending == kind) for kind in ENDINGS),
                *(float(region in e.regions) for region in REGIONS),
                e.there_already,
            ]
            for e in endings
        ]
    )


def backtest_votes(
    train: Sequence[CouncilVote], test: Sequence[CouncilVote], *, until: date | None = None
) -> TrackRecord:
    """Forecast whether each draft is vetoed, from votes of earlier years than the first of them.

    Where the training table holds none of these, or none that was vetoed, each year is forecast
    from the votes of all other years, and the protocol says so.
    """
    if not test:
        raise UsageError("no vote to forecast")
    first = min(v.year for v in test)
    first = min(first, until.year) if until else first
    known = [v for v in train if v.vetoed is not None]
    earlier = [v for v in known if v.year < first]
    years = sorted({v.year for v in test})
    if until or any(v.vetoed for v in earlier):
        protocol = f"drafts of {first} on, forecast from votes before {first}"
        models = dict.fromkeys(years, fit_veto(earlier)) if earlier else {}
    else:
        protocol = "each year's drafts forecast from the votes of all other years"
        others = {year: [v for v in known if v.year != year] for year in years}
        models = {year: fit_veto(votes) for year, votes in others.items() if votes}
    if len(models) < len(years):
        raise UsageError(f"no training vote with a known outcome before {first}")
    return TrackRecord(
        kind="votes",
        protocol=protocol,
        trained_until=date(max(m.trained_until for m in models.values()), 12, 31),
        trained_on=max(m.n for m in models.values()),
        forecasts=tuple(
            Forecast(
                id=vote.id,
                target="veto",
                probability=models[vote.year].probability(vote),
                outcome=vote.vetoed,
                cluster=f"{vote.year} {vote.topic}",
                baselines={"base_rate": models[vote.year].base_rate},
                about={"year": vote.year, "topic": vote.topic, "line": vote.line},
            )
            for vote in test
        ),
        notes=(
            "Only drafts put to the vote are seen: those withdrawn before a threatened veto are "
            "absent, so the share of vetoes understates the threat.",
        ),
    )
