"""Where each actor stands, and which sentence moved it: the `positions` document."""

from __future__ import annotations

from typing import Any

from willing.case import STANCES, Case, contradictions
from willing.record._observations import PARTICIPATION
from willing.record._record import Record


def positions_document(
    case: Case, record: Record, *, issue: str | None = None, actor: str | None = None
) -> dict[str, Any]:
    """Return a row for each actor, issue and domain that spoke or is asked to take part.

    Parameters
    ----------
    case
        As known on the day of the record.
    issue, actor
        Only that issue or actor; an actor asked for has its rows although it never spoke.
    """
    roles = {a.id: a.role for a in case.actors}
    rows = []
    for name, one in record.issues.items():
        own = name == PARTICIPATION
        for place, who in enumerate(record.actors):
            silent = bool(one.prior_only[place])
            asked = own and roles[who] in ("lead", "candidate")
            if issue not in (None, name) or actor not in (None, who):
                continue
            if silent and not asked and actor is None:
                continue
            domains = ("any", *record.domains) if own else ("any",)
            rows += [_row(record, who, place, name, domain) for domain in domains]
    return {
        "case": case.id,
        "handling": case.handling,
        "as_of": record.as_of.isoformat(),
        "model": _model(record),
        "prior_only": sorted({r["actor"] for r in rows if r["prior_only"]}),
        "positions": rows,
        "contradictions": [
            c.as_dict()
            for c in contradictions(case)
            if issue in (None, c.issue) and actor in (None, c.actor)
        ],
    }


def _model(record: Record) -> dict[str, Any]:
    fit = record.fit
    return record.model.as_dict() | (
        {"statements": fit.n, "actors": fit.actors, "loglik": fit.loglik, "shrink": fit.shrink}
        if fit
        else {}
    )


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
