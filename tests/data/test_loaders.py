import gzip
from pathlib import Path

import pytest

from willing.data.loaders import (
    benchmark_panels,
    country_years,
    cow,
    deployment_speed,
    security_council,
)
from willing.data.loaders._source import Source
from willing.data.loaders._table import Column, number, read_table, split_list
from willing.data.loaders.state_covariates import load_state_covariates
from willing.errors import FaultsError, UnreadableError

MODULES = (benchmark_panels, country_years, cow, deployment_speed, security_council)


def file(tmp_path: Path, text: str, name: str = "t.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_each_loader_names_its_citation_and_licence(module) -> None:
    sources = [v for k, v in vars(module).items() if isinstance(v, Source)]
    assert sources
    for source in sources:
        assert len(source.citation) > 20
        assert source.licence
        assert source.url.startswith("http")


def test_gzip_and_plain_read_alike(tmp_path: Path) -> None:
    text = "a,b\n1, x \n2,\n"
    packed = tmp_path / "t.csv.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    columns = [Column("a", numeric=True), Column("b")]
    plain = read_table(file(tmp_path, text), columns)
    assert (
        plain
        == read_table(packed, columns)
        == [(2, {"a": "1", "b": "x"}), (3, {"a": "2", "b": ""})]
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a\n1\nx\n", (3, 1)),
        ("a\n1\n300\n", (3, 1)),
        ("b,a\n1,\n", (2, 2)),
        ("a,b\n1,2,3\n", (2, 1)),
        ("b\n1\n", (1, 1)),
        ("", (1, 1)),
    ],
)
def test_faults_have_a_place(tmp_path: Path, text: str, place: tuple[int, int]) -> None:
    column = Column("a", numeric=True, blank=False, low=0, high=100)
    with pytest.raises(FaultsError) as caught:
        read_table(file(tmp_path, text), [column])
    assert (caught.value.faults[0].line, caught.value.faults[0].column) == place


def test_small_helpers() -> None:
    assert number("") != number("")
    assert split_list("a; b ;;c", ";") == ("a", "b", "c")


UN = (
    "ccode,mission,start,y,lmil,lcinc,lgdppc,lpop,poly,nato,p5,ldist,samecont,samereg,nprev,any3,"
    "lprevtroops\n"
)


def test_panel_rows_blank_outcomes_and_faults(tmp_path: Path) -> None:
    good = "2,M,1995,,7,-2,10,19,.8,1,1,9,0,0,1,1,\n"
    rows = benchmark_panels.load_un_panel(file(tmp_path, UN + good))
    assert rows[0].joined is None
    assert rows[0].actor == "USA"
    assert rows[0].covariates["lprevtroops"] != rows[0].covariates["lprevtroops"]
    for bad in ("2,M,1895,1" + good[10:], "2,M,1995,0.5" + good[9:], "two" + good[1:]):
        with pytest.raises(FaultsError):
            benchmark_panels.load_un_panel(file(tmp_path, UN + bad))


SPEED = "mission,mandate,peak36,first,t50,t90,host,africa,yr\n"


def test_speed_rows_and_faults(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        SPEED + "UNMIL,2003-09-19,16112,.3,3.4,7.4,LBR,1,2003\nNEW,2020-01-01,,,,,XXX,0,2020\n",
    )
    known, unknown = deployment_speed.load_deployment_speed(path)
    assert (known.peak, known.months_to_half) == (16112, 3.4)
    assert known.half_strength_on().year == 2003
    assert unknown.months_to_half != unknown.months_to_half
    assert unknown.peak != unknown.peak
    for bad in ("X,19.9.2003,1,,1,,L,1,\n", "X,2003-09-19,1,,-1,,L,1,\n"):
        with pytest.raises(FaultsError):
            deployment_speed.load_deployment_speed(file(tmp_path, SPEED + bad))


def test_votes_and_vetoes(tmp_path: Path) -> None:
    text = "year,topic,outcome,symbol\n1990,The  situation,vetoed,S/1\n1991,Peace,,\n"
    votes = security_council.load_council_votes(file(tmp_path, text))
    assert (votes[0].vetoed, votes[0].topic, votes[0].id) == (True, "The situation", "S/1")
    assert (votes[1].vetoed, votes[1].id) == (None, "line 3")
    with pytest.raises(FaultsError, match="vetoed"):
        security_council.load_council_votes(file(tmp_path, text.replace("vetoed", "vetod")))
    text = "year,draft,agenda_item,member_veto1\n1990,S/1,Peace,USA\n"
    assert security_council.load_council_votes(file(tmp_path, text))[0].vetoed is True


def test_covariates_need_every_table(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="cow/nmc"):
        load_state_covariates(tmp_path)


def test_covariates_of_a_state(shared_data: Path) -> None:
    tables = load_state_covariates(shared_data)
    states = tables.states(2009)
    assert 180 < len(states) < 200
    germany = tables.of("DEU", "AFG", 2009)
    assert germany["us_ally"] == 1.0
    assert germany["p5"] == 0.0
    assert 0.8 < germany["poly"] < 1.0
    assert 8.0 < germany["ldist"] < 8.6  # some 3,500 km at the nearest
    assert tables.of("FRA", "FRA", 2009)["ldist"] == 0.0
    nowhere = tables.of("ZZZ", "AFG", 2009)
    assert all(v != v for k, v in nowhere.items() if k not in {"us_ally", "p5"})


@pytest.mark.parametrize(
    ("load", "text"),
    [
        (cow.load_capabilities, "ccode,year,milper,cinc\n2,2000,1,7\n"),
        (cow.load_distances, "ccode1,ccode2,year,mindist\n2,20,2000,-5\n"),
        (cow.load_defence_pacts, "ccode1,ccode2\n2,20\n"),
        (cow.load_capitals, "ccode,enddate,lat,lng\n2,2024-12-31,95,0\n"),
        (country_years.load_polyarchy, "vdem_cowcode,year,v2x_polyarchy\n2,2000,1.5\n"),
        (country_years.load_ideal_points, "ccode,year,IdealPoint\n2,1900,1\n"),
        (country_years.load_world_bank, "Country Code,Year,Value\nUSA,2000,-1\n"),
    ],
)
def test_values_out_of_range_and_columns_missing_are_told(tmp_path: Path, load, text: str) -> None:
    with pytest.raises(FaultsError):
        load(file(tmp_path, text))
