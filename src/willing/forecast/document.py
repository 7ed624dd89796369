"""An assessment as the JSON document of the contract."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from willing.case import STANCES, rung
from willing.forecast.adequacy import KEPT, adequacy, words
from willing.forecast.assess import Assessment
from willing.forecast.belief import routes_today
from willing.forecast.model import DOMAINS
from willing.forecast.outcome import PARTS
from willing.forecast.summary import Band, band, reached_by
from willing.history import CAVEATS, reference_class

__all__ = ["document", "milestone_curve"]


def milestone_curve(a: Assessment, milestone: str) -> list[Band]:
    """Return the probability that a milestone is reached by each week, with its interval.

    The ends of the interval never fall with time either.
    """
    row = a.base.first[a.first(milestone)]
    curve = [band(reached_by(row, w), a.base.inner) for w in range(a.model.weeks + 1)]
    low, high = 0.0, 0.0
    out = []
    for one in curve:
        low, high = max(low, one.low), max(high, one.high)
        out.append(Band(one.probability, min(low, one.probability), high))
    return out


def document(a: Assessment, *, routes: bool = True) -> dict[str, Any]:
    """Return the `assess` document: plain values, ready for JSON.

    Without `routes` they are left out: what can be said of them takes a second to work out.
    """
    return {
        "case": a.case.id,
        "title": a.case.title,
        "question": a.case.question,
        "handling": a.case.handling,
        "as_of": a.case.as_of.isoformat(),
        "by": a.by.isoformat(),
        "draws": a.draws,
        "parameter_sets": -(-a.draws // a.base.inner),
        "seed": a.seed,
        "input_hash": a.input_hash,
        "levers_pulled": list(a.pulled),
        "actors": {x.id: x.name for x in a.case.actors},
        "milestones": _milestones(a),
        "participation": _participation(a),
        "routes": _routes(a) if routes else [],
        "conditions": _conditions(a),
        "holding_up": [
            {"condition": h.conditions[0], "share": h.share, "milestone": a.focus} for h in a.holds
        ],
        "holding_up_pairs": [{"conditions": list(h.conditions), "share": h.share} for h in a.pairs],
        "levers": [
            {
                "id": e.lever.id,
                "label": e.lever.label,
                "milestone": e.lever.milestone,
                "change": e.change.probability,
                "low": e.change.low,
                "high": e.change.high,
                "probability": e.with_it,
                "changes": {m: _band(b) for m, b in e.changes.items()},
                "once": {"condition": e.given, "change": e.once.probability}
                | {
                    "low": e.once.low,
                    "high": e.once.high,
                    "members": {d: list(m) for d, m in (e.members or {}).items()},
                }
                if e.once
                else None,
                "risk": e.lever.risk,
            }
            for e in a.levers
        ],
        "coverage": _coverage(a),
        "adequacy": _adequacy(a),
        "reference_class": _reference(a),
        "bargaining": {
            "model": a.case.clock.bargaining_model,
            "why": "Engines of bargaining forecast worse than the mean of stated positions; "
            "meetings draw participants toward their weighted mean.",
            "meetings": len(a.model.meetings),
        },
    }


def _milestones(a: Assessment) -> list[dict[str, Any]]:
    rows = []
    for m in a.case.milestones:
        curve = milestone_curve(a, m.id)
        at = curve[a.by_week]
        rows.append(
            {
                "id": m.id,
                "label": m.label,
                "dates": [a.day(w).isoformat() for w in range(a.model.weeks + 1)],
                "probability": [b.probability for b in curve],
                "low": [b.low for b in curve],
                "high": [b.high for b in curve],
                "by": {"date": a.by.isoformat()} | _band(at),
            }
        )
    return rows


def _band(b: Band) -> dict[str, Any]:
    return {"probability": b.probability, "low": b.low, "high": b.high}


def _participation(a: Assessment) -> list[dict[str, Any]]:
    rows = []
    for actor in (a.model.actors[i] for i in np.flatnonzero(a.model.candidates)):
        place = a.model.actors.index(actor)
        for d, domain in enumerate((*DOMAINS, "any")):
            for r, week in enumerate(a.model.report_weeks):
                counts = a.base.stance[r, place, d] / a.draws
                rows.append(
                    {
                        "actor": actor,
                        "domain": domain,
                        "date": a.day(week).isoformat(),
                        "p_join": float(a.base.joins[week, place, d] / a.draws),
                        "p_willing": float(a.base.wants[week, place, d] / a.draws),
                        "stance": {s: float(counts[rung(s)]) for s in STANCES},
                    }
                )
    return rows


def _routes(a: Assessment) -> list[dict[str, Any]]:
    rows = []
    weeks = sorted({*range(0, a.model.weeks + 1, 4), a.by_week})
    for i, route in enumerate(a.routes or routes_today(a.case, a.gathered)):
        rows.append(
            {
                **route.as_dict(),
                "p_open": [
                    {
                        "date": a.day(w).isoformat(),
                        "p": float(reached_by(a.base.opened[i], w).mean()),
                    }
                    for w in weeks
                ],
                "p_agreed": float(a.base.agreed[a.by_week, i] / a.draws),
            }
        )
    return rows


def _conditions(a: Assessment) -> list[dict[str, Any]]:
    weeks = sorted({*range(0, a.model.weeks + 1, 4), a.by_week})
    return [
        {
            "id": c.id,
            "label": c.label,
            "kind": c.kind,
            "adverse": bool(getattr(c, "adverse", False)),
            "p": [
                {"date": a.day(w).isoformat(), "p": float(a.base.holds[w, i] / a.draws)}
                for w in weeks
            ],
        }
        for i, c in enumerate(a.case.conditions)
    ]


def _coverage(a: Assessment) -> list[dict[str, Any]]:
    rows = []
    for week in range(0, a.model.weeks + 1, 4):
        for d in a.model.coverage.domains:
            pledged, fielded = a.base.coverage[week, :, d] / a.draws / PARTS
            rows.append(
                {
                    "date": a.day(week).isoformat(),
                    "domain": DOMAINS[d],
                    "willing": float(pledged),
                    "taking_part": float(fielded),
                }
            )
    return rows


def _adequacy(a: Assessment) -> dict[str, Any]:
    """How the force is judged: the cuts of each domain, and of all together, with their error."""
    found = adequacy(a.case)
    return {
        "format": found.force.requirement.id,
        "months": KEPT,
        "cuts": [
            {
                "domains": dict(b.judged),
                "planes": len(b.constant),
                "solves": b.solves,
                "held_out": b.held_out,
                "error_mean": b.mean,
                "error_worst": b.worst,
                "wrong": b.wrong,
            }
            for b in found.bounds
        ],
        "words": list(words(found)),
    }


def _reference(a: Assessment) -> dict[str, Any]:
    known = reference_class(a.gathered.features, a.gathered.two_stage)
    year = known["within_365"]
    return {
        "probability": year.probability,
        "low": year.low,
        "high": year.high,
        "horizon": "deployed within 365 days of the proposal",
        "base_rate": year.base_rate,
        "prior_shift": {f"{k:g}": v for k, v in year.shifted.items()},
        "features": {k: float(v) for k, v in a.gathered.features.items()},
        "n": len(a.gathered.two_stage.mission_ids),
        "trained_until": _iso(a.gathered.two_stage.trained_until),
        "caveats": list(CAVEATS),
        "analogues": [
            {
                "id": n.id,
                "name": n.name,
                "year": n.year,
                "distance": n.distance,
                "outcome": n.outcome,
                "shared": list(n.shared),
                "differed": {k: list(v) for k, v in n.differed.items()},
                "url": n.url,
            }
            for n in a.gathered.analogues
        ],
    }


def _iso(day: date) -> str:
    return day.isoformat()
