"""Consistency as a library: contradictions, cases built in code, ids and states."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies as own
from willing.case import Case, Statement, contradictions, list_cases, load
from willing.case._draft import Draft
from willing.case.consistency import findings
from willing.case.folder._catalogues import catalogues
from willing.case.states import FORMER, NAMES, is_state


def said(id: str, stance: str, **fields: object) -> Statement:
    base = own.blank_case().statements[0]
    return base.model_copy(update={"id": id, "stance": stance, "kind": "actor", **fields})


def with_statements(*statements: Statement) -> Case:
    return own.blank_case().model_copy(update={"statements": statements})


def test_two_stances_on_one_day_are_a_contradiction() -> None:
    (found,) = contradictions(with_statements(said("A", "commit"), said("B", "decline")))
    assert found.actor == "FRA"
    assert found.date == own.DAY
    assert found.statements == (("A", "commit"), ("B", "decline"))
    assert found.as_dict()["statements"][1] == {"id": "B", "stance": "decline"}
    assert str(found) == "FRA on 2025-04-05, participation, any: commit (A), decline (B)"


@pytest.mark.parametrize(
    "other",
    [
        said("B", "commit"),
        said("B", "decline", actor="POL"),
        said("B", "decline", domain="land"),
        said("B", "decline", issue="mission"),
        said("B", "decline", date=own.DAY - dt.timedelta(days=1)),
        said("B", "decline", kind="forecast"),
    ],
)
def test_what_is_no_contradiction(other: Statement) -> None:
    assert contradictions(with_statements(said("A", "commit"), other)) == []


@settings(max_examples=40)
@given(st.lists(own.statements(("FRA", "POL")), max_size=12), st.randoms(use_true_random=False))
def test_order_has_no_influence_on_what_contradicts(rows: list[Statement], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    def keys(statements: list[Statement]) -> list[tuple[object, ...]]:
        found = contradictions(with_statements(*statements))
        return [(c.actor, c.date, c.issue, c.domain, sorted(c.statements)) for c in found]

    assert keys(rows) == keys(shuffled)


def test_a_case_built_in_code_can_be_checked() -> None:
    case = own.blank_case()
    assert list(findings(Draft.of(case))) == []
    broken = case.model_copy(update={"format": "none"})
    assert [f.path for f in findings(Draft.of(broken))] == [("format",)]


@settings(max_examples=30)
@given(own.cases())
def test_generated_cases_are_sound(case: Case) -> None:
    assert list(findings(Draft.of(case))) == []


def test_statements_from_after_the_day_of_the_case_may_stay(folder: Path) -> None:
    path = folder / "statements.csv"
    text = path.read_text(encoding="utf-8").replace("EX-1,2025-04-05", "EX-1,2025-06-01")
    path.write_text(text, encoding="utf-8")
    case = load(folder)
    assert "EX-1" in {s.id for s in case.statements}
    assert "EX-1" not in {s.id for s in case.as_known(case.as_of).statements}


def test_shipped_cases_are_sound() -> None:
    for id in list_cases():
        assert load(id).id == id


def test_a_folder_goes_before_a_shipped_case_of_its_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    assert load("small").title == "A small case"
    assert load(Path("small")) == load(folder) == load(str(folder) + "/")


def test_states() -> None:
    assert NAMES["UKR"] == "Ukraine"
    assert len(NAMES) == 250  # the 249 of ISO 3166-1, and XKX
    assert not set(NAMES) & set(FORMER)
    assert all(len(code) == 3 and code.isupper() and name for code, name in NAMES.items())
    assert is_state("XXH")
    assert is_state("YUG")
    assert not is_state("EUR")
    assert not is_state("ukr")


def test_forum_rules_are_those_that_forums_load() -> None:
    from willing.forums import forum_ids

    assert catalogues()["rules"] == set(forum_ids())
