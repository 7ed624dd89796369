"""A scored set of forecasts: what was said of each case, and how it compares with the baselines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from willing.statistics.scores import (
    auc,
    brier,
    calibration,
    crps,
    log_scores,
    paired_bootstrap,
)

__all__ = ["Amount", "Forecast", "TrackRecord", "document"]

# The paired bootstrap is part of the result: a fixed seed, so that same inputs give same bytes.
SEED = 20250405
# Scores are broken down where there are few clusters (missions), not where there are many.
FEW_CLUSTERS = 20
# The event a single probability is given for where the target is an amount.
SIX_MONTHS = 6.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """A probability for one target of one case, beside what the baselines say.

    `outcome` is None where it is not known; it is read by the scores alone. `cluster` is what
    was left out together (a country, a mission); `unit` is what the bootstrap draws instead
    where there are too few clusters to draw (a state).
    """

    id: str
    target: str
    probability: float
    outcome: bool | None
    cluster: str
    baselines: Mapping[str, float] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """A forecast of an amount as equally likely, positive, sorted values: ours, the baselines'.

    `upper` is what the amount cannot be more than, by what it is.
    """

    id: str
    target: str
    unit: str
    points: NDArray[np.float64]
    outcome: float | None
    cluster: str
    baselines: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    upper: float = np.inf


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """Everything one backtest says."""

    kind: str
    protocol: str
    trained_until: date
    trained_on: int
    forecasts: tuple[Forecast, ...]
    amounts: tuple[Amount, ...] = ()
    notes: tuple[str, ...] = ()


def document(record: TrackRecord) -> dict[str, Any]:
    """Return the JSON document of `willing backtest`: predictions, and scores where known."""
    said: list[dict[str, Any]] = [
        {
            "id": f.id,
            "target": f.target,
            "probability": f.probability,
            **f.about,
            "cluster": f.cluster,
            "baselines": dict(f.baselines),
            **({} if f.outcome is None else {"outcome": int(f.outcome)}),
        }
        for f in record.forecasts
    ]
    said += [_amount_row(a) for a in record.amounts]
    clusters = {f.cluster for f in record.forecasts} | {a.cluster for a in record.amounts}
    targets = [f.target for f in record.forecasts] + [a.target for a in record.amounts]
    result: dict[str, Any] = {
        "kind": record.kind,
        "protocol": record.protocol,
        "n": max(Counter(targets).values()),
        "clusters": len(clusters),
        "trained_on": record.trained_on,
        "trained_until": record.trained_until.isoformat(),
        "predictions": said,
        "notes": list(record.notes),
    }
    scores: dict[str, Any] = {}
    curves: list[dict[str, Any]] = []
    for target in dict.fromkeys(f.target for f in record.forecasts):
        known = [f for f in record.forecasts if f.target == target and f.outcome is not None]
        if known:
            scores[target] = _scores(known)
            curves += _curve(known, target)
    for target in dict.fromkeys(a.target for a in record.amounts):
        settled = [a for a in record.amounts if a.target == target and a.outcome is not None]
        if settled:
            scores[target] = _amount_scores(settled)
    if scores:
        result["scores"] = scores
        result["calibration"] = curves
    return result


def _amount_row(a: Amount) -> dict[str, Any]:
    levels = [round(0.05 * k, 2) for k in range(1, 20)]
    logs = np.log(a.points)
    return {
        "id": a.id,
        "target": a.target,
        "unit": a.unit,
        "quantiles": {str(p): float(np.quantile(a.points, p)) for p in levels},
        "log_mean": float(logs.mean()),
        "log_sd": float(logs.std()),
        **({"upper": a.upper} if np.isfinite(a.upper) else {}),
        "probability": float((a.points <= SIX_MONTHS).mean()),
        "probability_of": f"{a.target} <= {SIX_MONTHS:g}",
        "cluster": a.cluster,
        **({} if a.outcome is None else {"outcome": a.outcome}),
    }


def _scores(known: Sequence[Forecast]) -> dict[str, Any]:
    p = np.array([f.probability for f in known])
    y = np.array([float(bool(f.outcome)) for f in known])
    clusters = [f.cluster for f in known]
    units = [f.unit or f.cluster for f in known]
    ours = {"brier": brier(p, y), "log_score": log_scores(p, y)}
    result: dict[str, Any] = {
        "n": len(known),
        "clusters": len(set(clusters)),
        "events": int(y.sum()),
        "brier": float(ours["brier"].mean()),
        "log_score": float(ours["log_score"].mean()),
        "auc": auc(p, y),
        "baselines": {},
        "gains": {},
    }
    for name in known[0].baselines:
        q = np.array([f.baselines[name] for f in known])
        theirs = {"brier": brier(q, y), "log_score": log_scores(q, y)}
        result["baselines"][name] = {
            "brier": float(theirs["brier"].mean()),
            "log_score": float(theirs["log_score"].mean()),
            "auc": auc(q, y),
        }
        result["gains"][name] = {
            score: asdict(
                paired_bootstrap(ours[score], theirs[score], units, rng=np.random.default_rng(SEED))
            )
            for score in ours
        }
        if theirs["brier"].mean() > 0:
            skill = 1.0 - result["brier"] / float(theirs["brier"].mean())
            result["baselines"][name]["brier_skill"] = skill
    names = list(dict.fromkeys(clusters))
    if len(names) <= FEW_CLUSTERS:
        places = {name: [i for i, c in enumerate(clusters) if c == name] for name in names}
        result["by_cluster"] = {
            name: {
                "n": len(at),
                "events": int(y[at].sum()),
                "brier": float(ours["brier"][at].mean()),
                "log_score": float(ours["log_score"][at].mean()),
                "auc": auc(p[at], y[at]),
            }
            for name, at in places.items()
        }
    if "base_rate" in result["baselines"]:
        result["base_brier"] = result["baselines"]["base_rate"]["brier"]
    return result


def _curve(known: Sequence[Forecast], target: str) -> list[dict[str, Any]]:
    p = np.array([f.probability for f in known])
    y = np.array([float(bool(f.outcome)) for f in known])
    return [{"target": target, **asdict(b)} for b in calibration(p, y)]


def _amount_scores(settled: Sequence[Amount]) -> dict[str, Any]:
    y = np.array([a.outcome for a in settled], dtype=float)
    clusters = [a.cluster for a in settled]
    ours = np.array([crps(a.points, v) for a, v in zip(settled, y, strict=True)])
    result: dict[str, Any] = {
        "n": len(settled),
        "clusters": len(set(clusters)),
        "crps": float(ours.mean()),
        "coverage": {},
        "baselines": {},
        "gains": {},
    }
    for level in (0.5, 0.8, 0.9):
        ends = [0.5 - level / 2, 0.5 + level / 2]
        low, high = np.array([np.quantile(a.points, ends) for a in settled]).T
        result["coverage"][str(level)] = float(((low <= y) & (y <= high)).mean())
    for name in settled[0].baselines:
        theirs = np.array([crps(a.baselines[name], v) for a, v in zip(settled, y, strict=True)])
        result["baselines"][name] = {"crps": float(theirs.mean())}
        gain = paired_bootstrap(ours, theirs, clusters, rng=np.random.default_rng(SEED))
        result["gains"][name] = {"crps": asdict(gain)}
    return result
