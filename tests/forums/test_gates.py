"""Gates in words."""

import pytest

from willing.case.expressions import parse
from willing.forums import load_forum
from willing.forums.gates import _words

from .small_case import CEASEFIRE, HOST, ON, case
from .test_routes import analysed


def test_gates_say_what_they_are_and_who_stands_in_them():
    routes = {
        "r": "vote(council) and host_consent and members(land) >= 3 and ceasefire "
        "and (joins(FRA) or joins(GBR)) and approval(DEU) and stance(USA, mission) >= consider"
    }
    approval = {
        "actor": "DEU",
        "body": "Bundestag",
        "when": "before",
        "days": {"low": 5, "likely": 9, "high": 20, "basis": "assumption", "reason": "t"},
        "given": {"low": 0.8, "likely": 0.9, "high": 1, "basis": "assumption", "reason": "t"},
    }
    (way,) = analysed(routes, approvals=[approval])["r"].ways
    said = {g.label: g for g in way.gates}
    council = said["Security Council"]
    assert (council.kind, council.state) == ("vote", "shut")
    assert council.detail.startswith("9 of 15")
    assert council.stopped_by[0][0] == "RUS"
    assert council.stopped_by[0][1] > 0.9
    assert said["The host consents"].state == "open"
    assert said["The host consents"].stopped_by[0][0] == "UKR"
    members = said["3 or more take part"]
    assert members.stopped_by == ()
    assert members.crowd == 4
    assert said["A ceasefire"].state == "fact"
    assert said["A ceasefire"].p is None
    assert said["Fra takes part or Gbr takes part"].crowd == 2
    assert said["Deu approves"].detail == "Bundestag"
    assert said["Usa: consider or more"].kind == "consent"


def test_alternatives_are_ways_of_their_own():
    found = analysed({"r": "vote(nac) or (host_consent and ceasefire)", "s": "r"})
    assert [len(w.gates) for w in found["r"].ways] == [1, 2]
    (gate,) = found["s"].ways[0].gates
    assert gate.label == "Route r"


def test_states_follow_probabilities():
    for route in analysed({"a": "vote(union)", "b": "consent(USA)", "c": "host_consent"}).values():
        for gate in route.ways[0].gates:
            expected = "open" if gate.p >= 0.8 else "shut" if gate.p <= 0.2 else "uncertain"
            assert gate.state == expected


def test_a_case_without_statements_still_has_gates():
    assert case({"r": "true"}).routes[0].opens == "true"
    assert analysed({"r": "true"})["r"].as_dict()["stands"] == "always"


YIELDS = {**CEASEFIRE, "id": "yields", "label": "The host yields"}
CONSENT = {
    "kind": "derived",
    "id": "accepted",
    "label": "The host accepts",
    "is": "stance(RUS, mission) >= consider or yields",
}


def with_yielding(opens, **yields):
    conditions = (HOST, CEASEFIRE, {**YIELDS, **yields}, CONSENT)
    return analysed({"r": opens}, conditions=conditions)["r"]


def test_a_fact_that_stands_in_for_consent_does_not_open_the_gate_before_it_comes():
    route = with_yielding("accepted and ceasefire")
    accepted = route.ways[0].gates[0]
    assert accepted.state == "shut"
    assert accepted.or_fact == ("yields",)
    assert route.probability == accepted.p < 0.05
    assert route.blocked_by.sets == (("RUS",),)
    assert route.facts == (("ceasefire",),)  # what no actor replaces still counts as given


def test_a_fact_that_already_holds_does():
    route = with_yielding("accepted and ceasefire", initially=True)
    assert route.ways[0].gates[0].or_fact == ()
    assert route.probability == 1
    assert route.blocked_by.total == 0


def test_a_fact_the_route_needs_anyway_is_given_in_every_gate():
    route = with_yielding("accepted and yields")
    assert route.ways[0].gates[0].p == 1
    assert route.facts == (("yields",),)


@pytest.mark.parametrize(
    ("asked", "kind", "label", "detail"),
    [
        ("vote(council)", "vote", "Security Council", "9 of 15"),
        ("vote(nac)", "vote", "North Atlantic Council", "consensus of all members"),
        ("consent(RUS)", "consent", "Rus consents", "consent of one actor"),
        ("consent(XXX)", "consent", "XXX consents", "consent of one actor"),
        ("approval(XXX)", "approval", "XXX approves", ""),
        ("joins(FRA, air_defence)", "members", "Fra takes part", "air defence"),
        ("joins(FRA, land)", "members", "Fra takes part", "land"),
        ("joins(XXX)", "members", "XXX takes part", "any domain"),
        ("members() >= 5", "members", "5 or more take part", "any domain"),
        ("members(sea) >= 2.5", "members", "2.5 or more take part", "sea"),
        ("members(air_defence) >= 2", "members", "2 or more take part", "air defence"),
        ("stance(USA, mission) >= support_no_troops", "consent", "Usa: support no troops or more",
         "mission"),
        ("stance(XXX) >= consider", "consent", "XXX: consider or more", "any domain"),
        ("host_consent", "consent", "The host consents", "as the host says"),
        ("ceasefire", "any_of", "A ceasefire", ""),
        ("s", "any_of", "Route s", "host_consent and ceasefire"),
        ("peace_at_last", "fact", "peace at last", ""),
        ("joins(FRA) or vote(nac)", "any_of", "Fra takes part or North Atlantic Council",
         "joins(FRA) or vote(nac)"),
        ("not ceasefire", "fact", "not ceasefire", ""),
    ],
)  # fmt: skip
def test_every_gate_says_its_kind_its_name_and_its_rule(asked, kind, label, detail):
    conditions = (HOST | {"note": "as the host says"}, CEASEFIRE)
    one = case({"r": "true", "s": "host_consent and ceasefire"}, conditions=conditions)
    forums = {f.id: load_forum(f.rule, ON) for f in one.forums}
    said = _words(one, forums, parse(asked))
    assert said[:2] == (kind, label)
    assert said[2].startswith(detail)
    assert bool(said[2]) == bool(detail)
