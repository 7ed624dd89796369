"""Past missions as cases: what was needed, what was pledged, what came, and by when.

IFOR 1995 and EUFOR Chad 2008 go through the same engine as a case. Figures are those of the
shipped tables; where two do not fit together the note says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from willing.data.force import mission_rows
from willing.errors import UsageError, nearest
from willing.force._nouns import Line, Offer, Requirement, Rules
from willing.force.cost import PERSON_MONTH

Array = NDArray[np.float64]
MISSIONS = ("ifor-1995", "eufor-chad-2008")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was there, and what had been asked for, some months after the start."""

    month: float
    there: float
    required: float
    what: str
    source: str

    @property
    def share(self) -> float:
        """Share of the requirement that was there."""
        return self.there / self.required


@dataclass(frozen=True, slots=True)
class PastMission:
    """A past mission: its need, its pledges as offers, and what is known of arrivals.

    `shares` are contributors' shares of all that were counted; `arrived` what came of each pledge
    (pledged, there, month). `gaps` are enablers that were missing.
    """

    id: str
    label: str
    requirement: Requirement
    offers: tuple[Offer, ...]
    rules: Rules
    shares: dict[str, float]
    arrived: dict[str, tuple[float, float, float]]
    ramp: tuple[Arrival, ...]
    gaps: tuple[tuple[str, float, str], ...]
    notes: tuple[str, ...]


def past_mission(id: str) -> PastMission:
    """Return a past mission by id (`ifor-1995`, `eufor-chad-2008`)."""
    if id == "ifor-1995":
        return _ifor()
    if id == "eufor-chad-2008":
        return _eufor_chad()
    hint = nearest(id, list(MISSIONS))
    raise UsageError(
        f"no past mission {id!r}; there are {', '.join(MISSIONS)}"
        + (f". Did you mean {hint!r}?" if hint else "")
    )


def _troops(actor: str, persons: float, *, basis: str, confidence: str, ready: int = 0) -> Offer:
    number = min(12, max(1, round(persons / 250)))
    return Offer(
        id=f"{actor.lower().replace(' ', '-')}-land",
        actor=actor,
        kind="persons",
        domain="land",
        capability="presence",
        number=number,
        quantity=persons / number,
        persons=persons / number,
        ready_month=ready,
        cost_month=persons / number * PERSON_MONTH.likely,
        basis=basis,
        confidence=confidence,
    )


def _line(
    id: str,
    label: str,
    domain: str,
    capability: str,
    need: float,
    months: int,
    unit: str,
    weight: float,
    source: str,
    confidence: str,
) -> Line:
    return Line(
        id=id,
        label=label,
        domain=domain,
        capabilities=frozenset({capability}),
        required=(need,) * months,
        unit=unit,
        weight=weight,
        source=source,
        confidence=confidence,
    )


def _ifor() -> PastMission:
    rows = mission_rows("ifor_1995")
    value = {r.record: r for r in rows if not r.contributor}
    months = 12
    inside, around = value["requirement_total"], value["requirement_support"]
    need = (inside.value or 0.0) + (around.value or 0.0)
    line = _line(
        "land",
        "force in Bosnia and the region",
        "land",
        "presence",
        need,
        months,
        "persons",
        1.0,
        inside.source,
        inside.confidence,
    )
    given = [r for r in rows if r.record == "contribution_typical"]
    offers = tuple(
        _troops(r.contributor, r.value or 0.0, basis="estimate", confidence=r.confidence)
        for r in given
    )
    total = sum(r.value or 0.0 for r in given)
    pledged = {r.contributor: r.value or 0.0 for r in rows if r.record == "pledge"}
    there = {r.contributor: r.value or 0.0 for r in rows if r.record == "deployed"}
    built = value["build_up_total"]
    ramp = [Arrival(2, built.value or 0.0, inside.value or 1.0, "whole force", built.source)]
    sectors = {r.contributor: r for r in rows if r.record == "sector_required"}
    for r in rows:
        if r.record == "sector_deployed":
            asked = sectors[r.contributor].value or 1.0
            ramp.append(Arrival(2, r.value or 0.0, asked, r.contributor, r.source))
    return PastMission(
        "ifor-1995",
        "IFOR, Bosnia 1995-96",
        Requirement("ifor-1995", "IFOR", months, (line,)),
        offers,
        Rules(),
        {r.contributor: (r.value or 0.0) / total for r in given},
        {a: (pledged[a], there[a], 2.0) for a in pledged if a in there},
        tuple(ramp),
        (),
        (
            f"National figures are typical strengths in the whole region and add up to "
            f"{total:,.0f}; the need counted with them is {need:,.0f}, inside Bosnia and around.",
        ),
    )


