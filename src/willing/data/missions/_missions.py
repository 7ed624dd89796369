"""The table of publicly proposed missions, 1981-2025, sent or not."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from willing.data.loaders._table import Column, read_table, split_list
from willing.errors import Fault, FaultsError, nearest

SHIPPED = Path(__file__).parent / "missions.csv"
SETTINGS = Path(__file__).parent / "settings.csv"

CONSENT = ("yes", "partial", "no", "")
US_SUPPORT = ("lead", "support", "neutral", "oppose", "")
RISK = ("low", "med", "high", "")
REALISED = ("yes", "partial", "no", "")
YES_NO = ("yes", "no", "")

# Columns a row cannot do without.
NEEDED = ("id", "country_iso3", "first_public_proposal")
# What a forecast reads. A cell that is blank, or a column that is absent, is a missing code; so
# are the columns of outcomes, for a mission still to be forecast.
KNOWN_AT_PROPOSAL = (
    "ceasefire_or_agreement_in_force_at_proposal",
    "p5_opposed",
    "us_support",
    "neighbour_great_power_opposed",
    "casualty_risk",
    "domains",
    "host_consent_at_proposal",
    "all_main_parties_consent_at_proposal",
)


class PartialDate:
    """Dates of which only the month or the year may be known."""

    @staticmethod
    def parse(text: str) -> date | None:
        """Return a day: the 15th where only the month is known, 1 July where only the year is.

        Blank gives None. Raises ValueError for anything that is not YYYY, YYYY-MM or YYYY-MM-DD.
        """
        if not text:
            return None
        parts = [int(part) for part in text.split("-")]
        if len(parts) == 1:
            return date(parts[0], 7, 1)
        if len(parts) == 2:
            return date(parts[0], parts[1], 15)
        if len(parts) == 3:
            return date(parts[0], parts[1], parts[2])
        raise ValueError(f"{text!r} is not a date")

    @staticmethod
    def span(text: str) -> tuple[date, date] | None:
        """Return the first and last day a partial date may mean; blank gives None."""
        day = PartialDate.parse(text)
        if day is None:
            return None
        parts = text.count("-")
        if parts == 0:
            return date(day.year, 1, 1), date(day.year, 12, 31)
        if parts == 1:
            return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
        return day, day


@dataclass(frozen=True, slots=True)
class ProposedMission:
    """One publicly proposed force or monitoring mission, with what was known when proposed.

    `realised` is yes, partial, no, or blank while open. `arrived` is the day of the first
    personnel under the mission, `full_strength` the first and last day on which it may have
    stood in full. Consents are those voiced at the time of the proposal. Opponents are None
    where nobody coded them, empty where there were none. `war` and `task` (blank: not coded) say
    into what the mission was to go and what for; analogues read them, no model does.
    """

    id: str
    name: str
    country: str
    proposed: date
    host_consent: str
    parties_consent: str
    ceasefire: str
    p5_opposed: tuple[str, ...] | None
    us_support: str
    neighbour_opposed: tuple[str, ...] | None
    casualty_risk: str
    domains: tuple[str, ...]
    authorised: date | None = None
    arrived: date | None = None
    full_strength: tuple[date, date] | None = None
    realised: str = ""
    route: str = ""
    lead: str = ""
    notes: str = ""
    source_urls: tuple[str, ...] = ()
    confidence: str = ""
    war: str = ""
    task: str = ""

    @property
    def placeholder(self) -> bool:
        """Whether the row rests on memory alone (confidence D) and must show as such."""
        return self.confidence == "D"

    @property
    def resolved(self) -> bool:
        """Whether the outcome is coded and, where it went, dated."""
        return self.realised == "no" or (bool(self.realised) and self.arrived is not None)

    def days_to_arrival(self) -> int | None:
        """Days from proposal to first arrival; None where nobody arrived."""
        return None if self.arrived is None else (self.arrived - self.proposed).days


def load_missions(path: Path | None = None) -> tuple[ProposedMission, ...]:
    """Read a table of proposed missions; the shipped one by default.

    Raises UnreadableError where the file cannot be read, FaultsError with every fault else.
    """
    place = SHIPPED if path is None else path
    columns = [Column(name) for name in NEEDED]
    columns += [Column(name, optional=True) for name in KNOWN_AT_PROPOSAL]
    rows = read_table(place, columns)
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    missions = []
    for line, row in rows:
        found = list(_faults(place, line, row))
        if row["id"] in seen:
            expected = f"an id used once (first on line {seen[row['id']]})"
            found.append(Fault(str(place), line, 1, repr(row["id"]), expected))
        seen.setdefault(row["id"], line)
        faults += found
        if not found:
            missions.append(_mission(row))
    if faults:
        raise FaultsError(faults)
    return tuple(missions)


@cache
def _settings() -> Mapping[str, tuple[str, str]]:
    rows = read_table(SETTINGS, [Column("id"), Column("war"), Column("task")])
    return {row["id"]: (row["war"], row["task"]) for _, row in rows}


def _faults(place: Path, line: int, row: Mapping[str, str]) -> Iterator[Fault]:
    words: dict[str, Collection[str]] = {
        "host_consent_at_proposal": CONSENT,
        "all_main_parties_consent_at_proposal": CONSENT,
        "ceasefire_or_agreement_in_force_at_proposal": YES_NO,
        "us_support": US_SUPPORT,
        "casualty_risk": RISK,
        "realised": REALISED,
    }
    names = list(row)
    for name, valid in words.items():
        value = row.get(name, "")
        if value not in valid:
            column = names.index(name) + 1
            expected = f"{name}: one of {', '.join(v for v in valid if v)} or blank"
            yield Fault(
                str(place), line, column, repr(value), expected, nearest(value.lower(), list(valid))
            )
    for name in ("first_public_proposal", "authorised", "first_deployment", "full_strength"):
        try:
            parsed = PartialDate.parse(row.get(name, ""))
        except ValueError:
            expected = f"{name}: YYYY, YYYY-MM or YYYY-MM-DD"
            yield Fault(str(place), line, names.index(name) + 1, repr(row[name]), expected)
            continue
        if name == "first_public_proposal" and parsed is None:
            yield Fault(str(place), line, names.index(name) + 1, "nothing", f"{name}: a date")
    for name, expected in (("id", "a name used once"), ("country_iso3", "three letters")):
        if not row[name]:
            found = names.index(name) + 1
            yield Fault(str(place), line, found, "nothing", f"{name}: {expected}")


def _opponents(text: str) -> tuple[str, ...] | None:
    return tuple(name for name in split_list(text) if name != "none") if text else None


def _mission(row: Mapping[str, str]) -> ProposedMission:
    proposed = PartialDate.parse(row["first_public_proposal"])
    if proposed is None:
        raise ValueError("a proposal without a date passed the checks")
    war, task = _settings().get(row["id"], ("", ""))
    lead = " ".join(part for part in (row.get("lead_nation"), row.get("lead_org")) if part)
    return ProposedMission(
        id=row["id"],
        name=row.get("name") or row["id"],
        country=row["country_iso3"],
        proposed=proposed,
        host_consent=row["host_consent_at_proposal"],
        parties_consent=row["all_main_parties_consent_at_proposal"],
        ceasefire=row["ceasefire_or_agreement_in_force_at_proposal"],
        p5_opposed=_opponents(row["p5_opposed"]),
        us_support=row["us_support"],
        neighbour_opposed=_opponents(row["neighbour_great_power_opposed"]),
        casualty_risk=row["casualty_risk"],
        domains=split_list(row["domains"]),
        authorised=PartialDate.parse(row.get("authorised", "")),
        arrived=PartialDate.parse(row.get("first_deployment", "")),
        full_strength=PartialDate.span(row.get("full_strength", "")),
        realised=row.get("realised", ""),
        route=row.get("authorisation_route", ""),
        lead=lead,
        notes=row.get("notes", ""),
        source_urls=tuple(
            part for part in split_list(row.get("source_url", ""), ";") if part.startswith("http")
        ),
        confidence=row.get("confidence", ""),
        war=war,
        task=task,
    )
