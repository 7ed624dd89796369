"""A case folder as a Frictionless data package: its tables described for any tool that reads CSV.

Source: Data Package v2 and Table Schema (Frictionless Standards, 2024, datapackage.org). The
descriptor stands beside the files of the folder, which stay as they are: the package *is* a case
folder, so that it needs no way back.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from willing.case import Case
from willing.case.fields import meaning
from willing.case.folder import NOUNS

__all__ = ["FILE", "data_package"]

FILE = "datapackage.json"
_KEYS = {"statements": "actor", "pledges": "actor"}
_BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}


def data_package(case: Case, files: Mapping[str, str]) -> dict[str, Any]:
    """Return the descriptor (`datapackage.json`) of a case folder.

    Parameters
    ----------
    case
        The case that the files hold.
    files
        Text of each file of the folder, by name; hashes and sizes are of their UTF-8 bytes.
    """
    resources = [_resource(name, text) for name, text in sorted(files.items())]
    sources = {s.publisher: s.source_url for s in case.statements if s.source_url}
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": case.id,
        "title": case.title,
        "description": " ".join((case.summary or case.question).split()),
        "created": f"{case.as_of.isoformat()}T00:00:00Z",
        "keywords": ["peacekeeping", "coalition", "diplomacy"],
        "willing:as_of": case.as_of.isoformat(),
        "willing:handling": case.handling,
        "sources": [{"title": t or u, "path": u} for t, u in sorted(sources.items())],
        "resources": resources,
    }


def _resource(file: str, text: str) -> dict[str, Any]:
    stem, _, ending = file.rpartition(".")
    data = text.encode()
    about: dict[str, Any] = {
        "name": stem.lower(),
        "path": file,
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
    }
    if stem not in NOUNS:
        return {**about, "format": ending, "mediatype": "application/yaml"}
    header = text.lstrip("\ufeff").splitlines()[0].split(",") if text.strip() else []
    return {
        **about,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "schema": table_schema(stem, [name.strip().strip('"') for name in header]),
    }


def table_schema(table: str, header: list[str]) -> dict[str, Any]:
    """Return the Table Schema of a table with these columns, in their order."""
    noun = NOUNS[table]
    columns = {info.alias or name: name for name, info in noun.model_fields.items()}
    schema: dict[str, Any] = {
        "fields": [_field(noun, c, columns[c]) for c in header if c in columns],
        "missingValues": [""],
    }
    if "id" in columns:
        schema["primaryKey"] = ["id"]
    other = [("actors", _KEYS[table], "id")] if table in _KEYS else []
    other += [("questions", "question", "id")] if table == "resolutions" else []
    if other:
        schema["foreignKeys"] = [
            {"fields": [own], "reference": {"resource": name, "fields": [theirs]}}
            for name, own, theirs in other
        ]
    return schema


def _field(noun: type[BaseModel], column: str, name: str) -> dict[str, Any]:
    info = noun.model_fields[name]
    kind, bounds = _plain(info.annotation, list(info.metadata))
    field: dict[str, Any] = {"name": column, "type": kind, "description": meaning(noun, name)}
    if kind == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    limits: dict[str, Any] = {"required": True} if info.is_required() else {}
    if column == "id":
        limits["unique"] = True
    limits |= bounds
    return {**field, "constraints": limits} if limits else field


def _plain(kind: Any, extra: list[Any]) -> tuple[str, dict[str, Any]]:
    """Return the Table Schema type of an annotation, and its constraints."""
    if get_origin(kind) is Annotated:
        inner, *more = get_args(kind)
        return _plain(inner, [*more, *extra])
    if get_origin(kind) in {Union, UnionType}:
        rest = [one for one in get_args(kind) if one is not type(None)]
        return _plain(rest[0], extra) if len(rest) == 1 else ("string", {})
    if get_origin(kind) is Literal:
        words = list(get_args(kind))
        return "string" if isinstance(words[0], str) else "integer", {"enum": words}
    names = {bool: "boolean", int: "integer", float: "number", dt.date: "date"}
    limits: dict[str, Any] = {}
    for one in extra:
        for part in getattr(one, "metadata", [one]):
            for attribute, word in _BOUNDS.items():
                bound = getattr(part, attribute, None)
                if bound is not None:
                    limits[word] = bound
            pattern = getattr(part, "pattern", None)
            if isinstance(pattern, str):
                limits["pattern"] = pattern
    return names.get(kind, "string"), limits
