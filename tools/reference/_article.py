"""The founding article, row by row: what the product says about each today, from a real run."""

from __future__ import annotations

from functools import cache
from typing import Any

import willing
from willing.briefing.words import day, listing, milestone_name, percent, points, span
from willing.case import contradictions, rung

CASE = "ukraine-2025"
Document = dict[str, Any]


@cache
def forecast() -> willing.Forecast:
    """Return the forecast that `make assess` makes: same draws, same seed."""
    return willing.open(CASE).assess()


def run(_: str) -> str:
    """Say which run the page rests on."""
    d = forecast().document
    return (
        f"As known on {day(d['as_of'])}, asked for {day(d['by'])}; {d['draws']:,} draws, seed "
        f"{d['seed']}, inputs `{d['input_hash'][:12]}`: the run of `willing assess {CASE}`.\n"
    )


def today(row: str) -> str:
    """Return what the run says about one row of the table."""
    made = forecast()
    text: str = _ROWS[row](made.document, made.assessment.case)
    return text + "\n"


def _by(d: Document, milestone: str) -> str:
    m = next(m for m in d["milestones"] if m["id"] == milestone)["by"]
    return f"{percent(m['probability'])} ({span(m['low'], m['high'])})"


def _holds(d: Document, condition: str, month: int | None = None) -> str:
    series = next(c for c in d["conditions"] if c["id"] == condition)["p"]
    if month is None:
        at = max((row for row in series if row["date"] <= d["by"]), key=lambda row: row["date"])
    else:
        at = series[min(month, len(series) - 1)]
    return percent(at["p"])


def _lever(d: Document, id: str) -> str:
    lever = next(e for e in d["levers"] if e["id"] == id)
    name = milestone_name(lever["milestone"], lever["milestone"]).lower()
    return f"*{lever['label']}*: {points(lever['change'])} on {name}"


def _who_said_what(d: Document, case: Any) -> str:
    days = [s.date for s in case.statements]
    speakers = {s.actor for s in case.statements}
    record = forecast().assessment.gathered.record
    shifts = [
        (abs(m.shift), m.shift, a, m.id)
        for a in record.actors
        for m in record.moved(a, "any", "participation")
    ]
    _, shift, actor, id = max(shifts)
    return (
        f"{len(case.statements)} statements of {len(speakers)} actors, {day(min(days))} to "
        f"{day(max(days))}; {len(contradictions(case))} contradictions are shown. The sentence "
        f"that moved its actor most on taking part: {id} ({actor}), {shift:+.0f} of 100."
    )


def _who_joins(d: Document, case: Any) -> str:
    rows = [
        r
        for r in forecast().participation.rows
        if r["domain"] == "any" and r["actor"] not in ("UKR", "RUS")
    ]
    first = [f"{r['actor']} {percent(r['p_join'])}" for r in rows[:5]]
    expected = sum(r["p_join"] for r in rows)
    willing_ = sum(r["p_willing"] for r in rows)
    refuse = sum(
        rung(s["likeliest"]) <= rung("support_no_troops")
        for s in willing.open(CASE).positions(domain="land")
        if s["statements"]
    )
    return (
        f"By {day(d['by'])} most likely with something: {', '.join(first)}. Expected number taking "
        f"part {expected:.1f} of {len(rows)}; conditions aside {willing_:.1f}. {refuse} of those "
        "that have spoken stand nearest to refusing land forces."
    )


def _domains(d: Document, case: Any) -> str:
    at = [r for r in d["coverage"] if r["date"] <= d["by"]]
    last = max(r["date"] for r in at)
    parts = [
        f"{r['domain'].replace('_', ' ')} {percent(min(r['willing'], 1))}"
        for r in at
        if r["date"] == last
    ]
    return (
        f"Expected share of the requirement that the willing cover, conditions aside: "
        f"{', '.join(parts)}. All domains at once (*pledges suffice*) by {day(d['by'])}: "
        f"{_by(d, 'pledges_suffice')}."
    )


def _routes(d: Document, case: Any) -> str:
    parts = []
    for r in d["routes"]:
        at = max((x for x in r["p_open"] if x["date"] <= d["by"]), key=lambda x: x["date"])
        one = [s[0] for s in r["blocked_by"] if len(s) == 1]
        stop = f"{len(one)} can each stop it, first {', '.join(one[:2])}" if one else "nobody alone"
        parts.append(f"`{r['id']}` {percent(at['p'])} ({stop})")
    return (
        f"Open by {day(d['by'])}: {'; '.join(parts)}. Any mandate: {_by(d, 'mandate')}. Both "
        f"parties accept who takes part: {_holds(d, 'composition_accepted')}."
    )


