"""From proposal to authorisation, and from authorisation to first arrival.

Two discrete-time hazards on the same features, and beside them a proportional-odds model of the
whole way, which forecasts the horizons better and gives the reference class its probability.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from willing.data.missions import ProposedMission
from willing.errors import UsageError
from willing.history.discrete_hazard import DiscreteHazard, Duration, fit_discrete_hazard
from willing.history.features import (
    FEATURES,
    SIGNS,
    feature_matrix,
    feature_row,
    known_by,
    with_interactions,
)
from willing.history.proportional_odds import ProportionalOdds, fit_proportional_odds

Array = NDArray[np.float64]

__all__ = [
    "HORIZONS",
    "TwoStageModel",
    "arrival_by",
    "feature_weights",
    "fit_reference",
    "fit_two_stage",
]

# Five years stand for "ever": of the missions that went at all one took longer (eleven years).
HORIZONS: Mapping[str, int] = {
    "within_91": 91,
    "within_183": 183,
    "within_365": 365,
    "ever": 1826,
}
AUTHORISATION_EDGES = (0, 1, 3, 8, 13, 26, 52, 104, 261)
YEAR = 52
ARRIVAL_EDGES = (0, 1, 2, 4, 8, 13, 26, 52, 261)
HAZARD_FEATURES = (
    "host_consent",
    "parties_consent",
    "ceasefire",
    "ceasefire_and_consent",
    "p5_opposed",
    "neighbour_opposed",
    "us_support",
    "high_risk",
    "no_land",
)
REFERENCE_FEATURES = (
    "host_consent",
    "parties_consent",
    "ceasefire_and_consent",
    "ceasefire_without_consent",
    "p5_opposed",
    "neighbour_opposed",
    "us_support",
    "high_risk",
    "no_land",
)


@dataclass(frozen=True, slots=True)
class TwoStageModel:
    """What past missions say, as of a day.

    `authorisation` and `arrival` are the two hazards, `reference` the proportional-odds model of
    arrival within each of HORIZONS. `base_rates` are the shares of the training rows with a
    known answer; `trained_until` is the latest date in the training rows. `level_shift` was
    added to every intercept of the arrival hazard, so that the composition of both stages over
    the training missions returns the base rate at one year.
    """

    authorisation: DiscreteHazard
    arrival: DiscreteHazard
    reference: ProportionalOdds
    means: Mapping[str, float]
    base_rates: Mapping[str, float]
    level_shift: float
    as_of: date
    trained_until: date
    mission_ids: tuple[str, ...]
    excluded_countries: tuple[str, ...]


def fit_two_stage(
    missions: Iterable[ProposedMission],
    *,
    as_of: date,
    exclude_countries: Collection[str] = (),
    exclude_ids: Collection[str] = (),
    n_draws: int,
    rng: np.random.Generator,
) -> TwoStageModel:
    """Fit both stages on what was known on `as_of`, leaving whole countries out.

    Raises UsageError when fewer than ten missions, or no authorised one, remain.
    """
    known = known_by(missions, as_of, exclude_countries, exclude_ids)
    sent_for = [mission for mission in known if _authorised(mission) is not None]
    if len(known) < 10 or not sent_for:
        raise UsageError(
            f"{len(known)} missions known by {as_of} outside {sorted(exclude_countries)}: too few"
        )
    filled, means = feature_matrix(known)
    rows = {m.id: with_interactions(row) for m, row in zip(known, filled, strict=True)}
    authorisation = _fit_stage(known, rows, AUTHORISATION_EDGES, as_of, False, n_draws, rng)
    arrival = _fit_stage(sent_for, rows, ARRIVAL_EDGES, as_of, True, n_draws, rng)
    reference, base_rates = fit_reference(known, rows, as_of=as_of, n_draws=n_draws, rng=rng)
    shift = _level_shift(
        authorisation, arrival, _matrix(known, rows, HAZARD_FEATURES), base_rates["within_365"]
    )
    dates = [d for m in known for d in (m.proposed, m.authorised, m.arrived) if d]
    return TwoStageModel(
        authorisation=authorisation,
        arrival=_shifted(arrival, shift),
        reference=reference,
        means=means,
        base_rates=base_rates,
        level_shift=shift,
        as_of=as_of,
        trained_until=max(dates),
        mission_ids=tuple(mission.id for mission in known),
        excluded_countries=tuple(sorted(exclude_countries)),
    )


def arrival_by(model: TwoStageModel, features: Mapping[str, float], weeks: Sequence[int]) -> Array:
    """P(arrived before week w) through both stages, shape (n_draws, len(weeks)).

    The convolution of the two stages, the features held at their values throughout.
    """
    x = feature_row(features, HAZARD_FEATURES)
    return _compose(model.authorisation, model.arrival, x, weeks)


def feature_weights(model: TwoStageModel) -> dict[str, float]:
    """How much each feature moved past missions: the mean size of its effect over its range.

    In logits of the proportional-odds model; a ceasefire counts by the larger of its two effects.
    """
    reference = model.reference
    effects = np.abs(reference.beta).mean(axis=0)
    size = dict(zip(reference.names, map(float, effects), strict=True))
    size["us_support"] *= 2.0
    size["ceasefire"] = max(size["ceasefire_and_consent"], size["ceasefire_without_consent"])
    return {name: size[name] for name in FEATURES}


def fit_reference(
    known: Sequence[ProposedMission],
    rows: Mapping[str, Mapping[str, float]],
    *,
    as_of: date,
    n_draws: int,
    rng: np.random.Generator,
) -> tuple[ProportionalOdds, dict[str, float]]:
    """Fit the proportional-odds model alone; `rows` are features with interactions by id.

    Returns it with the base rates of the same missions.
    """
    first, last = _categories(known, as_of)
    model = fit_proportional_odds(
        _matrix(known, rows, REFERENCE_FEATURES),
        first,
        last,
        len(HORIZONS),
        names=REFERENCE_FEATURES,
        signs=[SIGNS[name] for name in REFERENCE_FEATURES],
        n_draws=n_draws,
        rng=rng,
    )
    return model, _base_rates(first, last)


def _compose(
    authorisation: DiscreteHazard, arrival: DiscreteHazard, x: Array, weeks: Sequence[int]
) -> Array:
    last = max(weeks)
    authorised = authorisation.events_by_week(x, last)
    return _composed(authorised, arrival.events_by_week(x, last), weeks)


def _composed(authorised: Array, arriving: Array, weeks: Sequence[int]) -> Array:
    """P(authorised and arrived by each week), from P(the one, the other in week w) by draw."""
    arrived = np.cumsum(arriving, axis=1)
    result = np.zeros((len(authorised), len(weeks)))
    for j, week in enumerate(weeks):
        span = min(week, authorised.shape[1])
        delay = np.minimum(week - np.arange(span), arrived.shape[1]) - 1
        result[:, j] = (authorised[:, :span] * arrived[:, delay]).sum(axis=1)
    return result


def _shifted(hazard: DiscreteHazard, shift: float) -> DiscreteHazard:
    coefficients = hazard.coefficients.copy()
    coefficients[:, : hazard.n_bins] += shift
    return replace(hazard, coefficients=coefficients)


def _level_shift(
    authorisation: DiscreteHazard, arrival: DiscreteHazard, matrix: Array, base_rate: float
) -> float:
    """The shift of the arrival hazard at which the composition returns the base rate at a year.

    Quick missions are quick in both stages for reasons no feature holds; two stages that are
    independent given the features fall a few points short, and this makes that good. A hundred
    draws are enough for a mean over missions.
    """
    some = slice(0, 100)
    first = replace(authorisation, coefficients=authorisation.coefficients[some])
    second = replace(arrival, coefficients=arrival.coefficients[some])
    patterns, counts = np.unique(matrix, axis=0, return_counts=True)
    authorised = [first.events_by_week(x, YEAR) for x in patterns]

    def short(shift: float) -> float:
        moved = _shifted(second, shift)
        by_year = [
            _composed(before, moved.events_by_week(x, YEAR), [YEAR]).mean()
            for before, x in zip(authorised, patterns, strict=True)
        ]
        return float(np.average(by_year, weights=counts)) - base_rate

    low, high = -2.0, 2.0
    if short(low) > 0 or short(high) < 0:
        return low if short(low) > 0 else high
    return float(brentq(short, low, high, xtol=1e-3))


def _authorised(mission: ProposedMission) -> date | None:
    """The day of authorisation; the proposal's where a coalition went without a dated act."""
    if mission.authorised is None and mission.arrived is not None:
        return mission.proposed
    return mission.authorised


