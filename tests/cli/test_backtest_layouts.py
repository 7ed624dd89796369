"""Files as an outside scorer would hand them over: every row gets a sane probability."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from willing.cli import app
from willing.data.missions._missions import SHIPPED

Row = dict[str, str]
Change = Callable[[Sequence[str], list[Row]], tuple[Sequence[str], list[Row]]]

MISSIONS = ("authorised", "first_deployment", "full_strength", "realised", "host_consent")
PANEL = ("y",)
VOTES = ("outcome", "vetoed_by", "yes", "no", "abstain", "raw")
SPEED = ("first", "t50", "t90")


def blank(outcomes: Sequence[str], by: str = "") -> Change:
    return lambda names, rows: (names, [{**r, **dict.fromkeys(outcomes, by)} for r in rows])


def without(*columns: str) -> Change:
    return lambda names, rows: ([n for n in names if n not in columns], rows)


def turned(names: Sequence[str], rows: list[Row]) -> tuple[Sequence[str], list[Row]]:
    return ["more", *reversed(names)], [{**r, "more": "x"} for r in rows]


def bare(kept: Sequence[str]) -> Change:
    return lambda names, rows: (names, [{n: r[n] if n in kept else "NA" for n in r} for r in rows])


def one(names: Sequence[str], rows: list[Row]) -> tuple[Sequence[str], list[Row]]:
    return names, rows[:1]


def read(path: Path) -> tuple[list[str], list[Row]]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    return list(rows[0]), rows


def write(path: Path, names: Sequence[str], rows: list[Row]) -> Path:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    raw = text.getvalue().encode()
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path


def call(kind: str, train: Path, test: Path) -> dict:
    args = ["backtest", kind, "--train", str(train), "--test", str(test), "--json"]
    result = run.invoke(app, args, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


run = CliRunner()

LAYOUTS = {
    "missions": (
        None,
        lambda r: r["first_public_proposal"] >= "2016",
        ("id", "country_iso3", "first_public_proposal"),
        MISSIONS,
        "name",
    ),
    "joining": (
        "benchmark-panels/coalition_panel.csv.gz",
        lambda r: r["m"] == "EUTM RCA",
        ("m", "ccode", "start"),
        PANEL,
        "idist",
    ),
    "votes": (
        "unsc-outcomes/unsc_outcomes.csv.gz",
        lambda r: int(r["year"]) >= 2012,
        ("year", "symbol"),
        VOTES,
        "symbol",
    ),
    "endings": (
        "benchmark-panels/termination_to_mission.csv.gz",
        lambda r: int(r["year"]) >= 2003,
        ("dyadepisode", "year", "out"),
        ("t",),
        "intensity_level",
    ),
    "speed": (
        "un-missions/mission_deployment_speed.csv",
        lambda r: r["mandate"] >= "2003",
        ("mission", "mandate"),
        SPEED,
        "peak36",
    ),
}


@pytest.mark.parametrize("kind", LAYOUTS)
def test_every_row_of_every_layout_gets_a_probability(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    table, held_out, kept, outcomes, optional = LAYOUTS[kind]
    path = SHIPPED if table is None else request.getfixturevalue("shared_data") / table
    names, rows = read(path)
    test = [r for r in rows if held_out(r)]
    train = write(tmp_path / "train.csv.gz", names, [r for r in rows if not held_out(r)])
    per_row = 4 if kind == "missions" else 1
    plain = call(kind, train, write(tmp_path / "plain.csv", names, test))
    assert "scores" in plain
    changes: dict[str, Change] = {
        "blank": blank(outcomes),
        "NA": blank(outcomes, "NA"),
        "no outcome columns": without(*outcomes),
        "other order, another column": turned,
        "an optional column gone": without(optional),
        "nothing coded": bare(kept),
        "one row": one,
    }
    for name, change in changes.items():
        columns, asked = change(names, test)
        d = call(kind, train, write(tmp_path / "test.csv", columns, asked))
        p = [row["probability"] for row in d["predictions"]]
        assert len(p) == per_row * len(asked), name
        assert all(0.0 < value < 1.0 for value in p), name
        if name in {"blank", "NA", "no outcome columns", "other order, another column"}:
            same = [row["probability"] for row in plain["predictions"]]
            assert p == pytest.approx(same, abs=1e-12), name
            assert ("scores" in d) == (name == "other order, another column")


def test_a_misspelt_column_is_a_fault_and_no_missing_code(tmp_path: Path) -> None:
    names, rows = read(SHIPPED)
    wrong = ["us_suport" if n == "us_support" else n for n in names]
    path = write(tmp_path / "m.csv", wrong, [{**r, "us_suport": r["us_support"]} for r in rows])
    result = run.invoke(app, ["backtest", "missions", "--test", str(path)])
    assert result.exit_code != 0
    assert "us_suport" in str(result.exception)
