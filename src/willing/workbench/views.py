"""What single views show besides the look at the case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from willing.briefing.words import listing
from willing.case import STANCES, Case
from willing.workbench import table
from willing.workbench.desk import Look
from willing.workbench.words import texts

__all__ = [
    "IMPORTED",
    "asked_of",
    "at_the_table",
    "days_of",
    "in_short",
    "pulled_in",
    "weighty",
]

#: columns of a spreadsheet that can become fields of a statement; the first ones are needed
IMPORTED = (
    "date", "actor", "stance", "summary", "publisher", "issue", "domain", "speaker", "role",
    "rank", "verb", "kind", "condition", "reliability", "credibility", "source_url", "published",
    "id", "about",
)  # fmt: skip


def in_short(look: Look) -> str:
    """Say in one sentence how those that are asked stand."""
    asked = [r for r in look.standings if r["asked"]]
    spoke = [r for r in asked if not r["silent"]]
    ready = [r for r in spoke if r["cells"]["any"]["rung"] >= STANCES.index("conditional")]
    lending = [r for r in spoke if r["cells"]["any"]["stance"] == "support_no_troops"]
    against = [r for r in spoke if r["cells"]["any"]["rung"] <= STANCES.index("decline")]
    t = texts()["who"]
    names = [look.names[r["id"]] for r in ready[:4]]
    if len(ready) > 4:
        names.append(t["short_more"].format(n=len(ready) - 4))
    return str(t["short"]).format(
        asked=len(asked),
        ready=len(ready),
        names=f" ({listing(names)})" if names else "",
        lending=len(lending),
        open=len(spoke) - len(ready) - len(lending) - len(against),
        against=len(against) or t["none"],
        silent=len(asked) - len(spoke),
    )


def asked_of(look: Look) -> dict[str, float]:
    """Return the forecast of every question on a milestone, read off the full forecast's curves."""
    if look.document is None:
        return {}
    curves = {m["id"]: m for m in look.document["milestones"]}
    found = {}
    for q in look.case.questions:
        curve = curves.get(q.target) if q.kind == "milestone" else None
        if curve and curve["dates"][0] <= q.by.isoformat() <= curve["dates"][-1]:
            days = [date.fromisoformat(d).toordinal() for d in curve["dates"]]
            found[q.id] = float(np.interp(q.by.toordinal(), days, curve["probability"]))
    return found


def pulled_in(look: Look, settings: dict[str, Any]) -> str:
    """Say which levers and sliders a forecast was made with."""
    levers = [look.words["levers"].get(x, x) for x in settings.get("levers") or ()]
    shifts = [
        f"{look.names.get(s['actor'], s['actor'])} {s['by']:+.0f}"
        for s in settings.get("shifts") or ()
    ]
    rates = [f"{look.labels.get(k, k)} ×{v:g}" for k, v in (settings.get("rates") or {}).items()]
    return "; ".join((*levers, *shifts, *rates))


def at_the_table(look: Look, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return the issue and the model asked for, and what there is to ask for."""
    issues = table.issues_of(look)
    issue = asked.get("issue", "")
    model = asked.get("model", "default")
    issue = issue if issue in issues else next(iter(issues), "")
    model = model if model in table.SEATED else "default"
    ends = next(((i.low, i.high) for i in look.case.issues if i.id == issue), ("", ""))
    return {
        "issues": issues, "issue": issue, "models": table.SEATED, "model": model, "ends": ends,
    }  # fmt: skip


def weighty(look: Look) -> list[dict[str, Any]]:
    """Sliders shown first: the host's opponents, the leads, then by influence."""
    rows = []
    for a in look.case.actors:
        if a.id not in look.record.actors or a.kind != "state":
            continue
        issue = "participation" if a.role in {"lead", "candidate"} else "mission"
        standing = look.record.issues.get(issue)
        if standing is None or (issue == "mission" and a.id in look.silent and not a.influence):
            continue
        mean, _ = look.record.position(a.id, "any", issue)
        first = a.role in {"host", "opposing", "lead"}
        rows.append(
            {
                "id": a.id,
                "name": a.name,
                "issue": issue,
                "mean": mean,
                "first": first,
                "silent": bool(standing.prior_only[look.record.actors.index(a.id)]),
                "influence": a.influence or 0.0,
            }
        )
    rows.sort(
        key=lambda r: (not r["first"], r["silent"], -float(str(r["influence"])), str(r["id"]))
    )
    return rows


def days_of(case: Case) -> list[str]:
    """Days on which something became known, oldest first."""
    known = sorted({s.known for s in case.statements if s.known <= case.as_of} | {case.as_of})
    return [d.isoformat() for d in known]
