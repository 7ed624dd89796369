"""How armed conflicts ended, and when the next peacekeeping mission came to the same state."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from willing.data.loaders._source import Source
from willing.data.loaders._table import Column, number, read_table
from willing.errors import Fault, FaultsError, nearest

__all__ = ["ENDINGS", "REGIONS", "SOURCE", "ConflictEnding", "load_conflict_endings"]

SOURCE = Source(
    "Kreutz (2010), How and when armed conflicts end: UCDP Conflict Termination, dyads, version "
    "3-2021; missions from Mullenbach (2013), Third-party peacekeeping missions, version 3.1",
    "UCDP CC BY 4.0; Mullenbach: academic use with citation",
    "https://ucdp.uu.se/downloads/",
)
ENDINGS = (
    "peace agreement",
    "ceasefire",
    "rebel victory",
    "actor ceases",
    "gov victory",
    "low activity",
)
REGIONS = {"1": "Europe", "2": "Middle East", "3": "Asia", "4": "Africa", "5": "Americas"}
_ANSWERS = {"True": 1.0, "1": 1.0, "False": 0.0, "0": 0.0, "": float("nan")}


@dataclass(frozen=True, slots=True)
class ConflictEnding:
    """One ended episode of fighting between a government and one opponent.

    `id` is state, year and the number of the episode between the two sides. `ending` is one of
    ENDINGS, `regions` the numbers of REGIONS, `war` whether a year saw 1,000 deaths in battle (NaN
    unknown), `between_states` tells the kind of conflict, `there_already` whether a mission stood
    in the state (NaN unknown). `months` is the time to the next mission, below zero
    where it had begun the month before, NaN where none came; `known` is False where the table
    does not tell.
    """

    id: str
    state: str
    year: int
    ending: str
    war: float
    between_states: bool
    regions: frozenset[str]
    there_already: float
    months: float
    known: bool
    line: int


def load_conflict_endings(path: Path) -> list[ConflictEnding]:
    """Read the table. A blank `t` means that no mission came, unless no row has any.

    Raises UnreadableError or FaultsError (columns, years, unknown endings).
    """
    columns = [
        Column("dyadepisode", blank=False),
        Column("gwno_loc"),
        Column("year", numeric=True, blank=False, low=1946, high=2100),
        Column("out", blank=False),
        Column("type_of_conflict", optional=True),
        Column("region", optional=True),
        Column("intensity_level", numeric=True, optional=True),
        Column("t", numeric=True, optional=True),
        Column("ex", optional=True),
    ]
    rows = read_table(path, columns)
    told = any(row["t"] for _, row in rows)
    found: list[ConflictEnding] = []
    faults: list[Fault] = []
    for line, row in rows:
        if row["out"] not in ENDINGS or row["ex"] not in _ANSWERS:
            name = "out" if row["out"] not in ENDINGS else "ex"
            valid = list(ENDINGS) if name == "out" else ["True", "False"]
            expected = f"{name}: one of {', '.join(valid)}"
            place = list(row).index(name) + 1
            hint = nearest(row[name], valid)
            faults.append(Fault(str(path), line, place, repr(row[name]), expected, hint))
            continue
        year = int(float(row["year"]))
        found.append(
            ConflictEnding(
                id=f"{row['gwno_loc']}-{year}-{row['dyadepisode']}",
                state=row["gwno_loc"],
                year=year,
                ending=row["out"],
                war=number(row["intensity_level"]) - 1.0,
                between_states=row["type_of_conflict"] == "2",
                regions=frozenset(row["region"].replace(" ", "").split(",")) & set(REGIONS),
                there_already=_ANSWERS[row["ex"]],
                months=number(row["t"]),
                known=told,
                line=line,
            )
        )
    if faults:
        raise FaultsError(faults)
    return found
