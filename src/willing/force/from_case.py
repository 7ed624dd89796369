"""From the nouns of a case to the engine's: a format's requirement, the pledges as offers, rules.

Offers stand in the order of the case's pledges, one for each, so that a share delivered by pledge
is a share by offer. What the adapter assumes is listed, with reasons.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

from willing.case import Case, Format, Pledge, Share
from willing.case.expressions import And, Expr, Name, names, parse
from willing.data.force import AccessRule, UnitType, access_rules, unit_types
from willing.errors import UsageError, nearest
from willing.force._conditions import outside
from willing.force._nouns import ALWAYS, Gate, Line, Offer, Requirement, Rules
from willing.force.cost import PERSON_MONTH
from willing.force.delivery import ENABLERS
from willing.force.planning_factors import measure_of, needs

Level = Literal["low", "likely", "high"]
DAYS_A_MONTH = 365.25 / 12
#: what a number without a unit type stands for, by domain
GENERIC = {("persons", "training"): "instructors"}
#: months a contingent stays before it is relieved
TOURS = {"air": 4}
TOUR = 6
#: equal blocks a large number is moved in, at most
BLOCKS = 12
#: persons or aircraft that move together when no unit is named
BLOCK_SIZE = {"persons": 250.0, "aircraft": 4.0}
#: what the catalogue's `needs` call a unit type
NEEDED = {
    "level2": "hospital_level2",
    "engineer_coy": "engineer_company",
    "signals_coy": "signals_company",
    "logistics_coy": "logistics_battalion",
}
#: share of a force that needs no enablers from others, because contingents bring their own
ORGANIC = Share(
    low=0.3,
    likely=0.6,
    high=0.9,
    basis="assumption",
    reason=(
        "National contingents bring some support of their own; no published ratio was read. The "
        "European force for Chad sailed with ten helicopters and one of three hospitals missing."
    ),
)


@dataclass(frozen=True, slots=True)
class CaseForce:
    """A case as the engine sees it.

    `assumed` are facts from outside that pledges rest on, with the value taken; `notes` say what
    the adapter did that is not in the case.
    """

    requirement: Requirement
    offers: tuple[Offer, ...]
    rules: Rules
    assumed: Mapping[str, bool]
    notes: tuple[str, ...]


def format_of(case: Case, format_id: str | None) -> Format:
    """Return a format of the case by id, its own when None."""
    wanted = format_id or case.format
    for one in case.formats:
        if one.id == wanted:
            return one
    ids = [one.id for one in case.formats]
    hint = nearest(wanted, ids)
    raise UsageError(
        f"case {case.id!r} has no format {wanted!r}; it has {', '.join(ids)}"
        + (f". Did you mean {hint!r}?" if hint else "")
    )


def from_case(
    case: Case,
    format_id: str | None = None,
    *,
    months: int = 24,
    level: Level = "likely",
    facts: Mapping[str, bool] | None = None,
    organic: float = ORGANIC.likely,
) -> CaseForce:
    """Return requirement, offers and rules of a case.

    Parameters
    ----------
    format_id : a format of the case; its own by default.
    months : how long the force is to be kept.
    level : which end of the format's ranges is needed.
    facts : truth of facts from outside (`{"ceasefire": False}`); the others are taken to hold
        where a pledge asks for them.
    organic : share of a domain that counts without enablers from others.
    """
    format = format_of(case, format_id)
    requirement = requirement_of(format, months=months, level=level, organic=organic)
    access = access_of(case)
    known = [rule.id for rule in access_rules()]
    told = [text for text in case.theatre.access if text not in known]
    for text in told:
        if " " not in text:  # an id, not a sentence for the reader
            hint = nearest(text, known)
            raise UsageError(
                f"theatre.access: no access rule {text!r}; there are {', '.join(known)}"
                + (f". Did you mean {hint!r}?" if hint else "")
            )
    conditions = {c.id for c in case.conditions}
    offers = tuple(
        offer_of(p, access, conditions, months=months, sectors=format.sectors) for p in case.pledges
    )
    holds = dict(facts or {})
    assumed = {fact: holds.get(fact, value) for o in offers for fact, value in outside(o.requires)}
    notes = [f"Access, not modelled: {text}" for text in told]
    notes += [f"Access rule: {rule.label} ({rule.confidence})." for rule in access]
    if requirement.gates:
        notes.append(
            f"{organic:.0%} of a domain is taken to bring its own enablers: {ORGANIC.reason}"
        )
    if format.sectors:
        notes.append("The land requirement is split evenly over the sectors; none is published.")
    missing = sorted({o.kind for o in offers if o.persons is None})
    if missing:
        notes.append(f"No strength is published for {', '.join(missing)}: neither lift nor cost.")
    bound, said = rules_of(format, holds)
    return CaseForce(requirement, offers, bound, assumed, (*notes, *said))


def rules_of(format: Format, holds: Mapping[str, bool]) -> tuple[Rules, tuple[str, ...]]:
    """Return the rules of a format, and what each rests on in words; ranges at their likely end."""
    given = format.rules
    if given is None:
        return Rules(holds=holds), ()
    amounts = {
        "lift_in": given.lift_in,
        "lift_out": given.lift_out,
        "budget": given.budget,
        "burden_share": given.burden_share,
        "framework_minimum": given.framework_minimum,
    }
    likely = {name: None if one is None else one.likely for name, one in amounts.items()}
    notes = tuple(
        f"Rule, {name.replace('_', ' ')}: {one.likely:,.12g} ({one.source or one.reason})"
        for name, one in amounts.items()
        if one is not None
    )
    rules = Rules(
        nations_per_sector=given.nations_per_sector,
        framework=frozenset(given.framework),
        framework_minimum=likely["framework_minimum"] or 0.0,
        lift_in=likely["lift_in"],
        lift_out=likely["lift_out"],
        budget=likely["budget"],
        burden_share=likely["burden_share"],
        actor_cap={c.actor: c.cap for c in given.contributors if c.cap is not None},
        actor_minimum={c.actor: c.minimum for c in given.contributors if c.minimum is not None},
        holds=holds,
    )
    return rules, notes


def requirement_of(
    format: Format, *, months: int = 24, level: Level = "likely", organic: float = ORGANIC.likely
) -> Requirement:
    """Return a format's requirement: a line a domain (or domain and sector), and enabler lines.

    Domains weigh the same. Enabler lines come from tasks that name an enabler of the catalogue;
    they weigh nothing themselves, gate their force's land domain, and show in the gap.
    """
    units = unit_types()
    found = [needs(task) for task in format.tasks]
    amounts: dict[str, float] = {
        str(d): float(getattr(r, level)) for d, r in format.requires.items()
    }
    sources = {str(d): (r.source or r.reason) for d, r in format.requires.items()}
    place = ("low", "likely", "high").index(level)
    for need in found:
        domain = str(need.task.domain)
        if (
            need.task.domain not in format.requires
            and need.quantity
            and need.unit == measure_of(domain)
        ):
            amounts[domain] = amounts.get(domain, 0.0) + need.quantity[place]
            sources[domain] = need.source
    amounts = {d: a for d, a in amounts.items() if a > 0}
    lines: list[Line] = []
    for domain, amount in amounts.items():
        counted = frozenset(
            u.capability
            for u in units.values()
            if u.domain == domain and u.measure == measure_of(domain)
        )
        sectors = format.sectors if domain == "land" and format.sectors else ("",)
        for sector in sectors:
            lines.append(
                Line(
                    id=f"{domain}:{sector}" if sector else domain,
                    label=f"{domain.replace('_', ' ')} {sector}".strip(),
                    domain=domain,
                    capabilities=counted,
                    required=(amount / len(sectors),) * months,
                    unit=measure_of(domain),
                    weight=1.0 / len(amounts) / len(sectors),
                    sector=sector,
                    source=sources[domain],
                )
            )
    gated = tuple(line.id for line in lines if line.domain == "land")
    gates: list[Gate] = []
    for need in found:
        if not need.kind or not need.quantity or need.quantity[place] <= 0:
            continue
        unit = units[need.kind]
        if unit.capability not in ENABLERS or any(x.id == unit.capability for x in lines):
            continue
        lines.append(
            Line(
                id=unit.capability,
                label=need.task.task,
                domain=unit.domain,
                capabilities=frozenset({unit.capability}),
                required=(need.quantity[place],) * months,
                unit=need.unit,
                weight=0.0,
                factor=need.factor,
                source=need.source,
                confidence=need.confidence,
            )
        )
        if gated and organic < 1:
            ratio = need.quantity[place] / (amounts["land"] * (1.0 - organic))
            gates.append(Gate(unit.capability, gated, ratio, organic, "D"))
    named = {line.id for line in lines}
    lines += [x for x in implied(amounts.get("land", 0.0), months) if x.id not in named]
    return Requirement(format.id, format.label, months, tuple(lines), tuple(gates))


def implied(land: float, months: int) -> list[Line]:
    """Return the enablers a land force of this size implies by the catalogue's ratios.

    The ratios are placeholders: the lines show what nobody has named, and neither count nor gate.
    """
    units = unit_types()
    battalion = units["infantry_battalion_un"]
    wanted = {
        NEEDED[name]: land / battalion.quantity * float(ratio or 1.0)
        for name, _, ratio in (part.strip().partition(" ") for part in battalion.needs.split(";"))
        if name in NEEDED
    }
    if "hospital_level2" in wanted:
        wanted["utility_helicopter_unit"] = wanted["hospital_level2"]
    return [
        Line(
            id=units[kind].capability,
            label=f"{units[kind].role} ({kind.replace('_', ' ')})",
            domain=units[kind].domain,
            capabilities=frozenset({units[kind].capability}),
            required=(ceil(count - 1e-9) * units[kind].quantity,) * months,
            unit=units[kind].measure,
            weight=0.0,
            factor="needs of infantry_battalion_un",
            source=battalion.note,
            confidence="D",
        )
        for kind, count in wanted.items()
        if count > 0
    ]


def unit_of(pledge: Pledge) -> UnitType:
    """Return the catalogue's unit of a pledge; UsageError with the nearest id when it has none."""
    units = unit_types()
    name = GENERIC.get((pledge.unit, pledge.domain), pledge.unit)
    if name not in units:
        hint = nearest(name, list(units))
        raise UsageError(
            f"pledge {pledge.id!r}: unit {pledge.unit!r} is not in the catalogue"
            + (f"; did you mean {hint!r}?" if hint else "")
        )
    return units[name]


