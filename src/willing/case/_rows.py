"""Checks of levers and table rows against the rest of the case.

Pure; see :mod:`willing.case.consistency`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from willing.case._draft import Draft, Finding, Path
from willing.case._references import unknown
from willing.case.case import Effect, Event
from willing.case.ladder import STANCES, TAKING_PART

__all__ = ["check_effects", "check_questions", "check_rows"]

#: what a lever does -> (fields it needs, fields it may have)
EFFECTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "set": (("condition",), ("to", "on")),
    "shift": (("actor", "by"), ("issue", "low", "high")),
    "open": (("route",), ()),
    "relax": (("requires",), ("actor",)),
    "pledge": (("actor", "domain", "unit", "number"), ()),
    "hasten": (("condition", "by"), ("low", "high")),
}


def check_effects(draft: Draft) -> Iterator[Finding]:
    """Yield a finding for every effect of a lever that is not whole, or has too much."""
    for path, lever in draft.each("levers"):
        for number, effect in enumerate(lever.effects):
            yield from _effect(draft, (*path, "effects", number), effect)


def _effect(draft: Draft, path: Path, effect: Effect) -> Iterator[Finding]:
    needed, allowed = EFFECTS[effect.do]
    for name in needed:
        if getattr(effect, name) in (None, ""):
            expected = f"the field {name!r}, which '{effect.do}' needs"
            yield Finding((*path, name), f"no {name!r}", expected)
    for name in type(effect).model_fields:
        default = type(effect).model_fields[name].default
        if name not in {"do", *needed, *allowed} and getattr(effect, name) != default:
            expected = f"only {', '.join((*needed, *allowed))} with '{effect.do}'"
            yield Finding((*path, name), f"the field {name!r}", expected, on_key=True)
    conditions = draft.known("conditions")
    if effect.do == "set" and effect.condition and effect.condition not in conditions:
        place = (*path, "condition")
        yield unknown(place, effect.condition, "the id of a condition", conditions)
    if effect.do == "hasten":
        others = {c.id for _, c in draft.items.get("conditions", []) if not isinstance(c, Event)}
        known, id = draft.known("conditions", "milestones"), effect.condition
        if id and (id not in known or id in others):
            valid = known - others
            what = "the id of an event or a milestone, which come at a rate"
            yield unknown((*path, "condition"), id, what, valid)
        if effect.by is not None and effect.by <= 0:
            yield Finding((*path, "by"), f"{effect.by:g}", "a multiple above 0")
        if effect.low is not None and effect.low <= 0:
            yield Finding((*path, "low"), f"{effect.low:g}", "a multiple above 0")
    yield from _strength(path, effect)
    if effect.do == "shift" and effect.issue not in draft.known("issues"):
        issues = draft.known("issues")
        yield unknown((*path, "issue"), effect.issue, "the id of an issue of this case", issues)
    if effect.do == "open" and effect.route and effect.route not in draft.known("routes"):
        routes = draft.known("routes")
        yield unknown((*path, "route"), effect.route, "the id of a route", routes)
    if effect.do == "pledge":
        if effect.domain and effect.domain not in TAKING_PART:
            yield unknown((*path, "domain"), effect.domain, "a domain with forces", TAKING_PART)
        if effect.unit:
            yield from _unit(draft, (*path, "unit"), effect.unit)
        if effect.number is not None and effect.number <= 0:
            yield Finding((*path, "number"), f"{effect.number:g}", "a number above 0")
    if effect.do in {"pledge", "relax"} and effect.actor:
        yield from _taker(draft, (*path, "actor"), effect.actor)


def _taker(draft: Draft, path: Path, actor: str) -> Iterator[Finding]:
    if actor in draft.known("actors") and actor not in draft.takers:
        expected = "a state that can take part (role 'lead' or 'candidate' in actors.csv)"
        yield Finding(path, repr(actor), expected)


def _unit(draft: Draft, path: Path, unit: str) -> Iterator[Finding]:
    if unit not in draft.offered("units"):
        what = "persons, aircraft, ships, batteries or a unit of the catalogue"
        yield unknown(path, unit, what, draft.offered("units"))


def _strength(path: Path, effect: Effect) -> Iterator[Finding]:
    """A lever's strength has both ends of its range or none, around `by`."""
    if effect.by is None or (effect.low is None and effect.high is None):
        return
    for name, other in (("low", "high"), ("high", "low")):
        if getattr(effect, name) is None:
            yield Finding((*path, other), f"{other!r} alone", f"{name!r} beside it")
            return
    low, high = effect.low or 0.0, effect.high or 0.0  # both are there by now
    if not low <= effect.by <= high:
        found = f"low {low:g}, by {effect.by:g}, high {high:g}"
        yield Finding((*path, "by"), found, "low, by and high in ascending order")


