"""Rolling origin: how well the record predicts what is stated next, beside two baselines.

As of each origin everything is estimated from what was known then. Predicted is, for every actor,
the rung of what it states on the next day on which it states anything, in the domain it then
speaks of. Scores: mean log score (natural logarithm, positive, lower is better) and multi-category
Brier score (Brier 1950; 0 to 2, lower is better).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from willing.case import STANCES, Case, Statement
from willing.record._observations import Observations, observe
from willing.record._priors import Priors
from willing.record._record import Record, positions
from willing.record.next_statement import USAGE_PSEUDO, fit_law, last_rung, stated

Array = NDArray[np.float64]
START: Final = date(2025, 2, 15)
#: what the persistence baseline gives to the last statement (see the contract in the reference)
PERSISTENCE: Final = 0.85


@dataclass(frozen=True, slots=True)
class Prediction:
    """One predicted statement. `weight` shares a day's statements of one actor equally."""

    origin: date
    actor: str
    id: str
    domain: str
    rung: int
    weight: float
    model: Array
    persistence: Array
    marginal: Array


def marginal(obs: Observations) -> Array:
    """Return the distribution of all statements known, half a pseudo-count a rung, (9,)."""
    counts = np.bincount(obs.rung, minlength=len(STANCES)) + USAGE_PSEUDO
    return np.asarray(counts / counts.sum())


def persistence(last: int | None, fallback: Array) -> Array:
    """Return 0.85 on the last stated rung and 0.15 shared by the others, (9,).

    Without a last statement the marginal distribution serves: a stronger baseline than ignorance.
    """
    if last is None:
        return fallback
    p = np.full(len(STANCES), (1 - PERSISTENCE) / (len(STANCES) - 1))
    p[last] = PERSISTENCE
    return p


def _coming(
    every: Observations, counted: Callable[[Statement], bool]
) -> dict[str, list[tuple[date, list[int]]]]:
    """Return each actor's days of counted statements, with the rows of each day."""
    days: dict[str, dict[date, list[int]]] = {}
    for k, s in enumerate(every.statements):
        if counted(s):
            days.setdefault(s.actor, {}).setdefault(s.date, []).append(k)
    return {actor: sorted(rows.items()) for actor, rows in days.items()}


def predictions(
    case: Case,
    *,
    start: date = START,
    step_days: int = 7,
    issue: str = "participation",
    priors: Priors | None = None,
    counted: Callable[[Statement], bool] = stated,
) -> Iterator[Prediction]:
    """Yield every prediction of the rolling origin, origin by origin.

    Targets are the statements of `case.statements` known by `case.as_of`, each event once.
    `priors` are those of participation, which must not rest on anything said in the case.
    """
    actors = tuple(a.id for a in case.actors)
    every = observe(case.statements, as_of=case.as_of, issue=issue, actors=actors)
    coming = _coming(every, counted)
    origin = start
    while origin < case.as_of:
        record = positions(case.as_known(origin), as_of=origin, priors=priors, issues=(issue,))
        yield from _at(origin, record, every, coming, issue)
        origin += timedelta(days=step_days)


def _at(
    origin: date,
    record: Record,
    every: Observations,
    coming: dict[str, list[tuple[date, list[int]]]],
    issue: str,
) -> Iterator[Prediction]:
    one, law = record.issues[issue], fit_law(record, issue)
    base = marginal(one.observations)
    for a, actor in enumerate(record.actors):
        rows = next((r for day, r in coming.get(actor, []) if day > origin), [])
        for k in rows:
            s = every.statements[k]
            # the day of the next statement is not known then: one step ahead
            mean, sd = record.position(actor, s.domain, issue, weeks=1.0)
            last = last_rung(one, a, int(every.place[k]), float("inf"))
            yield Prediction(
                origin=origin,
                actor=actor,
                id=s.id,
                domain=s.domain,
                rung=int(every.rung[k]),
                weight=1.0 / len(rows),
                model=law.predict(mean, sd, last, s.domain),
                persistence=persistence(last, base),
                marginal=base,
            )


