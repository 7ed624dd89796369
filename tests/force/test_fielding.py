import csv
import io
import json
import math

import altair as alt
import numpy as np
import pytest

from tests.force.test_package import need, one, troops
from willing.briefing.charts import force as charts
from willing.briefing.charts._theme import svg
from willing.case import load
from willing.case.expressions import parse
from willing.errors import MissingExtraError, UsageError
from willing.force import (
    BASES,
    Chain,
    Effort,
    Fielding,
    Line,
    Plan,
    Requirement,
    Rules,
    costs,
    delivery_mixture,
    document,
    field_case,
    field_force,
    past_mission,
    prices,
    rotation_rows,
    tables,
    to_csv,
    to_excel,
    unfilled,
)
from willing.force.cost import COMMON, PERSON_MONTH, UN_MISSION, UN_REIMBURSEMENT
from willing.force.evaluate import covered, supply
from willing.force.export import harmless
from willing.force.uncertainty import Delivered, without_replanning

QUICK = Effort(steps=20_000, rounds=2, nodes=50)


@pytest.fixture(scope="module")
def found() -> Fielding:
    return field_case(load("ukraine-2025"), effort=QUICK, draws=200, checked=4)


def test_the_document_has_the_keys_others_rely_on(found) -> None:
    made = json.loads(json.dumps(document(found), allow_nan=False))
    assert 0 <= made["coverage"] <= made["bound"] <= 1
    assert made["gap"] == pytest.approx((made["bound"] - made["coverage"]) / made["bound"])
    assert isinstance(made["cost"], float)
    assert {"month", "domain", "required", "covered"} <= set(made["months"][0])
    assert all(r["covered"] <= r["required"] + 1e-6 for r in made["months"])
    for key in ("no_replan", "replan"):
        assert made[key]["p10"] <= made[key]["mean"] <= made[key]["p90"]
    assert made["no_replan"]["mean"] <= made["replan"]["mean"] <= 1
    assert made["no_replan"]["mean"] < made["as_pledged"] == made["coverage"]
    assert {"pledge", "value"} <= set(made["prices"][0])
    assert made["checked"] is True
    assert made["cost_basis"] in BASES
    assert made["replan_error"]["cuts_over_plans"]["draws"] == 4


def test_weighted_months_add_up_to_the_coverage(found) -> None:
    made = document(found)
    shares = {}
    for domain in found.requirement.domains:
        rows = [r for r in made["months"] if r["domain"] == domain]
        shares[domain] = sum(r["covered"] for r in rows) / sum(r["required"] for r in rows)
    assert np.mean(list(shares.values())) == pytest.approx(made["coverage"], abs=1e-9)


def test_hospitals_and_helicopters_nobody_named_show_as_placeholders(found) -> None:
    rows = {u.line: u for u in found.unfilled}
    for line in ("medical_level2", "helicopters"):
        assert rows[line].placeholder
        assert rows[line].pledged == 0
        assert rows[line].enabler


def test_same_inputs_and_seed_give_the_same_document() -> None:
    requirement, offers = one(need()), [troops(), troops("Q", "FRA", rotation=2.0)]
    made = [
        json.dumps(
            document(field_force(requirement, offers, Rules(), effort=QUICK, draws=50, checked=2))
        )
        for _ in range(2)
    ]
    assert made[0] == made[1]


def test_shares_delivered_scale_the_plan_and_delays_cost_its_first_months() -> None:
    requirement = one(need(persons=500.0))
    offers = [troops("P"), troops("Q", "BBB")]
    chains = (Chain("P", "", 0, 2, 1), Chain("Q", "", 0, 2, 1))
    plan = Plan(chains, {}, 1.0, 1.0, 0.0, 0.0, "")
    delivered = Delivered(
        share=np.array([[1.0, 1.0], [0.0, 1.0], [0.5, 1.0], [0.5, 1.0]]),
        delay=np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [6.0, 0.0]]),
        size=np.ones((4, 2)),
    )
    got = without_replanning(requirement, offers, plan, delivered, block=3)
    assert got == pytest.approx([1.0, 0.5, 0.75, 0.875])
    assert delivered.average(offers, 12)[3, 0] == pytest.approx(0.75)


def test_a_sector_falls_with_its_framework_nation() -> None:
    requirement = one(need(persons=500.0, sector="north"))
    offers = [troops("P"), troops("Q", "BBB")]
    chains = (Chain("P", "north", 0, 2, 1), Chain("Q", "north", 0, 2, 1))
    plan = Plan(chains, {"north": "AAA"}, 1.0, 1.0, 0.0, 0.0, "")
    delivered = Delivered(np.array([[0.0, 1.0], [1.0, 0.0]]), np.zeros((2, 2)), np.ones((2, 2)))
    got = without_replanning(requirement, offers, plan, delivered, frameworks=True)
    assert got == pytest.approx([0.0, 0.5])


