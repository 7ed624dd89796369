"""Small instances for property tests: every rule present, nothing ever larger than a second."""

from __future__ import annotations

from hypothesis import strategies as st

from willing.case.expressions import parse
from willing.force import ALWAYS, Gate, Line, Offer, Requirement, Rules

ACTORS = ("AAA", "BBB", "CCC", "DDD")
SECTORS = ("north", "south")
CONDITIONS = (
    ALWAYS,
    parse("joins(AAA)"),
    parse("members(land) >= 2"),
    parse("ceasefire"),
    parse("joins(BBB, land) or ceasefire"),
    parse("covered(air) >= 0.5 and joins(AAA)"),
    parse("not hostilities"),
)


@st.composite
def requirements(draw: st.DrawFn) -> Requirement:
    months = draw(st.integers(3, 10))
    sectors = draw(st.sampled_from([(), SECTORS]))
    need = draw(st.floats(100, 3_000))
    lines = [
        Line(
            id=f"land:{s}" if s else "land",
            label=f"land {s}",
            domain="land",
            capabilities=frozenset({"presence", "engineers"}),
            required=tuple(need * draw(st.sampled_from([0.0, 0.5, 1.0])) for _ in range(months)),
            unit="persons",
            weight=0.6 / max(1, len(sectors)),
            sector=s,
        )
        for s in (sectors or ("",))
    ]
    lines.append(
        Line(
            "air",
            "air",
            "air",
            frozenset({"fighters"}),
            (draw(st.floats(1, 20)),) * months,
            "aircraft",
            0.4,
        )
    )
    gates: list[Gate] = []
    if draw(st.booleans()):
        lines.append(
            Line(
                "engineers",
                "engineers",
                "land",
                frozenset({"engineers"}),
                (need / 5,) * months,
                "persons",
                0.0,
            )
        )
        gated = tuple(x.id for x in lines if x.domain == "land" and x.weight)
        organic = draw(st.sampled_from([0.0, 0.4]))
        gates.append(Gate("engineers", gated, 0.2, organic))
    return Requirement("made", "made", months, tuple(lines), tuple(gates))


@st.composite
def offers_for(draw: st.DrawFn, requirement: Requirement) -> tuple[Offer, ...]:
    found = []
    for k in range(draw(st.integers(0, 6))):
        capability = draw(st.sampled_from(["presence", "engineers", "fighters"]))
        size = draw(st.sampled_from([50.0, 120.0, 400.0]))
        land = capability != "fighters"
        number = draw(st.integers(0, 4))
        found.append(
            Offer(
                id=f"P{k}",
                actor=draw(st.sampled_from(ACTORS)),
                kind=capability,
                domain="land" if land else "air",
                capability=capability,
                number=number,
                quantity=size if land else 4.0,
                persons=draw(st.sampled_from([size, None])),
                ready_month=draw(st.integers(0, requirement.months)),
                max_months=draw(st.sampled_from([2, 5, 10_000])),
                tour_months=draw(st.integers(1, 6)),
                rotation=draw(st.sampled_from([1.0, 1.5, 2.0, 4.0])),
                sectors=draw(st.sampled_from([None, frozenset({"north"}), frozenset({"south"})])),
                minimum=draw(st.integers(0, number)),
                requires=draw(st.sampled_from(CONDITIONS)),
                cost_month=draw(st.floats(0, 1e6)),
            )
        )
    return tuple(found)


@st.composite
def rules(draw: st.DrawFn, requirement: Requirement) -> Rules:
    def maybe(value: float) -> float | None:
        return value if draw(st.booleans()) else None

    return Rules(
        nations_per_sector=draw(st.sampled_from([None, 1, 2])),
        framework=draw(st.sampled_from([frozenset(), frozenset({"AAA", "BBB"})])),
        framework_minimum=draw(st.sampled_from([0.0, 20.0])),
        lift_in=maybe(600.0),
        lift_out=maybe(600.0),
        budget=maybe(1e7),
        burden_share=draw(st.sampled_from([None, 0.6])),
        actor_cap=draw(st.sampled_from([{}, {"AAA": 500.0, "BBB": 100.0}])),
        actor_minimum=draw(st.sampled_from([{}, {"AAA": 300.0}])),
        holds=draw(st.sampled_from([{}, {"ceasefire": False}, {"hostilities": True}])),
    )


@st.composite
def instances(draw: st.DrawFn) -> tuple[Requirement, tuple[Offer, ...], Rules]:
    requirement = draw(requirements())
    return requirement, draw(offers_for(requirement)), draw(rules(requirement))
