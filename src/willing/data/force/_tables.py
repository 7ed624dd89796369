"""Rows of the tables on forces, read once."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Confidence = Literal["A", "B", "C", "D"]


@dataclass(frozen=True, slots=True)
class PlanningFactor:
    """A published planning figure; None where the source gives no value."""

    id: str
    low: float | None
    typical: float | None
    high: float | None
    unit: str
    applies_to: str
    source: str
    url: str
    confidence: str


@dataclass(frozen=True, slots=True)
class UnitType:
    """A kind of unit: what it can do, how much it counts for, and whom it needs.

    `quantity` of `measure` is what one unit counts for in its domain, with a confidence of its
    own. `personnel` and `sustain_ratio` (units drawn per unit kept in the field) are None where no
    figure was read; `placeholder` says that its size is one.
    """

    id: str
    domain: str
    capability: str
    personnel: float | None
    quantity: float
    measure: str
    quantity_confidence: str
    role: str
    needs: str
    sustain_ratio: float | None
    source: str
    confidence: str
    note: str

    @property
    def placeholder(self) -> bool:
        """Whether its size rests on no published figure."""
        return "D" in (self.confidence, self.quantity_confidence)


@dataclass(frozen=True, slots=True)
class MissionRow:
    """One record of a past mission: a requirement, a pledge, what was there, or a gap."""

    mission: str
    record: str
    contributor: str
    as_of: str
    value: float | None
    unit: str
    note: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A pledge and what came of it, `month` months after the mission began.

    `outcome` is zero (under 5 %), late (5-90 %: late or in part, which a count on one day cannot
    tell apart), full, or some (something came; the size of the pledge was not read).
    """

    mission: str
    actor: str
    group: str
    unit: str
    pledged: float | None
    delivered: float | None
    share: float | None
    outcome: str
    month: float
    as_of: str
    note: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class AccessRule:
    """A rule on who may bring what into the theatre.

    `closed_until` are conditions in order of preference: the first that a case has opens the way.
    """

    id: str
    label: str
    domain: str
    capabilities: frozenset[str]
    except_actors: frozenset[str]
    closed_until: tuple[str, ...]
    max_stay_days: float | None
    source: str
    url: str
    confidence: str
    note: str


def _rows(name: str) -> list[dict[str, str]]:
    text = files("willing.data.force").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _number(text: str) -> float | None:
    return float(text) if text.strip() else None


def _set(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(";") if part.strip())


@cache
def planning_factors() -> dict[str, PlanningFactor]:
    """Return the planning figures by id."""
    return {
        r["factor"]: PlanningFactor(
            r["factor"],
            _number(r["value_low"]),
            _number(r["value_typical"]),
            _number(r["value_high"]),
            r["unit"],
            r["applies_to"],
            r["source"],
            r["url"],
            r["confidence"],
        )
        for r in _rows("planning_factors.csv")
    }


@cache
def unit_types() -> dict[str, UnitType]:
    """Return the unit catalogue by id."""
    return {
        r["unit_type"]: UnitType(
            r["unit_type"],
            r["domain"],
            r["capability"],
            _number(r["personnel"]),
            float(r["measure_quantity"]),
            r["measure_unit"],
            r["measure_confidence"],
            r["role"],
            r["needs"],
            _number(r["sustain_ratio"]),
            r["source"],
            r["confidence"],
            r["note"],
        )
        for r in _rows("units.csv")
    }


@cache
def mission_rows(mission: Literal["ifor_1995", "eufor_chad_2008"]) -> tuple[MissionRow, ...]:
    """Return the records of a past mission."""
    return tuple(
        MissionRow(
            r["mission"],
            r["record"],
            r["contributor"],
            r["as_of"],
            _number(r["value"]),
            r["unit"],
            r["note"],
            r["source_url"],
            r["confidence"],
        )
        for r in _rows(f"{mission}.csv")
    )


@cache
def delivery_rows() -> tuple[DeliveryRow, ...]:
    """Return pledges with what came of them."""
    return tuple(
        DeliveryRow(
            r["mission"],
            r["actor"],
            r["group"],
            r["unit"],
            _number(r["pledged"]),
            _number(r["delivered"]),
            _number(r["share"]),
            r["outcome"],
            float(r["month"]),
            r["as_of"],
            r["note"],
            r["source_url"],
            r["confidence"],
        )
        for r in _rows("delivery.csv")
    )


@cache
def access_rules() -> tuple[AccessRule, ...]:
    """Return the access rules."""
    return tuple(
        AccessRule(
            r["id"],
            r["label"],
            r["domain"],
            _set(r["capabilities"]),
            _set(r["except_actors"]),
            tuple(part for part in r["closed_until"].split(";") if part),
            _number(r["max_stay_days"]),
            r["source"],
            r["url"],
            r["confidence"],
            r["note"],
        )
        for r in _rows("access.csv")
    )
