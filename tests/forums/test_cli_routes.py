"""`willing routes` on the shipped case: the contract and what the issue asks to be shown."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from willing.case import load
from willing.cli import app
from willing.errors import UsageError
from willing.forums import load_forum


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    picture = tmp_path_factory.mktemp("routes") / "routes.svg"
    args = ["routes", "ukraine-2025", "--draws", "200", "--picture", str(picture), "--json"]
    result = CliRunner().invoke(app, args)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout), picture.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def routes(said):
    return {r["id"]: r for r in said[0]["routes"]}


def test_the_contracts_keys(said, routes):
    assert set(routes) == {"security_council", "nato", "eu", "coalition"}
    assert said[0]["as_of"] == load("ukraine-2025").as_of.isoformat()
    for route in routes.values():
        assert {"label", "p_open", "opened_by", "blocked_by", "pivotal", "path"} <= set(route)
        chances = [point["p"] for point in route["p_open"]]
        assert chances == sorted(chances)
        assert all(0 <= p <= 1 for p in chances)
        assert route["p_open"][0]["date"] == said[0]["as_of"]


def alone(route):
    return {s[0] for s in route["blocked_by"] if len(s) == 1}


def test_the_council_route_is_blocked_by_russia_alone(routes):
    route = routes["security_council"]
    assert {"RUS", "CHN", "FRA", "GBR", "USA"} <= alone(route)
    assert route["pivotal"][0] == "RUS"
    first = route["pivots"][0]
    assert first["p_goes_along"] < 0.05
    assert first["p_if_yes"] > route["p_actors"]


def test_the_alliance_route_by_any_member_likeliest_hungary_and_slovakia(routes):
    route = routes["nato"]
    members = set(load_forum("nato", date(2025, 4, 5)).members)
    assert members <= alone(route)
    assert len(members) == 32
    refuses = {p["actor"]: 1 - p["p_goes_along"] for p in route["pivots"]}
    likeliest = sorted(refuses, key=refuses.__getitem__, reverse=True)[:2]
    assert set(likeliest) == {"HUN", "SVK"}


def test_the_coalition_route_needs_the_host_and_enough_members(routes):
    route = routes["coalition"]
    assert "UKR" in alone(route)
    assert alone(route) < {"UKR", "GBR", "FRA", "POL"}
    assert all("UKR" in s and len(s) >= 3 for s in route["opened_by"])
    assert route["blocked_by_total"] > len(route["blocked_by"]) - 1


def test_the_picture_is_written(said):
    assert said[1].startswith("<svg")
    assert "Hungary" in said[1]


def test_nothing_later_than_asked_for_is_used():
    args = ["routes", "ukraine-2025", "--as-of", "2025-03-01", "--draws", "50", "--json"]
    result = CliRunner().invoke(app, args)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["as_of"] == "2025-03-01"


def test_a_government_that_refuses_is_not_overlooked_because_it_may_yield():
    result = CliRunner().invoke(app, ["routes", "burundi-2015", "--draws", "50", "--json"])
    assert result.exit_code == 0, result.output
    route = next(r for r in json.loads(result.stdout)["routes"] if r["id"] == "invitation")
    assert alone(route) == {"BDI"}
    assert route["p_actors"] < 0.05
    assert route["ways"][0]["gates"][0]["or_fact"] == ["bujumbura_yields"]


def test_known_ways_to_a_mandate_are_listed():
    result = CliRunner().invoke(app, ["routes", "--templates", "--json"])
    assert result.exit_code == 0, result.output
    known = {t["id"]: t for t in json.loads(result.stdout)["templates"]}
    assert known["uniting_for_peace"]["forums"]["assembly"] == "unga"
    with pytest.raises(UsageError, match="name a case"):
        CliRunner().invoke(app, ["routes"], catch_exceptions=False)


def test_text_says_who_blocks_and_how_many_more():
    result = CliRunner().invoke(app, ["routes", "ukraine-2025", "--draws", "50"])
    assert "each can block alone: RUS" in result.stdout
    assert "besides, blocked by 120 sets of 7" in result.stdout
    assert "shut again if: A new government in Kyiv" in result.stdout
