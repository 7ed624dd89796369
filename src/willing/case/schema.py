"""The JSON Schema of `case.yaml`, made from the nouns, for editors and other programs."""

from __future__ import annotations

import json
from typing import Any

from willing.case.case import CaseFile

__all__ = ["case_schema", "schema_text"]

IDENTIFIER = "urn:willing:schema:case:1"


def case_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of `case.yaml`.

    It says what a field can hold by itself. What must agree with something else (an actor that is
    listed, an expression that parses) is for `willing check`.
    """
    made = CaseFile.model_json_schema(by_alias=True, mode="validation")
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": IDENTIFIER,
        "title": "A Willing case",
        "description": "The fields of case.yaml in a case folder.",
    }
    return {**described, **{k: v for k, v in made.items() if k not in described}}


def schema_text() -> str:
    """Return the schema as it is published."""
    return json.dumps(case_schema(), indent=2, ensure_ascii=False) + "\n"