def offer_of(
    pledge: Pledge,
    access: Sequence[AccessRule] = (),
    conditions: Collection[str] = (),
    *,
    months: int = 24,
    sectors: tuple[str, ...] = (),
) -> Offer:
    """Return a pledge as an offer.

    A pledge with no rotation ratio is a presence its giver sustains; one with a ratio is a pool.
    """
    unit = unit_of(pledge)
    size = BLOCK_SIZE.get(unit.measure, 1.0) if unit.quantity == 1 else 1.0
    whole = max(1, ceil(pledge.number / size - 1e-9)) if pledge.number > 0 else 0
    number = min(whole, BLOCKS) if unit.quantity == 1 else whole
    each = pledge.number / number if number else 1.0
    requires: Expr = parse(pledge.requires) if pledge.requires else ALWAYS
    for opening in openings_of(pledge, access, conditions):
        if opening not in names(requires):
            way: Expr = Name(opening)
            requires = way if requires == ALWAYS else And((way, requires))
    tour, quantity = TOURS.get(pledge.domain, TOUR), each * unit.quantity
    for rule in _binding(pledge, access):
        if rule.max_stay_days and rule.max_stay_days < tour * DAYS_A_MONTH:
            stay = max(1, round(rule.max_stay_days / DAYS_A_MONTH))
            quantity *= min(1.0, rule.max_stay_days / (stay * DAYS_A_MONTH))
            tour = stay
    return Offer(
        id=pledge.id,
        actor=pledge.actor,
        kind=unit.id,
        domain=pledge.domain,
        capability=unit.capability,
        number=number,
        quantity=quantity,
        persons=None if unit.personnel is None else each * unit.personnel,
        ready_month=min(months, ceil(pledge.ready_days / DAYS_A_MONTH - 1e-9)),
        max_months=pledge.max_months or 10_000,
        tour_months=tour,
        rotation=pledge.rotation_ratio or 1.0,
        sectors=caveat_sectors(pledge, sectors),
        minimum=min(number, ceil((pledge.minimum or 0.0) / each - 1e-9)) if number else 0,
        requires=requires,
        cost_month=each * (unit.personnel or 0.0) * PERSON_MONTH.likely,
        reliability=pledge.reliability,
        caveats=pledge.caveats,
        basis=pledge.kind,
        confidence=max(unit.confidence, unit.quantity_confidence),
    )


