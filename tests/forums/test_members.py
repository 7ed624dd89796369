"""Members by date: our tables against counts everyone knows, and against tables of others."""

import csv
import gzip
from datetime import date

import pytest

from willing.forums import load_forum


def members(id, day):
    return set(load_forum(id, date.fromisoformat(day)).members)


@pytest.mark.parametrize(
    ("id", "day", "number"),
    [
        ("nato", "1949-08-24", 12),
        ("nato", "1999-03-11", 16),
        ("nato", "1999-03-12", 19),
        ("nato", "2004-03-29", 26),
        ("nato", "2023-04-03", 30),
        ("nato", "2025-04-05", 32),
        ("eu_qmv", "1972-12-31", 6),
        ("eu_qmv", "1995-01-01", 15),
        ("eu_qmv", "2004-05-01", 25),
        ("eu_qmv", "2013-07-01", 28),
        ("eu_qmv", "2020-02-01", 27),
        ("unga", "2025-04-05", 193),
        ("unga", "1960-12-31", 99),
        ("unga", "2002-12-31", 191),
        ("osce", "2025-04-05", 57),
        ("osce", "1975-08-01", 35),
        ("au", "2020-01-01", 55),
        ("au", "2025-04-05", 49),
    ],
)
def test_number_of_members(id, day, number):
    assert len(members(id, day)) == number


def test_accessions_and_departures_fall_on_their_days():
    assert "SWE" not in members("nato", "2024-03-06")
    assert "SWE" in members("nato", "2024-03-07")
    assert "GBR" in members("eu_cfsp", "2020-01-31")
    assert "GBR" not in members("eu_cfsp", "2020-02-01")


def test_denmark_took_no_part_in_defence_until_july_2022():
    assert "DNK" not in members("eu", "2022-06-30")
    assert "DNK" in members("eu", "2022-07-01")
    assert "DNK" in members("eu_cfsp", "2022-06-30")


@pytest.mark.parametrize("year", range(1946, 2027))
def test_the_security_council_is_full_every_year(year):
    forum = load_forum("unsc", date(year, 6, 30))
    assert len(forum.members) == (11 if year < 1966 else 15)
    assert forum.rule.vetoes() == ("CHN", "FRA", "GBR", "RUS", "USA")


def test_weights_of_the_union_sum_to_what_the_treaties_say():
    totals = {"1960-01-01": 17, "1975-01-01": 58, "1983-01-01": 63, "1990-01-01": 76}
    totals |= {"2000-01-01": 87, "2004-06-01": 124, "2005-01-01": 321, "2008-01-01": 345}
    totals["2014-01-01"] = 352
    for day, total in totals.items():
        criterion = load_forum("eu_qmv", date.fromisoformat(day)).rule.linear()[0].criteria[0]
        assert criterion.yes.sum() == total, day


@pytest.mark.shared
def test_elected_members_agree_with_a_list_of_others(shared_data):
    path = shared_data / "unsc-outcomes" / "nonpermanent_members_1946_2020.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    by_year: dict[int, int] = {}
    for row in rows:
        by_year[int(float(row["year"]))] = by_year.get(int(float(row["year"])), 0) + 1
    for year, number in by_year.items():
        seats = load_forum("unsc", date(year, 6, 30)).seats
        assert sum(s == "elected" for s in seats.values()) == number, year


@pytest.mark.shared
def test_memberships_agree_with_the_correlates_of_war_by_year(shared_data):
    path = shared_data / "cow" / "igo_memberships_1945_2014.csv.gz"
    counts: dict[tuple[str, int], int] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            year = int(float(row["year"]))
            for body in ("nato", "eu", "un"):
                if row[body].startswith("1"):
                    counts[body, year] = counts.get((body, year), 0) + 1
    ours = {"nato": "nato", "eu": "eu_qmv", "un": "unga"}
    checked = 0
    for (body, year), number in counts.items():
        if (body == "un" and year < 1995) or (body == "eu" and year < 1958):
            continue
        known = len(load_forum(ours[body], date(year, 12, 31)).members)
        assert abs(known - number) <= (2 if body == "un" else 0), (body, year, known, number)
        checked += 1
    assert checked > 100
