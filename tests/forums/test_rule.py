"""Rules: what carries and what does not."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings

from willing.errors import UsageError
from willing.forums import ABSTAIN, NO, YES, forum_ids, load_forum, weighted_rule

from .helpers import ballots, rules

ON = date(2025, 4, 5)


@settings(max_examples=60, deadline=None)
@given(rules(most=5))
def test_one_more_yes_never_turns_pass_into_fail(rule):
    votes = ballots(len(rule.members))
    carried = rule.passes(votes)
    for i in range(len(rule.members)):
        for worse, better in ((NO, ABSTAIN), (ABSTAIN, YES)):
            rows = votes[:, i] == worse
            raised = votes[rows].copy()
            raised[:, i] = better
            assert np.all(rule.passes(raised) >= carried[rows])


@settings(max_examples=40, deadline=None)
@given(rules(most=4))
def test_many_votes_at_once_are_each_vote_by_itself(rule):
    votes = ballots(len(rule.members))
    alone = [rule.passes(vote) for vote in votes]
    assert all(type(one) is bool for one in alone)
    together = rule.passes(votes)
    assert together.shape == (len(votes),)
    assert together.tolist() == alone
    assert rule.passes(votes[None]).tolist() == [alone]


def test_a_rule_says_how_it_decides():
    told = weighted_rule("ABC", (3, 2, 1), 4, vetoes=("B",), id="r", label="R").describe()
    assert (told["id"], told["label"], told["vetoes"]) == ("r", "R", ["B"])
    assert len(told["alternatives"]) == 1


def council(**votes):
    forum = load_forum("unsc", ON)
    return forum.rule.passes(votes)


ELECTED = ("DNK", "DZA", "GRC", "GUY", "KOR", "PAK", "PAN", "SLE", "SOM", "SVN")


def test_nine_votes_carry_in_the_security_council_and_eight_do_not():
    assert council(**dict.fromkeys(ELECTED[:9], YES))
    assert not council(**dict.fromkeys(ELECTED[:8], YES))


def test_a_permanent_member_stops_by_voting_no_not_by_abstaining_or_staying_away():
    for_it = dict.fromkeys(ELECTED, YES)
    assert council(**for_it, RUS=ABSTAIN, CHN=ABSTAIN)
    assert council(**for_it)  # all five absent, as the Soviet Union was in June 1950
    assert not council(**for_it, RUS=NO)
    assert council(**dict.fromkeys(ELECTED[:9], YES), SVN=NO)


def test_procedural_votes_know_no_veto():
    rule = load_forum("unsc_procedural", ON).rule
    assert rule.passes(dict.fromkeys(ELECTED[:9], YES) | {"RUS": NO, "USA": NO})
    assert rule.vetoes() == ()


def test_the_council_of_eleven_needed_seven():
    forum = load_forum("unsc", date(1950, 6, 27))
    assert len(forum.members) == 11
    for_it = [m for m in forum.members if m != "RUS"][:7]
    assert forum.rule.passes(dict.fromkeys(for_it, YES))
    assert not forum.rule.passes(dict.fromkeys(for_it[:6], YES))


def test_silence_is_assent_in_the_north_atlantic_council():
    rule = load_forum("nato", ON).rule
    assert rule.passes({})
    for member in rule.members:
        assert not rule.passes({member: NO})


def test_constructive_abstention_fails_only_at_a_third_of_members_with_a_third_of_people():
    forum = load_forum("eu", ON)
    people = dict(zip(forum.members, forum.rule.linear()[1].criteria[0].yes, strict=True))
    small = sorted(forum.members, key=people.__getitem__)
    large = small[::-1]

    def with_abstaining(who):
        return forum.rule.passes({m: ABSTAIN if m in who else YES for m in forum.members})

    assert with_abstaining(small[:9])  # a third of the members, few people
    assert with_abstaining(large[:3])  # many people, few members
    assert not with_abstaining(large[:9])
    assert with_abstaining(large[:8])
    assert not forum.rule.passes(dict.fromkeys(forum.members, YES) | {"MLT": NO})


def test_a_blocking_minority_of_the_union_needs_four_members():
    forum = load_forum("eu_qmv", ON)
    three = {"DEU": NO, "FRA": NO, "ITA": NO}
    others = {m: YES for m in forum.members if m not in three}
    assert forum.rule.passes(others | three)  # 35 % of the people and more, but three members
    assert not forum.rule.passes(others | three | {"BEL": NO})
    assert not forum.rule.passes(dict.fromkeys(forum.members[:14], YES))


def test_two_thirds_of_the_assembly_are_of_those_who_vote():
    forum = load_forum("unga", ON)
    yes, no = forum.members[:4], forum.members[4:6]
    assert forum.rule.passes(dict.fromkeys(yes, YES) | dict.fromkeys(no, NO))
    assert not forum.rule.passes(dict.fromkeys(yes[:3], YES) | dict.fromkeys(no, NO))
    assert not forum.rule.passes({})


def test_consensus_minus_one_leaves_out_the_state_concerned():
    rule = load_forum("osce_minus_one", ON, concerned=("RUS",)).rule
    assert "RUS" not in rule.members
    assert len(rule.members) == 56
    with pytest.raises(UsageError, match="name the State concerned"):
        load_forum("osce_minus_one", ON)


def test_a_coalition_needs_its_leads_and_a_number():
    rule = load_forum(
        "coalition", ON, members=("FRA", "GBR", "POL", "NLD"), leads=("FRA", "GBR"), threshold=3
    ).rule
    assert rule.passes({"FRA": YES, "GBR": YES, "POL": YES})
    assert not rule.passes({"FRA": YES, "POL": YES, "NLD": YES})
    assert not rule.passes({"FRA": YES, "GBR": YES})
    with pytest.raises(UsageError, match="threshold"):
        load_forum("coalition", ON, members=("FRA",))
    with pytest.raises(UsageError, match="not among the members"):
        load_forum("coalition", ON, members=("FRA",), leads=("GBR",), threshold=1)


def test_consent_is_not_given_by_silence():
    rule = load_forum("consent", ON, members=("RUS", "UKR")).rule
    assert rule.passes({"RUS": YES, "UKR": YES})
    assert not rule.passes({"UKR": YES})


def test_weights_and_vetoes_of_a_plain_weighted_rule():
    rule = weighted_rule("ABC", [3, 2, 1], 4, vetoes="C")
    assert rule.passes({"A": YES, "C": YES})
    assert rule.passes({"A": YES, "B": YES})
    assert not rule.passes({"A": YES, "B": YES, "C": NO})


@pytest.mark.parametrize("id", [i for i in forum_ids() if i not in {"coalition", "consent"}])
def test_every_forum_says_what_it_rests_on(id):
    if ":" in id or id == "au_psc":
        return
    on = date(2010, 1, 1) if id == "eu_votes" else ON
    forum = load_forum(id, on, concerned=("RUS",))
    said = forum.rule.describe()
    assert said["sources"]
    assert all(s["title"] and s["publisher"] and s["reliability"] for s in said["sources"])
    for linear in forum.rule.linear():
        assert linear.blocks_if_no.shape == (len(forum.members),)
        for criterion in linear.criteria:
            assert criterion.yes.shape == criterion.abstain.shape == (len(forum.members),)
            assert np.all(criterion.yes >= criterion.abstain)


def test_unknown_forums_and_dates_outside_are_refused_with_what_is_known():
    with pytest.raises(UsageError, match="Did you mean 'unsc'"):
        load_forum("unscc", ON)
    with pytest.raises(UsageError, match="not all known: 10 of 15"):
        load_forum("unsc", date(2027, 2, 1))
    with pytest.raises(UsageError, match="had no rule"):
        load_forum("unsc", date(1945, 1, 1))
    with pytest.raises(UsageError, match="has no rule 'majority'"):
        load_forum("nato", ON, rule="majority")


def test_what_has_to_be_named_is_asked_for():
    with pytest.raises(UsageError, match="needs its members named"):
        load_forum("coalition", ON)
    with pytest.raises(UsageError, match="name the State concerned"):
        load_forum("osce:consensus_minus_one", ON)
