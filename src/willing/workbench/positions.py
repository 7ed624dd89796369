"""Where each actor stands, and which sentence moved it: the `positions` document."""

from __future__ import annotations

from typing import Any

from willing.case import STANCES, Case, contradictions
from willing.record import Record

__all__ = ["positions_document"]


def positions_document(case: Case, record: Record) -> dict[str, Any]:
    """Return a row for each actor, issue and domain that spoke or is asked to take part."""
    roles = {a.id: a.role for a in case.actors}
    rows = []
    for issue, one in record.issues.items():
        own = issue == "participation"
        for place, actor in enumerate(record.actors):
            silent = bool(one.prior_only[place])
            if silent and not (own and roles[actor] in ("lead", "candidate")):
                continue
            for domain in ("any", *record.domains) if own else ("any",):
                rows.append(_row(record, actor, place, issue, domain))
    return {
        "case": case.id,
        "handling": case.handling,
        "as_of": case.as_of.isoformat(),
        "model": record.model.as_dict(),
        "positions": rows,
        "contradictions": [c.as_dict() for c in contradictions(case)],
    }


def _row(record: Record, actor: str, place: int, issue: str, domain: str) -> dict[str, Any]:
    one = record.issues[issue]
    mean, sd = record.position(actor, domain, issue)
    chances = record.stance(actor, domain, issue)
    return {
        "actor": actor,
        "issue": issue,
        "domain": domain,
        "mean": float(mean),
        "sd": float(sd),
        "stance": {s: float(p) for s, p in zip(STANCES, chances, strict=True)},
        "prior": {
            "mean": float(one.prior.mean[place]),
            "sd": float(one.prior.sd[place]),
            "from": "history" if one.prior.informed[place] else "pool",
        },
        "prior_only": bool(one.prior_only[place]),
        "statements": [
            {
                "id": m.id,
                "weight": m.weight,
                "shift": m.shift,
                "share_now": m.now,
                **({"counts_as": m.counts_as} if m.counts_as else {}),
            }
            for m in record.moved(actor, domain, issue)
        ],
    }