def test_prices_are_what_is_lost_and_what_one_more_adds() -> None:
    requirement = one(need(persons=2_000.0))
    offers = [troops("P", number=2), troops("Q", "BBB", number=1)]
    found, wanted = prices(requirement, offers, Rules(), from_month=0)
    by_id = {p.pledge: p for p in found}
    assert by_id["P"].lost == pytest.approx(25.0, abs=1e-4)
    assert by_id["P"].value == pytest.approx(12.5, abs=1e-4)
    assert by_id["Q"].lost == pytest.approx(12.5, abs=1e-4)
    # a battalion of 850 over twelve months, each person at the dual of a person
    battalion = next(w for w in wanted if w.kind == "infantry_battalion_un")
    assert battalion.value == pytest.approx(42.5, abs=1e-3)
    assert "850 persons" in battalion.words


def test_one_more_unit_is_never_worth_more_than_is_missing() -> None:
    requirement = one(need(persons=1_000.0))
    offers = [troops("P", number=2), troops("Q", "BBB", number=1)]
    _, wanted = prices(requirement, offers, Rules(), from_month=0)
    battalion = next(w for w in wanted if w.kind == "infantry_battalion_un")
    assert battalion.value == pytest.approx(25.0, abs=1e-3)


def test_a_later_unit_is_worth_less() -> None:
    requirement = one(need(persons=2_000.0))
    early, late = (
        next(
            w.value
            for w in prices(requirement, [troops()], Rules(), from_month=m)[1]
            if w.kind == "infantry_battalion_un"
        )
        for m in (0, 6)
    )
    assert late == pytest.approx(early / 2, rel=1e-3)


def test_costs_by_payer_add_up_and_bases_stay_apart() -> None:
    offers = [troops("P"), troops("Q", "BBB", persons=None)]
    chains = (Chain("P", "", 0, 1, 2), Chain("Q", "", 0, 1, 1))
    months = 2 * 250.0 * 6
    own = costs(offers, chains, 12)
    assert sum(c.likely for c in own) == pytest.approx(months * PERSON_MONTH.likely)
    shared = [c for c in own if c.payer == "common funding"]
    assert shared[0].likely == pytest.approx(COMMON.likely * months * PERSON_MONTH.likely)
    assert {c.actor for c in own} == {"AAA"}  # no strength published for the other
    for basis, rate in (("un_reimbursement", UN_REIMBURSEMENT), ("un_mission", UN_MISSION)):
        rows = costs(offers, chains, 12, basis)
        assert {c.basis for c in rows} == {basis}
        assert {c.payer for c in rows} == {"United Nations"}
        assert sum(c.likely for c in rows) == pytest.approx(months * rate.likely)
    with pytest.raises(UsageError, match="basis"):
        costs(offers, chains, 12, "guess")


def test_the_shortfall_speaks_in_units() -> None:
    requirement = one(need(persons=2_000.0))
    chains = (Chain("P", "", 0, 1, 2),)
    supplied = supply(requirement, [troops()], chains)
    row = unfilled(requirement, [troops()], supplied, covered(requirement, supplied))[0]
    assert row.required == 2_000
    assert row.worst == 2_000
    assert row.months_short == 12
    assert row.missing == pytest.approx((6 * 1_500 + 6 * 2_000) / 12)
    assert row.units == "3 x infantry battalion un of 850 persons"


def test_csv_and_excel_hold_every_table_and_nothing_that_runs(found) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    sheets = tables(found)
    assert {"summary", "months", "unfilled", "rotations", "pledges"} <= set(sheets)
    assert {f"cost_{b}" for b in BASES} <= set(sheets)
    book = openpyxl.load_workbook(io.BytesIO(to_excel(sheets)))
    assert [n[:31] for n in sheets] == book.sheetnames
    sheet = book["months"]
    assert sheet.max_row == len(sheets["months"]) + 1
    rows = list(csv.DictReader(io.StringIO(to_csv(sheets["months"]))))
    assert float(rows[-1]["required"]) == pytest.approx(sheets["months"][-1]["required"])


@pytest.mark.parametrize("bad", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "|x"])
def test_formulas_are_neutralised(bad) -> None:
    assert harmless(bad) == "'" + bad
    written = io.StringIO(to_csv([{"a": bad}]), newline="")
    assert list(csv.reader(written))[1] == ["'" + bad]
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(io.BytesIO(to_excel({"s": [{"a": bad}]})))
    cell = book["s"]["A2"]
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")
    assert harmless(-1.5) == -1.5


