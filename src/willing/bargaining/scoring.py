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
    GRID,
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
REPEATS = 10  # of cross-validation, each with other folds


@dataclass(frozen=True, slots=True)
class Score:
    """Errors of one model over decisions, in points of 100; less is better but for within_10.

    mae, median_ae and within_10 are of the point forecast (`point`), crps of the distribution.
    """

    model: str
    mae: float
    median_ae: float
    within_10: float
    crps: float
    point: str


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


# name, model, whether it is given actors without a stated salience, point forecast
_Run = Callable[[Negotiation], Course]


def _models(parameters: DefaultParameters | None) -> list[tuple[str, _Run, bool, str]]:
    return [
        ("default", lambda n: default(n, parameters), True, "median"),
        ("mixture", mixture, False, "mean"),
        ("mean", mean, False, "mean"),
        ("mean_unweighted", lambda n: mean(n, weighted=False), False, "mean"),
        ("median", median, False, "median"),
        ("median_unweighted", lambda n: median(n, weighted=False), False, "median"),
        ("compromise", compromise, False, "mean"),
        ("nash", nash, False, "mean"),
        ("nash_reference", against_reference, False, "mean"),
        ("smp", lambda n: smp(n, explain=False), False, "mean"),
        ("smp_1_turn", lambda n: smp(n, 1, explain=False), False, "mean"),
        ("smp_3_turns", lambda n: smp(n, 3, explain=False), False, "mean"),
        ("scholz", scholz, False, "mean"),
        ("scholz_1_round", lambda n: scholz(n, 1), False, "mean"),
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
        crps, error = np.empty(len(decisions)), np.empty(len(decisions))
        for r, d in enumerate(decisions):
            o = run(d.whole if whole else d.stated).outlooks[0]
            crps[r] = o.crps(d.outcome)
            error[r] = abs((o.mean if point == "mean" else o.median) - d.outcome)
        crps_of[name] = crps
        out.append(
            Score(
                name,
                float(error.mean()),
                float(np.median(error)),
                float((error <= 10 + 1e-9).mean()),
                float(crps.mean()),
                point,
            )
        )
    return out, crps_of


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
    advance(0.2, "cross-validation choosing the powers too")
    chosen = cross_validate(decisions, rng, repeats=4, powers=GRID)
    bar = np.array([mixture(d.stated).outlooks[0].crps(d.outcome) for d in decisions])
    against = paired_bootstrap(decisions, held, bar, rng)
    return {
        "parameters": {k: round(v, 4) for k, v in asdict(p).items()},
        "fit": {
            "date": day,
            "data": "Decision-making in the European Union III (DOI 10.34810/data53), part",
            "n": len(decisions),
            "proposals": len({d.proposal for d in decisions}),
            "fitted": ["exact", "middle", "reference"],
            "measure": "mean CRPS, points of 100",
            "crps_in_sample": round(float(losses(decisions, p).mean()), 3),
            "crps_cross_validated": round(float(held.mean()), 3),
            "crps_cross_validated_choosing_powers": round(float(chosen.mean()), 3),
            "crps_mixture": round(float(bar.mean()), 3),
            "cross_validation": f"10 folds by proposal, {REPEATS} times (4 choosing powers)",
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
    return round(value, 4) if isinstance(value, float) else value
