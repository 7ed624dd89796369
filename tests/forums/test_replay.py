"""Replaying recorded votes."""

import csv
import gzip
import io
from datetime import date
from functools import cache

import pytest

from willing.data.forums import read
from willing.errors import FaultsError
from willing.forums import NO, load_forum, replay
from willing.forums._ballots import from_tally, split_names


def table(name):
    return list(csv.DictReader(io.StringIO(read(name))))


NAMES = {row["name"]: row["actor"] for row in table("names.csv")}
ERRATA = table("errata.csv")


@cache
def council(day):
    return load_forum("unsc", day)


def tally(yes, no, abstain, outcome, vetoed_by="", year="1995", symbol="S/X", **more):
    return {
        "year": year,
        "symbol": symbol,
        "outcome": outcome,
        "vetoed_by": vetoed_by,
        "yes": str(yes),
        "no": str(no),
        "abstain": str(abstain),
        **more,
    }


def run(*rows, errata=()):
    return replay(rows, council, NAMES, errata)


def test_tallies_under_the_rule_of_their_day():
    result = run(
        tally(9, 0, 6, "adopted"),
        tally(8, 0, 7, "not_adopted"),
        tally(14, 1, 0, "vetoed", "USA"),
        tally(7, 2, 2, "adopted", year="1950"),
    )
    assert (result.votes, result.agree) == (4, 4)
    assert result.decided_by == {"votes": 2, "too_few": 1, "veto": 1}


def test_a_difference_says_why():
    result = run(tally(7, 2, 2, "not_adopted", year="1962"), tally(8, 3, 4, "adopted"))
    assert result.agree == 0
    first, second = result.disagreements
    assert first.rule_says == "adopted"
    assert "7 in favour and 2 against under 7 of 11" in first.why
    assert second.rule_says == "not_adopted"
    assert not first.explained


def test_more_negative_votes_than_elected_members_imply_a_veto():
    result = run(tally(9, 6, 0, "not_adopted", year="1995"))
    assert result.agree == 0  # nine in favour, six of ten elected members against
    result = run(tally(9, 2, 0, "not_adopted", year="1995"))
    assert result.agree == 0
    result = run(tally(4, 11, 0, "not_adopted", year="1995"))
    assert result.decided_by == {"too_few_and_veto": 1}


def test_votes_by_member_test_veto_and_quota_both():
    row = {
        "Meeting Number": "1",
        "Voting On": "S/1",
        "Year": "1971",
        "In Favor": "['Argentina', 'Belgium', 'Burundi', 'China', 'Italy', 'Japan', 'Nicaragua', "
        "'Sierra Leone', 'Somalia', 'United States']",
        "Abstain": "['France', 'United Kingdom']",
        "Against": "['Russian Federation', 'Poland']",
        "Members": "[]",
    }
    result = run(row)
    assert (result.votes, result.agree) == (1, 1)
    assert result.decided_by == {"veto": 1}
    without = run(row | {"Against": "['Poland']"})
    assert without.disagreements[0].rule_says == "adopted"


def test_our_own_layout_with_actor_ids():
    yes = "DNK;DZA;GRC;GUY;KOR;PAK;PAN;SLE;SOM"
    row = {"id": "1", "date": "2025-02-01", "outcome": "adopted", "yes": yes, "no": "SVN"}
    row["abstain"] = ""
    assert run(row).agree == 1
    assert run(row | {"no": "RUS"}).disagreements[0].recorded == "adopted"


def test_rows_without_a_tally():
    result = run(
        tally("", "", "", "adopted", raw="S/RES/1 adopted unanimously"),
        tally("", "", "", "adopted", raw="S/RES/2 without vote"),
        tally("", "", "", "vetoed", "USSR", year="1946"),
        tally("", "", "", "not_adopted", raw="Draft"),
    )
    assert (result.votes, result.agree) == (2, 2)
    assert [r["why"] for r in result.not_replayed] == [
        "adopted without a vote",
        "no tally recorded",
    ]


def test_every_unreadable_row_is_named_at_once():
    with pytest.raises(FaultsError) as caught:
        run(
            tally(9, 1, 5, "vetoed", "Atlantis"),
            tally(15, 3, 0, "adopted"),
            tally(9, 0, 2, "adopted", year=""),
            tally(9, 0, 2, "postponed"),
            tally(9, 1, 2, "vetoed", "UK and USA"),
        )
    faults = caught.value.faults
    assert [f.line for f in faults] == [2, 3, 4, 5, 6]
    assert "Atlantis" in faults[0].found
    assert {(f.file, f.column, f.expected) for f in faults} == {("votes", 1, "a recorded vote")}
    assert "15-3-0 of 15" in faults[1].found
    with pytest.raises(FaultsError, match="columns yes, no, abstain") as caught:
        run({"a": "1"})
    (fault,) = caught.value.faults
    assert (fault.file, fault.line, fault.found) == ("votes", 1, "a")