def _bargains(d: Document, case: Any) -> str:
    names = ("win_turkey", "us_backstop_granted", "us_consent_as_compensation", "early_framework")
    return (
        "; ".join(_lever(d, n) for n in names)
        + f". Washington presses Moscow today; a year on: {_holds(d, 'us_pressure_on_russia')}."
    )


def _tracks(d: Document, case: Any) -> str:
    track = next(t for t in case.tracks if t.id == "us_russia")
    cost = track.exclusion_cost
    return (
        f"{listing(track.participants)} sit at the table, {listing(track.left_out)} are left out, "
        f"which costs a deal {100 * cost.low:.0f}-{100 * cost.high:.0f} % of its chances (an "
        f"assumption). Chance that the Europeans sit there on {day(d['by'])}: "
        f"{_holds(d, 'europeans_at_table')}. {_lever(d, 'seat_for_europeans')}."
    )


def _host(d: Document, case: Any) -> str:
    return (
        f"Another government in Kyiv, by {day(d['by'])}: {_holds(d, 'host_government_change')}; "
        f"consent withdrawn: {_holds(d, 'host_consent_withdrawn')}; host's consent holds: "
        f"{_holds(d, 'host_consent')}."
    )


def _endorsement(d: Document, case: Any) -> str:
    return (
        f"On {day(d['by'])}: the agreement endorsed {_holds(d, 'agreement_endorsed')}, a mandate "
        f"of the Council for the force {_holds(d, 'un_mandate')}. Two conditions, two figures."
    )


def _mood(d: Document, case: Any) -> str:
    series = next(c for c in d["conditions"] if c["id"] == "us_pressure_on_russia")["p"]
    shown = ", ".join(f"{row['date']} {percent(row['p'])}" for row in series[:7:2])
    turns = f"Washington turns away, by {day(d['by'])}: {_holds(d, 'us_turns_away')}."
    return f"Washington presses Moscow: {shown}. {turns}"


def _calendar(d: Document, case: Any) -> str:
    m = next(m for m in d["milestones"] if m["id"] == "format_agreed")
    at = [p for x, p in zip(m["dates"], m["probability"], strict=True) if x <= "2025-05-04"][-1]
    return (
        f"{len(case.calendar)} meetings and deadlines. *In about a month* was 4 May 2025: "
        f"{percent(at)} that the format is settled by then, {percent(m['probability'][13])} by "
        f"{m['dates'][13]}. A new German government, by {day(d['by'])}: "
        f"{_holds(d, 'german_government_formed')}."
    )


def _threats(d: Document, case: Any) -> str:
    words = [
        s for s in case.statements if s.issue == "mission" and s.stance in ("threaten", "oppose")
    ]
    actors = sorted({s.actor for s in words})
    threats = [s for s in words if s.stance == "threaten"]
    latest = max(threats, key=lambda s: (s.date, s.id))
    named = case.model_dump_json().count('"attacks_on_force_threat"')
    enters = "no expression and no probability" if named == 1 else f"{named - 1} expressions"
    return (
        f"{len(words)} statements of opposition to the force, by {listing(actors)}; {len(threats)} "
        f"of them threats, the latest {latest.id} on {day(latest.date)}. They stand on the map and "
        f"in the briefing as they are; the condition `attacks_on_force_threat` enters {enters}."
    )


def _verge(d: Document, case: Any) -> str:
    labels = {c["id"]: c["label"] for c in d["conditions"]}
    first = [
        f"{labels.get(h['condition'], h['condition'])} ({percent(h['share'])} of the failures)"
        for h in d["holding_up"][:3]
    ]
    return f"{forecast().answer} What holds it up: {'; '.join(first)}."


def _briefing(d: Document, case: Any) -> str:
    return (
        f"{len(forecast().charts)} charts, {len(d['milestones'])} milestones, "
        f"{len(d['routes'])} routes, {len(d['levers'])} levers, on one page that opens from disk."
    )


_ROWS: dict[str, Any] = {
    "said": _who_said_what,
    "joins": _who_joins,
    "domains": _domains,
    "routes": _routes,
    "bargains": _bargains,
    "tracks": _tracks,
    "host": _host,
    "endorsement": _endorsement,
    "mood": _mood,
    "calendar": _calendar,
    "threats": _threats,
    "verge": _verge,
    "briefing": _briefing,
}
