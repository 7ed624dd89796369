"""Generated force-generation instances, for benchmarks and tests.

35 contributors, 25 unit types, 24 months, three sectors. Everything is drawn from `rng`; the
contributors are numbered, not named. What is drawn:

- sizes: contributor i has weight 1 / (i + 2), so that a few carry about half, as in past missions;
- offers: `pairs` distinct contributor-unit pairs, presence units twice as likely as any other, each
  capability offered at least once; the
  pool of each is a whole number of units, scaled so that the pools of a capability, rotated, could
  keep `supply` x what is needed of it in the field, give or take a fifth, if nothing else bound;
- six-month tours (four in the air and at sea) at 1:3 (rotation 4; 3 in the air and at sea);
  readiness in month 0 to 8;
- each contributor shuts itself out of each sector with probability 0.3, but never out of all;
- a quarter of the contributors come only with another (`joins`), or when five come on land
  (`members`), and a third send nothing below a minimum of person-months;
- a third of the contributors have a cap of 40 to 60 % of their pool in the field at a time, and
  never less than their largest unit;
- the ten largest can be framework nation (with 1 % of the need on average); at most 14 nations a
  sector;
- six enabler types gate the presence units: engineers, signals and logistics by sector, hospitals,
  helicopters and headquarters for the theatre;
- lift of a fifth of the force a month each way; a budget of 80 % of what full cover would cost;
  nobody above a quarter of all person-months.

The need rises over four months and stays. Quantities are persons throughout.
"""

from __future__ import annotations

import numpy as np

from willing.case.expressions import parse
from willing.force import Gate, Line, Offer, Requirement, Rules

SECTORS = ("north", "centre", "south")
MONTHS = 24
#: share of the presence that brings its own support
ORGANIC = 0.3
#: unit type -> (domain, capability, persons)
UNITS: dict[str, tuple[str, str, int]] = {
    "infantry_battalion": ("land", "presence", 850),
    "mechanised_battlegroup": ("land", "presence", 800),
    "light_battalion": ("land", "presence", 600),
    "reconnaissance_squadron": ("land", "presence", 300),
    "quick_reaction_company": ("land", "presence", 150),
    "formed_police_unit": ("land", "presence", 140),
    "engineer_company": ("land", "engineers", 120),
    "signals_company": ("land", "signals", 120),
    "logistics_company": ("land", "logistics", 125),
    "hospital_level2": ("land", "hospitals", 63),
    "helicopter_flight": ("air", "helicopters", 60),
    "headquarters_element": ("land", "headquarters", 50),
    "eod_company": ("land", "eod", 100),
    "military_police_company": ("land", "police", 80),
    "tactical_uav_company": ("air", "surveillance", 60),
    "male_uav_orbit": ("air", "surveillance", 180),
    "transport_aircraft": ("air", "transport", 60),
    "air_policing_detachment": ("air", "fighters", 125),
    "tanker_detachment": ("air", "tankers", 90),
    "long_range_battery": ("air_defence", "batteries", 107),
    "short_range_battery": ("air_defence", "batteries", 80),
    "frigate": ("sea", "patrol", 170),
    "patrol_vessel": ("sea", "patrol", 45),
    "mcm_vessel": ("sea", "mines", 40),
    "training_team": ("training", "training", 200),
}
#: capability -> (share of all persons needed, by sector or not)
NEED: dict[str, tuple[float, bool]] = {
    "presence": (0.62, True),
    "engineers": (0.04, False),
    "signals": (0.03, False),
    "logistics": (0.09, False),
    "hospitals": (0.015, False),
    "helicopters": (0.03, False),
    "headquarters": (0.02, False),
    "eod": (0.015, False),
    "police": (0.01, False),
    "surveillance": (0.02, False),
    "transport": (0.01, False),
    "fighters": (0.03, False),
    "tankers": (0.01, False),
    "batteries": (0.02, False),
    "patrol": (0.02, False),
    "mines": (0.005, False),
    "training": (0.015, False),
}
GATES = {"engineers": False, "signals": False, "logistics": False} | dict.fromkeys(
    ("hospitals", "helicopters", "headquarters"), False
)


def requirement(
    persons: float, months: int = MONTHS, sectors: tuple[str, ...] = SECTORS
) -> Requirement:
    """Return a need of `persons` at full strength."""
    ramp = [min(1.0, (month + 1) / 4) for month in range(months)]
    lines: list[Line] = []
    gates: list[Gate] = []
    domain = {capability: d for d, capability, _ in reversed(UNITS.values())}
    for capability, (share, by_sector) in NEED.items():
        places = sectors if by_sector else ("",)
        for place in places:
            need = persons * share / len(places)
            lines.append(
                Line(
                    id=f"{capability}:{place}" if place else capability,
                    label=f"{capability} {place}".strip(),
                    domain=domain[capability],
                    capabilities=frozenset({capability}),
                    required=tuple(need * r for r in ramp),
                    unit="persons",
                    weight=share / len(places),
                    sector=place,
                )
            )
    for capability, by_sector in GATES.items():
        ratio = NEED[capability][0] / (NEED["presence"][0] * (1 - ORGANIC))
        if by_sector:
            gates += [
                Gate(f"{capability}:{s}", (f"presence:{s}",), ratio, ORGANIC) for s in sectors
            ]
        else:
            gates.append(Gate(capability, tuple(f"presence:{s}" for s in sectors), ratio, ORGANIC))
    return Requirement("generated", "generated need", months, tuple(lines), tuple(gates))