def test_a_known_error_of_the_source_is_listed_as_such():
    wrong = tally(7, 2, 2, "not_adopted", year="1962", symbol="S/5134")
    (found,) = run(wrong, errata=ERRATA).disagreements
    assert found.explained
    assert "known error of the source (missing veto)" in found.why
    turned = tally(7, 2, 1, "not_adopted", year="1962", symbol="S/5095")
    (found,) = run(turned, errata=ERRATA).disagreements
    assert found.explained
    assert "2 in favour and 7 against" in found.why


def test_names_are_split_as_tables_write_them():
    assert split_names("France, UK and USA") == ["France", "UK", "USA"]
    assert split_names("the Russian Federation") == ["Russian Federation"]
    assert split_names("FRA;GBR") == ["FRA", "GBR"]
    assert split_names("") == []


@pytest.mark.shared
def test_every_recorded_tally(shared_data):
    path = shared_data / "unsc-outcomes" / "unsc_outcomes.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    result = replay(rows, council, NAMES, ERRATA)
    assert result.votes + len(result.not_replayed) == len(rows)
    assert result.votes > 2300
    assert {d.id for d in result.disagreements} == {"S/5134", "S/5407", "S/5095"}
    assert all(d.explained for d in result.disagreements)
    assert result.agree == result.votes - 3
    assert result.as_dict()["agree_after_corrections"] == result.votes
    assert result.decided_by["veto"] > 150  # drafts that had the votes and fell by the veto alone


@pytest.mark.shared
def test_failed_drafts_by_member(shared_data):
    path = shared_data / "unsc-outcomes" / "failed_drafts_member_votes.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    result = replay(rows, council, NAMES, ERRATA)
    assert result.votes == result.agree == len(rows)


@pytest.mark.shared
def test_members_named_in_the_record_are_ours(shared_data):
    """The record lists who sat in the Council: our table must name exactly those."""
    import ast

    path = shared_data / "unsc-outcomes" / "failed_drafts_member_votes.csv"
    for row in csv.DictReader(path.open(encoding="utf-8")):
        said = {NAMES[name.strip()] for name in ast.literal_eval(row["Members"])}
        assert said == set(council(date(int(row["Year"]), 7, 1)).members), row["Voting On"]


@pytest.mark.shared
def test_every_listed_veto_was_cast_by_a_permanent_member(shared_data):
    path = shared_data / "unsc-outcomes" / "unsc_vetoes.csv"
    for row in csv.DictReader(path.open(encoding="utf-8")):
        holders = council(date(int(row["year"]), 7, 1)).rule.vetoes()
        named = [row[f"member_veto{i}"] for i in (1, 2, 3) if row[f"member_veto{i}"].strip()]
        assert named
        assert {NAMES[n.strip()] for n in named} <= set(holders)


def test_who_votes_twice_is_named():
    row = {"id": "1", "date": "2025-02-01", "outcome": "adopted", "yes": "DNK;DZA", "no": "DNK"}
    with pytest.raises(FaultsError, match="DNK votes twice"):
        run(row | {"abstain": ""})


def test_a_row_without_an_id_is_known_by_its_line():
    row = tally("", "", "", "not_adopted", raw="Draft") | {"symbol": " "}
    (found,) = run(row).not_replayed
    assert (found["id"], found["line"]) == ("", 2)


def ballots(*numbers, vetoes=()):
    return from_tally(council(date(1995, 1, 1)), numbers, vetoes, {"Atlantis": "ATL"})


def test_a_tally_is_read_as_favourably_as_it_can_be():
    """Those who said no without being named are elected members as long as there are enough."""
    read = ballots(9, 3, 3, vetoes=["RUS"])
    against = {m for m, v in read.votes.items() if v == NO}
    assert len(against) == 3
    assert read.vetoed == ("RUS",)
    assert (read.yes, read.passes(), read.decided_by(passes=False)) == (9, False, "veto")
    two = ballots(9, 3, 3, vetoes=["RUS", "CHN"])
    assert two.explain().endswith(", CHN, RUS voting no")
    assert two.explain().startswith("9 in favour and 3 against under ")
    assert "no negative vote of a permanent member known" in ballots(9, 3, 3).explain()


@pytest.mark.parametrize(
    ("tally", "vetoes", "words"),
    [
        ((10, 1, 8), (), "tally 10-1-8 of 15 members"),
        ((9, 1, 2), ("RUS", "CHN"), "1 against but 2 vetoes"),
        ((9, 1, 2), ("Atlantis",), r"Atlantis \(not a member of unsc on 1995-01-01\)"),
        ((9, 1, 2), ("Lemuria",), r"Lemuria \(not a member of unsc on 1995-01-01\)"),
    ],
)
def test_a_tally_that_cannot_be_is_refused(tally, vetoes, words):
    with pytest.raises(ValueError, match=words):
        ballots(*tally, vetoes=vetoes)
