"""Texts -> case, or every fault in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from willing.case._draft import SECTIONS, TABLES, Draft, Finding, Path
from willing.case.case import Case, CaseFile
from willing.case.consistency import findings
from willing.case.folder import _csv, _yaml
from willing.case.folder._catalogues import catalogues
from willing.case.folder._explain import explain, shown
from willing.case.tables import Actor, CalendarEntry, Pledge, Question, Resolution, Statement
from willing.errors import Fault, nearest

__all__ = ["CASE", "NOUNS", "Parsed", "columns", "parse", "read_table"]

CASE = "case.yaml"
#: table -> the noun of its rows
NOUNS: dict[str, type[BaseModel]] = {
    "actors": Actor,
    "statements": Statement,
    "pledges": Pledge,
    "calendar": CalendarEntry,
    "questions": Question,
    "resolutions": Resolution,
}
_Place = tuple[str, int, int]


@dataclass
class Parsed:
    """What texts say: a case, or the faults that keep them from being one."""

    draft: Draft = field(default_factory=Draft)
    faults: list[Fault] = field(default_factory=list)
    case: Case | None = None


def columns(table: str) -> dict[str, bool]:
    """Return a table's columns in order, and whether each is required."""
    return {n: info.is_required() for n, info in NOUNS[table].model_fields.items()}


def parse(texts: dict[str, str]) -> Parsed:
    """Read the texts of a case folder, by file name; a missing one is an empty table.

    Faults are sorted by file (the case first, then the tables) and place.
    """
    parsed = Parsed()
    files = [CASE, *(f"{t}.csv" for t in TABLES)]
    places: dict[str, Callable[[Finding], _Place]] = {}
    places[CASE] = _case_file(texts[CASE], parsed)
    for table in TABLES:
        parsed.draft.items[table], parsed.draft.ids[table] = [], set()
        if (name := f"{table}.csv") in texts:
            places[table] = read_table(table, texts[name], parsed)
    parsed.draft.catalogues = catalogues()
    for finding in findings(parsed.draft):
        place = places.get(str(finding.path[0]), places[CASE])(finding)
        parsed.faults.append(Fault(*place, finding.found, finding.expected, finding.suggestion))
    parsed.faults = sorted(
        dict.fromkeys(parsed.faults), key=lambda f: (files.index(f.file), f.line, f.column)
    )
    if not parsed.faults:
        items = {n: tuple(i for _, i in pairs) for n, pairs in parsed.draft.items.items()}
        parsed.case = Case.model_validate({**parsed.draft.fields, **items})
    return parsed


@cache
def _adapter(model: type[BaseModel], name: str, item: bool = False) -> TypeAdapter[Any]:
    """Return the validator of a field, or of one item of it, as the noun declares it."""
    return TypeAdapter(_declared(model, name, item))


def _declared(model: type[BaseModel], name: str, item: bool = False) -> Any:
    info = model.model_fields[name]
    if item:
        return get_args(info.annotation)[0]
    kind: Any = info.annotation
    for extra in info.metadata:
        kind = Annotated[kind, extra]
    return kind


def _splitter(text: str) -> Callable[[], list[str]]:
    """Return the lines of a text on demand, split once."""
    return cache(lambda: re.split(r"\r\n|\n|\r", text))


def _within(lines: list[str], place: tuple[int, int], value: str, column: int) -> tuple[int, int]:
    """Return where a column of an expression stands in the text that holds it.

    The value may be quoted, folded or broken over lines: only spaces differ from the text, so
    that counting the other characters leads to the place.
    """
    line, start = place
    if re.match(r"[|>][-+0-9]*\s*(#.*)?$", lines[line - 1][start - 1 :]):
        line, start = line + 1, 1
    elif lines[line - 1][start - 1 : start] in {'"', "'"}:
        start += 1
    ahead = len(re.sub(r"\s", "", value[: column - 1]))
    for number in range(line, len(lines) + 1):
        for at in range(start - 1, len(lines[number - 1])):
            if not lines[number - 1][at].isspace():
                if ahead == 0:
                    return (number, at + 1)
                ahead -= 1
        start = 1
    return place


def _value(data: Any, path: Path) -> str:
    for step in path:
        data = data[step]
    return str(data)


