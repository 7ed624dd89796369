"""`willing new`: a case that is sound at once, teaches, and overwrites nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.case.conftest import Run
from willing.case import load
from willing.case.folder import FILES
from willing.case.values import Range

TITLES = [
    "A mission",
    "Peace: force #1, {what} 'next' \"week\"?",
    "- [dash]",
    "$title ${host} %s \\n",
    "Миссия à Kyïv 平和",
    "no",
    "2025-04-05",
    "x" * 400,
]


@pytest.mark.parametrize("title", TITLES)
def test_any_title_makes_a_sound_case(
    title: str, tmp_path: Path, willing: Callable[..., Run]
) -> None:
    run = willing("new", tmp_path / "new", "--title", title)
    assert run.status == 0, run.err
    assert willing("check", tmp_path / "new", "--json").json["ok"] is True
    assert load(tmp_path / "new").title == title


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--host", "MLI"],
        ["--host", "UKR", "--opposing", "RUS", "--lead", "FRA", "--lead", "GBR"],
        ["--host", "SSD", "--opposing", "SDN", "--opposing", "XXO", "--lead", "ETH"],
        ["--lead", "KEN", "--as-of", "2024-02-29"],
    ],
)
def test_any_parties_make_a_sound_case(
    arguments: list[str], tmp_path: Path, willing: Callable[..., Run]
) -> None:
    run = willing("new", tmp_path / "new", "--title", "T", *arguments, "--json")
    assert run.status == 0, run.err
    assert run.json["files"] == list(FILES)
    assert willing("check", tmp_path / "new").status == 0
    case = load(tmp_path / "new")
    for flag, value in zip(arguments[::2], arguments[1::2], strict=True):
        found = {
            "--host": [case.parties.host],
            "--opposing": case.parties.opposing,
            "--lead": case.parties.leading,
            "--as-of": [str(case.as_of)],
        }[flag]
        assert value in found


def test_every_number_of_the_scaffold_is_marked(sound: dict[str, str]) -> None:
    from willing.case.folder._parse import parse

    case = parse(sound).case
    assert case is not None
    ranges = []

    def collect(value: object) -> None:
        if isinstance(value, Range):
            ranges.append(value)
        elif isinstance(value, tuple):
            for one in value:
                collect(one)
        elif isinstance(value, dict):
            collect(tuple(value.values()))
        elif hasattr(value, "model_fields_set"):
            for name in type(value).model_fields:
                collect(getattr(value, name))

    collect(case)
    assert len(ranges) >= 15
    assert all(r.basis == "assumption" and r.reason.startswith("EXAMPLE") for r in ranges)
    assert all(r.low < r.high for r in ranges)
    rows = (*case.statements, *case.pledges, *case.calendar)
    assert all("EXAMPLE" in f"{r}" and "no source" in f"{r}" for r in rows)
    assert {s.kind for s in case.statements} == {"forecast"}
    assert {s.rank for s in case.statements} == {"author"}


def test_nothing_is_overwritten(tmp_path: Path, willing: Callable[..., Run]) -> None:
    place = tmp_path / "letters"
    place.mkdir()
    (place / "letter.txt").write_text("dear")
    for target in (place, place / "letter.txt"):
        run = willing("new", target, "--title", "T")
        assert (run.status, run.out) == (2, "")
        assert "expected a new folder" in run.err
    assert [p.name for p in place.iterdir()] == ["letter.txt"]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert willing("new", empty, "--title", "T").status == 0
    assert willing("new", empty, "--title", "T").status == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--host", "UKX"], "found 'UKX'; expected the ISO 3166-1 alpha-3 code"),
        (["--candidate", "XYZ"], "found 'XYZ'; expected the ISO 3166-1 alpha-3 code"),
        (["--host", "ukr"], "Did you mean 'UKR' (Ukraine)?"),
        (["--host", "UKR", "--lead", "UKR"], "found UKR as host and as lead"),
        (["--as-of", "05.04.2025"], "found '05.04.2025' for --as-of"),
        (["--title", "  "], "found an empty title"),
    ],
)
def test_bad_arguments(
    arguments: list[str], message: str, tmp_path: Path, willing: Callable[..., Run]
) -> None:
    run = willing("new", tmp_path / "new", "--title", "T", *arguments)
    assert run.status == 2
    assert message in run.err
    assert not (tmp_path / "new").exists()


def test_a_folder_name_becomes_the_id(tmp_path: Path, willing: Callable[..., Run]) -> None:
    for name, id in (("Red Sea 2026", "red-sea-2026"), ("...", "case"), ("мир", "case")):
        assert willing("new", tmp_path / name, "--title", "T").status == 0
        assert load(tmp_path / name).id == id
