"""The first page in sentences: the answer, and the findings that carry it.

Pure: an assessment, its document and the rest of the account in, sentences with references out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from willing.briefing.labels import DOMAIN_LABELS
from willing.briefing.words import (
    day,
    fact_name,
    likelihood,
    listing,
    percent,
    points,
    rounded,
    span,
)
from willing.forecast import Assessment

if TYPE_CHECKING:
    from willing.briefing._account import Account

__all__ = ["Finding", "answer", "at_date", "key_findings"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence and the anchors it rests on."""

    text: str
    refs: tuple[tuple[str, str], ...] = ()


def answer(a: Assessment, document: dict[str, Any]) -> str:
    """Return the answer in a sentence: the chance that soldiers are there by the date asked for."""
    deployed = _by_id(document["milestones"], "deployed")["by"]
    p, word = deployed["probability"], likelihood(deployed["probability"])
    start = "There is almost no chance" if word == "almost no chance" else f"It is {word}"
    return (
        f"{start} that the mission will be on the ground by {day(a.by)}: {percent(p)} "
        f"({span(deployed['low'], deployed['high'])}, the range that uncertain parameters leave)."
    )


def key_findings(a: Assessment, document: dict[str, Any], said: Account) -> list[Finding]:
    """Return the findings of the first page, in the order in which a reader asks."""
    by = {m["id"]: m["by"]["probability"] for m in document["milestones"]}
    formed = by["format_agreed"]
    found = [
        Finding(
            f"To settle it is not to go. By then the format is {likelihood(formed)} to be settled "
            f"({percent(formed)}), a mandate is open in {percent(by['mandate'])} of futures and "
            f"soldiers are there in {percent(by['deployed'])}.",
            (("milestones", "when"),),
        )
    ]
    reference = document["reference_class"]
    found.append(
        Finding(
            "Past proposals that stood where this one stands arrived within a year in "
            f"{percent(reference['probability'])} of cases "
            f"({span(reference['low'], reference['high'])}); all proposals in "
            f"{percent(reference['base_rate'])}.",
            (("history", "history"),),
        )
    )
    found += _key_who(a, document, said)
    found += _key_holding(said)
    found += _key_routes(a, document, said)
    found += _key_levers(document)
    found += _key_opposition(said)
    return found


def _key_who(a: Assessment, document: dict[str, Any], said: Account) -> list[Finding]:
    asked = a.day(a.by_week).isoformat()
    rows = [r for r in document["participation"] if r["date"] == asked]
    any_domain = sorted(
        (r for r in rows if r["domain"] == "any"), key=lambda r: (-r["p_willing"], r["actor"])
    )
    if not any_domain:
        return []
    willing = [r for r in any_domain if r["p_willing"] >= 0.5]
    names = [f"{said.names[r['actor']]} {percent(r['p_willing'])}" for r in willing[:6]]
    more = f" and {len(willing) - 6} more" if len(willing) > 6 else ""
    are = "is" if len(willing) == 1 else "are"
    going = sum(r["p_join"] for r in any_domain)
    count = f"{going:.1f}" if going >= 0.05 else "fewer than 0.1"
    text = (
        f"Of {len(any_domain)} states that could take part, {len(willing)} {are} more likely than "
        "not to be willing, conditions aside"
        + (f" ({', '.join(names)}{more})" if names else "")
        + f"; with conditions and approvals met as well, {count} on average."
    )
    found = [Finding(text, (("who", "who"),))]
    cover = {
        r["domain"]: r for r in document["coverage"] if r["date"] <= asked
    }  # the last before the date asked for
    if cover:
        parts = [
            f"{DOMAIN_LABELS[d]} {percent(r['willing'])} (conditions met: "
            f"{percent(r['taking_part'])})"
            for d, r in cover.items()
        ]
        lines = len(a.case.pledges)
        estimates = sum(p.kind == "estimate" for p in a.case.pledges)
        rests = f"{estimates} of {lines} lines behind this are estimates, not offers."
        if lines == 1:
            rests = f"The one line behind this is an {'estimate' if estimates else 'offer'}."
        found.append(
            Finding(
                "What the willing could send covers, of what the format needs: "
                f"{listing(parts)}. {rests}",
                (("force", "with what"),),
            )
        )
    return found


