"""Who stood in three coalitions on a day: MNF-I in Iraq, ISAF, KFOR."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from willing.data.loaders._table import Column, read_table
from willing.data.missions._missions import PartialDate
from willing.errors import Fault, FaultsError

SHIPPED = Path(__file__).parent / "coalition_contributions.csv"

# The table names the state with most troops as the lead; NATO has led KFOR since June 1999 and
# ISAF since August 2003 (general knowledge, not on the cited pages).
LED_BY_NATO = frozenset({"ISAF", "KFOR"})


@dataclass(frozen=True, slots=True)
class Contribution:
    """One contributor to one coalition. `troops` is None where no figure is given.

    `lead` is NATO or the leading state.
    """

    mission: str
    on: date
    host: str
    lead: str
    actor: str
    troops: int | None
    line: int


def load_contributions(path: Path | None = None) -> tuple[Contribution, ...]:
    """Read a table of contributors; the shipped one by default.

    A row is a contributor, so states without a row stood aside. Raises UnreadableError or
    FaultsError.
    """
    place = SHIPPED if path is None else path
    columns = [
        *(Column(name, blank=False) for name in ("mission", "date", "host", "lead")),
        Column("contributor"),
        Column("troops", numeric=True, low=0),
    ]
    rows: list[Contribution] = []
    faults: list[Fault] = []
    for line, row in read_table(place, columns):
        try:
            when = PartialDate.parse(row["date"].replace("-mid", "-07"))
        except ValueError:
            when = None
        if when is None:
            expected = "date: YYYY, YYYY-MM, YYYY-MM-DD or YYYY-mid"
            faults.append(Fault(str(place), line, 2, repr(row["date"]), expected))
            continue
        rows.append(
            Contribution(
                mission=row["mission"],
                on=when,
                host=row["host"],
                lead="NATO" if row["mission"] in LED_BY_NATO else row["lead"],
                actor=row["contributor"],
                troops=int(float(row["troops"])) if row["troops"] else None,
                line=line,
            )
        )
    if faults:
        raise FaultsError(faults)
    return tuple(rows)
