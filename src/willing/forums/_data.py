"""Turn the shipped text of a forum into its members and its rule on a date. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from math import ceil, floor
from typing import Any

import numpy as np
import yaml

from willing.errors import UsageError, nearest
from willing.forums._rule import Criterion, Forum, LinearRule, Rule

Reader = Callable[[str], str]
Rows = list[dict[str, str]]


@cache
def _yaml(text: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(text)
    return content


@cache
def _csv(text: str) -> Rows:
    return list(csv.DictReader(io.StringIO(text)))


def _day(value: object) -> date | None:
    if value in (None, ""):
        return None
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _held(row: Mapping[str, Any], on: date) -> bool:
    start, end = _day(row.get("from")), _day(row.get("to"))
    return (start is None or start <= on) and (end is None or on <= end)


def catalogue(names: Collection[str], read: Reader) -> dict[str, tuple[str, str]]:
    """Return every forum id a user may write -> (file, rule id), aliases included."""
    found: dict[str, tuple[str, str]] = {}
    for name in names:
        content = _yaml(read(name))
        if "rules" not in content:
            continue
        found[content["id"]] = (name, content["default"])
        for rule in content["rules"]:
            found.setdefault(f"{content['id']}:{rule['id']}", (name, rule["id"]))
            if rule.get("alias"):
                found[rule["alias"]] = (name, rule["id"])
    return found


def build(
    id: str,
    on: date,
    names: Collection[str],
    read: Reader,
    rule: str | None = None,
    members: Collection[str] = (),
    leads: Collection[str] = (),
    threshold: int | None = None,
    concerned: Collection[str] = (),
) -> Forum:
    """Build a forum as it stood on a date; see :func:`willing.forums.load_forum`."""
    known = catalogue(names, read)
    if id not in known:
        raise UsageError(
            f"forum {id!r} is not known; expected one of {', '.join(sorted(known))}"
            + (f". Did you mean {near!r}?" if (near := nearest(id, list(known))) else "")
        )
    file, rule_id = known[id]
    rule_id = rule or rule_id
    content = _yaml(read(file))
    wording = _wording(content, rule_id, on)
    rows = _members(content, wording, on, read, members, concerned)
    seats = {row["actor"]: row["seat"] for row in rows}
    ordered = tuple(seats)
    if (size := wording.get("size")) is not None and len(ordered) != size and not members:
        raise UsageError(
            f"the members of {content['label']} on {on} are not all known: "
            f"{len(ordered)} of {size} (the table ends on {_last_day(content, read)})"
        )
    built = Rule(
        id=rule_id,
        label=wording["label"],
        members=ordered,
        alternatives=_linear(content, wording, seats, on, read, leads, threshold),
        note=" ".join(str(wording.get("note", "")).split()),
        sources=tuple(wording.get("sources", ())),
    )
    return Forum(
        id=id,
        label=content["label"],
        on=on,
        members=ordered,
        rule=built,
        seats=seats,
        sources=tuple(content.get("member_sources", ())),
    )


def _wording(content: Mapping[str, Any], rule_id: str, on: date) -> dict[str, Any]:
    ids = {rule["id"] for rule in content["rules"]}
    if rule_id not in ids:
        raise UsageError(
            f"{content['id']} has no rule {rule_id!r}; expected one of {', '.join(sorted(ids))}"
        )
    held: list[dict[str, Any]] = [
        r for r in content["rules"] if r["id"] == rule_id and _held(r, on)
    ]
    if not held:
        spans = ", ".join(
            f"{r['from']} to {r.get('to', 'now')}" for r in content["rules"] if r["id"] == rule_id
        )
        raise UsageError(
            f"{content['label']} had no rule {rule_id!r} on {on}; it holds for {spans}"
        )
    return held[0]


def _last_day(content: Mapping[str, Any], read: Reader) -> str:
    return max(row["to"] for row in _csv(read(content["members"])) if row["to"])


def _members(
    content: Mapping[str, Any],
    wording: Mapping[str, Any],
    on: date,
    read: Reader,
    named: Collection[str],
    concerned: Collection[str],
) -> Rows:
    if named:
        table = "" if content["members"] == "named" else read(content["members"])
        seats = {row["actor"]: row["seat"] for row in _csv(table) if _held(row, on)}
        rows = [{"actor": a, "seat": seats.get(a, "named")} for a in dict.fromkeys(named)]
    elif wording.get("members", content["members"]) == "named":
        raise UsageError(f"{content['label']} ({wording['id']}) needs its members named")
    else:
        rows = [row for row in _csv(read(content["members"])) if _held(row, on)]
    out = {e["actor"] for e in wording.get("except", ()) if _held(e, on)}
    if wording.get("excludes") == "concerned":
        if not concerned:
            raise UsageError(f"{wording['label']}: name the State concerned")
        out |= set(concerned)
    kept = [row for row in rows if row["actor"] not in out]
    order = {"permanent": 0, "elected": 1}
    kept.sort(key=lambda row: (order.get(row["seat"], 2), row["actor"]))
    if not kept:
        raise UsageError(f"{content['label']} had no members on {on}")
    return kept


def _linear(
    content: Mapping[str, Any],
    wording: Mapping[str, Any],
    seats: Mapping[str, str],
    on: date,
    read: Reader,
    leads: Collection[str],
    threshold: int | None,
) -> tuple[LinearRule, ...]:
    members = tuple(seats)
    who = wording["vetoes"]
    if who == "leads" and (missing := sorted(set(leads) - set(members))):
        raise UsageError(f"lead nations {', '.join(missing)} are not among the members")
    blocks = np.array(
        [
            who == "all"
            or (who == "permanent" and seats[m] == "permanent")
            or (who == "leads" and m in leads)
            for m in members
        ]
    )
    alternatives = wording.get("alternatives") or [{"criteria": wording["criteria"]}]
    linear = []
    for alternative in alternatives:
        criteria = [
            _criterion(spec, _weights(content, spec["weights"], members, on, read), threshold)
            for spec in alternative["criteria"]
        ]
        if wording.get("abstaining_leads") == "block" and leads:
            flagged = np.isin(np.array(members), np.array(sorted(leads))).astype(np.int64)
            criteria.append(Criterion(flagged, np.zeros_like(flagged), len(set(leads)), "leads"))
        linear.append(LinearRule(tuple(criteria), blocks))
    return tuple(linear)


def _criterion(
    spec: Mapping[str, Any], weights: np.ndarray[Any, Any], threshold: int | None
) -> Criterion:
    total, m = int(weights.sum()), len(weights)
    none = np.zeros_like(weights)
    label = str(spec["weights"])
    if "of_voting" in spec:  # q yes - p (yes + no) >= 0, shifted by p for every member
        share = Fraction(spec["of_voting"])
        quota = share.numerator * total + (1 if spec.get("strict") else 0)
        yes, abstain = share.denominator * weights, share.numerator * weights
        return Criterion(yes, abstain, quota, f"{label}, of those voting")
    if "all_but" in spec:
        return Criterion(weights, none, m - int(spec["all_but"]), label)
    quota = 0
    if "share" in spec:
        reach = Fraction(spec["share"]) * total
        quota = floor(reach) + 1 if spec.get("strict") else ceil(reach)
    if "at_least" in spec:
        number = spec["at_least"]
        if number == "threshold":
            if threshold is None:
                raise UsageError("an ad hoc coalition needs a threshold: how many must take part")
            number = threshold
        quota = max(quota, int(number))
    return Criterion(weights, none, quota, label)


def _weights(
    content: Mapping[str, Any], kind: str, members: tuple[str, ...], on: date, read: Reader
) -> np.ndarray[Any, np.dtype[np.int64]]:
    if kind == "one":
        return np.ones(len(members), dtype=np.int64)
    rows = _csv(read(content["weights"][kind]))
    found: dict[str, tuple[str, int]] = {}
    for row in rows:
        since = row["from"] if "from" in row else f"{int(row['year']) + 1}-01-01"
        value = int(row["votes"] if "votes" in row else row["population"])
        if since <= on.isoformat() and since >= found.get(row["actor"], ("", 0))[0]:
            found[row["actor"]] = (since, value)
    if missing := [m for m in members if m not in found]:
        raise UsageError(f"no {kind} of {', '.join(missing)} is known on {on}")
    return np.array([found[m][1] for m in members], dtype=np.int64)
