"""Which UN members put a unit into a new UN mission: the mean of a logit and of a forest.

Both see each state's record, wealth (and its square: the poorest and the richest send few), size,
distance and region, and where it stands among the members on five of them. The logit
extrapolates, the forest bends; their mean is the forecast. A distance that is missing is filled
from the region, as told by the training rows.
Sources: Bove and Elia (2011), "Supplying peace: participation in and troop contribution to
peacekeeping missions"; equal weights after Clemen (1989), "Combining forecasts".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from willing.data.loaders.benchmark_panels import PanelRow
from willing.errors import UsageError
from willing.participation.extra_trees import ExtraTrees, fit_extra_trees
from willing.statistics.ridge_logit import RidgeLogit, fit_ridge_logit
from willing.statistics.scores import bounded

Array = NDArray[np.float64]

__all__ = ["COVARIATES", "RANKED", "UnJoining", "design", "fit_un_joining"]

COVARIATES = (
    "lmil",
    "lcinc",
    "lgdppc",
    "lpop",
    "poly",
    "nato",
    "p5",
    "ldist",
    "samecont",
    "samereg",
    "nprev",
    "any3",
    "lprevtroops",
)
# log income, US dollars, about which the square is taken: 7.5 is some 1,800 a head
MIDDLE_INCOME = 7.5
RANKED = ("nprev", "lprevtroops", "ldist", "lmil", "lgdppc")
STRENGTHS = (1.0, 3.0, 10.0, 30.0, 100.0)
# Below this many states a mission's rows are no list of members to rank among: the rank is then
# taken among all training rows.
FEW_STATES = 20
FEWEST_ROWS = 10


@dataclass(frozen=True, slots=True)
class UnJoining:
    """A fitted pair. `strength` is the ridge chosen by leaving training missions out."""

    logit: RidgeLogit
    forest: ExtraTrees
    strength: float
    means: Array
    by_region: Array
    pool: tuple[Array, ...]
    trained_until: int
    n: int

    def probability(self, rows: Sequence[PanelRow]) -> Array:
        """P(a unit in the first two years) for the members before one or more missions."""
        x = _fill_distance(design(rows, self.pool), self.by_region)
        filled = np.where(np.isnan(x), self.means, x)
        mean = 0.5 * (self.logit.probability(x) + self.forest.probability(filled))
        return np.array([bounded(float(p), self.n) for p in mean])


def fit_un_joining(rows: Sequence[PanelRow], *, rng: np.random.Generator) -> UnJoining:
    """Fit on rows with a known answer. Raises UsageError for fewer than ten rows.

    With one mission alone nothing can be left out, and the strongest ridge is taken.
    """
    known = [row for row in rows if row.joined is not None]
    missions = list(dict.fromkeys(row.mission for row in known))
    if len(known) < FEWEST_ROWS:
        raise UsageError(f"{len(known)} states with a known answer: too few to learn from")
    pool = _pool(known)
    raw, y = design(known, pool), np.array([float(bool(row.joined)) for row in known])
    by_region = _distance_by_region(raw)
    x = _fill_distance(raw, by_region)
    group = np.array([missions.index(row.mission) for row in known])
    strength = STRENGTHS[-1]
    if len(missions) > 1:
        strength = min(STRENGTHS, key=lambda s: _left_out_loss(x, y, group, s))
    seen = np.isfinite(x)
    means = np.where(seen, x, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    return UnJoining(
        logit=fit_ridge_logit(x, y, strength=strength),
        forest=fit_extra_trees(np.where(seen, x, means), y, rng=rng),
        strength=strength,
        means=means,
        by_region=by_region,
        pool=pool,
        trained_until=max(row.start for row in known),
        n=len(known),
    )


def design(rows: Sequence[PanelRow], pool: Sequence[Array]) -> Array:
    """Covariates, ranks of five of them (0-1) among the states before the mission, income squared.

    Shape (n, 13 + 5 + 1); NaN where a covariate is missing. `pool` holds sorted values of each
    ranked covariate, among which the rows of a mission with few states are ranked.
    """
    raw = np.array([[row.covariates[name] for name in COVARIATES] for row in rows])
    ranks = np.full((len(rows), len(RANKED)), np.nan)
    missions = np.array([row.mission for row in rows])
    for mission in np.unique(missions):
        places = np.flatnonzero(missions == mission)
        for j, name in enumerate(RANKED):
            values = raw[places, COVARIATES.index(name)]
            seen = np.isfinite(values)
            if len(places) < FEW_STATES:
                ranks[places[seen], j] = _rank_among(pool[j], values[seen])
            elif seen.any():
                ranks[places[seen], j] = _average_rank(values[seen]) / seen.sum()
    income = raw[:, COVARIATES.index("lgdppc")]
    return np.column_stack([raw, ranks, (income - MIDDLE_INCOME) ** 2])


_DISTANCES = (COVARIATES.index("ldist"), len(COVARIATES) + RANKED.index("ldist"))


def _regions(x: Array) -> Array:
    columns = [COVARIATES.index("samecont"), COVARIATES.index("samereg")]
    return np.column_stack([np.ones(len(x)), np.nan_to_num(x[:, columns])])


def _distance_by_region(x: Array) -> Array:
    """Least squares of log distance, and of its rank, on continent and region: shape (3, 2)."""
    regions, found = _regions(x), []
    for column in _DISTANCES:
        seen = np.isfinite(x[:, column])
        if not seen.any():
            found.append(np.full(3, np.nan))
            continue
        found.append(np.linalg.lstsq(regions[seen], x[seen, column], rcond=None)[0])
    return np.column_stack(found)


def _fill_distance(x: Array, by_region: Array) -> Array:
    filled = x.copy()
    expected = _regions(x) @ by_region
    for j, column in enumerate(_DISTANCES):
        missing = np.isnan(filled[:, column])
        filled[missing, column] = expected[missing, j]
    return filled


def _pool(rows: Sequence[PanelRow]) -> tuple[Array, ...]:
    columns = (np.array([row.covariates[name] for row in rows]) for name in RANKED)
    return tuple(np.sort(values[np.isfinite(values)]) for values in columns)


def _rank_among(pool: Array, values: Array) -> Array:
    below, above = (np.searchsorted(pool, values, side) for side in ("left", "right"))
    return np.asarray((below + above) / 2 / max(len(pool), 1))


def _average_rank(values: Array) -> Array:
    """Ranks from 1, ties sharing their mean."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse])


def _left_out_loss(x: Array, y: Array, group: NDArray[np.int64], strength: float) -> float:
    """Mean log loss of the logit on each mission left out in turn."""
    total = 0.0
    for g in np.unique(group):
        out = group == g
        p = fit_ridge_logit(x[~out], y[~out], strength=strength).probability(x[out])
        p = np.clip(p, 1e-9, 1 - 1e-9)
        total -= float(np.sum(y[out] * np.log(p) + (1 - y[out]) * np.log(1 - p)))
    return total / len(y)
