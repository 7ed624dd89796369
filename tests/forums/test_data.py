"""A forum written as text: a club made for this test, with all that the shipped ones have apart."""

from datetime import date

import pytest

from willing.errors import UsageError
from willing.forums._data import build, catalogue

CLUB = """
id: club
label: The Club
members: club.csv
weights: {votes: votes.csv, people: people.csv}
default: early
member_sources: [{title: A list}]
rules:
  - &rule
    id: late
    alias: club_now
    label: more than half of the votes
    from: 2010-01-01
    criteria: [{weights: votes, share: "1/2", strict: true}]
    vetoes: none
    excludes: concerned
    note: >-
      No vote   is ever taken.
    sources: [{title: A treaty}]
    except: [{actor: SUS, from: 2003-01-01, why: suspended}]
  - {<<: *rule, id: early, alias: , from: 2000-01-01, to: 2004-12-31}
  - {<<: *rule, id: voting, alias: , from: 2000-01-01,
     criteria: [{weights: one, of_voting: "2/3", strict: true}]}
  - {<<: *rule, id: reach, alias: , from: 2000-01-01, criteria: [{weights: people, share: "2/3"}]}
  - {<<: *rule, id: nearly, alias: , from: 2000-01-01, criteria: [{weights: one, all_but: 1}]}
  - {<<: *rule, id: early, alias: , from: 2006-01-01, to: 2009-12-31, size: 3}
"""
FILES = {
    "other.yaml": "words: {no: forum}",
    "club.yaml": CLUB,
    "club.csv": "actor,seat,from,to\n"
    "ONE,,1999-01-01,2007-12-31\nTWO,elected,1999-01-01,2007-12-31\n"
    "SUS,permanent,1999-01-01,2007-12-31\nNEW,elected,2004-01-01,2007-06-30\n",
    "votes.csv": "actor,from,votes\nONE,1999-01-01,3\nTWO,1999-01-01,5\nONE,2002-01-01,8\n"
    "SUS,1999-01-01,2\nTWO,2030-01-01,99\n",
    "people.csv": "actor,year,population\nONE,2009,50\nONE,2010,60\nTWO,2009,40\nTWO,2011,70\n",
}


def club(day, **more):
    options = {"concerned": ["TWO"]} | more
    on = date.fromisoformat(day)
    return build(options.pop("id", "club"), on, list(FILES), FILES.__getitem__, **options)


def test_what_is_no_forum_is_passed_over_and_every_rule_has_a_name():
    assert catalogue(list(FILES)[:2], FILES.__getitem__) == {
        "club": ("club.yaml", "early"),
        "club:early": ("club.yaml", "early"),
        "club:late": ("club.yaml", "late"),
        "club:voting": ("club.yaml", "voting"),
        "club:reach": ("club.yaml", "reach"),
        "club:nearly": ("club.yaml", "nearly"),
        "club_now": ("club.yaml", "late"),
    }


def test_a_forum_says_what_it_is_and_where_that_is_from():
    on = date(2002, 1, 1)
    found = club("2002-01-01", id="club:nearly")
    assert (found.id, found.label, found.on) == ("club:nearly", "The Club", on)
    assert found.sources == ({"title": "A list"},)
    rule = found.rule
    assert (rule.id, rule.label) == ("nearly", "more than half of the votes")
    assert rule.note == "No vote is ever taken."
    assert rule.sources == ({"title": "A treaty"},)


def test_who_is_suspended_and_who_is_concerned_are_left_out():
    assert club("2002-12-31").members == ("SUS", "ONE")
    assert club("2003-01-01").members == ("ONE",)
    assert club("2003-01-01", concerned=["NEW"]).members == ("TWO", "ONE")


def test_permanent_members_come_first_then_elected_then_the_rest():
    assert club("2002-01-01", concerned=["XXX"]).members == ("SUS", "TWO", "ONE")


def test_the_latest_votes_up_to_the_day_count():
    def votes(day):
        found = club(day, concerned=["XXX"])
        (criterion,) = found.rule.linear()[0].criteria
        return dict(zip(found.members, criterion.yes.tolist(), strict=True)), criterion.quota

    assert votes("2001-12-31") == ({"ONE": 3, "TWO": 5, "SUS": 2}, 6)
    assert votes("2002-01-01") == ({"ONE": 8, "TWO": 5, "SUS": 2}, 8)


def test_members_named_by_the_case_keep_the_seats_they_have():
    named = club("2007-06-01", members=["ZZZ", "NEW", "ONE", "NEW"], rule="nearly")
    assert named.seats == {"NEW": "elected", "ONE": "", "ZZZ": "named"}


def test_what_is_asked_for_of_those_voting_of_all_and_of_the_people():
    def asked(rule, day="2011-06-01"):
        found = club(day, members=["ONE", "TWO", "NEW"][: 2 if rule == "reach" else 3],
                     concerned=["XXX"], rule=rule)  # fmt: skip
        (one,) = found.rule.linear()[0].criteria
        return one.yes.tolist(), one.abstain.tolist(), one.quota, one.label

    # more than two thirds of those voting: 3 yes - 2 (yes + no) > 0, two more for each member
    assert asked("voting") == ([3, 3, 3], [2, 2, 2], 7, "one, of those voting")
    assert asked("nearly") == ([1, 1, 1], [0, 0, 0], 2, "one")
    # the people of a year count from the next on; two thirds of 100 are reached at 67
    assert asked("reach", "2010-12-31")[2] == 60
    assert asked("reach", "2011-01-01") == ([60, 40], [0, 0], 67, "people")
    assert asked("reach", "2012-01-01")[0] == [60, 70]


@pytest.mark.parametrize(
    ("day", "more", "words"),
    [
        ("2005-06-01", {}, "The Club had no rule 'early' on 2005-06-01; it holds for "
         "2000-01-01 to 2004-12-31, 2006-01-01 to 2009-12-31"),
        ("2005-06-01", {"rule": "late"}, "it holds for 2010-01-01 to now"),
        ("2002-01-01", {"rule": "best"}, "club has no rule 'best'; expected one of early, late, "
         "nearly, reach, voting"),
        ("2002-01-01", {"id": "clubb"}, "forum 'clubb' is not known; expected one of club, "
         "club:early, club:late, club:nearly, club:reach, club:voting, club_now. "
         "Did you mean 'club'?"),
        ("2002-01-01", {"concerned": []}, "more than half of the votes: name the State concerned"),
        ("2012-01-01", {"id": "club_now"}, "The Club had no members on 2012-01-01"),
        ("2004-06-01", {}, "no votes of NEW is known on 2004-06-01"),
        ("2006-06-01", {}, "the members of The Club on 2006-06-01 are not all known: 2 of 3 "
         "(the table ends on 2007-12-31)"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_said_in_words(day, more, words):
    with pytest.raises(UsageError) as error:
        club(day, **more)
    assert words in str(error.value)
