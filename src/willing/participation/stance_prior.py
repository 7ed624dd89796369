"""Where a state stands that has said nothing: the answer states like it gave in the past.

The parameters come from our own coalitions of 1997-2024 (decisions and contributor lists) and
are shipped as figures; `fit_stance_prior` is how they were found. The answer's distribution is
laid on the 0-100 ladder of stances: its mean and spread are the prior of the state's level.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from willing.case.ladder import LEVEL
from willing.data.missions import (
    Decision,
    load_contributions,
    load_participation,
    load_stance_parameters,
    members_on,
)
from willing.errors import UsageError, nearest
from willing.participation.ordered_joining import (
    ANSWERS,
    OrderedJoining,
    answers_by_name,
    fit_ordered_joining,
)
from willing.participation.past_coalitions import (
    SAME,
    PastCoalition,
    past_coalitions,
    record_of_joining,
)

Array = NDArray[np.float64]

__all__ = ["COVARIATES", "fit_stance_prior", "join_probability", "stance_prior"]

COVARIATES = (
    "nato",
    "eu",
    "distance_km",
    "log_active_personnel",
    "past_missions",
    "lead",
    "neighbour_of_hostile_power",
)
# Features of the fit with where they are centred and the sd a value has when it is not given.
FEATURES: Mapping[str, tuple[float, float]] = {
    "nato": (0.0, 0.5),
    "eu": (0.0, 0.5),
    "log_distance": (8.0, 0.8),
    "log_active_personnel": (11.0, 1.5),
    "past_missions": (0.35, 0.25),
    "lead": (0.0, 0.0),
}
# No coalition in our tables stood beside a hostile great power, so nothing is known of whether a
# neighbour of one comes more readily (most at stake) or less (troops needed at home). Assumption:
# no effect on the mean, sd 0.75 on the logit scale (range 0-1.5).
NEIGHBOUR_SD = 0.75
# Levels vary within a rung by half its width (equal steps of 12.5).
RUNG_SD = 6.25


def join_probability(
    covariates: Mapping[str, Mapping[str, float]],
    *,
    as_of: date | None = None,
    model: OrderedJoining | None = None,
) -> dict[str, Mapping[str, float]]:
    """Return {actor: {decline, support_no_troops, join}} for a mission not seen before.

    Covariates not given are taken at the mean of past candidates, with their spread. With
    `as_of`, `past_missions` not given is counted from our own coalitions before that day.
    Raises UsageError for a covariate that does not exist.
    """
    fitted = model or _shipped()
    rows = [_features(actor, given, as_of) for actor, given in covariates.items()]
    if not rows:
        return {}
    x = np.array([row for row, _ in rows])
    unknown = np.array([missing for _, missing in rows])
    slopes = fitted.mean[2:]
    extra = unknown[:, :-1] ** 2 @ slopes**2 + unknown[:, -1] ** 2
    answers = fitted.probabilities(x, extra)
    return {a: answers_by_name(row) for a, row in zip(covariates, answers, strict=True)}


def stance_prior(
    covariates: Mapping[str, Mapping[str, float]], *, as_of: date | None = None
) -> dict[str, tuple[float, float]]:
    """Return {actor: (mean, sd)} of willingness, 0-100, for actors who have said nothing.

    Covariates (any subset): nato, eu, lead, neighbour_of_hostile_power (0 or 1), distance_km
    between capitals, log_active_personnel (natural log of persons), past_missions (share of
    past coalitions joined, 0-1). A leading state that joins stands on the top rung.
    """
    priors = {}
    for actor, answers in join_probability(covariates, as_of=as_of).items():
        top = LEVEL["lead"] if covariates[actor].get("lead", 0.0) > 0 else LEVEL["commit"]
        levels = np.array([LEVEL["decline"], LEVEL["support_no_troops"], top])
        weights = np.array([answers[answer] for answer in ANSWERS])
        mean = float(weights @ levels)
        variance = float(weights @ (levels - mean) ** 2) + RUNG_SD**2
        priors[actor] = (mean, float(np.sqrt(variance)))
    return priors


def fit_stance_prior(
    decisions: Iterable[Decision],
    coalitions: Sequence[PastCoalition],
    covariates: Mapping[tuple[str, str], Mapping[str, float]],
) -> OrderedJoining:
    """Fit the parameters: every state ever listed in our tables is a candidate each time.

    `covariates` holds distance_km and log_active_personnel by (coalition, actor); states
    without them in a coalition are left out of it.
    """
    answered = {(SAME.get(d.mission, d.mission), d.actor): d.decision for d in decisions}
    actors = sorted({a for c in coalitions for a in c.joined} | {a for _, a in answered})
    x, first, last, names = [], [], [], []
    for coalition in coalitions:
        records = dict(
            zip(actors, record_of_joining(actors, coalitions, coalition.on), strict=True)
        )
        for actor in actors:
            known = covariates.get((coalition.name, actor))
            if known is None:
                continue
            answer = answered.get((coalition.name, actor), "")
            row = {
                "nato": float(actor in members_on("NATO", coalition.on)),
                "eu": float(actor in members_on("EU", coalition.on)),
                "distance_km": known["distance_km"],
                "log_active_personnel": known["log_active_personnel"],
                "past_missions": records[actor],
                "lead": float(answer == "lead" or actor == coalition.lead),
            }
            joined = actor in coalition.joined
            x.append(_features(actor, row, None)[0])
            first.append(2 if joined else int(answer == "support_no_troops"))
            last.append(2 if joined else int(answer != "decline"))
            names.append(coalition.name)
    return fit_ordered_joining(np.array(x), first, last, names, tuple(FEATURES))


def _features(
    actor: str, given: Mapping[str, float], as_of: date | None
) -> tuple[list[float], list[float]]:
    """Centred features, and the sd of each that is not known (the neighbour's effect last)."""
    for name in given:
        if name not in COVARIATES:
            hint = nearest(name, list(COVARIATES))
            raise UsageError(f"unknown covariate {name!r}" + (f", near {hint!r}" if hint else ""))
    row = {name: value for name, value in given.items() if value == value}
    if "distance_km" in row:
        row["log_distance"] = float(np.log1p(row["distance_km"]))
    if as_of is not None and "past_missions" not in row:
        row["past_missions"] = record_of_joining([actor], _coalitions(), as_of)[0]
    row.setdefault("lead", 0.0)
    values, missing = [], []
    for name, (centre, spread) in FEATURES.items():
        default = 0.5 if name in {"nato", "eu"} else centre
        values.append(row.get(name, default) - centre)
        missing.append(0.0 if name in row else spread)
    missing.append(NEIGHBOUR_SD * row.get("neighbour_of_hostile_power", 0.0))
    return values, missing


@lru_cache(maxsize=1)
def _coalitions() -> tuple[PastCoalition, ...]:
    return past_coalitions(load_participation(), load_contributions())


def _shipped() -> OrderedJoining:
    names, mean, covariance = load_stance_parameters()
    return OrderedJoining(names=names, mean=np.array(mean), covariance=np.array(covariance))
