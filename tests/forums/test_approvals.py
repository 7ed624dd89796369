"""National approvals as data."""

import csv

import pytest

from willing.forums import national_approvals, not_covered


def test_every_row_has_a_source_and_a_coding():
    for actor, rows in national_approvals().items():
        for row in rows:
            assert row.actor == actor
            assert row.source_url.startswith("http")
            assert row.publisher
            assert row.reliability
            assert row.timing in {"before", "after", "none"}
            assert row.parliament in {"vote", "debate", "consulted", "informed", "none"}
            assert row.limit_days is None or row.limit_days > 0


def test_known_rules():
    rules = national_approvals()
    assert rules["DEU"][0].timing == "before"
    assert rules["DEU"][0].parliament == "vote"
    law, procedure = rules["DEU"]
    assert law.body == procedure.body == "Bundestag"
    assert procedure.instrument == "ParlBG section 3"
    assert law.exception.startswith("imminent danger")
    assert law.note == "Bundestag may recall the troops at any time"
    assert rules["FRA"][0].limit_days == 120
    assert rules["FRA"][0].timing == "after"


def test_what_is_not_covered_is_said():
    assert not_covered(["BEL", "FRA", "PRT"]) == ["BEL", "PRT"]


@pytest.mark.shared
def test_the_facts_are_those_collected_with_their_sources(shared_data):
    path = shared_data / "ukraine" / "rules.csv"
    collected = {
        (r["actor"], r["requirement"], r["source_url"])
        for r in csv.DictReader(path.open(encoding="utf-8"))
    }
    shipped = {
        (r.actor, r.requirement, r.source_url)
        for rows in national_approvals().values()
        for r in rows
    }
    assert shipped <= collected
    left = {actor for actor, _, _ in collected - shipped}
    assert left == {"ALL", "NATO", "TUR", "UN"}  # bodies, a survey and the straits convention
