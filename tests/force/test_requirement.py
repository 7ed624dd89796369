from datetime import date

import pytest

from willing.case import Contribution, Format, PackageRules, Pledge, Positive, Share, Task, load
from willing.data.force import access_rules, planning_factors, unit_types
from willing.errors import UsageError
from willing.force import buildup, from_case, needs, requirement_of
from willing.force.from_case import caveat_sectors, offer_of


def amount(low: float, likely: float, high: float) -> Positive:
    return Positive(low=low, likely=likely, high=high, basis="source", source="made")


def task(**more: object) -> Task:
    fields = {"id": "t", "task": "a task", "domain": "land", "unit": "km"}
    return Task(**{**fields, "quantity": amount(1, 1, 1), **more})


def pledge(**more: object) -> Pledge:
    fields = {
        "id": "P",
        "actor": "GBR",
        "date": date(2025, 1, 1),
        "kind": "pledge",
        "domain": "land",
        "unit": "persons",
        "number": 1_000,
        "note": "",
    }
    return Pledge(**{**fields, **more})


def test_a_line_times_a_factor_is_persons_with_source_and_confidence() -> None:
    found = needs(task(quantity=amount(900, 1_000, 1_100), factor="troops_per_km_unficyp_2014"))
    assert found.quantity == pytest.approx((4_140, 4_800, 5_500))
    assert found.unit == "persons"
    assert found.confidence == "A"
    assert not found.placeholder


def test_a_missing_end_takes_the_typical_value() -> None:
    found = needs(task(quantity=amount(100, 100, 100), factor="troops_per_km_unmee_2001"))
    assert found.quantity == pytest.approx((420, 420, 430))


def test_a_factor_without_a_value_stays_a_placeholder() -> None:
    found = needs(task(unit="2-ship station", domain="air", factor="fighter_patrol_24_7"))
    assert found.quantity is None
    assert found.placeholder


def test_a_task_in_its_domains_measure_is_taken_as_it_stands() -> None:
    found = needs(task(unit="persons", quantity=amount(5, 6, 7), factor="troops_per_km_undof"))
    assert found.quantity == (5, 6, 7)


def test_a_unit_of_the_catalogue_counts_its_size() -> None:
    found = needs(task(unit="hospital_level2", quantity=amount(2, 3, 4)))
    assert found.quantity == (126, 189, 252)
    assert found.kind == "hospital_level2"


def test_wrong_factors_say_what_would_be_right() -> None:
    with pytest.raises(UsageError, match="did you mean 'troops_per_km_undof'"):
        needs(task(factor="troop_per_km_undof"))
    with pytest.raises(UsageError, match="expected 'km'"):
        needs(task(unit="sites", factor="troops_per_km_undof"))


def test_every_table_row_keeps_source_and_confidence() -> None:
    assert len(planning_factors()) >= 90
    for factor in planning_factors().values():
        assert factor.confidence in "ABCD"
        assert factor.source or factor.url or factor.confidence == "D", factor.id
    for unit in unit_types().values():
        assert unit.confidence in "ABCD"
        assert unit.quantity > 0
    assert unit_types()["company_qrf_un"].placeholder
    assert not unit_types()["hospital_level2"].placeholder


def test_published_and_built_up_stand_side_by_side() -> None:
    made = Format(
        id="f",
        label="f",
        requires={"land": amount(10_000, 15_000, 20_000)},
        tasks=(
            task(quantity=amount(1_000, 1_000, 1_000), factor="troops_per_km_gcsp_ukraine"),
            task(id="u", unit="orbits", domain="air", factor="uav_orbit_aircraft"),
        ),
    )
    land, air = buildup(made)
    assert land.published == (10_000, 15_000, 20_000)
    assert land.tasks == pytest.approx((12_500, 13_600, 15_000))
    assert air.published is None
    assert air.tasks == pytest.approx((4, 5.2, 5.2))


