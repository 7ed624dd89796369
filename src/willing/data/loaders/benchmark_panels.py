"""Panels of who joined: UN members by new UN mission, NATO and partner states by mission.

Built from other tables (no new facts); each inherits their licences. Covariates are those of the
year before the mission.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from willing.data.loaders._source import Source
from willing.data.loaders._table import Column, number, read_table
from willing.data.missions import actors_by_cow_code
from willing.errors import Fault, FaultsError

__all__ = ["COALITION_SOURCE", "UN_SOURCE", "PanelRow", "load_coalition_panel", "load_un_panel"]

UN_SOURCE = Source(
    "Cil, Fjelde, Hultman and Nilsson (2020), Mapping Blue Helmets: Geo-PKO v2.3 (who deployed); "
    "covariates from Correlates of War, V-Dem, World Bank, minimum distances in peacesciencer "
    "(Miller 2022), and UN monthly contributor reports",
    "Geo-PKO GPL with citation; COW free for research; V-Dem CC BY-SA 4.0; World Bank CC BY 4.0",
    "https://github.com/geopko/Geo-PKO-Shiny-Dashboard",
)
COALITION_SOURCE = Source(
    "Dohnany, Military Deployments dataset (mdi), after IISS, The Military Balance 2014-2021; "
    "covariates as in the UN panel, alliances from ATOP (Leeds et al. 2002), ideal points from "
    "Bailey, Strezhnev and Voeten (2017)",
    "repository MIT; numbers (c) IISS: for tests, not for redistribution",
    "https://github.com/sebastiandohnany/mdi",
)

_BOTH = ("lmil", "lcinc", "lgdppc", "lpop", "poly", "nato", "p5", "ldist")
_UN = (*_BOTH, "samecont", "samereg", "nprev", "any3", "lprevtroops")
_COALITION = (*_BOTH, "eu", "us_ally", "org_member", "idist", "nprev", "lprev")


_ANSWERS = {"": None, "0": False, "0.0": False, "False": False}
_ANSWERS |= {"1": True, "1.0": True, "True": True}


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One state before one mission.

    `id` is the table's own, else mission:actor; `joined` is None where the outcome is blank.
    `start` is the year the mission began, `lead` the leading organisation (NATO, EU, UN, or US
    for a coalition), `line` the line in the file. A covariate without a column is NaN.
    """

    id: str
    mission: str
    start: int
    ccode: int
    actor: str
    lead: str
    covariates: Mapping[str, float]
    joined: bool | None
    line: int


def load_un_panel(path: Path) -> list[PanelRow]:
    """Read the panel of UN members and new UN missions (1995 on).

    Raises UnreadableError or FaultsError (columns, years, outcomes that are not 0, 1 or blank).
    """
    return _load(path, _UN, mission="mission", lead=None)


def load_coalition_panel(path: Path) -> list[PanelRow]:
    """Read the panel of NATO and partner states and missions (2014 on)."""
    return _load(path, _COALITION, mission="m", lead="org")


def _load(
    path: Path, covariates: tuple[str, ...], mission: str, lead: str | None
) -> list[PanelRow]:
    columns = [
        Column(mission, blank=False),
        Column("ccode", numeric=True, blank=False, low=1, high=999),
        Column("start", numeric=True, blank=False, low=1945, high=2100),
        Column("y", optional=True),
        *([Column(lead)] if lead else []),
        *(Column(name, numeric=True, optional=True) for name in covariates),
    ]
    actors = actors_by_cow_code()
    rows: list[PanelRow] = []
    faults: list[Fault] = []
    for line, row in read_table(path, columns):
        if row["y"] not in _ANSWERS:
            column = list(row).index("y") + 1
            faults.append(Fault(str(path), line, column, repr(row["y"]), "y: 0, 1 or blank"))
            continue
        code = int(float(row["ccode"]))
        actor = actors.get(code, str(code))
        rows.append(
            PanelRow(
                id=row.get("id") or f"{row[mission]}:{actor}",
                mission=row[mission],
                start=int(float(row["start"])),
                ccode=code,
                actor=actor,
                lead=row[lead] if lead else "UN",
                covariates={name: number(row[name]) for name in covariates},
                joined=_ANSWERS[row["y"]],
                line=line,
            )
        )
    if faults:
        raise FaultsError(faults)
    return rows
