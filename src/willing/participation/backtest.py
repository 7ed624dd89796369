"""Backtests of who joins: UN missions, NATO and partner states, coalitions of many states.

A mission is forecast from other missions only. Outcomes of test rows are copied into the record
and read by nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from willing.data.loaders.benchmark_panels import PanelRow
from willing.data.missions import Contribution, members_on
from willing.errors import UsageError
from willing.participation.coalition_joining import Candidate, fit_coalition_joining
from willing.participation.past_coalitions import (
    PastCoalition,
    in_alliance_with_lead,
    record_of_joining,
)
from willing.participation.un_joining import COVARIATES, fit_un_joining
from willing.statistics.ridge_logit import fit_ridge_logit
from willing.statistics.track_record import Forecast, TrackRecord

Array = NDArray[np.float64]
Covariates = Callable[[str, str, int], dict[str, float]]

__all__ = [
    "backtest_coalition_panel",
    "backtest_contributions",
    "backtest_un_panel",
    "candidates_of",
]


def backtest_un_panel(
    train: Sequence[PanelRow],
    test: Sequence[PanelRow],
    *,
    until: date | None = None,
    seed: int = 0,
) -> TrackRecord:
    """Forecast which members put a unit into each test mission's first two years.

    With `until`, only missions whose first two years were over by that day train.
    """
    known = [row for row in train if row.joined is not None and _over(row, until)]
    forecasts: list[Forecast] = []
    last, most = 0, 0
    for mission, rows in _by_mission(test).items():
        others = [row for row in known if row.mission != mission]
        model = fit_un_joining(others, rng=np.random.default_rng(seed))
        x = np.array([[row.covariates[name] for name in COVARIATES] for row in others])
        y = np.array([float(bool(row.joined)) for row in others])
        logit = fit_ridge_logit(x, y)
        own = np.array([[row.covariates[name] for name in COVARIATES] for row in rows])
        baselines = {"base_rate": np.full(len(rows), y.mean()), "logit": logit.probability(own)}
        forecasts += _forecasts(rows, model.probability(rows), baselines)
        last, most = max(last, model.trained_until), max(most, len(others))
    return _record(
        "UN troop contributions: each mission forecast from the others",
        forecasts,
        _outcome_known(last) if last else None,
        most,
        until,
    )


def backtest_coalition_panel(
    train: Sequence[PanelRow],
    test: Sequence[PanelRow],
    past: Sequence[PastCoalition],
    *,
    until: date | None = None,
) -> TrackRecord:
    """Forecast which NATO and partner states join each test mission within two years.

    Our own coalitions begun before the year of a test mission inform the levels.
    """
    known = [row for row in train if row.joined is not None and _over(row, until)]
    pool = [_candidate(row, past) for row in known]
    forecasts: list[Forecast] = []
    last, most = date.min, 0
    for mission, rows in _by_mission(test).items():
        others = [c for c in pool if c.mission != mission]
        before = min(date(rows[0].start, 1, 1), until or date.max)
        earlier = [c for c in past if c.on < before]
        model = fit_coalition_joining(others, earlier, before=date.max)
        tested = [_candidate(row, past) for row in rows]
        raw = [row for row in known if row.mission != mission]
        names = list(rows[0].covariates)
        logit = fit_ridge_logit(_matrix(raw, names), _joined(raw))
        baselines = {
            "base_rate": np.full(len(rows), _joined(raw).mean()),
            "logit": logit.probability(_matrix(rows, names)),
        }
        forecasts += _forecasts(rows, model.probability(tested), baselines)
        last, most = max(last, *(_outcome_known(r.start) for r in raw)), max(most, len(others))
    return _record(
        "NATO and partner states: each mission forecast from the others and from our own "
        "coalitions before it",
        forecasts,
        last if forecasts else None,
        most,
        until,
    )


def backtest_contributions(
    train: Sequence[Contribution],
    test: Sequence[Contribution],
    past: Sequence[PastCoalition],
    *,
    states: Callable[[int], Sequence[str]],
    covariates: Covariates,
    until: date | None = None,
) -> TrackRecord:
    """Forecast which states stand in each test coalition, from coalitions of earlier days.

    The first of all has none before it: it is forecast from the later ones.
    `states(year)` is the universe, `covariates(actor, host, year)` of each. A test coalition
    without any figure of troops has no known outcome.
    """
    forecasts: list[Forecast] = []
    last, most = date.min, 0
    for mission, rows in _coalitions(test).items():
        day = min(row.on for row in rows)
        before = min(day, until or date.max)
        elsewhere = {name: c for name, c in _coalitions(train).items() if name != mission}
        usable = {n: c for n, c in elsewhere.items() if min(line.on for line in c) < before}
        if not usable and until is None:
            usable, before = elsewhere, date.max
        if not usable:
            raise UsageError(f"no training coalition before {before}, when {mission} is forecast")
        others = [
            c for lines in usable.values() for c in candidates_of(lines, past, states, covariates)
        ]
        trained = {c.mission for c in others}
        tested = candidates_of(rows, past, states, covariates)
        if all(row.troops is None for row in rows):
            tested = [replace(c, joined=None) for c in tested]
        known_on = min(day, until or date.max)
        earlier = [c for c in past if c.on < known_on and c.name not in trained | {mission}]
        model = fit_coalition_joining(others, earlier, before=before)
        x, y = _values(others), np.array([float(bool(c.joined)) for c in others])
        logit = fit_ridge_logit(x, y)
        baselines = {
            "base_rate": np.full(len(tested), y.mean()),
            "logit": logit.probability(_values(tested)),
        }
        p = model.probability(tested)
        forecasts += [
            Forecast(
                id=c.id,
                target="joins",
                probability=float(p[i]),
                outcome=c.joined,
                cluster=c.mission,
                baselines={name: float(q[i]) for name, q in baselines.items()},
                about={"mission": c.mission, "actor": c.actor},
                unit=c.actor,
            )
            for i, c in enumerate(tested)
        ]
        last, most = max(last, model.trained_until), max(most, len(others))
    return _record(
        "coalitions: each forecast from those begun before it",
        forecasts,
        last if forecasts else None,
        most,
        until,
        "Scored is every state that voted in the General Assembly the year before, but for the "
        "host and the leading state (NATO's lead: the United States). A state that is on no list "
        "of contributors counts as not joining. The figures of others for these coalitions are of "
        "184 and 186 states, whose list is not given, so the numbers differ. Where one table "
        "trains and is asked, its first coalition has none before it and is not scored.",
        "The bootstrap draws states, for there are too few coalitions to draw: it does not tell "
        "how the gain would vary from coalition to coalition.",
    )


def candidates_of(
    rows: Sequence[Contribution],
    past: Sequence[PastCoalition],
    states: Callable[[int], Sequence[str]],
    covariates: Covariates,
) -> list[Candidate]:
    """Every state of the year before as a candidate of one coalition, lead and host apart."""
    mission, host, lead = rows[0].mission, rows[0].host, rows[0].lead
    day = min(row.on for row in rows)
    joined = {row.actor for row in rows if row.troops != 0}
    host_names = {host, "SRB"} if host == "XKX" else {host}
    # NATO's missions list the leading state by its troops: it is no candidate either
    apart = host_names | {lead, "USA" if lead == "NATO" else lead}
    actors = [actor for actor in states(day.year - 1) if actor not in apart]
    records = record_of_joining(actors, past, day, leave_out={mission})
    union = members_on("EU", day)
    return [
        Candidate(
            id=f"{mission}:{actor}",
            mission=mission,
            actor=actor,
            start=day,
            lead=lead,
            member=in_alliance_with_lead(actor, lead, day),
            covariates={
                **covariates(actor, host, day.year - 1),
                "eu": float(actor in union),
                "record": record,
            },
            joined=actor in joined,
        )
        for actor, record in zip(actors, records, strict=True)
    ]


FEW = "Few missions: the bootstrap draws whole missions, and its interval is wide."


def _outcome_known(start: int) -> date:
    """The day on which it is known who joined in a mission's first two calendar years."""
    return date(start + 1, 12, 31)


