from datetime import date

import pytest

from willing.data.missions import load_contributions, load_participation, members_on
from willing.participation import in_alliance_with_lead, past_coalitions, record_of_joining
from willing.participation.past_coalitions import PastCoalition


@pytest.fixture(scope="module")
def past() -> tuple[PastCoalition, ...]:
    return past_coalitions(load_participation(), load_contributions())


def test_each_coalition_counts_once_oldest_first(past: tuple[PastCoalition, ...]) -> None:
    names = [c.name for c in past]
    assert len(names) == len(set(names)) == 10
    assert "IRQ_STAB_2003" not in names  # MNF-I under its other name
    assert [c.on for c in past] == sorted(c.on for c in past)


def test_the_lead_is_among_those_who_joined(past: tuple[PastCoalition, ...]) -> None:
    for c in past:
        assert c.lead == "NATO" or c.lead in c.joined
    kfor = next(c for c in past if c.name == "KFOR_1999")
    assert kfor.lead == "NATO"
    assert len(kfor.joined & members_on("NATO", kfor.on)) == 18  # all but Iceland


def test_those_who_declined_are_not_among_them(past: tuple[PastCoalition, ...]) -> None:
    libya = next(c for c in past if c.name == "LBY_OUP_2011")
    assert "DEU" not in libya.joined
    alba = next(c for c in past if c.name == "ALBA_1997")
    assert "USA" not in alba.joined  # support without troops is not joining


def test_the_record_counts_earlier_coalitions_only(past: tuple[PastCoalition, ...]) -> None:
    assert record_of_joining(["ITA"], past, date(1997, 1, 1)) == [0.0]
    assert record_of_joining(["ITA"], past, date(1998, 1, 1)) == [1.0]
    assert record_of_joining(["ITA", "USA"], past, date(2000, 1, 1)) == [1.0, pytest.approx(2 / 3)]
    without = record_of_joining(["USA"], past, date(2000, 1, 1), leave_out={"KFOR_1999"})
    assert without == [0.5]


def test_alliance_with_the_lead_depends_on_the_day() -> None:
    assert not in_alliance_with_lead("SWE", "NATO", date(2010, 1, 1))
    assert in_alliance_with_lead("SWE", "NATO", date(2024, 6, 1))
    assert in_alliance_with_lead("SWE", "EU", date(2010, 1, 1))
    assert not in_alliance_with_lead("GBR", "EU", date(2021, 1, 1))
    assert in_alliance_with_lead("POL", "USA", date(2003, 1, 1))
    assert not in_alliance_with_lead("NZL", "AUS", date(1999, 9, 1))
