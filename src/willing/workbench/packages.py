"""The force of a case as the `force` document: who goes where and when, and what stays unfilled."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from willing.case import Case
from willing.force import from_case
from willing.force.evaluate import by_domain, covered, supply
from willing.force.package import package

__all__ = ["force_document"]


def force_document(
    case: Case, format_id: str | None, time_limit: float, note: Callable[[float, str], None]
) -> dict[str, Any]:
    """Plan the force of a case within `time_limit` seconds; the bound is always shown."""
    setting = from_case(case, format_id)
    need, offers, rules = setting.requirement, setting.offers, setting.rules
    plan = package(need, offers, rules, time_limit=time_limit, clock=time.monotonic, say=note)
    led = set(plan.frameworks) if rules.framework else None
    counted = covered(need, supply(need, offers, plan.chains), led)
    months, unfilled = [], []
    for domain, (required, filled) in by_domain(need, counted).items():
        for month, (wanted, there) in enumerate(zip(required, filled, strict=True)):
            day = case.as_of + timedelta(days=round(month * 365.25 / 12))
            months.append(
                {
                    "month": month + 1,
                    "date": day.isoformat(),
                    "domain": domain,
                    "required": float(wanted),
                    "covered": float(min(there, wanted)),
                }
            )
        short = float(sum(max(w - f, 0.0) for w, f in zip(required, filled, strict=True)))
        if short > 1e-6:
            unfilled.append({"domain": domain, "unit_months": short})
    by_id = {o.id: o for o in offers}
    return {
        "case": case.id,
        "handling": case.handling,
        "format": format_id or case.format,
        "coverage": plan.coverage,
        "bound": plan.bound,
        "gap": plan.gap,
        "cost": plan.cost,
        "method": plan.method,
        "months": months,
        "unfilled": unfilled,
        "chains": [asdict(c) | {"actor": by_id[c.offer].actor} for c in plan.chains],
        "assumed": dict(setting.assumed),
        "notes": list(setting.notes),
    }