def test_enabler_tasks_gate_the_land_force() -> None:
    made = Format(
        id="f",
        label="f",
        requires={"land": amount(1_000, 1_000, 1_000)},
        tasks=(task(unit="hospital_level2", quantity=amount(1, 1, 1)),),
    )
    found = requirement_of(made, months=6, organic=0.5)
    assert [g.enabler for g in found.gates] == ["medical_level2"]
    assert found.gates[0].ratio == pytest.approx(63 / 500)
    assert sum(x.weight for x in found.lines) == pytest.approx(1.0)
    implied = {x.id: x for x in found.lines if x.placeholder}
    assert {"helicopters", "engineers", "signals", "logistics"} <= set(implied)
    assert all(x.weight == 0 for x in implied.values())


def test_sectors_split_the_land_requirement() -> None:
    made = Format(
        id="f", label="f", requires={"land": amount(900, 900, 900)}, sectors=("west", "east")
    )
    found = requirement_of(made, months=3)
    assert found.sectors == ("west", "east")
    assert [x.required[0] for x in found.lines if x.sector] == [450.0, 450.0]


def test_a_pledge_in_persons_is_moved_in_blocks() -> None:
    offer = offer_of(pledge(number=1_000, ready_days=60))
    assert (offer.number, offer.quantity, offer.ready_month) == (4, 250.0, 2)
    assert offer.rotation == 1.0
    many = offer_of(pledge(number=100_000))
    assert many.number == 12
    assert many.number * many.quantity == pytest.approx(100_000)
    few = offer_of(pledge(number=0))
    assert few.number == 0


def test_a_pledge_in_units_counts_units() -> None:
    offer = offer_of(pledge(unit="infantry_battalion_un", number=2, rotation_ratio=4, minimum=2))
    assert (offer.number, offer.quantity, offer.rotation, offer.minimum) == (2, 850.0, 4.0, 2)
    part = offer_of(pledge(unit="infantry_battalion_un", number=1.5))
    assert part.number * part.quantity == pytest.approx(1_275)
    with pytest.raises(UsageError, match="did you mean 'frigate'"):
        offer_of(pledge(unit="frigatte", domain="sea"))


def test_the_straits_are_shut_to_outside_warships_only() -> None:
    access = list(access_rules())
    ship = {"domain": "sea", "unit": "ships", "number": 2}
    outside = offer_of(pledge(**ship), access, {"ceasefire"})
    inside = offer_of(pledge(actor="TUR", **ship), access, {"ceasefire"})
    assert "ceasefire" in str(outside.requires)
    assert outside.tour_months == 1
    assert outside.quantity == pytest.approx(21 / (365.25 / 12))
    assert inside.quantity == 1.0
    assert inside.tour_months == 6
    named = offer_of(pledge(requires="straits_open", **ship), access, {"straits_open"})
    assert str(named.requires).count("straits_open") == 1
    soldiers = offer_of(pledge(), access, {"ceasefire"})
    assert soldiers.requires != outside.requires


def test_caveats_on_sectors() -> None:
    sectors = ("west", "east", "south")
    assert caveat_sectors(pledge(caveats="only west, south"), sectors) == {"west", "south"}
    assert caveat_sectors(pledge(caveats="not east; no night patrols"), sectors) == {
        "west",
        "south",
    }
    assert caveat_sectors(pledge(caveats="no combat"), sectors) is None


def test_the_shipped_case_has_at_least_four_formats_to_compare() -> None:
    case = load("ukraine-2025")
    seen = [from_case(case, f.id) for f in case.formats]
    assert len(seen) >= 4
    for one in seen:
        assert [o.id for o in one.offers] == [p.id for p in case.pledges]
        assert sum(line.weight for line in one.requirement.lines) == pytest.approx(1.0)
    with pytest.raises(UsageError, match="Did you mean 'reassurance'"):
        from_case(case, "reasurance")


def test_facts_that_pledges_rest_on_are_listed() -> None:
    case = load("ukraine-2025")
    seen = from_case(case, facts={"un_mandate": False})
    assert seen.assumed["un_mandate"] is False
    assert all(isinstance(v, bool) for v in seen.assumed.values())


