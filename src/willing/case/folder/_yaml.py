"""YAML read safely: plain data with the line and column of every key and value.

Works on the stream of parser events, so that nothing is constructed: no tags, no anchors or
aliases, no second document, no duplicate keys, bounded depth and size. Plain scalars follow the
YAML 1.2 core schema (`on`, `yes` and `no` are words) and ISO dates.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from willing.errors import Fault

Path = tuple[str | int, ...]

MAX_DEPTH = 16
MAX_NODES = 100_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?[0-9]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_SPECIAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass
class Document:
    """What a YAML text says: data, and the place (line, column from 1) of each key and value."""

    data: Any = None
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    #: paths whose value could not be taken; nothing more is said about them
    spoilt: set[Path] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def place(self, path: Path) -> tuple[int, int]:
        """Return the place of a value, or of the nearest thing around it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))


def resolve(text: str) -> Any:
    """Return what a plain scalar means: nothing, a truth value, a number, a day or a word."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text) and len(text) < 4_000:
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _SPECIAL.fullmatch(text):
        return float(text.replace(".", ""))
    if _DAY.fullmatch(text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            return text
    return text


def read(text: str, file: str) -> Document:
    """Read one YAML document; every fault that can be seen is in `faults`."""
    return _Reader(text, file).document


class _TooMuchError(Exception):
    pass


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.document = Document()
        self.nodes = 0
        try:
            events = yaml.parse(text, Loader=_LOADER)
            self.stream(events)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            said = error.problem or error.context or "it cannot be read"
            self.fault(place, f"YAML that cannot be parsed ({said})", "valid YAML")
            self.document.spoilt.add(())
        except yaml.reader.ReaderError as error:
            before = text[: error.position]
            place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
            code = error.character
            shown = f"U+{code:04X}" if isinstance(code, int) else repr(code)
            self.fault(place, f"the character {shown}", "printable text")
            self.document.spoilt.add(())
        except _TooMuchError:
            self.document.spoilt.add(())

    def fault(
        self, place: tuple[int, int], found: str, expected: str, hint: str | None = None
    ) -> None:
        self.document.faults.append(Fault(self.file, *place, found, expected, hint))

    def stream(self, events: Iterator[Any]) -> None:
        seen = False
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    self.fault(_place(event), "a second document", "one document")
                    return
                seen = True
                self.document.data = self.node(next(events), events, ())
        if not seen:
            self.document.spoilt.add(())
            self.fault((1, 1), "an empty file", "the fields of a case")

    def node(self, event: Any, events: Iterator[Any], path: Path) -> Any:
        place = _place(event)
        self.nodes += 1
        if len(path) > MAX_DEPTH or self.nodes > MAX_NODES:
            what = "deeper nesting" if len(path) > MAX_DEPTH else "more values"
            limit = f"{MAX_DEPTH} levels" if len(path) > MAX_DEPTH else f"{MAX_NODES} values"
            self.fault(place, f"{what} than a case needs", f"at most {limit}")
            raise _TooMuchError
        self.document.values.setdefault(path, place)
        if isinstance(event, yaml.AliasEvent):
            self.spoil(place, path, f"the alias *{event.anchor}", "the value itself")
            return None
        if event.anchor is not None:
            self.fault(place, f"the anchor &{event.anchor}", "no anchors: write the value out")
        if event.tag not in (None, "!"):
            self.spoil(place, path, f"the tag {event.tag}", "plain values without tags")
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0] and event.style in (None, "")
            return resolve(event.value) if plain else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                items.append(self.node(inner, events, (*path, len(items))))
            return items
        return self.mapping(events, path)

    def mapping(self, events: Iterator[Any], path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            place = _place(event)
            if not isinstance(event, yaml.ScalarEvent):
                self.spoil(place, path, "a key that is not a word", "a field name")
                self.node(event, events, (*path, "?"))
                self.node(next(events), events, (*path, "?"))
                continue
            key = event.value
            if event.anchor is not None or event.tag not in (None, "!"):
                self.fault(place, f"an anchor or a tag on the key {key!r}", "a plain field name")
            if key in found:
                line = self.document.keys[(*path, key)][0]
                expected = f"each field once (it stands on line {line} already)"
                self.fault(place, f"the field {key!r} again", expected)
                self.node(next(events), events, (*path, key, "?"))
                continue
            self.document.keys[(*path, key)] = place
            found[key] = self.node(next(events), events, (*path, key))
        return found

    def spoil(self, place: tuple[int, int], path: Path, found: str, expected: str) -> None:
        self.document.spoilt.add(path)
        self.fault(place, found, expected)


def _place(event: Any) -> tuple[int, int]:
    return (event.start_mark.line + 1, event.start_mark.column + 1)
