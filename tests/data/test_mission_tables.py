import csv
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from willing.data.missions import (
    PartialDate,
    ProposedMission,
    actors_by_cow_code,
    authorised_at_first,
    load_contributions,
    load_missions,
    load_participation,
    load_stance_parameters,
    members_on,
)
from willing.data.missions._missions import SHIPPED
from willing.errors import FaultsError, UnreadableError


def rows() -> list[dict[str, str]]:
    with SHIPPED.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(path: Path, table: list[dict[str, str]], columns: list[str] | None = None) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns or list(table[0]), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(table)
    return path


def test_every_shipped_row_has_a_source_and_a_confidence() -> None:
    for m in load_missions():
        assert m.confidence in {"A", "B", "C", "D"}
        assert m.source_urls or m.placeholder, m.id
        assert all(u.startswith("http") for u in m.source_urls), m.id
    assert all(d.source_urls for d in load_participation())


def test_days_between_dates_are_those_the_table_prints() -> None:
    printed = {row["id"]: row["days_proposal_to_deployment"] for row in rows()}
    for m in load_missions():
        days = m.days_to_arrival()
        assert ("" if days is None else str(days)) == printed[m.id]


def test_final_consent_is_in_the_file_and_not_in_the_objects(tmp_path: Path) -> None:
    table = rows()
    assert "host_consent" in table[0]
    for row in table:
        row["host_consent"] = row["all_main_parties_consent"] = "no"
    assert load_missions(write(tmp_path / "m.csv", table)) == load_missions()
    assert "host_consent" in {f.name for f in fields(ProposedMission)}  # as voiced when proposed


def test_outcome_columns_may_be_blank_or_absent(tmp_path: Path) -> None:
    table = rows()
    outcomes = (
        "authorised",
        "authorisation_route",
        "first_deployment",
        "full_strength",
        "realised",
        "peak_troops",
        "days_proposal_to_deployment",
    )
    blank = [{**row, **dict.fromkeys(outcomes, "")} for row in table]
    whole = load_missions(write(tmp_path / "blank.csv", blank))
    columns = [name for name in table[0] if name not in outcomes]
    assert whole == load_missions(write(tmp_path / "absent.csv", table, columns))
    assert not any(m.resolved for m in whole)
    assert [m.id for m in whole] == [m.id for m in load_missions()]


def test_every_fault_is_told_with_its_place(tmp_path: Path) -> None:
    table = rows()[:4]
    table[0]["us_support"] = "suport"
    table[1]["first_public_proposal"] = "12 May 1990"
    table[2]["first_public_proposal"] = ""
    table[3]["id"] = table[0]["id"]
    with pytest.raises(FaultsError) as caught:
        load_missions(write(tmp_path / "m.csv", table))
    faults = caught.value.faults
    assert [f.line for f in faults] == [2, 3, 4, 5]
    assert faults[0].suggestion == "support"
    assert "us_support" in faults[0].expected
    assert list(table[0]).index("us_support") + 1 == faults[0].column


def test_a_missing_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    columns = ["domain" if name == "domains" else name for name in rows()[0]]
    with pytest.raises(FaultsError, match=r"'domains'.*'domain'"):
        load_missions(write(tmp_path / "m.csv", rows(), columns))


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"nowhere\.csv"):
        load_missions(tmp_path / "nowhere.csv")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"id,name\n\xff\xfe\x00")
    with pytest.raises(UnreadableError, match="UTF-8"):
        load_missions(binary)
    packed = tmp_path / "broken.csv.gz"
    packed.write_bytes(b"\x1f\x8bnot gzip at all")
    with pytest.raises(UnreadableError):
        load_missions(packed)


@pytest.mark.parametrize(
    ("text", "day", "first", "last"),
    [
        ("1999-06-12", (1999, 6, 12), (1999, 6, 12), (1999, 6, 12)),
        ("2004-02", (2004, 2, 15), (2004, 2, 1), (2004, 2, 29)),
        ("2009", (2009, 7, 1), (2009, 1, 1), (2009, 12, 31)),
    ],
)
def test_partial_dates(text: str, day: tuple, first: tuple, last: tuple) -> None:
    assert PartialDate.parse(text) == date(*day)
    assert PartialDate.span(text) == (date(*first), date(*last))


def test_what_is_no_date_is_refused() -> None:
    assert PartialDate.parse("") is None
    assert PartialDate.span("") is None
    for text in ("May 2003", "2003-13", "2003-02-30", "2003-1-1-1"):
        with pytest.raises(ValueError, match=r"."):
            PartialDate.parse(text)


def test_decisions_and_their_faults(tmp_path: Path) -> None:
    decisions = load_participation()
    assert {d.decision for d in decisions} == {"lead", "join", "support_no_troops", "decline"}
    assert any(d.from_memory for d in decisions)
    path = tmp_path / "p.csv"
    path.write_text(
        "mission_id,actor_iso3,asked,decision,troops,date,note,source_url\n"
        "X,ITA,yes,joins,10,1999-01-01,,http://x\n"
        "X,FRA,yes,join,many,1999-01-01,,http://x\n"
    )
    with pytest.raises(FaultsError) as caught:
        load_participation(path)
    assert caught.value.faults[0].line == 3  # columns are checked first
    path.write_text(
        path.read_text().replace("many", "5").replace("1999-01-01,,http://x\nX,F", "X,F")
    )
    with pytest.raises(FaultsError):
        load_participation(path)


def test_contributions_name_nato_where_nato_leads(tmp_path: Path) -> None:
    leads = {c.mission: c.lead for c in load_contributions()}
    assert leads == {"MNF-I": "USA", "ISAF": "NATO", "KFOR": "NATO"}
    path = tmp_path / "c.csv"
    path.write_text(
        "mission,date,host,lead,contributor,troops,note,source\nX,soon,IRQ,USA,GBR,1,,\n"
    )
    with pytest.raises(FaultsError, match="YYYY"):
        load_contributions(path)


def test_small_tables() -> None:
    codes = actors_by_cow_code()
    assert (codes[2], codes[200], codes[255], codes[347]) == ("USA", "GBR", "DEU", "XKX")
    assert len(set(codes.values())) == len(codes)
    assert len(members_on("NATO", date(1999, 6, 12))) == 19
    assert len(members_on("EU", date(2021, 1, 1))) == 27
    assert authorised_at_first()["MINURCAT"] == 350
    assert "UNMIK" not in authorised_at_first()


def test_the_stance_parameters_are_a_distribution() -> None:
    names, mean, covariance = load_stance_parameters()
    assert len(names) == len(mean) == len(covariance)
    for i in range(len(names)):
        assert covariance[i][i] > 0
        for j in range(len(names)):
            assert covariance[i][j] == pytest.approx(covariance[j][i], abs=1e-6)