def _fit_stage(
    missions: Sequence[ProposedMission],
    rows: Mapping[str, Mapping[str, float]],
    edges: Sequence[int],
    as_of: date,
    second: bool,
    n_draws: int,
    rng: np.random.Generator,
) -> DiscreteHazard:
    durations = []
    for mission in missions:
        start = (_authorised(mission) if second else None) or mission.proposed
        end = mission.arrived if second else _authorised(mission)
        days = ((end or as_of) - start).days
        durations.append(Duration(weeks=max(days, 0) // 7, happened=end is not None))
    return fit_discrete_hazard(
        _matrix(missions, rows, HAZARD_FEATURES),
        durations,
        names=HAZARD_FEATURES,
        signs=[SIGNS[name] for name in HAZARD_FEATURES],
        edges_weeks=edges,
        n_draws=n_draws,
        rng=rng,
    )


def _matrix(
    missions: Sequence[ProposedMission],
    rows: Mapping[str, Mapping[str, float]],
    names: Sequence[str],
) -> Array:
    return np.array([[rows[mission.id][name] for name in names] for mission in missions])


def _categories(
    missions: Sequence[ProposedMission], as_of: date
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last category each mission may be in: the horizon by which it arrived."""
    horizons = np.array(list(HORIZONS.values()))
    first, last = [], []
    for mission in missions:
        days = mission.days_to_arrival()
        if days is None:
            elapsed = (as_of - mission.proposed).days
            first.append(int((horizons <= elapsed).sum()))
            last.append(len(horizons))
        else:
            category = int((horizons < days).sum())
            first.append(category)
            last.append(category)
    return np.array(first), np.array(last)


def _base_rates(first: NDArray[np.int64], last: NDArray[np.int64]) -> dict[str, float]:
    """Share arrived by each horizon among the rows of which that is known."""
    rates = {}
    for h, name in enumerate(HORIZONS):
        known = (last <= h) | (first > h)
        rates[name] = float((last[known] <= h).mean()) if known.any() else float("nan")
    return rates
