"""Reading a CSV table (plain or gzip) with its columns checked; every fault is told at once."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from willing.errors import Fault, FaultsError, UnreadableError, nearest

__all__ = ["Column", "Row", "header", "number", "read_table", "split_list"]

MAX_BYTES = 200_000_000
# So alike, by difflib's ratio, is a name to its misspelling.
MISSPELT = 0.88
# What R and pandas write for a value that is missing.
MISSING = frozenset({"NA", "N/A", "NaN", "nan", "NULL", "None", "<NA>"})
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column a loader needs. `numeric` columns hold a number or nothing.

    `low` and `high` bound the numbers; `blank` says whether a blank is allowed, `optional`
    whether the column may be absent, in which case its cells are blank.
    """

    name: str
    numeric: bool = False
    blank: bool = True
    optional: bool = False
    low: float | None = None
    high: float | None = None


def read_table(
    path: Path, columns: Iterable[Column], delimiter: str = ","
) -> list[tuple[int, Row]]:
    """Read rows as (line, {column: text}), stripped; NA and its like are blanks.

    Raises UnreadableError where the file is missing, not a table or not UTF-8; FaultsError with
    every missing column (an optional one where a column is there that looks like a misspelling
    of it), or every value out of place.
    """
    reader = csv.DictReader(io.StringIO(_text(path), newline=""), delimiter=delimiter)
    try:
        names = [name.strip() for name in reader.fieldnames or []]
        reader.fieldnames = names
        wanted = list(columns)
        absent = [c.name for c in wanted if c.name not in names]
        others = set(names) - {c.name for c in wanted}
        may = {c.name for c in wanted if c.optional}
        missing = [n for n in absent if n not in may or get_close_matches(n, others, 1, MISSPELT)]
        if missing:
            raise FaultsError(
                [
                    Fault(str(path), 1, 1, _list(names), f"a column {name!r}", nearest(name, names))
                    for name in missing
                ]
            )
        rows: list[tuple[int, Row]] = []
        faults: list[Fault] = []
        for raw in reader:
            line = reader.line_num
            if None in raw or None in raw.values():
                faults.append(Fault(str(path), line, 1, "a row of another width", _width(names)))
                continue
            row = {name: _cell(str(value)) for name, value in raw.items()}
            row.update(dict.fromkeys(absent, ""))
            for column in wanted:
                fault = _check(column, row[column.name])
                if fault:
                    place = names.index(column.name) + 1 if column.name in names else 1
                    faults.append(Fault(str(path), line, place, repr(row[column.name]), fault))
            rows.append((line, row))
    except csv.Error as error:
        raise UnreadableError(f"{path}: line {reader.line_num}: {error}") from error
    if faults:
        raise FaultsError(faults)
    return rows


def header(path: Path) -> tuple[str, ...]:
    """Return the column names of a table."""
    names = csv.reader(io.StringIO(_text(path), newline=""))
    return tuple(name.strip() for name in next(names, []))


def number(text: str) -> float:
    """Return a number, NaN for a blank."""
    return float(text) if text else float("nan")


def split_list(text: str, separator: str = ",") -> tuple[str, ...]:
    """Split a cell that holds a list."""
    return tuple(part.strip() for part in text.split(separator) if part.strip())


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB")
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(raw)) as stream:
                raw = stream.read(MAX_BYTES + 1)
            if len(raw) > MAX_BYTES:
                raise UnreadableError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB unpacked")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{path}: not UTF-8 text (byte {error.start})") from error
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError(f"{path}: {error}") from error


def _cell(text: str) -> str:
    value = text.strip()
    return "" if value in MISSING else value


def _check(column: Column, text: str) -> str | None:
    if not text:
        return None if column.blank else f"{column.name}: a value"
    if not column.numeric:
        return None
    low = float("-inf") if column.low is None else column.low
    high = float("inf") if column.high is None else column.high
    try:
        value = float(text)
    except ValueError:
        return f"{column.name}: a number"
    if not low <= value <= high:
        return f"{column.name}: a number from {low:g} to {high:g}"
    return None


def _list(names: list[str]) -> str:
    return f"columns {', '.join(names)}" if names else "an empty file"


def _width(names: list[str]) -> str:
    return f"{len(names)} values ({', '.join(names[:4])}, ...)"
