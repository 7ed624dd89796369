"""The result as one JSON-ready document: the keys others rely on, and more beside them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from willing.force._schedule import schedule
from willing.force.cost import BASES, Cost, costs, person_months
from willing.force.delivery_score import DeliveryScore
from willing.force.evaluate import by_domain
from willing.force.fielding import Fielding
from willing.force.past_missions import PastMission


def document(found: Fielding) -> dict[str, Any]:
    """Return the document of `willing force --json`."""
    plan = found.plan
    basis = "costs_lie_where_they_fall"
    rows = {name: cost_rows(found, name) for name in BASES}
    months, uncounted = person_months(found.offers, plan.chains, found.requirement.months)
    return {
        "case": found.id,
        "format": {"id": found.requirement.id, "label": found.label},
        "coverage": plan.coverage,
        "bound": plan.bound,
        "gap": plan.gap,
        "method": plan.method,
        "checked": not found.breaches,
        "breaches": [asdict(b) for b in found.breaches],
        "cost": plan.cost,
        "cost_basis": basis,
        "cost_unit": "USD, prices of the sources' years",
        "cost_lowest": plan.cost_bound,
        "costs": {
            name: {
                "means": BASES[name],
                "total": _total(part),
                "rows": [asdict(c) for c in part],
            }
            for name, part in rows.items()
        },
        "not_costed": list(uncounted),
        "person_months": months,
        "months": month_rows(found),
        "rotations": rotation_rows(found),
        "frameworks": dict(plan.frameworks),
        "unfilled": [asdict(u) for u in found.unfilled],
        "as_pledged": found.as_pledged,
        "no_replan": asdict(found.no_replan),
        "replan": asdict(found.replan),
        "draws": found.draws,
        "seed": found.seed,
        "replan_error": {
            "cuts_over_relaxation": asdict(found.cut_error),
            "cuts_over_plans": asdict(found.replan_check) if found.replan_check else None,
        },
        "prices": [asdict(p) for p in found.prices],
        "wants": [asdict(w) for w in found.wants],
        "requirement": requirement_rows(found),
        "buildup": [asdict(b) for b in found.buildup],
        "pledges": pledge_rows(found),
        "assumptions": [
            {"fact": fact, "value": value, "why": "taken because a pledge asks for it"}
            for fact, value in found.assumed.items()
        ],
        "notes": list(found.notes),
    }


def month_rows(found: Fielding) -> list[dict[str, Any]]:
    """Return what is required and covered by month (from 1) and domain."""
    table = by_domain(found.requirement, found.counted)
    units = {x.domain: x.unit for x in found.requirement.lines if x.weight > 0}
    return [
        {
            "month": month + 1,
            "domain": domain,
            "unit": units[domain],
            "required": float(need[month]),
            "covered": float(have[month]),
        }
        for month in range(found.requirement.months)
        for domain, (need, have) in table.items()
    ]


def rotation_rows(found: Fielding) -> list[dict[str, Any]]:
    """Return every tour of the plan: who, what, where, from which month to which."""
    offers = {o.id: o for o in found.offers}
    rows = []
    for chain in found.plan.chains:
        offer = offers[chain.offer]
        when = schedule(offer, chain.start, chain.tours, found.requirement.months)
        for number, (first, last, _) in enumerate(when.tours, 1):
            rows.append(
                {
                    "actor": offer.actor,
                    "pledge": offer.id,
                    "kind": offer.kind,
                    "domain": offer.domain,
                    "sector": chain.sector,
                    "units": chain.units,
                    "quantity": chain.units * offer.quantity,
                    "from_month": first + 1,
                    "to_month": last,
                    "tour": number,
                }
            )
    return sorted(rows, key=lambda r: (r["actor"], r["pledge"], r["from_month"], r["sector"]))


def cost_rows(found: Fielding, basis: str) -> tuple[Cost, ...]:
    """Return the cost by payer and contributor on one basis."""
    return costs(found.offers, found.plan.chains, found.requirement.months, basis)


def _total(rows: tuple[Cost, ...]) -> dict[str, float]:
    return {end: float(sum(getattr(r, end) for r in rows)) for end in ("low", "likely", "high")}


def requirement_rows(found: Fielding) -> list[dict[str, Any]]:
    """Return the statement of requirements, sources and confidence in each row."""
    return [
        {
            "line": line.id,
            "label": line.label,
            "domain": line.domain,
            "sector": line.sector,
            "required": float(max(line.required)),
            "unit": line.unit,
            "weight": line.weight,
            "factor": line.factor,
            "source": line.source,
            "confidence": line.confidence,
            "placeholder": line.placeholder,
            "covered": float(np.mean(found.counted[i]))
            if line.weight > 0
            else float(np.minimum(found.supplied[i], line.required).mean()),
        }
        for i, line in enumerate(found.requirement.lines)
    ]


def pledge_rows(found: Fielding) -> list[dict[str, Any]]:
    """Return every pledge as the engine reads it, with what may become of it."""
    used: dict[str, int] = {}
    for chain in found.plan.chains:
        used[chain.offer] = used.get(chain.offer, 0) + chain.units
    return [
        {
            "pledge": offer.id,
            "actor": offer.actor,
            "domain": offer.domain,
            "kind": offer.kind,
            "basis": offer.basis,
            "units": offer.number,
            "quantity": offer.quantity,
            "ready_month": offer.ready_month + 1,
            "rotation": offer.rotation,
            "used": used.get(offer.id, 0),
            "caveats": offer.caveats,
            "confidence": offer.confidence,
            "placeholder": offer.confidence == "D",
            "p_zero": mixture.p_zero.likely,
            "p_late": mixture.p_late.likely,
            "p_full": mixture.p_full.likely,
            "evidence": len(mixture.evidence),
        }
        for offer, mixture in zip(found.offers, found.mixtures, strict=True)
    ]


def past_document(past: PastMission, score: DeliveryScore) -> dict[str, Any]:
    """Return what is on record of a past mission, and how the delivery model does on it."""
    return {
        "shares": [
            {"contributor": name, "share": share}
            for name, share in sorted(past.shares.items(), key=lambda x: (-x[1], x[0]))
        ],
        "ramp": [
            {
                "month": a.month,
                "there": a.there,
                "required": a.required,
                "share": a.share,
                "what": a.what,
                "source": a.source,
            }
            for a in past.ramp
        ],
        "gaps": [{"enabler": e, "missing": n, "words": words} for e, n, words in past.gaps],
        "arrived": [
            {"contributor": name, "pledged": pledged, "there": there, "month": month}
            for name, (pledged, there, month) in past.arrived.items()
        ],
        "delivery": {
            "nothing_came": asdict(score.nothing),
            "pledges": score.pledges,
            "predicted": dict(zip(("p10", "mean", "p90"), score.predicted, strict=True)),
            "arrived": score.arrived,
            "brier": score.brier,
            "log_score": score.log_score,
            "crps": score.crps,
            "baselines": score.baselines,
        },
    }