def _eufor_chad() -> PastMission:
    rows = mission_rows("eufor_chad_2008")
    value = {r.record: r for r in rows if not r.contributor and r.as_of < "2008-09"}
    months = 12
    need, helicopters, hospital = (
        value["requirement_total"],
        value["gap_helicopters"],
        value["gap_role2"],
    )
    pledges = [r for r in rows if r.record == "pledge" and r.as_of == "2008-03"]
    flown = [r for r in rows if r.record == "deployed_helicopters"]
    # ten were missing when the manoeuvre troops were complete; France then pledged ten
    offered = 10.0
    lines = (
        _line(
            "land",
            "force in the area of operations",
            "land",
            "presence",
            need.value or 0.0,
            months,
            "persons",
            1.0,
            need.source,
            need.confidence,
        ),
        _line(
            "helicopters",
            "helicopters",
            "air",
            "helicopters",
            (helicopters.value or 0.0) + offered,
            months,
            "aircraft",
            0.0,
            helicopters.source,
            helicopters.confidence,
        ),
        _line(
            "medical_level2",
            "hospitals with surgery",
            "land",
            "medical_level2",
            3.0,
            months,
            "hospitals",
            0.0,
            hospital.source,
            hospital.confidence,
        ),
    )
    offers = tuple(
        _troops(r.contributor, r.value or 0.0, basis="pledge", confidence=r.confidence)
        for r in pledges
    )
    france = next(r for r in pledges if r.contributor == "France")
    offers += (
        Offer(
            "france-helicopters",
            "France",
            "utility_helicopter_unit",
            "air",
            "helicopters",
            number=10,
            quantity=1.0,
            basis="pledge",
            confidence=france.confidence,
        ),
        Offer(
            "hospitals",
            "unnamed",
            "hospital_level2",
            "land",
            "medical_level2",
            number=2,
            quantity=1.0,
            basis="pledge",
            confidence=hospital.confidence,
        ),
    )
    came = {
        r.contributor: r.value or 0.0
        for r in rows
        if r.record == "deployed" and r.as_of == "2008-06"
    }
    total = sum(came.values())
    totals = [r for r in rows if r.record == "deployed_total"]
    start = 2  # deployment began in February 2008
    ramp = tuple(
        Arrival(
            int(r.as_of[5:7]) - start, r.value or 0.0, need.value or 1.0, "whole force", r.source
        )
        for r in totals
    )
    return PastMission(
        "eufor-chad-2008",
        "EUFOR Chad/CAR 2008-09",
        Requirement("eufor-chad-2008", "EUFOR Chad/CAR", months, lines),
        offers,
        Rules(),
        {a: v / total for a, v in came.items()},
        {r.contributor: (r.value or 0.0, came.get(r.contributor, 0.0), 4.0) for r in pledges},
        ramp,
        (
            ("helicopters", helicopters.value or 0.0, helicopters.note),
            ("hospital", hospital.value or 0.0, hospital.note),
        ),
        (
            "The need for helicopters is what was missing in November 2007 plus what France "
            "pledged in March 2008: the table gives no requirement of its own.",
            f"{sum(r.value or 0.0 for r in flown):g} helicopters were there in September 2008.",
        ),
    )
