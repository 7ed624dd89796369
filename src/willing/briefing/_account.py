"""The account a briefing gives: findings in sentences, each with what it rests on.

Pure: an assessment and its document in, plain text and references out. References are anchors of
the page: `s-ID` a statement, `aN` an assumption, `c-ID` a condition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np

from willing.briefing.assumptions import Assumption, assumptions
from willing.briefing.cells import columns
from willing.briefing.findings import Finding, answer, at_date, key_findings
from willing.briefing.words import (
    cell,
    day,
    fact_name,
    likelihood,
    listing,
    milestone_name,
    percent,
    span,
)
from willing.case import STANCES, Case, Consent, Derived, Statement, contradictions
from willing.forecast import Assessment
from willing.forecast.compile import stated_requirements
from willing.record import Moved, stated

__all__ = ["Account", "account"]


@dataclass(slots=True)
class Account:
    """Everything the page and the terminal say, section by section."""

    names: dict[str, str]
    answer: str
    key: list[Finding] = field(default_factory=list)
    milestones: list[dict[str, Any]] = field(default_factory=list)
    movers: list[dict[str, Any]] = field(default_factory=list)
    willing: list[dict[str, Any]] = field(default_factory=list)
    conditional: list[dict[str, Any]] = field(default_factory=list)
    contradictions: list[dict[str, Any]] = field(default_factory=list)
    prior_only: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    routes: list[dict[str, Any]] = field(default_factory=list)
    calendar: list[dict[str, Any]] = field(default_factory=list)
    tracks: list[dict[str, Any]] = field(default_factory=list)
    basis: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    opposition: list[Statement] = field(default_factory=list)
    adverse: list[dict[str, Any]] = field(default_factory=list)
    statements: list[dict[str, Any]] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    method: list[Finding] = field(default_factory=list)
    holding: list[dict[str, Any]] = field(default_factory=list)
    pairs: list[dict[str, Any]] = field(default_factory=list)
    focus_label: str = ""


def account(a: Assessment, document: dict[str, Any]) -> Account:
    """Return the account of an assessment."""
    names = {x.id: x.name for x in a.case.actors}
    moved = _moved(a)
    result = Account(names=names, answer=answer(a, document))
    result.focus_label = milestone_name(a.focus, a.focus).lower()
    result.assumptions = assumptions(a.case)
    result.basis = _basis(a.case, result.assumptions)
    result.milestones = _milestones(a, document)
    for m in result.milestones:
        m["refs"] = result.basis.get(m["id"], ())
    result.statements = _statements(a, moved)
    result.movers = _movers(a, result.statements)
    result.willing, result.conditional = _who(a, document)
    result.contradictions = _contradictions(a.case)
    record = a.gathered.record
    result.silent = [
        x
        for x, only in zip(record.actors, record.prior_only, strict=True)
        if only and x in _candidates(a)
    ]
    result.prior_only = [names[x] for x in result.silent]
    result.routes = _routes(a, document)
    result.calendar = _calendar(a.case)
    result.tracks = _tracks(a.case, names, result.basis)
    result.opposition = [
        s
        for s in sorted(a.case.statements, key=lambda s: s.date, reverse=True)
        if s.stance in {"threaten", "oppose"} and s.issue in {"mission", "participation"}
    ]
    result.adverse = [
        {
            "label": c["label"],
            "p": at_date(c["p"], a.by),
            "id": c["id"],
            "refs": result.basis.get(c["id"], ()),
        }
        for c in document["conditions"]
        if c["adverse"]
    ]
    result.holding, result.pairs = _holding(a, document)
    for h in result.holding:
        h["refs"] = result.basis.get(h["id"], ())
    result.key = key_findings(a, document, result)
    result.method = _method(a, document)
    result.unknown = _unknown(a, document, result)
    return result


def _candidates(a: Assessment) -> set[str]:
    return {a.model.actors[i] for i in np.flatnonzero(a.model.candidates)}


def _holding(a: Assessment, document: dict[str, Any]) -> tuple[list[dict[str, Any]], ...]:
    """What holds the mission up, one thing and two; pairs only where they add to the better one."""
    labels = {c["id"]: c["label"] for c in document["conditions"]}
    today = {c["id"]: (c["p"][0]["p"], at_date(c["p"], a.by)) for c in document["conditions"]}
    alone = {h["condition"]: h["share"] for h in document["holding_up"]}
    singles = [
        {
            "id": h["condition"],
            "name": fact_name(h["condition"], document),
            "label": labels.get(h["condition"], h["condition"]),
            "share": percent(h["share"]),
            "holds": percent(today[h["condition"]][1]) if h["condition"] in today else "",
        }
        for h in document["holding_up"]
        if h["share"] >= 0.005
    ]
    pairs = [
        {
            "ids": h["conditions"],
            "name": " and ".join(fact_name(c, document) for c in h["conditions"]),
            "share": percent(h["share"]),
        }
        for h in document["holding_up_pairs"]
        if h["share"] >= max(alone.get(c, 0.0) for c in h["conditions"]) + 0.02
    ]
    return singles, pairs


def _milestones(a: Assessment, document: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for m in document["milestones"]:
        cells = [
            {
                "p": percent(at["probability"]) if at["probability"] else "under 1 %",
                "cell": cell(at["probability"]),
                "span": span(at["low"], at["high"]),
                "date": at["date"],
            }
            for at in columns(m)
        ]
        by = m["by"]
        rows.append(
            {
                "id": m["id"],
                "label": milestone_name(m["id"], m["label"]),
                "meaning": m["label"],
                "cells": cells,
                "by": percent(by["probability"]) if by["probability"] else "under 1 %",
                "word": likelihood(by["probability"]),
                "span": span(by["low"], by["high"]),
                "note": next(x.note for x in a.case.milestones if x.id == m["id"]),
            }
        )
    return rows


def _basis(case: Case, ranges: list[Assumption]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return, by id of a condition, milestone or track, the anchors of what its numbers rest on.

    Ranges of the case file by name; for a consent the actor's statements on the issue; for what
    follows from other conditions their rows.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    owners = {
        **{("conditions", c.label): c.id for c in case.conditions},
        **{("milestones", m.label): m.id for m in case.milestones},
        **{("tracks", t.label): t.id for t in case.tracks},
    }
    for x in ranges:
        room, owner, *rest = x.where.split(" · ")
        if (room, owner) in owners:
            what = " ".join(p for p in rest if p not in {"times"})
            found.setdefault(owners[room, owner], []).append((x.id, what))
    ids = {c.id for c in case.conditions}
    for c in case.conditions:
        if isinstance(c, Consent):
            rows = [s for s in case.statements if s.actor == c.actor and s.issue == c.issue]
            recent = sorted(rows, key=lambda s: (s.date, s.id), reverse=True)
            found[c.id] = [(f"s-{s.id}", s.id) for s in recent]
        elif isinstance(c, Derived):
            words = dict.fromkeys(re.findall(r"[a-z_]+", c.holds))
            found[c.id] = [(f"c-{w}-row", w.replace("_", " ")) for w in words if w in ids]
    for m in case.milestones:
        words = dict.fromkeys(re.findall(r"[a-z_]+", m.needs or ""))
        linked = [(f"c-{w}-row", w.replace("_", " ")) for w in words if w in ids]
        if m.model == "route":
            linked += [(f"r-{r.id}", r.id.replace("_", " ")) for r in case.routes]
        elif m.model == "force":
            linked.append(("force", "what could be sent"))
        elif m.model in {"arrival", "ramp"}:
            linked.append(("history", "past missions"))
        found.setdefault(m.id, []).extend(linked)
    return {id: tuple(refs) for id, refs in found.items()}


def _moved(a: Assessment) -> dict[str, Moved]:
    record = a.gathered.record
    found: dict[str, Moved] = {}
    for issue, one in record.issues.items():
        by_actor = {s.actor for s in one.observations.statements}
        for actor in record.actors:
            if actor in by_actor:
                found.update({m.id: m for m in record.moved(actor, "any", issue)})
    return found


def _statements(a: Assessment, moved: dict[str, Moved]) -> list[dict[str, Any]]:
    rows = []
    for s in sorted(a.case.statements, key=lambda s: (s.date, s.id), reverse=True):
        m = moved.get(s.id)
        rows.append(
            {
                "s": s,
                "weight": m.weight if m else None,
                "shift": m.shift if m else None,
                "now": m.now if m else None,
                "counts_as": m.counts_as if m else None,
            }
        )
    return rows


def _movers(a: Assessment, statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    since = a.case.as_of - timedelta(days=28)
    rows = [
        r
        for r in statements
        if r["shift"] is not None and r["s"].date > since and r["s"].issue == "participation"
    ]
    return sorted(rows, key=lambda r: -abs(r["shift"]))[:8]


def _who(
    a: Assessment, document: dict[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    asked = a.day(a.by_week).isoformat()
    rows = [r for r in document["participation"] if r["date"] == asked and r["domain"] == "any"]
    latest: dict[str, Statement] = {}
    said: dict[str, list[Statement]] = {x.id: [] for x in a.case.actors}
    for s in sorted(a.case.statements, key=lambda s: (s.date, s.id)):
        if s.issue == "participation":
            said[s.actor].append(s)
            if stated(s):
                latest[s.actor] = s
    ordered = sorted(rows, key=lambda r: (-r["p_willing"], r["actor"]))
    willing = [
        {
            "actor": r["actor"],
            "p_willing": percent(r["p_willing"]),
            "p_join": percent(r["p_join"]),
            "last": latest.get(r["actor"]),
            "all": said[r["actor"]],
        }
        for r in ordered
    ]
    conditional = [
        {"actor": actor, "domain": domain, "statement": s}
        for (actor, domain), s in sorted(stated_requirements(a.case.statements).items())
    ]
    return willing, conditional


def _contradictions(case: Case) -> list[dict[str, Any]]:
    by_id = {s.id: s for s in case.statements}
    return [
        {
            "actor": c.actor,
            "date": c.date,
            "statements": [by_id[i] for i, _ in c.statements if i in by_id],
        }
        for c in contradictions(case)
    ]


def _routes(a: Assessment, document: dict[str, Any]) -> list[dict[str, Any]]:
    names = {x.id: x.name for x in a.case.actors}
    return [
        {
            **r,
            "p": at_date(r["p_open"], a.by),
            "p_by": percent(at_date(r["p_open"], a.by)),
            "singles": [s[0] for s in r["blocked_by"] if len(s) == 1],
            "likely": _likely_blockers(r),
            "pivots": [x for x in r["pivots"] if x["gain"] >= 0.03][:5],
            "likely_blockers": [names.get(x, x) for x in _likely_blockers(r)],
            "note": next(x.note for x in a.case.routes if x.id == r["id"]),
            "opens": next(x.opens for x in a.case.routes if x.id == r["id"]),
        }
        for r in document["routes"]
    ]


def _likely_blockers(route: dict[str, Any], most: int = 3) -> list[str]:
    """Return who alone is likelier than not to shut a gate of the route today, likeliest first."""
    refusing = {
        s["actor"]: s["p_refuses"]
        for way in route["ways"]
        for gate in way["gates"]
        for s in gate["stopped_by"]
        if s["p_refuses"] >= 0.5
    }
    alone = {s[0] for s in route["blocked_by"] if len(s) == 1}
    return sorted(refusing.keys() & alone, key=lambda x: (-refusing[x], x))[:most]


def _calendar(case: Case) -> list[dict[str, Any]]:
    return [
        {"entry": e, "ahead": e.date > case.as_of}
        for e in sorted(case.calendar, key=lambda e: e.date)
    ]


def _tracks(
    case: Case, names: dict[str, str], basis: dict[str, tuple[tuple[str, str], ...]]
) -> list[dict[str, Any]]:
    return [
        {
            "label": t.label,
            "participants": listing([names.get(x, x) for x in t.participants]),
            "left_out": listing([names.get(x, x) for x in t.left_out]),
            "cost": t.exclusion_cost,
            "slows": t.slows,
            "note": t.note,
            "refs": basis.get(t.id, ()),
        }
        for t in case.tracks
    ]


def _method(a: Assessment, document: dict[str, Any]) -> list[Finding]:
    record = a.gathered.record
    model = record.model
    said = sum(len(i.observations.statements) for i in record.issues.values())
    reference = document["reference_class"]
    return [
        Finding(
            f"{len(a.case.statements)} statements known by {day(a.case.as_of)} were coded; "
            f"{said} distinct utterances bear on a position (two reports of one utterance count "
            "once). Each is read as a noisy observation of a latent position on a 0-100 ladder "
            "from "
            f"'{STANCES[0]}' to '{STANCES[-1]}': a local-level state-space model, filtered. "
            f"Estimated noise of a plain statement {model.noise:.1f} levels, weekly drift "
            f"{model.drift:.1f}, spread of domains {model.offset:.1f}."
        ),
        Finding(
            f"{document['draws']:,} futures of {a.model.weeks} weeks were simulated with "
            f"{document['parameter_sets']} parameter sets. Each week positions drift, events begin "
            "and end, actors' conditions are solved to their least fixed point, routes open, and "
            "milestones are reached. Intervals are the 5th to 95th percentile over parameter sets, "
            "chance taken out; more draws would not narrow them."
        ),
        Finding(
            f"First arrival after a mandate follows past missions ({reference['n']} proposals "
            "known "
            f"by {day(reference['trained_until'])}, the case's own conflict left out). "
            + " ".join(reference["caveats"])
        ),
        Finding(
            f"Bargaining model: {document['bargaining']['model']}, at "
            f"{document['bargaining']['meetings']} meetings on the calendar. "
            + document["bargaining"]["why"]
        ),
        Finding(
            f"Reproducible: seed {a.seed}, input hash {a.input_hash[:16]}. Same inputs, seed and "
            "version give the same bytes."
        ),
    ]


def _unknown(a: Assessment, document: dict[str, Any], said: Account) -> list[str]:
    ours = [x for x in said.assumptions if x.basis == "assumption"]
    estimates = [p for p in a.case.pledges if p.kind == "estimate"]
    silent = said.prior_only
    found = [
        f"{len(ours)} of the {len(said.assumptions)} ranges the forecast rests on are our own "
        "assumptions; they are listed below with their reasons and can be changed in the case "
        "file.",
        f"{len(estimates)} of {len(a.case.pledges)} lines of what states could send are estimates "
        "by a stated rule, not offers: little had been pledged in public.",
    ]
    if silent:
        found.append(
            f"{len(silent)} candidates have said nothing on taking part that is on the record and "
            f"stand at their prior: {listing(silent)}."
        )
    found += list(a.case.notes)
    return found