def _key_holding(said: Account) -> list[Finding]:
    if not said.holding:
        return []
    first, *others = said.holding
    text = (
        f"What holds it up first: {first['name']} ({first['label']}). Had it held from the start, "
        f"{first['share']} of the futures that fail would have seen the mission go"
    )
    if said.pairs:
        both = said.pairs[0]
        text += f"; {both['name']} together, {both['share']}"
    if others:
        text += f". Next alone: {others[0]['name']}, {others[0]['share']}"
    return [Finding(text + ".", (("holding", "what holds it up"),))]


def _key_routes(a: Assessment, document: dict[str, Any], said: Account) -> list[Finding]:
    if not document["routes"]:
        return []
    best, *others = sorted(said.routes, key=lambda r: -r["p"])
    text = f"The likeliest route: {best['label']} ({best['p_by']})."
    alone = [
        f"{r['label']} ({r['p_by']}) to {listing(r['likely_blockers'], 'or')}"
        for r in others
        if r["likely_blockers"]
    ]
    if alone:
        head = "The others fall" if len(alone) > 1 else "The other falls"
        text += f" {head} to one objector: {'; '.join(alone)}."
    return [Finding(text, (("routes", "routes"),))]


def _key_levers(document: dict[str, Any]) -> list[Finding]:
    levers = [e for e in document["levers"] if e["milestone"] == "deployed"]
    if not levers:
        return []
    best = levers[0]
    text = (
        f"What would change most whether soldiers arrive: {best['label']} "
        f"({points(best['change'])}, {_ends(best)})"
    )
    refs = [(f"l-{best['id']}", "levers")]
    if best["risk"]:
        text += f". At a risk the number does not show: {best['risk'].strip()}"
        refs.append(("risk", "risk"))
    text = text.rstrip(".") + "."
    eased = sorted(
        (e for e in levers if e["once"] and e["once"]["change"] >= 0.02),
        key=lambda e: -e["once"]["change"],
    )[:3]
    if eased:
        parts = [f"{e['label']} ({points(e['once']['change'])})" for e in eased]
        given = fact_name(eased[0]["once"]["condition"], document)
        then = f"With {given} in place, the most would come from: {'; '.join(parts)}."
        return [Finding(text, tuple(refs)), Finding(then, (("levers", "levers"),))]
    return [Finding(text, tuple(refs))]


def _ends(e: dict[str, Any]) -> str:
    return f"{rounded(e['low'])} to {rounded(e['high'])}"


def _key_opposition(said: Account) -> list[Finding]:
    found, refs = [], []
    threats = [s for s in said.opposition if s.stance == "threaten"]
    threatening = {s.actor for s in threats}
    opposed = [s for s in said.opposition if s.actor not in threatening]
    for rows, did in (
        (threats, "threatened those who would send it"),
        (opposed, "stood against it"),
    ):
        if rows:
            actors = list(dict.fromkeys(said.names.get(s.actor, s.actor) for s in rows))
            found.append(f"{listing(actors)} {did}, last on {day(rows[0].date)}")
            refs.append((f"s-{rows[0].id}", rows[0].id))
    return [Finding("; ".join(found) + ".", tuple(refs))] if found else []


def at_date(series: list[dict[str, Any]], by: date) -> float:
    """Return the last value of a series of dates up to a day."""
    past = [p["p"] for p in series if p["date"] <= by.isoformat()]
    return float(past[-1]) if past else float(series[0]["p"])


def _by_id(rows: list[dict[str, Any]], id: str) -> dict[str, Any]:
    return next(r for r in rows if r["id"] == id)