def test_the_rules_of_a_format_bind_its_packages() -> None:
    case = load("ukraine-2025")
    rules = PackageRules(
        nations_per_sector=3,
        framework=("GBR", "FRA"),
        framework_minimum=amount(100, 200, 300),
        lift_in=amount(2_000, 3_000, 4_000),
        budget=amount(1e9, 2e9, 3e9),
        burden_share=Share(low=0.2, likely=0.25, high=0.3, basis="source", source="made"),
        contributors=(Contribution(actor="POL", cap=500, minimum=1_000),),
    )
    formats = tuple(f.model_copy(update={"rules": rules}) for f in case.formats)
    seen = from_case(case.model_copy(update={"formats": formats}))
    assert seen.rules.nations_per_sector == 3
    assert seen.rules.framework == {"GBR", "FRA"}
    assert (seen.rules.lift_in, seen.rules.lift_out) == (3_000, None)
    assert (seen.rules.budget, seen.rules.burden_share) == (2e9, 0.25)
    assert seen.rules.actor_cap == {"POL": 500}
    assert seen.rules.actor_minimum == {"POL": 1_000}
    assert any("lift in: 3,000 (made)" in note for note in seen.notes)
    assert from_case(case).rules.lift_in is None


def test_an_access_rule_that_does_not_exist_is_refused_and_a_sentence_is_told() -> None:
    case = load("ukraine-2025")

    def at(*access: str):
        theatre = case.theatre.model_copy(update={"access": access})
        return case.model_copy(update={"theatre": theatre})

    known = access_rules()[0].id
    with pytest.raises(UsageError, match=f"Did you mean '{known}'"):
        from_case(at(known[:-1]))
    notes = from_case(at("the airport is closed at night", known)).notes
    assert "Access, not modelled: the airport is closed at night" in notes
    assert any(n.startswith("Access rule: ") for n in notes)


def test_notes_say_what_is_assumed_of_sectors_and_enablers() -> None:
    case = load("ukraine-2025")
    made = Format(
        id="made",
        label="made",
        requires={"land": amount(900, 900, 900)},
        tasks=(task(unit="hospital_level2", quantity=amount(1, 1, 1)),),
        sectors=("west", "east"),
    )
    one = case.model_copy(update={"formats": (made,), "format": "made"})
    notes = " ".join(from_case(one, organic=0.25).notes)
    assert "25% of a domain is taken to bring its own enablers" in notes
    assert "split evenly over the sectors" in notes
    assert "split evenly" not in " ".join(from_case(case).notes)


def test_a_task_in_the_measure_of_a_domain_without_a_range_adds_to_it() -> None:
    made = Format(
        id="f",
        label="f",
        requires={"land": amount(900, 900, 900)},
        tasks=(
            task(id="a", domain="air", unit="aircraft", quantity=amount(2, 4, 6)),
            task(id="b", domain="air", unit="aircraft", quantity=amount(1, 1, 1)),
            task(id="c", unit="persons", quantity=amount(5_000, 5_000, 5_000)),
        ),
    )
    likely, high = (requirement_of(made, months=2, level=x) for x in ("likely", "high"))
    assert {x.id: x.required[0] for x in likely.lines if x.weight} == {"land": 900.0, "air": 5.0}
    assert {x.id: x.required[0] for x in high.lines if x.weight} == {"land": 900.0, "air": 7.0}


def test_enablers_gate_nothing_where_all_bring_their_own() -> None:
    hospital = task(unit="hospital_level2", quantity=amount(1, 1, 1))
    again = task(id="u", unit="hospital_level2", quantity=amount(2, 2, 2))
    made = Format(id="f", label="f", requires={"land": amount(9, 9, 9)}, tasks=(hospital, again))
    found = requirement_of(made, organic=1.0)
    assert found.gates == ()
    # one line for what two tasks ask for
    assert [x.id for x in found.lines if not x.placeholder] == ["land", "medical_level2"]