def test_excel_without_openpyxl_is_one_sentence(monkeypatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(MissingExtraError, match=r"willing\[web\]"):
        to_excel({"s": [{"a": 1}]})


@pytest.mark.parametrize(
    "chart", [charts.rotations, charts.coverage, charts.gap, charts.prices, charts.three_numbers]
)
def test_charts_draw(found, chart) -> None:
    made = chart(found)
    assert isinstance(made, alt.TopLevelMixin)
    made.to_dict()  # valid Vega-Lite
    assert svg(made).startswith("<svg")


def test_the_gantt_shows_every_tour_of_the_plan(found) -> None:
    shown = charts.rotations(found, most=1_000).to_dict()["data"]["values"]
    sent = sum((r["to"] - r["from"]) * r["quantity"] for r in shown)
    tours = sum((r["to_month"] - r["from_month"] + 1) * r["quantity"] for r in rotation_rows(found))
    assert sent == pytest.approx(tours)
    assert all(0 <= r["from"] < r["to"] <= found.requirement.months for r in shown)


def test_past_missions_come_out_as_recorded() -> None:
    ifor = past_mission("ifor-1995")
    assert sum(ifor.shares.values()) == pytest.approx(1.0)
    assert ifor.shares["United States"] == pytest.approx(22_000 / 65_010)
    assert ifor.ramp[0].share == pytest.approx(52_000 / 60_000)
    by_sector = {r.what: r.share for r in ifor.ramp[1:]}
    assert by_sector["Sector North-East (US-led)"] == pytest.approx(21_000 / 27_100)
    assert by_sector["Sector North-West (UK-led)"] == pytest.approx(16_000 / 20_500)
    chad = past_mission("eufor-chad-2008")
    assert [round(r.share, 2) for r in chad.ramp] == [0.79, 0.88]
    assert [r.month for r in chad.ramp] == [4, 7]
    assert chad.shares["France"] == pytest.approx(1_503 / 2_924)
    with pytest.raises(UsageError, match="Did you mean 'ifor-1995'"):
        past_mission("ifor-1996")


def test_the_enabler_gap_of_chad_comes_out_of_the_engine() -> None:
    chad = past_mission("eufor-chad-2008")
    found = field_force(
        chad.requirement, chad.offers, chad.rules, effort=QUICK, draws=50, checked=2
    )
    gap = {u.line: u for u in found.unfilled}
    assert gap["helicopters"].worst == pytest.approx(10)
    assert gap["medical_level2"].worst == pytest.approx(1)
    # twelve nations had pledged 3,677 of 3,700
    assert found.as_pledged == pytest.approx(3_677 / 3_700, abs=2e-3)


def test_ifor_covers_what_its_contributions_add_up_to() -> None:
    ifor = past_mission("ifor-1995")
    found = field_force(
        ifor.requirement, ifor.offers, ifor.rules, effort=QUICK, draws=50, checked=2
    )
    assert found.as_pledged == pytest.approx(65_010 / 78_000, rel=2e-3)
    assert not found.breaches


def test_nothing_on_offer_still_gives_a_document() -> None:
    made = document(field_force(one(need()), [], Rules(), effort=QUICK, draws=20, checked=0))
    assert made["coverage"] == 0.0
    assert made["unfilled"]
    json.dumps(made, allow_nan=False)


def test_a_requirement_of_nothing_is_covered_by_nothing() -> None:
    empty = Requirement("e", "e", 3, ())
    made = document(field_force(empty, [troops()], Rules(), effort=QUICK, draws=20, checked=0))
    assert made["months"] == []
    assert math.isfinite(made["gap"])


def test_stated_reliability_wins_over_the_delivery_model() -> None:
    sure = [troops(number=4, reliability=1.0)]
    found = field_force(one(need()), sure, Rules(), effort=QUICK, draws=50, checked=0)
    assert found.no_replan.mean == pytest.approx(found.as_pledged)
    doubtful = [troops(number=4, reliability=0.0)]
    worse = field_force(one(need()), doubtful, Rules(), effort=QUICK, draws=200, checked=0)
    assert worse.no_replan.mean < 0.7


def test_conditions_are_assumed_or_denied_never_drawn() -> None:
    waits = [troops(number=4, requires=parse("ceasefire"), reliability=1.0)]
    denied = Rules(holds={"ceasefire": False})
    found = field_force(one(need()), waits, denied, effort=QUICK, draws=20, checked=0)
    assert found.as_pledged == 0.0
    assert found.no_replan.mean == 0.0


def test_mixtures_stand_in_the_order_of_the_offers(found) -> None:
    case = load("ukraine-2025")
    assert [o.id for o in found.offers] == [p.id for p in case.pledges]
    first = delivery_mixture("persons", case.pledges[0].actor)
    assert found.mixtures[0].p_zero.likely == pytest.approx(first.p_zero.likely, abs=0.05)


def test_lines_of_two_measures_do_not_mix() -> None:
    lines = (
        need(persons=100.0),
        Line("e", "hospitals", "land", frozenset({"h"}), (3.0,) * 12, "hospitals", 0.0),
    )
    found = field_force(
        Requirement("x", "x", 12, lines), [troops()], Rules(), effort=QUICK, draws=20, checked=0
    )
    assert {r["required"] for r in document(found)["months"]} == {100.0}
