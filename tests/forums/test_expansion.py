"""A case written out: whose position on what, and where, each part of it asks for."""

import pytest

from willing.case import TAKING_PART, cut_below
from willing.case.expressions import parse
from willing.forums import load_forum, system_of
from willing.forums.expansion import Expansion
from willing.forums.monotone import All, Any, Atom, Enough, Ref, Truth, of_rule
from willing.forums.spatial_vote import vote_cuts

from .small_case import DAYS, FORUMS, ON, case, spoken

CONSIDER, COMMIT = cut_below("consider"), cut_below("commit")


def expanded(opens="true", **more):
    one = case({"r": opens}, **more)
    return Expansion(one, {f.id: load_forum(f.rule, ON) for f in one.forums})


def asked_of(actor, domain, *statements):
    """What an actor asks for beyond its own stance, by its statements."""
    system = expanded(statements=statements).system
    return system[f"joins:{actor}:{domain}"].args[1]


def test_who_takes_part_stands_at_the_rung_the_case_names_in_that_domain():
    one = expanded()
    cut = cut_below(one.case.taking_part.at_least)
    for domain in TAKING_PART:
        own = Atom("POL", "participation", domain, cut)
        assert one.system[f"joins:POL:{domain}"] == All((own, Truth(True)))
    assert 0 < cut < 100


def test_whoever_leads_or_is_asked_can_take_part():
    roles = {"FRA": "lead", "GBR": "candidate", "USA": "stakeholder", "UKR": "host"}
    actors = [{"id": a, "name": a, "role": r} for a, r in roles.items()]
    actors.append({"id": "EU", "name": "EU", "role": "candidate", "kind": "organisation"})
    actors.append({"id": "RUS", "name": "RUS", "role": "opposing"})
    one = expanded(actors=actors)
    assert one.takers == ("FRA", "GBR")
    assert one.of(parse("joins(USA)")) == Truth(False)
    assert one.of(parse("joins(EU, land)")) == Truth(False)
    assert one.of(parse("joins(FRA, land)")) == Ref("joins:FRA:land")
    assert one.of(parse("joins(FRA)")) == Any(tuple(Ref(f"joins:FRA:{d}") for d in TAKING_PART))


@pytest.mark.parametrize("forum", ["council", "nac", "union"])
def test_a_vote_is_the_forums_rule_over_its_members_on_the_issue_it_votes_on(forum):
    uses = [dict(f) for f in FORUMS]
    uses[0] |= {"issue": "mission", "proposal": 80.0, "status_quo": 20.0}
    uses[1] |= {"issue": "participation", "proposal": 60.0, "status_quo": 0.0}
    uses[2] |= {"issue": "mission", "proposal": 90.0, "status_quo": 50.0}
    one = expanded(forums=uses)
    use = next(f for f in one.case.forums if f.id == forum)
    yes_from, no_below = vote_cuts(use.proposal, use.status_quo)
    members = one.forums[forum].members
    assert one.of(parse(f"vote({forum})")) == of_rule(
        one.forums[forum].rule,
        {m: Atom(m, use.issue, "", yes_from) for m in members},
        {m: Atom(m, use.issue, "", no_below) for m in members},
    )
    assert yes_from > no_below


def test_conditions_by_kind():
    also = {"kind": "consent", "id": "theirs", "label": "x", "actor": "RUS", "at_least": "commit"}
    derived = {"kind": "derived", "id": "both", "label": "x", "is": "ceasefire and theirs"}
    event = {"kind": "event", "id": "ceasefire", "label": "x", "begin": DAYS}
    one = expanded(conditions=({**also, "also": "ceasefire"}, derived, event))
    stance = Atom("RUS", "mission", "", COMMIT)
    assert one.system["ceasefire"] == Atom("ceasefire", fact=True)
    assert one.system["theirs"] == All((stance, Ref("ceasefire")))
    assert one.system["both"] == All((Ref("ceasefire"), Ref("theirs")))


def test_what_is_said_binds_by_domain_rank_kind_and_issue():
    facts = Ref("ceasefire")
    assert asked_of("FRA", "land", spoken()) == facts
    assert asked_of("FRA", "land", spoken(domain="land")) == facts
    assert asked_of("FRA", "air", spoken(domain="land")) == Truth(True)
    assert asked_of("GBR", "land", spoken()) == Truth(True)
    assert asked_of("FRA", "land", spoken(rank="opposition")) == Truth(True)
    assert asked_of("FRA", "land", spoken(kind="ascribed")) == Truth(True)
    assert asked_of("FRA", "land", spoken(issue="mission")) == Truth(True)
    assert asked_of("FRA", "land", spoken(requires="")) == Truth(True)
    # what is said of one domain goes before what is said of all
    both = [spoken(requires="host_consent"), spoken(id="S2", domain="land")]
    assert asked_of("FRA", "land", *both) == facts
    assert asked_of("FRA", "air", *both) == Ref("host_consent")


def test_the_latest_word_holds_in_whatever_order_it_is_listed():
    early = spoken(id="S9", date="2025-03-01", requires="host_consent")
    late = spoken(id="S1", date="2025-04-01")
    same_day = spoken(id="S2", date="2025-04-01", requires="host_consent")
    for listed in ([early, late], [late, early]):
        assert asked_of("FRA", "land", *listed) == Ref("ceasefire")
    for listed in ([late, same_day], [same_day, late]):
        assert asked_of("FRA", "land", *listed) == Ref("host_consent")


def test_everything_a_case_names_is_defined():
    one = case({"r": "host_consent", "s": "r"})
    system = system_of(one, {f.id: load_forum(f.rule, ON) for f in one.forums})
    joining = {f"joins:{a}:{d}" for a in ("FRA", "GBR", "POL") for d in TAKING_PART}
    assert {"host_consent", "ceasefire", "route:r", "route:s"} | joining <= set(system)
    assert system["route:s"] == Ref("route:r")


def test_what_each_word_of_the_language_asks_for():
    one = expanded()

    def of(text):
        return one.of(parse(text))

    assert of("consent(USA)") == Atom("USA", "mission", "", CONSIDER)
    assert of("approval(DEU)") == Atom("DEU", "approval", "", 50.0)
    assert of("stance(USA, mission) >= commit") == Atom("USA", "mission", "", COMMIT)
    assert of("stance(USA, land) >= commit") == Atom("USA", "participation", "land", COMMIT)
    assert of("stance(USA) >= commit") == of("stance(USA, any) >= commit")
    takers = one.takers
    land = tuple(Ref(f"joins:{a}:land") for a in takers)
    assert of("members(land) >= 2.5") == Enough(land, (1,) * len(takers), 3)
    anywhere = tuple(Any(tuple(Ref(f"joins:{a}:{d}") for d in TAKING_PART)) for a in takers)
    assert of("members() >= 2") == Enough(anywhere, (1,) * len(takers), 2)
    assert of("r") == Ref("route:r")
    assert of("host_consent") == Ref("host_consent")
    assert of("peace") == Atom("peace", fact=True)
    assert of("not ceasefire") == Atom("not ceasefire", fact=True)
