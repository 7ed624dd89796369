"""Every model against decisions whose outcome is known."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from willing.bargaining._deu import Decision
from willing.bargaining._negotiation import Course, Negotiation
from willing.bargaining._outlook import Outlook
from willing.bargaining._still import resting
from willing.bargaining.compromise import compromise
from willing.bargaining.default import DefaultParameters, default
from willing.bargaining.fitting import (
    cross_fits,
    cross_validate,
    fit,
    losses,
    paired_bootstrap,
)
from willing.bargaining.mean import mean, weighted_mean
from willing.bargaining.median import median
from willing.bargaining.nash import nash
from willing.bargaining.scholz import scholz
from willing.bargaining.smp import smp

Array = NDArray[np.float64]
Advance = Callable[[float, str], None]

MIXTURE_SD = 25.0
NEAR = 10.0  # points of 100 within which a point forecast counts as near
REPEATS = 10  # of cross-validation, each with other folds


@dataclass(frozen=True, slots=True)
class Score:
    """Errors of one model over decisions, in points of 100; less is better but for within_10.

    crps is of the distribution, the others of a point forecast. One point cannot serve every
    measure (Gneiting 2011), so `point` names the one used for each, and `by_point` has all:
    `likeliest` is the centre of the window of 20 points that holds the most mass.
    """

    model: str
    mae: float
    median_ae: float
    within_10: float
    crps: float
    point: dict[str, str]
    by_point: dict[str, dict[str, float]]


def mixture(negotiation: Negotiation) -> Course:
    """Half atoms at the stated positions by weight, half a normal around their mean: the bar."""
    w = negotiation.weights()
    centre = weighted_mean(negotiation)
    outlooks = []
    for k, (low, high) in enumerate(negotiation.scale):
        atoms = Outlook.points(negotiation.positions[:, :, k], w[:, :, k])
        around = [Outlook.normal(float(m), MIXTURE_SD, low, high) for m in centre[:, k]]
        share = 0.5 / len(around)
        outlooks.append(Outlook.mixture([(0.5, atoms), *((share, o) for o in around)]))
    return resting("mixture", negotiation, tuple(outlooks))


def against_reference(negotiation: Negotiation) -> Course:
    """Nash against the reference point; the costly variant where there is none."""
    known = not np.isnan(negotiation.reference).any()
    return nash(negotiation, "reference" if known else "costly")


# name, model, whether it is given actors without a stated salience, point forecast a measure
_Run = Callable[[Negotiation], Course]
_Point = dict[str, str]
_MEASURES = ("mae", "median_ae", "within_10")
_MEAN: _Point = dict.fromkeys(_MEASURES, "mean")
_MEDIAN: _Point = dict.fromkeys(_MEASURES, "median")
# The median has the least expected distance, the likeliest window the best chance to be near.
_SPREAD: _Point = {"mae": "median", "median_ae": "likeliest", "within_10": "likeliest"}


def _models(parameters: DefaultParameters | None) -> list[tuple[str, _Run, bool, _Point]]:
    return [
        ("default", lambda n: default(n, parameters), True, _SPREAD),
        ("mixture", mixture, False, _SPREAD),
        ("mean", mean, False, _MEAN),
        ("mean_unweighted", lambda n: mean(n, weighted=False), False, _MEAN),
        ("median", median, False, _MEDIAN),
        ("median_unweighted", lambda n: median(n, weighted=False), False, _MEDIAN),
        ("compromise", compromise, False, _MEAN),
        ("nash", nash, False, _MEAN),
        ("nash_reference", against_reference, False, _MEAN),
        ("smp", lambda n: smp(n, explain=False), False, _MEAN),
        ("smp_1_turn", lambda n: smp(n, 1, explain=False), False, _MEAN),
        ("smp_3_turns", lambda n: smp(n, 3, explain=False), False, _MEAN),
        ("scholz", scholz, False, _MEAN),
        ("scholz_1_round", lambda n: scholz(n, 1), False, _MEAN),
    ]


def score_models(
    decisions: Sequence[Decision],
    parameters: DefaultParameters | None = None,
    advance: Advance = lambda fraction, note: None,
) -> tuple[list[Score], dict[str, Array]]:
    """Score every model; also the CRPS of each decision by model."""
    out, crps_of = [], {}
    models = _models(parameters)
    for k, (name, run, whole, point) in enumerate(models):
        advance(k / len(models), name)
        found = [run(d.whole if whole else d.stated).outlooks[0] for d in decisions]
        out.append(_scored(name, found, [d.outcome for d in decisions], point))
        crps_of[name] = np.array([o.crps(d.outcome) for o, d in zip(found, decisions, strict=True)])
    return out, crps_of


def _scored(
    name: str, outlooks: Sequence[Outlook], outcomes: Sequence[float], point: _Point
) -> Score:
    pairs = list(zip(outlooks, outcomes, strict=True))
    at: dict[str, Callable[[Outlook], float]] = {
        "mean": lambda o: o.mean,
        "median": lambda o: o.median,
        "likeliest": lambda o: o.likeliest(NEAR)[0],
    }
    by_point = {}
    for kind, value in at.items():
        error = np.array([abs(value(o) - y) for o, y in pairs])
        by_point[kind] = {
            "mae": float(error.mean()),
            "median_ae": float(np.median(error)),
            "within_10": float((error <= NEAR + 1e-6).mean()),
        }
    chosen = {measure: by_point[point[measure]][measure] for measure in _MEASURES}
    crps = float(np.mean([o.crps(y) for o, y in pairs]))
    return Score(name, **chosen, crps=crps, point=point, by_point=by_point)


def mark(issue: str) -> str:
    """Fingerprint of an issue's id: tells rows fitted on without shipping them."""
    return hashlib.sha256(issue.encode()).hexdigest()[:10]


