"""Who joins a coalition: the organisation that leads, the state's weight, wealth and record.

A hierarchical logit. The level of joining depends on who leads (NATO, the EU, a coalition) and
on whether the state belongs to it; our own coalitions of earlier years inform these levels and
carry no covariates. Covariates are compared within a mission, so that only a state's standing
among the candidates counts. After Tago (2007), "Why do states join US-led military coalitions?",
and Kreps (2010), "Elite consensus as a determinant of alliance cohesion".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from willing.errors import UsageError
from willing.participation.hierarchical_logit import HierarchicalLogit, fit_hierarchical_logit
from willing.participation.past_coalitions import PastCoalition, in_alliance_with_lead
from willing.statistics.scores import bounded

Array = NDArray[np.float64]

__all__ = ["COVARIATES", "Candidate", "CoalitionJoining", "fit_coalition_joining"]

# size, wealth, democracy, distance, alignment with the US, alliance, union, record
COVARIATES = (
    "lmil",
    "lgdppc",
    "poly",
    "ldist",
    "idist",
    "us_ally",
    "eu",
    "p5",
    "nprev",
    "lprev",
    "record",
)
LEADS = ("NATO", "EU", "coalition")
# Priors: level 0 give or take 2; who leads, and membership, move it by 1.5 either way; a covariate
# by half a logit for one standard deviation within the mission (assumption, range 0.3-1).
# Fewer candidates than this cannot stand for all who might join: they are then compared with the
# candidates of the training missions.
FEW_CANDIDATES = 8
LEVEL_SD, CELL_SD, COVARIATE_SD = 2.0, 1.5, 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A state before a mission. `joined` is None where unknown; it is never read to predict.

    `start` is the day before which history counts, `lead` NATO, EU or a leading state,
    `covariates` a subset of COVARIATES, NaN where missing.
    """

    id: str
    mission: str
    actor: str
    start: date
    lead: str
    member: bool
    covariates: Mapping[str, float]
    joined: bool | None = None


@dataclass(frozen=True, slots=True)
class CoalitionJoining:
    """A fitted model and the names of its covariates."""

    logit: HierarchicalLogit
    names: tuple[str, ...]
    typical: Mapping[str, tuple[float, float]]
    coalitions: tuple[str, ...]
    trained_until: date

    def probability(self, candidates: Sequence[Candidate]) -> Array:
        """P(join) for the candidates of one or more new missions."""
        design = np.hstack([_cells(candidates), _standing(candidates, self.names, self.typical)])
        p = self.logit.probability(design)
        return np.array([bounded(float(value), self.logit.n) for value in p])

    def coefficients(self) -> dict[str, tuple[float, float]]:
        """Posterior mean and sd by name."""
        labels = ["level"]
        labels += [f"{lead}, {who}" for lead in LEADS for who in ("outside", "member")]
        pairs = zip(self.logit.coefficients, self.logit.sd, strict=True)
        named = zip([*labels, *self.names], pairs, strict=True)
        return {name: (float(m), float(s)) for name, (m, s) in named}


def fit_coalition_joining(
    training: Sequence[Candidate],
    past: Iterable[PastCoalition] = (),
    *,
    before: date,
    leave_out: Iterable[str] = (),
) -> CoalitionJoining:
    """Fit on candidates with known answers and on our own coalitions begun before a day.

    Candidates of a mission begun on or after `before` are refused, except that training rows
    of the same protocol (leave one mission out) may be passed with `before=date.max`.
    Raises UsageError when nothing is left to train on.
    """
    known = [c for c in training if c.joined is not None and c.start < before]
    if not known:
        raise UsageError(f"no state's answer is known before {before}")
    names = tuple(n for n in COVARIATES if all(_mostly(known, m, n) for m in _missions(known)))
    typical = {name: _spread([c.covariates[name] for c in known]) for name in names}
    skip = set(leave_out)
    extra = _level_rows(known, [c for c in past if c.on < before and c.name not in skip])
    rows = [*known, *extra]
    standing = np.vstack([_standing(known, names, typical), np.zeros((len(extra), len(names)))])
    design = np.hstack([_cells(rows), standing])
    prior_sd = np.r_[LEVEL_SD, np.full(6, CELL_SD), np.full(len(names), COVARIATE_SD)]
    logit = fit_hierarchical_logit(
        design,
        np.array([float(bool(c.joined)) for c in rows]),
        [c.mission for c in rows],
        prior_mean=np.zeros(len(prior_sd)),
        prior_sd=prior_sd,
    )
    return CoalitionJoining(
        logit=logit,
        names=names,
        typical=typical,
        coalitions=tuple(dict.fromkeys(c.mission for c in extra)),
        trained_until=max(c.start for c in rows),
    )


def _missions(candidates: Sequence[Candidate]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for i, candidate in enumerate(candidates):
        places.setdefault(candidate.mission, []).append(i)
    return places


def _mostly(candidates: Sequence[Candidate], mission: str, name: str) -> bool:
    values = [c.covariates.get(name, np.nan) for c in candidates if c.mission == mission]
    return bool(np.isfinite(values).mean() >= 0.5)


def _level_rows(training: Sequence[Candidate], past: Sequence[PastCoalition]) -> list[Candidate]:
    """One row for each of the training states in each past coalition, without covariates."""
    actors = list(dict.fromkeys(c.actor for c in training))
    return [
        Candidate(
            id=f"{coalition.name}:{actor}",
            mission=f"past {coalition.name}",
            actor=actor,
            start=coalition.on,
            lead=coalition.lead,
            member=in_alliance_with_lead(actor, coalition.lead, coalition.on),
            covariates={},
            joined=actor in coalition.joined,
        )
        for coalition in past
        for actor in actors
    ]


def _cells(candidates: Sequence[Candidate]) -> Array:
    """Columns: ones, then who leads x membership."""
    design = np.zeros((len(candidates), 1 + 2 * len(LEADS)))
    design[:, 0] = 1.0
    for i, candidate in enumerate(candidates):
        lead = candidate.lead if candidate.lead in LEADS else "coalition"
        design[i, 1 + 2 * LEADS.index(lead) + int(candidate.member)] = 1.0
    return design


def _standing(
    candidates: Sequence[Candidate],
    names: Sequence[str],
    typical: Mapping[str, tuple[float, float]],
) -> Array:
    """Covariates standardised among the candidates of each mission; missing ones at the mean."""
    matrix = np.zeros((len(candidates), len(names)))
    for places in _missions(candidates).values():
        for j, name in enumerate(names):
            values = np.array([candidates[i].covariates.get(name, np.nan) for i in places])
            few = len(places) < FEW_CANDIDATES
            mean, sd = typical[name] if few else _spread(values)
            if not sd > 0.0:
                continue
            z = (values - mean) / sd
            matrix[places, j] = np.where(np.isfinite(z), z, 0.0)
    return matrix


def _spread(values: Sequence[float] | Array) -> tuple[float, float]:
    """Mean and sd of the values that are there; a sd of 0 where fewer than two are."""
    seen = np.asarray(values, dtype=float)
    seen = seen[np.isfinite(seen)]
    return (float(seen.mean()), float(seen.std())) if len(seen) > 1 else (0.0, 0.0)