def access_of(case: Case) -> list[AccessRule]:
    """Return the access rules a case's theatre names."""
    return [rule for rule in access_rules() if rule.id in case.theatre.access]


def _binding(pledge: Pledge, access: Sequence[AccessRule]) -> list[AccessRule]:
    capability = unit_of(pledge).capability
    return [
        rule
        for rule in access
        if capability in rule.capabilities and pledge.actor not in rule.except_actors
    ]


def openings_of(
    pledge: Pledge, access: Sequence[AccessRule], conditions: Collection[str]
) -> list[str]:
    """Return the conditions that open the way for a pledge.

    For each rule that closes it, the first of the rule's that the case has, else the rule's last.
    """
    return [
        next((c for c in rule.closed_until if c in conditions), rule.closed_until[-1])
        for rule in _binding(pledge, access)
        if rule.closed_until
    ]


def caveat_sectors(pledge: Pledge, sectors: tuple[str, ...]) -> frozenset[str] | None:
    """Return the sectors a pledge's caveats leave open; None when they say nothing on sectors.

    Caveats are clauses separated by semicolons; `only A, B` and `not A` speak of the format's
    sectors, everything else is text for the reader.
    """
    left: frozenset[str] | None = None
    known = {s.lower(): s for s in sectors}
    for clause in pledge.caveats.split(";"):
        word, _, rest = clause.strip().partition(" ")
        named = {known[p.strip().lower()] for p in rest.split(",") if p.strip().lower() in known}
        if not named or word.lower() not in ("only", "not"):
            continue
        now = frozenset(named) if word.lower() == "only" else frozenset(sectors) - named
        left = now if left is None else left & now
    return left
