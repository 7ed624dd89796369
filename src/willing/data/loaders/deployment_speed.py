"""How long UN missions took from their mandate to half strength."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from willing.data.loaders._source import Source
from willing.data.loaders._table import Column, number, read_table
from willing.data.missions import authorised_at_first
from willing.errors import Fault, FaultsError

__all__ = ["SOONEST", "SOURCE", "MissionSpeed", "load_deployment_speed"]

SOURCE = Source(
    "UN monthly contributor reports as gathered by the International Peace Institute "
    "(PPP_Loader, data_mission.csv); mandate dates entered by this project",
    "facts from UN reports (UN terms: non-commercial with attribution); loader GPL-2",
    "https://github.com/IPIDataLab/PPP_Loader",
)

#: Strengths are reported by the month: a force that stood at half strength in the first report
#: counts as a week, as the table itself does.
SOONEST = 0.25


@dataclass(frozen=True, slots=True)
class MissionSpeed:
    """One UN mission. Months from the mandate; NaN where blank.

    `peak` is the highest uniformed strength within 36 months, known only afterwards: it stands
    for the planned size. `authorised` is the uniformed strength of the founding mandate, NaN
    where we have not coded it.
    """

    mission: str
    mandate: date
    peak: float
    authorised: float
    months_to_half: float
    line: int

    def reached_by(self, day: date) -> bool:
        """Whether half strength was reached before a day."""
        return self.months_to_half == self.months_to_half and self.half_strength_on() < day

    def half_strength_on(self) -> date:
        """The day of half strength, when the outcome became known. Needs a known speed."""
        return self.mandate + timedelta(days=round(self.months_to_half * 30.44))


def load_deployment_speed(path: Path) -> list[MissionSpeed]:
    """Read the table. Raises UnreadableError or FaultsError (columns, dates, negative months)."""
    columns = [
        Column("mission", blank=False),
        Column("mandate", blank=False),
        Column("peak36", numeric=True, low=1, optional=True),
        Column("t50", numeric=True, low=0, high=600, optional=True),
    ]
    rows: list[MissionSpeed] = []
    faults: list[Fault] = []
    for line, row in read_table(path, columns):
        try:
            mandate = date.fromisoformat(row["mandate"])
        except ValueError:
            place = list(row).index("mandate") + 1
            faults.append(Fault(str(path), line, place, repr(row["mandate"]), "mandate: a date"))
            continue
        rows.append(
            MissionSpeed(
                mission=row["mission"],
                mandate=mandate,
                peak=number(row["peak36"]),
                authorised=authorised_at_first().get(row["mission"], float("nan")),
                months_to_half=_at_least(number(row["t50"]), SOONEST),
                line=line,
            )
        )
    if faults:
        raise FaultsError(faults)
    return rows


def _at_least(value: float, least: float) -> float:
    return least if value < least else value
