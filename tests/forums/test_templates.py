"""Shipped routes: each can be analysed, and means what its treaty says."""

import pytest

from willing.case.expressions import unparse
from willing.forums import analyse_routes, load_forum, route_templates

from .small_case import ON, case
from .test_routes import belief

TEMPLATES = {t.id: t for t in route_templates()}


def analysed(id, **values):
    template = TEMPLATES[id]
    expression = template.expression(host="UKR", opposing="RUS", lead="FRA", threshold=3, **values)
    forums = [{"id": i, "rule": rule} for i, rule in template.forums]
    one = case({"r": unparse(expression)}, forums=forums)
    (route,) = analyse_routes(one, {f.id: load_forum(f.rule, ON) for f in one.forums}, belief)
    return route


def alone(route):
    return {s[0] for s in route.blocked_by.sets if len(s) == 1}


#: 193 members take seconds: looked at once, below
ASSEMBLY = {"uniting_for_peace", "resumed_emergency_session"}


@pytest.mark.parametrize("id", sorted(set(TEMPLATES) - ASSEMBLY))
def test_every_template_can_be_analysed(id):
    assert TEMPLATES[id].source
    assert TEMPLATES[id].note
    route = analysed(id)
    assert "UKR" in alone(route)
    assert route.opened_by.total > 0


def test_uniting_for_peace_gets_round_the_veto():
    route = analysed("uniting_for_peace")
    assert alone(route) == {"UKR"}
    assert route.probability > 0.5 > analysed("security_council").probability


def test_an_osce_mission_can_be_stopped_by_each_party():
    assert {"RUS", "UKR", "VAT"} <= alone(analysed("osce"))
    assert len(alone(analysed("osce"))) == 57


def test_an_invitation_needs_the_host_and_the_lead_alone():
    assert alone(analysed("invitation")) == {"UKR", "FRA"}
    assert alone(analysed("agreement")) == {"UKR", "RUS"}


def test_a_template_says_what_it_is_where_it_is_from_and_asks_for_five():
    for template in TEMPLATES.values():
        assert template.label
        assert template.note
        assert template.source
        assert template.opens
    texts = [
        unparse(t.expression(host="UKR", opposing="RUS", lead="FRA")) for t in TEMPLATES.values()
    ]
    assert any(">= 5" in text for text in texts)