def _over(row: PanelRow, until: date | None) -> bool:
    """Whether the two years in which joining counts were over by a day."""
    return until is None or _outcome_known(row.start) <= until


def _by_mission(rows: Sequence[PanelRow]) -> dict[str, list[PanelRow]]:
    found: dict[str, list[PanelRow]] = {}
    for row in rows:
        found.setdefault(row.mission, []).append(row)
    return found


def _coalitions(rows: Sequence[Contribution]) -> dict[str, list[Contribution]]:
    found: dict[str, list[Contribution]] = {}
    for row in rows:
        found.setdefault(row.mission, []).append(row)
    return found


def _candidate(row: PanelRow, past: Sequence[PastCoalition]) -> Candidate:
    lead = "USA" if row.lead == "US" else row.lead
    day = date(row.start, 1, 1)
    record = record_of_joining([row.actor], past, day)[0]
    return Candidate(
        id=row.id,
        mission=row.mission,
        actor=row.actor,
        start=day,
        lead=lead,
        member=in_alliance_with_lead(row.actor, lead, day),
        covariates={**row.covariates, "record": record},
        joined=row.joined,
    )


def _matrix(rows: Sequence[PanelRow], names: Sequence[str]) -> Array:
    return np.array([[row.covariates[name] for name in names] for row in rows])


def _joined(rows: Sequence[PanelRow]) -> Array:
    return np.array([float(bool(row.joined)) for row in rows])


def _values(candidates: Sequence[Candidate]) -> Array:
    names = [name for name in candidates[0].covariates if name != "record"]
    return np.array([[c.covariates[name] for name in names] for c in candidates])


def _forecasts(rows: Sequence[PanelRow], p: Array, baselines: dict[str, Array]) -> list[Forecast]:
    return [
        Forecast(
            id=row.id,
            target="joins",
            probability=float(p[i]),
            outcome=row.joined,
            cluster=row.mission,
            baselines={name: float(values[i]) for name, values in baselines.items()},
            about={
                "mission": row.mission,
                "actor": row.actor,
                "ccode": row.ccode,
                "line": row.line,
            },
        )
        for i, row in enumerate(rows)
    ]


def _record(
    protocol: str,
    forecasts: Sequence[Forecast],
    trained_until: date | None,
    trained_on: int,
    until: date | None,
    *notes: str,
) -> TrackRecord:
    if trained_until is None:
        raise UsageError("no mission to forecast")
    return TrackRecord(
        kind="joining",
        protocol=protocol + (f", as known on {until}" if until else ""),
        trained_until=trained_until,
        trained_on=trained_on,
        forecasts=tuple(sorted(forecasts, key=lambda f: f.about.get("line", 0))),
        notes=(
            *(notes or (FEW,)),
            "Covariates are today's revisions, not what was published before the mission.",
        ),
    )