def _case_file(text: str, parsed: Parsed) -> Callable[[Finding], _Place]:
    document = _yaml.read(text, CASE)
    parsed.faults += document.faults
    draft = parsed.draft
    split = _splitter(text)

    def place(finding: Finding) -> _Place:
        at = document.keys.get(finding.path) if finding.on_key else None
        line, column = at or document.place(finding.path)
        if finding.column and finding.path in document.values:
            value = _value(document.data, finding.path)
            line, column = _within(split(), (line, column), value, finding.column)
        return (CASE, line, column)

    def add(finding: Finding) -> None:
        if any(finding.path[:n] in document.spoilt for n in range(len(finding.path) + 1)):
            return
        fault = Fault(*place(finding), finding.found, finding.expected, finding.suggestion)
        parsed.faults.append(fault)

    def validate(value: Any, path: Path, declared: Any, adapter: TypeAdapter[Any]) -> Any:
        try:
            return adapter.validate_python(value)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                add(explain(detail, path, declared))
            return None

    draft.unread |= set(SECTIONS)
    if () in document.spoilt:
        return place
    if not isinstance(document.data, dict):
        add(
            Finding(
                (),
                shown(document.data),
                "the fields of a case: " + ", ".join(CaseFile.model_fields),
            )
        )
        return place
    valid = list(CaseFile.model_fields)
    for name in document.data:
        if name not in valid:
            expected = "one of " + ", ".join(valid)
            add(Finding((name,), f"the field {name!r}", expected, nearest(name, valid), 0, True))
    for name, info in CaseFile.model_fields.items():
        value = document.data.get(name)
        if name not in document.data or (value is None and (name,) not in document.spoilt):
            if info.is_required():
                add(Finding((name,), f"no {name!r}", f"the field {name!r}"))
            elif name in SECTIONS:
                draft.unread.discard(name)
        elif name in SECTIONS:
            if not isinstance(value, list):
                add(Finding((name,), shown(value), "a list"))
                continue
            draft.items[name], draft.ids[name] = [], set()
            if not any(path[:1] == (name,) for path in document.spoilt):
                draft.unread.discard(name)
            if not value and name == "formats":
                add(Finding((name,), "an empty list", "at least one format"))
            for number, raw in enumerate(value):
                if isinstance(raw, dict) and isinstance(raw.get("id"), str):
                    draft.ids[name].add(raw["id"].strip())
                if name == "approvals" and isinstance(raw, dict):
                    draft.ids[name].add(str(raw.get("actor")))
                declared = _declared(CaseFile, name, True)
                adapter = _adapter(CaseFile, name, True)
                item = validate(raw, (name, number), declared, adapter)
                if item is not None:
                    draft.items[name].append((number, item))
        else:
            declared, adapter = _declared(CaseFile, name), _adapter(CaseFile, name)
            taken = validate(value, (name,), declared, adapter)
            if taken is not None:
                draft.fields[name] = taken
    return place


def read_table(table: str, text: str, parsed: Parsed) -> Callable[[Finding], _Place]:
    """Read a table into the draft; return what finds the place of a later finding in it."""
    file, noun = f"{table}.csv", NOUNS[table]
    read = _csv.read(text, file, columns(table))
    parsed.faults += read.faults
    absent = set(columns(table)) - set(read.columns)
    split = _splitter(text)

    def place(finding: Finding) -> _Place:
        if len(finding.path) < 2:
            return (file, 1, 1)
        number = int(finding.path[1])
        name = str(finding.path[2]) if len(finding.path) > 2 else ""
        if (cell := read.rows[number].get(name)) is None:
            return (file, *read.places[number])
        if not finding.column:
            return (file, cell.line, cell.column)
        return (file, *_within(split(), (cell.line, cell.column), cell.text, finding.column))

    parsed.draft.ids[table] |= read.lost
    if not read.whole or "id" not in read.columns:
        parsed.draft.unread.add(table)
    for number, row in enumerate(read.rows):
        if "id" in row:
            parsed.draft.ids[table].add(row["id"].text.strip())
        try:
            item = noun.model_validate({n: c.text for n, c in row.items()})
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                if detail["type"] == "missing" and detail["loc"][0] in absent:
                    continue
                finding = explain(detail, (table, number), noun)
                if detail["type"] == "missing":
                    expected = f"a value in the column {detail['loc'][0]!r}"
                    finding = Finding((table, number), "a blank cell", expected)
                at = place(finding)
                name = finding.path[2] if len(finding.path) > 2 else None
                found = f"{finding.found} in the column {name!r}" if name else finding.found
                parsed.faults.append(Fault(*at, found, finding.expected, finding.suggestion))
            continue
        parsed.draft.items[table].append((number, item))
    return place
