"""The published JSON Schema: true to the nouns, and of use in an editor."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from tests import strategies as own
from tests.case.broken import BROKEN, YAML
from willing.case import Actor, Case, CaseFile, Pledge, Question, Resolution, Statement
from willing.case.fields import MEANING, meaning
from willing.case.folder import _yaml
from willing.case.folder._render import case_yaml
from willing.case.schema import case_schema, nouns, schema_text
from willing.case.tables import CalendarEntry

ROWS = (Actor, Statement, Pledge, CalendarEntry, Question, Resolution)
VALIDATOR = jsonschema.Draft202012Validator(case_schema())


def plain(text: str) -> Any:
    """The data of a YAML text as JSON has it: days are text."""
    return json.loads(json.dumps(_yaml.read(text, YAML).data, default=str))


def test_the_published_schema_is_that_of_the_nouns() -> None:
    published = files("willing.data") / "schema" / "case.schema.json"
    assert published.read_text(encoding="utf-8") == schema_text(), "run tools/schema.py"


def test_it_is_a_valid_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(case_schema())


def test_the_scaffold_conforms(sound: dict[str, str]) -> None:
    assert list(VALIDATOR.iter_errors(plain(sound[YAML]))) == []


@settings(max_examples=20)
@given(own.cases())
def test_saved_cases_conform(case: Case) -> None:
    assert list(VALIDATOR.iter_errors(plain(case_yaml(case)))) == []


SHAPE = {
    "a negative rate",
    "a probability above one",
    "half a week",
    "a truth value for a number",
    "an unknown word of a few",
    "an unknown rung",
    "an unknown kind of condition",
    "an id that is none",
    "a field misspelt",
    "an unknown section",
    "a missing question",
    "a missing field",
    "a word where a list is due",
    "a number for words",
}


@pytest.mark.parametrize("broken", [b for b in BROKEN if b.name in SHAPE], ids=lambda b: b.name)
def test_it_finds_what_has_the_wrong_shape(broken: Any, sound: dict[str, str]) -> None:
    text = sound[YAML].replace(broken.old, broken.new, 1)
    assert list(VALIDATOR.iter_errors(plain(text))) != []


def test_the_list_of_shapes_is_that_of_the_table() -> None:
    assert {b.name for b in BROKEN if b.file == YAML} >= SHAPE


def test_every_field_has_a_meaning_and_every_meaning_a_field() -> None:
    every = [*nouns(), *ROWS]
    used = set()
    for noun in every:
        for name, info in noun.model_fields.items():
            said = meaning(noun, name)
            assert said.endswith(".")
            assert len(said) <= 120
            if not info.description:
                owners = [n.__name__ for n in noun.__mro__ if name in MEANING.get(n.__name__, {})]
                used.add(([*owners, "*"][0], name))
    written = {(noun, name) for noun, names in MEANING.items() for name in names}
    assert written == used


def test_every_definition_is_described() -> None:
    schema = case_schema()
    for part in (schema, *schema["$defs"].values()):
        assert part["description"]
        assert all(p["description"] for p in part["properties"].values())


def test_nouns_are_each_named_once() -> None:
    names = [n.__name__ for n in nouns()]
    assert len(names) == len(set(names))
    assert names[0] == CaseFile.__name__
    assert "Event" in names
    assert "Rate" in names