def report(
    decisions: Sequence[Decision],
    shipped: dict[str, Any],
    rng: np.random.Generator,
    advance: Advance = lambda fraction, note: None,
) -> dict[str, Any]:
    """Return the document of `willing bargain --score`.

    Rows the shipped parameters were fitted on are told apart: on them `default` is in sample, and
    `cross_validated` refits it without the proposal scored.
    """
    p = DefaultParameters.read(shipped)
    scores, crps_of = score_models(decisions, p, advance)
    fitted = set(shipped["fit"].get("issues", ()))
    seen = np.array([mark(d.id) in fitted for d in decisions], bool)
    out: dict[str, Any] = {
        "n": len(decisions),
        "proposals": len({d.proposal for d in decisions}),
        "models": [{k: _round(v) for k, v in asdict(s).items()} for s in scores],
        "default_against_mixture": _compare(
            decisions, crps_of["default"], crps_of["mixture"], np.ones_like(seen), rng
        ),
        "fitted_on": int(seen.sum()),
        "note": "no row was used to fit `default`",
    }
    if seen.any():
        advance(0.95, "cross-validation")
        rows = [d for d, s in zip(decisions, seen, strict=True) if s]
        held = cross_validate(rows, rng, repeats=REPEATS)
        out["cross_validated"] = {
            "model": "default",
            "n": len(rows),
            "folds": 10,
            "repeats": REPEATS,
            "grouped_by": "proposal",
            "crps": _round(float(held.mean())),
            **_held_points(rows, rng),
            "against_mixture": asdict(paired_bootstrap(rows, held, crps_of["mixture"][seen], rng)),
        }
        out["note"] = (
            f"{int(seen.sum())} of {len(decisions)} rows were used to fit `default`: there its "
            "figure in `models` is in sample and flatters it; `cross_validated` does not"
        )
        if not seen.all():
            out["not_fitted_on"] = _compare(
                decisions, crps_of["default"], crps_of["mixture"], ~seen, rng
            )
    return out


def _held_points(decisions: Sequence[Decision], rng: np.random.Generator) -> dict[str, Any]:
    """Errors of the point forecasts of `default` on proposals it was not fitted to (ten folds)."""
    outlooks: list[Outlook | None] = [None] * len(decisions)
    for test, p in cross_fits(decisions, rng):
        for r in np.flatnonzero(test).tolist():
            outlooks[r] = default(decisions[r].whole, p).outlooks[0]
    found = [o for o in outlooks if o is not None]
    score = _scored("default", found, [d.outcome for d in decisions], _SPREAD)
    return {k: _round(getattr(score, k)) for k in (*_MEASURES, "point", "by_point")}


def describe(
    decisions: Sequence[Decision],
    rng: np.random.Generator,
    day: str,
    advance: Advance = lambda fraction, note: None,
) -> dict[str, Any]:
    """Fit `default` and return what is shipped: parameters, and how they were come by.

    day: ISO date of the fit.
    """
    advance(0.0, "fit")
    p = fit(decisions)
    advance(0.05, "cross-validation")
    held = cross_validate(decisions, rng, repeats=REPEATS)
    bar = np.array([mixture(d.stated).outlooks[0].crps(d.outcome) for d in decisions])
    against = paired_bootstrap(decisions, held, bar, rng)
    return {
        "parameters": {k: _round(v) for k, v in asdict(p).items()},
        "fit": {
            "date": day,
            "data": "Decision-making in the European Union III (DOI 10.34810/data53), part",
            "n": len(decisions),
            "proposals": len({d.proposal for d in decisions}),
            "fitted": ["exact", "middle", "reference"],
            "measure": "mean CRPS, points of 100",
            "crps_in_sample": round(float(losses(decisions, p).mean()), 3),
            "crps_cross_validated": round(float(held.mean()), 3),
            "crps_mixture": round(float(bar.mean()), 3),
            "cross_validation": f"10 folds by proposal, {REPEATS} times",
            "against_mixture": {k: _round(v) for k, v in asdict(against).items()},
            "issues": sorted(mark(d.id) for d in decisions),
        },
    }


def _compare(
    decisions: Sequence[Decision],
    first: Array,
    second: Array,
    rows: NDArray[np.bool_],
    rng: np.random.Generator,
) -> dict[str, Any]:
    chosen = [d for d, r in zip(decisions, rows, strict=True) if r]
    return {
        "n": len(chosen),
        "crps": _round(float(first[rows].mean())),
        "mixture_crps": _round(float(second[rows].mean())),
        **asdict(paired_bootstrap(chosen, first[rows], second[rows], rng)),
    }


def _round(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _round(v) for k, v in value.items()}
    return round(value, 4) if isinstance(value, float) else value
