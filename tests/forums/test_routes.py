"""Routes of a case: who opens and blocks them, on whom they hang, what they need besides."""

from itertools import product

import pytest
from scipy.special import ndtr

from willing.case import TAKING_PART
from willing.case.conditions import evaluate, least_fixed_point
from willing.case.expressions import parse
from willing.errors import UsageError
from willing.forums import analyse_routes, load_forum, minimal_sets, system_of
from willing.forums.expansion import Expansion

from .small_case import CEASEFIRE, HOST, ON, case, spoken

STANDS = {"RUS": 8.0, "HUN": 25.0, "SVK": 30.0, "UKR": 90.0, "USA": 55.0, "CHN": 45.0}


def belief(atom):
    if atom.scale == "approval":
        return 0.9
    return float(ndtr((STANDS.get(atom.who, 72.0) - atom.level) / 14))


def forums_of(one):
    return {f.id: load_forum(f.rule, ON) for f in one.forums}


def analysed(routes, **more):
    one = case(routes, **more)
    return {r.id: r for r in analyse_routes(one, forums_of(one), belief)}


ROUTES = {
    "security_council": "vote(council) and host_consent",
    "nato": "vote(nac) and host_consent",
    "coalition": "host_consent and ceasefire and members(land) >= 3",
    "either": "nato or coalition",
}


@pytest.fixture(scope="module")
def four():
    return analysed(ROUTES)


def test_the_council_route_is_blocked_by_russia_alone(four):
    route = four["security_council"]
    assert route.blocked_by.sets[0] == ("RUS",)
    assert {s for s in route.blocked_by.sets if len(s) == 1} == {
        (m,) for m in ("CHN", "FRA", "GBR", "RUS", "USA", "UKR")
    }
    assert route.pivots[0].actor == "RUS"
    assert route.probability < 0.05
    assert route.pivots[0].if_yes > 10 * route.probability


def test_the_alliance_route_is_blocked_by_any_member_likeliest_hungary_and_slovakia(four):
    route = four["nato"]
    assert len(route.blocked_by.sets) == 33
    assert route.blocked_by.sets[:2] == (("HUN",), ("SVK",))
    assert [p.actor for p in route.pivots[:2]] == ["HUN", "SVK"]
    assert route.opened_by.total == 1


def test_the_coalition_route_needs_the_host_and_enough_members(four):
    route = four["coalition"]
    assert [s for s in route.blocked_by.sets if len(s) == 1] == [("UKR",)]
    assert route.opened_by.by_size == {4: 20}  # the host and any three of six
    assert route.blocked_by.by_size == {1: 1, 4: 15}
    assert route.facts == (("ceasefire",),)


def test_either_way_is_likelier_than_each(four):
    assert four["either"].probability >= max(
        four["nato"].probability, four["coalition"].probability
    )
    assert len(four["either"].ways) == 2


def test_the_document_has_the_contracts_keys(four):
    for route in four.values():
        said = route.as_dict()
        assert {"id", "label", "opened_by", "blocked_by", "pivotal"} <= set(said)
        assert all(isinstance(a, str) for s in said["blocked_by"] for a in s)
        assert said["pivotal"] == [p["actor"] for p in said["pivots"]][:10]
        listed = len(said["blocked_by"]) + sum(said["blocked_by_more"].values())
        assert listed == said["blocked_by_total"]
        assert all(0 <= p["p_goes_along"] <= 1 for p in said["pivots"])


def test_waiting_for_each_other_never_opens():
    route = analysed({"c": "members(land) >= 2"}, requires="members(any) >= 3")["c"]
    assert route.as_dict()["stands"] == "never"
    assert route.as_dict()["opened_by"] == route.as_dict()["blocked_by"] == []
    assert route.probability == 0


def test_one_who_goes_first_tips_the_others():
    statement = spoken(requires="true")
    route = analysed({"c": "members(land) >= 3"}, requires="joins(FRA)", statements=[statement])[
        "c"
    ]
    assert [s for s in route.blocked_by.sets if len(s) == 1] == [("FRA",)]
    assert route.opened_by.by_size == {3: 10}