def instance(
    rng: np.random.Generator,
    *,
    persons: float,
    pairs: int,
    supply: float,
    contributors: int = 35,
    months: int = MONTHS,
    sectors: tuple[str, ...] = SECTORS,
) -> tuple[Requirement, tuple[Offer, ...], Rules]:
    """Return a need, offers and rules; see the module's docstring for what is drawn."""
    names = [f"C{i:02d}" for i in range(contributors)]
    size = 1.0 / (np.arange(contributors) + 2.0)
    size /= size.sum()
    kinds = list(UNITS)
    liking = np.array([2.0 if UNITS[k][1] == "presence" else 1.0 for k in kinds])
    chance = np.outer(size**0.5, liking).ravel()
    # one of the ten largest offers each capability, so that no enabler is missing altogether
    sure = {
        int(rng.integers(0, min(10, contributors))) * len(kinds)
        + int(rng.choice([i for i, k in enumerate(kinds) if UNITS[k][1] == capability]))
        for capability in NEED
    }
    chance[list(sure)] = 0.0
    more = rng.choice(chance.size, size=pairs - len(sure), replace=False, p=chance / chance.sum())
    chosen = sorted(divmod(int(i), len(kinds)) for i in [*sure, *more.tolist()])
    raw = np.array(
        [size[a] * NEED[UNITS[kinds[k]][1]][0] * rng.lognormal(0.0, 0.5) for a, k in chosen]
    )
    rotation = np.array([3 if UNITS[kinds[k]][0] in ("air", "sea") else 4 for _, k in chosen])
    each = np.array([UNITS[kinds[k]][2] for _, k in chosen])
    # pools in persons, so that rotated they keep `supply` x the need of each capability, give or
    # take a fifth; then whole units, at least one
    capability_of = np.array([UNITS[kinds[k]][1] for _, k in chosen])
    for capability, (share, _) in NEED.items():
        same = capability_of == capability
        if same.any():
            raw[same] *= share * rng.lognormal(0.0, 0.2) / raw[same].sum()
    numbers = np.maximum(1, np.rint(raw * supply * persons * rotation / each)).astype(int)
    open_to = {
        name: frozenset(s for s in sectors if rng.random() >= 0.3) or frozenset({sectors[0]})
        for name in names
    }
    ready = {name: int(rng.integers(0, 9)) for name in names}
    conditional = {}
    for i, name in enumerate(names):
        if i and rng.random() < 0.25:
            other = names[int(rng.integers(0, i))]
            text = f"joins({other})" if rng.random() < 0.5 else "members(land) >= 5"
            conditional[name] = parse(text)
    offers = []
    for place, (a, k) in enumerate(chosen):
        domain, capability, count = UNITS[kinds[k]]
        name = names[a]
        offers.append(
            Offer(
                id=f"{name}-{kinds[k]}",
                actor=name,
                kind=kinds[k],
                domain=domain,
                capability=capability,
                number=int(numbers[place]),
                quantity=float(count),
                persons=float(count),
                ready_month=min(months - 1, ready[name] + int(rng.integers(0, 3))),
                tour_months=4 if domain in ("air", "sea") else 6,
                rotation=float(rotation[place]),
                sectors=open_to[name],
                cost_month=count * float(rng.uniform(3_000.0, 7_000.0)),
                **({"requires": conditional[name]} if name in conditional else {}),
            )
        )
    own = {
        name: sum(o.number * o.quantity / o.rotation for o in offers if o.actor == name)
        for name in names
    }
    pool = {n: sum(o.number * o.quantity for o in offers if o.actor == n) for n in names}
    largest = {n: max((o.quantity for o in offers if o.actor == n), default=0.0) for n in names}
    rules = Rules(
        nations_per_sector=14,
        framework=frozenset(names[:10]),
        framework_minimum=0.01 * persons,
        lift_in=0.2 * persons,
        lift_out=0.2 * persons,
        budget=0.8 * persons * 5_000.0 * months,
        burden_share=0.25,
        actor_cap={
            n: max(largest[n], pool[n] * float(rng.uniform(0.4, 0.6)))
            for n in names
            if own[n] and rng.random() < 1 / 3
        },
        actor_minimum={n: own[n] * months * 0.25 for n in names if own[n] and rng.random() < 1 / 3},
    )
    return requirement(persons, months, sectors), tuple(offers), rules


def realistic(rng: np.random.Generator) -> tuple[Requirement, tuple[Offer, ...], Rules]:
    """Return the realistic size: 16,400 persons needed, 108 pairs."""
    return instance(rng, persons=16_400, pairs=108, supply=0.55)


def dense(rng: np.random.Generator) -> tuple[Requirement, tuple[Offer, ...], Rules]:
    """Return the dense size: 34,400 persons needed, 298 pairs, need above supply."""
    return instance(rng, persons=34_400, pairs=298, supply=0.8)
