"""Our own coalitions, 1997-2024, as levels of joining and as each state's record of joining."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from willing.data.missions import Contribution, Decision, members_on

__all__ = ["PastCoalition", "in_alliance_with_lead", "past_coalitions", "record_of_joining"]

JOINED = frozenset({"lead", "join"})
# One coalition in two tables, by mission id: it must not count twice.
SAME = {"IRQ_STAB_2003": "MNF-I"}
LED_BY = {"KFOR_1999": "NATO", "LBY_OUP_2011": "NATO"}


@dataclass(frozen=True, slots=True)
class PastCoalition:
    """Who stood in a coalition on a day. `lead` is NATO or the leading state."""

    name: str
    on: date
    lead: str
    joined: frozenset[str]


def past_coalitions(
    decisions: Iterable[Decision], contributions: Iterable[Contribution]
) -> tuple[PastCoalition, ...]:
    """Gather both tables, oldest first; a coalition listed on several days counts on the first."""
    found: dict[str, PastCoalition] = {}
    listed: dict[str, list[Decision]] = {}
    for decision in decisions:
        listed.setdefault(decision.mission, []).append(decision)
    days: dict[str, list[Contribution]] = {}
    for row in contributions:
        if row.actor and row.troops != 0:
            days.setdefault(row.mission, []).append(row)
    for name, rows in days.items():
        lead = rows[0].lead
        joined = {r.actor for r in rows} | ({lead} - {"NATO", "EU"})
        found[name] = PastCoalition(name, min(r.on for r in rows), lead, frozenset(joined))
    for name, given in listed.items():
        if SAME.get(name) in found:
            continue
        leads = [d.actor for d in given if d.decision == "lead"]
        found[name] = PastCoalition(
            name=name,
            on=min(d.on for d in given),
            lead=LED_BY.get(name, leads[0] if leads else ""),
            joined=frozenset(d.actor for d in given if d.decision in JOINED),
        )
    return tuple(sorted(found.values(), key=lambda c: (c.on, c.name)))


def in_alliance_with_lead(actor: str, lead: str, day: date) -> bool:
    """Whether a state belongs to the organisation that leads, or to NATO with the leading state."""
    if lead in {"NATO", "EU"}:
        return actor in members_on(lead, day)
    nato = members_on("NATO", day)
    return actor in nato and lead in nato


def record_of_joining(
    actors: Sequence[str],
    coalitions: Iterable[PastCoalition],
    before: date,
    leave_out: Collection[str] = (),
) -> list[float]:
    """Share of the coalitions begun before a day that each state joined; 0 where there are none."""
    earlier = [c for c in coalitions if c.on < before and c.name not in leave_out]
    if not earlier:
        return [0.0] * len(actors)
    return [sum(actor in c.joined for c in earlier) / len(earlier) for actor in actors]