@pytest.mark.parametrize(
    "text",
    [
        "host_consent and members(land) >= 2",
        "(joins(FRA) or joins(GBR, air)) and consent(RUS)",
        "stance(POL) >= commit or members() >= 3",
        "ceasefire and (host_consent or joins(DEU, land))",
        "members(sea) >= 2 and (joins(POL) or ceasefire)",
    ],
)
def test_expansion_means_what_the_language_says(text):
    """Against the plain semantics: every combination of who goes along, facts both ways."""
    one = case({"r": text}, requires="joins(FRA) or ceasefire")
    system = system_of(one, forums_of(one))
    takers = ("FRA", "GBR", "POL", "DEU")
    for fact in (True, False):
        opened, _ = minimal_sets(system["route:r"], system, facts=fact, most=10**6, up_to=99)
        families = [frozenset(s) for s in opened.sets]
        for pattern in product((True, False), repeat=6):
            everyone = (*takers, "UKR", "RUS")
            going = {a for a, yes in zip(everyone, pattern, strict=True) if yes}
            facts = {"ceasefire": fact, "host_consent": "UKR" in going}
            facts["consent(RUS)"] = "RUS" in going
            rules = {}
            for a in takers:
                facts[f"stance({a})"] = "lead" if a in going else "threaten"
                facts[f"wants_{a.lower()}"] = a in going
                need = parse(f"wants_{a.lower()} and (joins(FRA) or ceasefire)")
                for d in TAKING_PART:
                    rules[f"joins({a}, {d})"] = need
            solved = least_fixed_point(rules, facts)
            expected = evaluate(parse(text), {**facts, **solved})
            assert any(s <= going for s in families) == expected, (text, going, fact)


def test_unknown_forums_are_refused():
    one = case({"r": "vote(council)"})
    with pytest.raises(UsageError, match="names no forum"):
        system_of(one, {})


def test_conditions_are_followed_to_whoever_holds_them():
    both = {
        "kind": "derived",
        "id": "parties_consent",
        "label": "Both",
        "is": "host_consent and consent(RUS)",
    }
    route = analysed({"r": "parties_consent"}, conditions=(HOST, CEASEFIRE, both))["r"]
    assert set(route.blocked_by.sets) == {("RUS",), ("UKR",)}
    assert route.opened_by.sets == (("RUS", "UKR"),)


def test_negated_facts_are_facts():
    route = analysed({"r": "host_consent and not ceasefire"})["r"]
    assert route.facts == (("not ceasefire",),)
    assert route.opened_by.sets == (("UKR",),)


def written(text, **more):
    one = case({"r": "true", "coalition": "host_consent"}, **more)
    return Expansion(one, forums_of(one)).of(parse(text))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        # who neither leads nor is asked never takes part, whatever it says
        ("joins(USA) or host_consent", "host_consent"),
        # last week's fact is this week's where nothing moves
        ("last(host_consent)", "host_consent"),
        ("coalition", "host_consent"),
        ("stance(POL) >= commit", "stance(POL, participation) >= commit"),
        ("consent(RUS)", "stance(RUS, mission) >= consider"),
        ("members() >= 3", "members(any) >= 3"),
        ("members(land) >= 2.5", "members(land) >= 3"),
    ],
)
def test_two_ways_to_say_the_same(text, same):
    one = case({"r": "true", "coalition": "host_consent"})
    system = system_of(one, forums_of(one))
    first, second = (
        minimal_sets(written(t), system, facts=True, most=10**6, up_to=99) for t in (text, same)
    )
    assert [set(f.sets) for f in first] == [set(f.sets) for f in second]


def test_a_stance_in_one_domain_is_asked_for_there_alone():
    air, anywhere = written("stance(POL, air) >= commit"), written("stance(POL) >= commit")
    assert (air.who, air.where) == ("POL", "air")
    assert air in anywhere.args


def test_an_approval_stands_where_parliaments_say_yes_more_often_than_not():
    atom = written("approval(DEU)")
    assert (atom.who, atom.scale, atom.level) == ("DEU", "approval", 50.0)


def test_what_is_no_rung_is_refused():
    with pytest.raises(UsageError, match="'perhaps' is no rung"):
        written("stance(POL) >= perhaps")
