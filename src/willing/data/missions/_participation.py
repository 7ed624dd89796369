"""Who was asked into eight coalitions, and what each answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from willing.data.loaders._table import Column, read_table, split_list
from willing.data.missions._missions import PartialDate
from willing.errors import Fault, FaultsError, nearest

SHIPPED = Path(__file__).parent / "participation.csv"
DECISIONS = ("lead", "join", "support_no_troops", "decline")


@dataclass(frozen=True, slots=True)
class Decision:
    """What one state decided about one coalition.

    `decision` is lead, join, support_no_troops or decline (which includes pledged and did not
    come). `troops` mixes offers, deployments and later counts: never add it across coalitions.
    `from_memory` marks rows whose note says that the cited page does not carry the fact.
    """

    mission: str
    actor: str
    asked: str
    decision: str
    troops: int | None
    on: date
    note: str
    source_urls: tuple[str, ...]

    @property
    def from_memory(self) -> bool:
        """Whether the note says the fact is general knowledge, not on the cited page."""
        return "general knowledge" in self.note or "from memory" in self.note


def load_participation(path: Path | None = None) -> tuple[Decision, ...]:
    """Read the table of decisions; the shipped one by default.

    Raises UnreadableError or FaultsError as `load_missions` does.
    """
    place = SHIPPED if path is None else path
    names = ("mission_id", "actor_iso3", "asked", "decision", "date", "note", "source_url")
    columns = [*map(Column, names), Column("troops", numeric=True, low=0)]
    decisions, faults = [], []
    for line, row in read_table(place, columns):
        when = None
        try:
            when = PartialDate.parse(row["date"])
        except ValueError:
            faults.append(Fault(str(place), line, 6, repr(row["date"]), "date: an ISO date"))
        if row["decision"] not in DECISIONS:
            expected = f"decision: one of {', '.join(DECISIONS)}"
            hint = nearest(row["decision"], list(DECISIONS))
            faults.append(Fault(str(place), line, 4, repr(row["decision"]), expected, hint))
        if not row["date"]:
            faults.append(Fault(str(place), line, 6, "nothing", "date: an ISO date"))
        if when is None:
            continue
        decisions.append(
            Decision(
                mission=row["mission_id"],
                actor=row["actor_iso3"],
                asked=row["asked"],
                decision=row["decision"],
                troops=int(float(row["troops"])) if row["troops"] else None,
                on=when,
                note=row["note"],
                source_urls=split_list(row["source_url"], separator=";"),
            )
        )
    if faults:
        raise FaultsError(faults)
    return tuple(decisions)
