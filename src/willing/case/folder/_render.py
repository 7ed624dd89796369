"""Case -> the texts of its folder, without loss: reading them gives the same case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import yaml
from pydantic import BaseModel

from willing.case._draft import TABLES
from willing.case.case import Case, CaseFile
from willing.case.folder._parse import CASE, columns
from willing.case.folder._yaml import resolve

__all__ = ["case_yaml", "lines", "render"]


_TAGS = {type(None): "null", bool: "bool", int: "int", float: "float", dt.date: "timestamp"}


class _Dumper(yaml.SafeDumper):
    """Writes what :mod:`willing.case.folder._yaml` reads: words stay words, no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        if kind is not yaml.ScalarNode:
            tag: str = super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]
            return tag
        meant = resolve(value) if implicit[0] else value
        return "tag:yaml.org,2002:" + _TAGS.get(type(meant), "str")


def _number(dumper: _Dumper, value: float) -> yaml.Node:
    text = _plain(value)
    kind = _TAGS[type(resolve(text))]
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", text)


def _text(dumper: _Dumper, value: str) -> yaml.Node:
    style = '"' if set(value) & set("\r\x85\u2028\u2029") else None  # breaks that would fold
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(float, _number)
_Dumper.add_representer(str, _text)


def _plain(value: float) -> str:
    """Return a number as a person writes it, and exactly: 3 and not 3.0."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def case_yaml(case: CaseFile) -> str:
    """Return the text of `case.yaml`: fields in the nouns' order, defaults left out."""
    data = case.model_dump(include=set(CaseFile.model_fields), by_alias=True, exclude_defaults=True)
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=96)
    return text


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _plain(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if set(text) & set('",\r\n') else text


def lines(rows: Iterable[BaseModel], names: Sequence[str], end: str = "\n") -> str:
    """Return rows as CSV lines with the given columns; blank where nothing is known."""
    return "".join(",".join(_cell(getattr(row, n)) for n in names) + end for row in rows)


def render(case: Case) -> dict[str, str]:
    """Return the texts of a case folder by file name; an empty optional table has none."""
    texts = {CASE: case_yaml(case)}
    for table in TABLES:
        rows = getattr(case, table)
        if rows or table in TABLES[:2]:
            names = list(columns(table))
            texts[f"{table}.csv"] = ",".join(names) + "\n" + lines(rows, names)
    return texts
