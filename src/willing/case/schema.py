"""The JSON Schema of `case.yaml`, made from the nouns, for editors and other programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel

from willing.case.case import CaseFile

__all__ = ["case_schema", "nouns", "schema_text"]

#: bounds that stand outside a validator of ours, which the nouns' own schema leaves out
_BOUNDS: dict[type, tuple[str, str]] = {
    Ge: ("ge", "minimum"),
    Gt: ("gt", "exclusiveMinimum"),
    Le: ("le", "maximum"),
    Lt: ("lt", "exclusiveMaximum"),
}
IDENTIFIER = "urn:willing:schema:case:1"


def nouns(root: type[BaseModel] = CaseFile) -> Iterator[type[BaseModel]]:
    """Yield a noun and all that it is made of, each once, in the order of the fields."""
    seen: dict[type[BaseModel], None] = {}

    def visit(kind: Any) -> None:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if kind not in seen:
                seen[kind] = None
                for info in kind.model_fields.values():
                    visit(info.annotation)
        else:
            for inner in get_args(kind):
                visit(inner)

    visit(root)
    yield from seen


def case_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of `case.yaml`.

    It says what a field can hold by itself. What must agree with something else (an actor that is
    listed, an expression that parses) is for `willing check`.
    """
    made = CaseFile.model_json_schema(by_alias=True, mode="validation")
    for noun in nouns():
        part = made if noun is CaseFile else made["$defs"][noun.__name__]
        part["description"] = " ".join((noun.__doc__ or "").split("\n\n")[0].split())
        for name, info in noun.model_fields.items():
            held = part["properties"][info.alias or name]
            for bound in info.metadata:
                for kind, (attribute, word) in _BOUNDS.items():
                    if isinstance(bound, kind):
                        held[word] = getattr(bound, attribute)
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": IDENTIFIER,
        "title": "A Willing case",
    }
    return {**described, **{k: v for k, v in made.items() if k not in described}}


def schema_text() -> str:
    """Return the schema as it is published."""
    return json.dumps(case_schema(), indent=2, ensure_ascii=False) + "\n"