def scores(made: list[Prediction], which: str = "model") -> dict[str, float]:
    """Return mean log score and mean multi-category Brier score of some predictions."""
    p = np.array([getattr(m, which) for m in made])
    rung = np.array([m.rung for m in made])
    weight = np.array([m.weight for m in made]) / sum(m.weight for m in made)
    hit = p[np.arange(len(made)), rung]
    brier = (p**2).sum(axis=1) - 2 * hit + 1
    return {"log_score": float(-(weight @ np.log(hit))), "brier": float(weight @ brier)}


def rolling_origin(
    case: Case,
    *,
    start: date = START,
    step_days: int = 7,
    priors: Priors | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Return the rolling-origin scores of a case, in the shape of `backtest statements`.

    Options are those of `predictions`.

    Keys: `n` (pairs of origin and actor), `log_score`, `brier`, `baselines`, and for those who
    want to see how robust that is: `first_spoken` (actors with no statement at the origin) and
    `spoken` apart, `once` (each statement predicted once, from the last origin before it),
    `advantage` over the baselines with its standard error, `calibration`.
    """
    made = list(predictions(case, start=start, step_days=step_days, priors=priors, **options))
    if not made:
        return {"n": 0, "log_score": None, "brier": None, "baselines": {}, "origins": []}
    latest = {m.id: m.origin for m in made}
    groups = {
        "spoken": [m for m in made if m.persistence is not m.marginal],
        "first_spoken": [m for m in made if m.persistence is m.marginal],
        "once": [m for m in made if m.origin == latest[m.id]],
    }
    return {
        **_summary(made),
        **{name: _summary(part) for name, part in groups.items() if part},
        "advantage": {which: advantage(made, which) for which in ("persistence", "marginal")},
        "statements": len(latest),
        "origins": sorted({m.origin.isoformat() for m in made}),
        "calibration": _calibration(made),
    }


def _summary(made: list[Prediction]) -> dict[str, Any]:
    return {
        "n": len({(m.origin, m.actor) for m in made}),
        **scores(made),
        "baselines": {which: scores(made, which) for which in ("persistence", "marginal")},
    }


def advantage(made: list[Prediction], which: str) -> dict[str, dict[str, float]]:
    """Return by how much the model's scores are lower than a baseline's, and the standard error.

    The error is clustered by actor: an actor's next statement is predicted from several origins.
    """
    rung = np.array([m.rung for m in made])
    weight = np.array([m.weight for m in made]) / sum(m.weight for m in made)
    actors = np.unique([m.actor for m in made], return_inverse=True)[1]
    at = np.arange(len(made))
    ours, theirs = (np.array([getattr(m, w) for m in made]) for w in ("model", which))
    gains = {
        "log_score": np.log(ours[at, rung]) - np.log(theirs[at, rung]),
        "brier": (theirs**2).sum(axis=1) - (ours**2).sum(axis=1) - 2 * (theirs - ours)[at, rung],
    }
    out = {}
    for name, gain in gains.items():
        mean = float(weight @ gain)
        by_actor = np.bincount(actors, weights=weight * (gain - mean))
        groups = len(by_actor)
        error = np.sqrt((by_actor**2).sum() * groups / max(groups - 1, 1))
        out[name] = {"mean": mean, "standard_error": float(error)}
    return out


def _calibration(made: list[Prediction], bins: int = 5) -> list[dict[str, float]]:
    """Return stated shares beside predicted ones, over all rungs, in bins of probability."""
    p = np.array([m.model for m in made]).ravel()
    hit = np.array([np.arange(len(STANCES)) == m.rung for m in made]).ravel()
    place = np.minimum((p * bins).astype(int), bins - 1)
    return [
        {
            "low": b / bins,
            "high": (b + 1) / bins,
            "n": int((place == b).sum()),
            "predicted": float(p[place == b].mean()),
            "stated": float(hit[place == b].mean()),
        }
        for b in range(bins)
        if (place == b).any()
    ]
