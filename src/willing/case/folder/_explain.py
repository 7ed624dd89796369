"""What a validation error means, in the words of the field: found, expected, nearest valid word."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from willing.case._draft import Finding, Path
from willing.case.values import ActorId, CaseId, Slug
from willing.errors import nearest

__all__ = ["explain", "shown"]

_PATTERNS = {
    Slug: "an id of lower-case letters, digits and _, beginning with a letter, at most 40 long",
    CaseId: "an id of lower-case letters, digits and -, at most 60 long",
    ActorId: "an actor's id in capitals: ISO 3166-1 alpha-3 for a state (UKR), letters for others",
}
_BY_PATTERN = {
    next(m.pattern for m in get_args(kind)[1:] if getattr(m, "pattern", None)): said
    for kind, said in _PATTERNS.items()
}
_ROW_ID = "an id of letters, digits and _.:-, at most 64 long"
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")
_SIMPLE = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of reasonable size",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "fields with values",
    "model_type": "fields with values",
    "model_attributes_type": "fields with values",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "a number of at least"),
    "greater_than": ("gt", "a number above"),
    "less_than_equal": ("le", "a number of at most"),
    "less_than": ("lt", "a number below"),
}


def shown(value: Any) -> str:
    """Return a value as a fault shows it: short, and plain about its kind."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "fields with values"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, dt.date):
        return f"the date {value}"
    if isinstance(value, int | float):
        return f"the number {value}" if len(str(value)) < 40 else "a very long number"
    text = str(value)
    return repr(text if len(text) <= 60 else text[:57] + "...")


def explain(error: ErrorDetails, base: Path, root: Any) -> Finding:
    """Return the finding behind one validation error.

    Parameters
    ----------
    error
        As pydantic reports it.
    base
        Path of the value that was validated.
    root
        The type it was validated as: valid words of a missing or an unknown field come from it.
    """
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    inner, model = _untangle(error["loc"], root)
    path = (*base, *inner)
    name = str(path[-1]) if path else ""
    if kind == "missing":
        return Finding(path, f"no {name!r}", f"the field {name!r}")
    if kind == "extra_forbidden":
        valid = [i.alias or n for n, i in model.model_fields.items()] if model else []
        found = f"the field {name!r}"
        return Finding(path, found, "one of " + ", ".join(valid), nearest(name, valid), on_key=True)
    if kind in {"literal_error", "enum"}:
        words = _QUOTED.findall(context["expected"])
        expected = "one of " + ", ".join(words) if len(words) > 1 else context["expected"]
        return Finding(path, shown(value), expected, _near(value, words))
    if kind == "union_tag_invalid":
        words = _QUOTED.findall(context["expected_tags"])
        expected = "one of " + ", ".join(words)
        return Finding(
            (*path, "kind"), shown(context["tag"]), expected, _near(context["tag"], words)
        )
    if kind == "union_tag_not_found":
        return Finding((*path, "kind"), "no 'kind'", "the field 'kind': event, consent or derived")
    if kind == "string_pattern_mismatch":
        return Finding(path, shown(value), _BY_PATTERN.get(context["pattern"], _ROW_ID))
    if kind == "string_type":
        hint = f'"{value}"' if isinstance(value, bool | int | float | dt.date) else None
        return Finding(path, shown(value), "text (in quotes where it looks like a number)", hint)
    if kind == "too_short":
        return Finding(path, "nothing", f"at least {context['min_length']}")
    if kind == "string_too_long":
        found = f"{len(str(value))} characters"
        return Finding(path, found, f"at most {context['max_length']} characters")
    if kind in _BOUNDS:
        bound, said = _BOUNDS[kind]
        return Finding(path, shown(value), f"{said} {context[bound]:g}")
    if kind == "value_error":
        expected, _, found = str(context["error"]).partition(", found ")
        first = expected.split()[0]
        if isinstance(value, dict) and first in value:
            path = (*path, first)
        return Finding(path, found or shown(value), expected)
    expected = _SIMPLE.get(kind, error["msg"][:1].lower() + error["msg"][1:])
    return Finding(path, shown(value), expected)


def _near(value: Any, words: list[str]) -> str | None:
    return nearest(value, words) if isinstance(value, str) else None


def _untangle(loc: tuple[int | str, ...], root: Any) -> tuple[Path, type[BaseModel] | None]:
    """Return the path as a file would name it, and the model that holds the last step.

    Pydantic puts the chosen member of a union between a list and a field; a file does not.
    """
    path: list[int | str] = []
    here: Any = root
    model: type[BaseModel] | None = None
    for step in loc:
        chosen = _member(here, step)
        if chosen is not None:
            here = chosen
            continue
        if step == "[key]":
            continue
        here = _bare(here)
        if isinstance(here, type) and issubclass(here, BaseModel):
            model = here
            fields = {info.alias or n: info for n, info in here.model_fields.items()}
            named = fields.get(str(step)) or here.model_fields.get(str(step))
            here = named.annotation if named else None
        elif get_origin(here) is tuple:
            here = get_args(here)[0]
        elif get_origin(here) is dict:
            here = get_args(here)[1]
        path.append(step)
    return tuple(path), model


def _bare(kind: Any) -> Any:
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    members = [a for a in get_args(kind) if a is not type(None)]
    optional = len(members) == 1 and get_origin(kind) not in {tuple, dict, Literal}
    return _bare(members[0]) if optional else kind


def _member(kind: Any, tag: int | str) -> type[BaseModel] | None:
    """Return the member of a union of nouns that a tag chooses."""
    for one in get_args(_bare(kind)):
        if isinstance(one, type) and issubclass(one, BaseModel):
            kinds = one.model_fields.get("kind")
            if kinds is not None and tag in get_args(kinds.annotation):
                return one
    return None
