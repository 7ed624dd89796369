"""The reference says what the code does."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from tools import reference as tool
from willing.case import STANCES
from willing.case._references import ISSUES, MILESTONES, WAR_CONDITIONS
from willing.case._rows import EFFECTS
from willing.case.folder import FILES, MAX_BYTES
from willing.case.folder._parse import NOUNS
from willing.case.folder._yaml import MAX_DEPTH
from willing.case.schema import nouns

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
FOLDER = (REFERENCE / "case-folder.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["case-folder.md", "conditions.md"])
def test_tables_are_those_of_the_nouns(page: str) -> None:
    assert not tool.stale(f"reference/{page}"), "run `make reference`"


def test_every_noun_and_file_is_there() -> None:
    shown = set(re.findall(r"<!-- fields: (\w+) -->", FOLDER))
    every = {n.__name__ for n in (*nouns(), *NOUNS.values())}
    assert shown == (every | {"Range"}) - {"Positive", "Share"}
    assert all(f"`{name}`" in FOLDER for name in FILES)


def test_every_field_of_the_nouns_is_in_its_table() -> None:
    for name in re.findall(r"<!-- fields: (\w+) -->", FOLDER):
        noun = tool.EVERY[name]
        block = FOLDER.split(f"<!-- fields: {name} -->")[1].split("<!-- end -->")[0]
        fields = [info.alias or n for n, info in noun.model_fields.items()]
        assert re.findall(r"^\| `(\w+)` ", block, re.MULTILINE) == fields


def test_what_the_text_says_holds() -> None:
    for word in (*STANCES, *MILESTONES, *WAR_CONDITIONS, *ISSUES):
        assert f"`{word}`" in FOLDER
    assert f"at most {MAX_BYTES // 1_000_000} MB" in FOLDER
    assert f"at most {MAX_DEPTH}\n  levels" in FOLDER
    for do, (needed, allowed) in EFFECTS.items():
        cells = [", ".join(f"`{n}`" for n in names) for names in (needed, allowed)]
        assert re.search(
            rf"^\| `{do}` \| {re.escape(cells[0])} \| {re.escape(cells[1])} ?\|$",
            FOLDER,
            re.MULTILINE,
        ), do


def test_the_examples_run() -> None:
    page = str(REFERENCE / "conditions.md")
    result = doctest.testfile(page, module_relative=False)
    assert result.attempted >= 6
    assert result.failed == 0
