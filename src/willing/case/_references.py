"""Checks that what a case names is there: actors, issues, conditions, ids used once.

Pure; see :mod:`willing.case.consistency`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from willing.case._draft import SECTIONS, Draft, Finding, Path
from willing.case._logic import RESERVED
from willing.case.case import Consent, Event
from willing.case.ladder import DOMAINS, TAKING_PART
from willing.case.states import NAMES, is_state
from willing.errors import nearest

__all__ = [
    "MILESTONES",
    "WAR_CONDITIONS",
    "check_actors",
    "check_ids",
    "check_presence",
    "check_references",
]

#: milestones every case has
MILESTONES = (
    "format_agreed",
    "headquarters_named",
    "mandate",
    "pledges_suffice",
    "deployed",
    "full_strength",
)
#: conditions every case on a war has
WAR_CONDITIONS = (
    "ceasefire",
    "peace_agreement",
    "agreement_endorsed",
    "un_mandate",
    "host_consent",
    "parties_consent",
    "composition_accepted",
)
#: issues every case has: taking part, and whether the mission is accepted
ISSUES = ("participation", "mission")
_LOOKS_LIKE_ACTOR = re.compile(r"[A-Z][A-Z0-9_]{1,11}")


def unknown(path: Path, word: str, what: str, valid: Iterable[str]) -> Finding:
    """Return a finding about a word that is none of the valid ones."""
    options = sorted(valid)
    listed = f": {', '.join(options)}" if 0 < len(options) <= 12 else ""
    return Finding(path, repr(word), f"{what}{listed}", nearest(word, options))


def check_presence(draft: Draft) -> Iterator[Finding]:
    """Yield a finding for each milestone, condition or issue that every case must have."""
    wanted = {"milestones": MILESTONES, "issues": ISSUES, "conditions": ()}
    parties = draft.fields.get("parties")
    if parties is not None and parties.opposing:
        wanted["conditions"] = WAR_CONDITIONS
    for section, ids in wanted.items():
        if section in draft.unread:
            continue
        for id in ids:
            if id not in draft.known(section):
                one = section.removesuffix("s")
                why = "every case on a war" if section == "conditions" else "every case"
                yield Finding((section,), f"no {one} {id!r}", f"a {one} {id!r}, as in {why}")


def check_ids(draft: Draft) -> Iterator[Finding]:
    """Yield a finding for every id that is used twice or means something else already."""
    spaces: list[tuple[str, ...]] = [("conditions", "milestones", "routes")]
    spaces += [(s,) for s in SECTIONS if s not in spaces[0] and s != "approvals"]
    spaces += [("actors",), ("statements",), ("pledges",), ("calendar",), ("questions",)]
    for space in spaces:
        first: dict[str, str] = {}
        for section in space:
            for path, item in draft.each(section):
                if item.id in first:
                    where = "" if first[item.id] == section else f" (it is one of {first[item.id]})"
                    yield Finding((*path, "id"), f"{item.id!r} again", f"each id once{where}")
                first.setdefault(item.id, section)
                if len(space) > 1 and item.id in RESERVED:
                    expected = "an id that is no word of the condition language"
                    yield Finding((*path, "id"), repr(item.id), expected)
    for path, issue in draft.each("issues"):
        if issue.id in DOMAINS:
            yield Finding((*path, "id"), repr(issue.id), "an id that is no domain")
    for path, one in draft.each("formats"):
        seen: set[str] = set()
        for number, task in enumerate(one.tasks):
            if task.id in seen:
                yield Finding((*path, "tasks", number, "id"), f"{task.id!r} again", "each id once")
            seen.add(task.id)
    bodies: set[tuple[str, str]] = set()
    for path, one in draft.each("approvals"):
        if (one.actor, one.body) in bodies:
            found = f"{one.actor} with the body {one.body!r} again"
            yield Finding((*path, "actor"), found, "each approval once")
        bodies.add((one.actor, one.body))


def _named_actors(draft: Draft) -> Iterator[tuple[Path, str]]:
    def several(path: Path, ids: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
        for number, id in enumerate(ids):
            yield (*path, number), id

    if theatre := draft.fields.get("theatre"):
        yield from several(("theatre", "countries"), theatre.countries)
    if parties := draft.fields.get("parties"):
        yield ("parties", "host"), parties.host
        yield from several(("parties", "opposing"), parties.opposing)
        yield from several(("parties", "leading"), parties.leading)
    if clock := draft.fields.get("clock"):
        for number, delay in enumerate(clock.delays):
            yield ("clock", "delays", number, "actor"), delay.actor
    for path, track in draft.each("tracks"):
        yield from several((*path, "participants"), track.participants)
        yield from several((*path, "left_out"), track.left_out)
    for path, condition in draft.each("conditions"):
        if isinstance(condition, Consent):
            yield (*path, "actor"), condition.actor
    for path, forum in draft.each("forums"):
        yield from several((*path, "members"), forum.members)
    for path, lever in draft.each("levers"):
        for number, who in enumerate(lever.who):
            if _LOOKS_LIKE_ACTOR.fullmatch(who):
                yield (*path, "who", number), who
        for number, effect in enumerate(lever.effects):
            if effect.actor:
                yield (*path, "effects", number, "actor"), effect.actor
    for path, form in draft.each("formats"):
        if form.rules:
            yield from several((*path, "rules", "framework"), form.rules.framework)
            for number, who in enumerate(form.rules.contributors):
                yield (*path, "rules", "contributors", number, "actor"), who.actor
    for section in ("approvals", "statements", "pledges"):
        for path, item in draft.each(section):
            yield (*path, "actor"), item.actor
    for path, entry in draft.each("calendar"):
        for id in entry.actors:
            yield (*path, "participants"), id
        if _LOOKS_LIKE_ACTOR.fullmatch(entry.announced_by):
            yield (*path, "announced_by"), entry.announced_by
    for path, actor in draft.each("actors"):
        for id in re.split(r"[;\s]+", actor.stands_for):
            if _LOOKS_LIKE_ACTOR.fullmatch(id):
                yield (*path, "stands_for"), id


def check_actors(draft: Draft) -> Iterator[Finding]:
    """Yield a finding for every actor that is named and not listed, or plays two parts."""
    actors = draft.known("actors")
    for path, id in _named_actors(draft):
        if id not in actors:
            yield unknown(path, id, "the id of an actor in actors.csv", actors)
    for path, actor in draft.each("actors"):
        if actor.kind == "state" and not is_state(actor.id):
            expected = "the ISO 3166-1 alpha-3 code of a state, or the kind 'organisation'"
            hint = nearest(actor.id, list(NAMES))
            yield Finding((*path, "id"), repr(actor.id), expected, hint)
    roles = {a.id: a.role for _, a in draft.items.get("actors", [])}
    if parties := draft.fields.get("parties"):
        wanted: list[tuple[Path, str, str]] = [(("parties", "host"), parties.host, "host")]
        for field, role in (("opposing", "opposing"), ("leading", "lead")):
            for number, id in enumerate(getattr(parties, field)):
                wanted.append((("parties", field, number), id, role))
        for path, id, role in wanted:
            if roles.get(id, role) != role:
                found = f"{id!r}, whose role in actors.csv is {roles[id]!r}"
                yield Finding(path, found, f"an actor with the role {role!r}")


def check_references(draft: Draft) -> Iterator[Finding]:
    """Yield a finding for every issue, condition, milestone or format that is not there."""
    issues = draft.known("issues")
    others = {c.id for _, c in draft.items.get("conditions", []) if not isinstance(c, Event)}

    def issue(path: Path, id: str) -> Iterator[Finding]:
        if id not in issues:
            yield unknown(path, id, "the id of an issue of this case", issues)

    for path, track in draft.each("tracks"):
        if track.slows and track.exclusion_cost is None:
            expected = "the field 'exclusion_cost', which 'slows' needs"
            yield Finding((*path, "exclusion_cost"), "no 'exclusion_cost'", expected)
        for number, id in enumerate(track.issues):
            yield from issue((*path, "issues", number), id)
        for number, id in enumerate(track.slows):
            if id not in draft.known("conditions") or id in others:
                events = draft.known("conditions") - others
                yield unknown((*path, "slows", number), id, "the id of an event", events)
    for path, condition in draft.each("conditions"):
        if isinstance(condition, Consent):
            yield from issue((*path, "issue"), condition.issue)
        elif isinstance(condition, Event):
            for number, push in enumerate(condition.hastened_by):
                if push.times.low < 1:
                    place = (*path, "hastened_by", number, "times", "low")
                    yield Finding(place, f"{push.times.low:g}", "a multiple of at least 1")
    for path, forum in draft.each("forums"):
        yield from issue((*path, "issue"), forum.issue)
        if forum.rule not in draft.offered("rules"):
            what = "the id of a shipped forum rule"
            yield unknown((*path, "rule"), forum.rule, what, draft.offered("rules"))
    theatre = draft.fields.get("theatre")
    for number, text in enumerate(theatre.access if theatre is not None else ()):
        # words for the reader are let stand; a single one is meant as the id of a rule
        if " " not in text and text not in draft.offered("access"):
            what = "the id of a shipped access rule, or a sentence"
            yield unknown(("theatre", "access", number), text, what, draft.offered("access"))
    formats = draft.known("formats")
    if draft.fields.get("format") is not None and draft.fields["format"] not in formats:
        yield unknown(("format",), draft.fields["format"], "the id of a format", formats)
    for path, form in draft.each("formats"):
        if not form.requires:
            yield Finding((*path, "requires"), "nothing", "a requirement in some domain")
        for domain in form.requires:
            if domain not in TAKING_PART:
                expected = "a domain with forces: " + ", ".join(TAKING_PART)
                yield Finding((*path, "requires", domain), repr(domain), expected, on_key=True)
        for number, task in enumerate(form.tasks):
            factors = draft.offered("factors")
            if task.factor and task.factor not in factors:
                place = (*path, "tasks", number, "factor")
                yield unknown(place, task.factor, "the id of a planning factor", factors)
    for path, milestone in draft.each("milestones"):
        yield from _milestone(path, milestone)
    for path, lever in draft.each("levers"):
        if lever.milestone not in draft.known("milestones"):
            ids = draft.known("milestones")
            yield unknown((*path, "milestone"), lever.milestone, "the id of a milestone", ids)


def _milestone(path: Path, milestone: Any) -> Iterator[Finding]:
    needed = {"hazard": ("rate",), "announced": ("due", "slip")}.get(milestone.model, ())
    for name in needed:
        if getattr(milestone, name) is None:
            expected = f"the field {name!r}, which the model {milestone.model!r} needs"
            yield Finding((*path, name), f"no {name!r}", expected)
    if milestone.due and milestone.announced and milestone.announced > milestone.due:
        expected = f"a day on or before the due day {milestone.due}"
        yield Finding((*path, "announced"), str(milestone.announced), expected)