def check_rows(draft: Draft) -> Iterator[Finding]:
    """Yield a finding for every row that points to something that is not there."""
    issues = draft.known("issues")
    for path, one in draft.each("statements"):
        if one.issue not in issues and one.issue != "other":
            what = "an issue of this case, or 'other'"
            yield unknown((*path, "issue"), one.issue, what, {*issues, "other"})
        if _leads_out(one.document):
            expected = "a name inside the case folder"
            yield Finding((*path, "document"), repr(one.document), expected)
        if one.span_start is not None and (one.span_length is None or not one.document):
            what = "span_length" if one.span_length is None else "document"
            yield Finding((*path, "span_start"), f"no {what}", "document, start and length")
    for path, pledge in draft.each("pledges"):
        yield from _taker(draft, (*path, "actor"), pledge.actor)
        yield from _unit(draft, (*path, "unit"), pledge.unit)
    yield from _calendar(draft)
    yield from check_questions(draft)


def _leads_out(name: str) -> bool:
    absolute = re.match(r"[/\\]|[A-Za-z]:|file:", name)
    return bool(absolute) or ".." in re.split(r"[/\\]", name)


def _calendar(draft: Draft) -> Iterator[Finding]:
    tracks, issues = draft.known("tracks"), draft.known("issues")
    decidable = draft.known("conditions", "milestones")
    for path, entry in draft.each("calendar"):
        if entry.track and entry.track not in tracks:
            yield unknown((*path, "track"), entry.track, "the id of a track", tracks)
        if entry.issue and entry.issue not in issues:
            yield unknown((*path, "issue"), entry.issue, "an issue of this case", issues)
        if entry.decides and entry.decides not in decidable:
            what = "the id of a condition or a milestone"
            yield unknown((*path, "decides"), entry.decides, what, decidable)


def check_questions(draft: Draft) -> Iterator[Finding]:
    """Yield a finding for every question or resolution about something the case does not know."""
    outcomes = {}
    for path, q in draft.each("questions"):
        outcomes[q.id] = q.outcome
        valid: dict[str, Collection[str]]
        if q.kind == "stance_at_least":
            valid = {
                "target": STANCES,
                "actor": draft.known("actors"),
                "domain": (*TAKING_PART, "any"),
            }
        else:
            valid = {"target": draft.known(f"{q.kind}s")}
            for name in ("actor", "domain"):
                if getattr(q, name):
                    found = repr(getattr(q, name))
                    yield Finding((*path, name), found, f"nothing: the kind is {q.kind!r}")
        what = {
            "target": "a rung of the stance ladder" if len(valid) > 1 else f"the id of a {q.kind}",
            "actor": "the id of an actor in actors.csv",
            "domain": "land, air, sea, air_defence, training or any",
        }
        for name, words in valid.items():
            if getattr(q, name) not in words:
                yield unknown((*path, name), getattr(q, name), what[name], words)
    answered: set[str] = set()
    for path, r in draft.each("resolutions"):
        questions = draft.known("questions")
        if r.question not in questions:
            yield unknown((*path, "question"), r.question, "the id of a question", questions)
        if r.question in answered:
            yield Finding((*path, "question"), f"{r.question!r} again", "each question once")
        answered.add(r.question)
        if outcomes.get(r.question) not in (None, r.outcome):
            expected = f"{outcomes[r.question]}, the outcome that questions.csv gives"
            yield Finding((*path, "outcome"), str(r.outcome), expected)
