"""CSV read strictly (RFC 4180, commas), with the line and column of every cell."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from willing.errors import Fault, nearest

_CELL = re.compile(r'"(?P<quoted>(?:[^"]|"")*)"(?=[,\r\n]|\Z)|(?P<plain>[^",\r\n]*)(?=[,\r\n]|\Z)')
_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, and where it begins."""

    text: str
    line: int
    column: int


@dataclass
class Table:
    """The rows of a table as mappings of column to cell; blank cells are left out."""

    columns: list[str] = field(default_factory=list)
    rows: list[dict[str, Cell]] = field(default_factory=list)
    #: where each row begins
    places: list[tuple[int, int]] = field(default_factory=list)
    #: ids of rows that could not be taken apart
    lost: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    #: whether the text could be taken apart to its end
    whole: bool = True


def cells(text: str, file: str, faults: list[Fault]) -> list[list[Cell]]:
    """Take a text apart into lines of cells; blank lines are passed over."""
    lines: list[list[Cell]] = []
    row: list[Cell] = []
    at, line, start = 0, 1, 0
    while at < len(text) or row:
        match = _CELL.match(text, at)
        if not match:
            column = at - start + 1
            if text[at] == '"':
                closed = re.compile(r'"(?:[^"]|"")*"').match(text, at)
                what = "text after a closing quote" if closed else "a quote that is never closed"
                faults.append(Fault(file, line, column, what, "a cell closed by one quote"))
            else:
                faults.append(
                    Fault(
                        file,
                        line,
                        column,
                        "a quote inside an unquoted cell",
                        'the whole cell in quotes, and each quote within it doubled ("")',
                    )
                )
            return lines
        quoted = match.group("quoted")
        value = match.group("plain") if quoted is None else quoted.replace('""', '"')
        row.append(Cell(value, line, at - start + 1 + (quoted is not None)))
        for inner in _BREAK.finditer(match.group()):
            line += 1
            start = at + inner.end()
        at = match.end()
        if text[at : at + 1] == ",":
            at += 1
            if at == len(text):
                row.append(Cell("", line, at - start + 1))
                break
            continue
        if broken := _BREAK.match(text, at):
            at = broken.end()
        if len(row) > 1 or row[0].text.strip():
            lines.append(row)
        row, line, start = [], line + 1, at
    if row:
        lines.append(row)
    return lines


def read(text: str, file: str, columns: dict[str, bool], key: str = "id") -> Table:
    """Read a table whose columns are given as name -> whether it is required."""
    table = Table()
    lines = cells(text, file, table.faults)
    table.whole = not table.faults
    if not lines:
        if not table.faults:
            expected = "a first line with the column names " + ",".join(columns)
            table.faults.append(Fault(file, 1, 1, "an empty file", expected))
        return table
    header, *body = lines
    for cell in header:
        name = cell.text.strip()
        table.columns.append(name)
        if name in table.columns[:-1]:
            found, expected, hint = f"the column {name!r} again", "each column once", None
        elif name not in columns:
            found = f"the column {name!r}" if name else "a column without a name"
            expected, hint = "one of " + ", ".join(columns), nearest(name, list(columns))
            if len(header) == 1 and (";" in name or "\t" in name):
                expected, hint = "columns separated by commas", None
        else:
            continue
        table.faults.append(Fault(file, cell.line, cell.column, found, expected, hint))
    for name, required in columns.items():
        if required and name not in table.columns:
            found = f"no column {name!r}"
            table.faults.append(Fault(file, header[0].line, 1, found, f"a column {name!r}"))
    for row in body:
        if len(row) != len(header):
            found = f"{len(row)} cells"
            expected = f"{len(header)}, one for each column"
            table.faults.append(Fault(file, row[0].line, 1, found, expected))
            if key in table.columns and table.columns.index(key) < len(row):
                table.lost.add(row[table.columns.index(key)].text.strip())
            continue
        table.places.append((row[0].line, 1))
        named = reversed(list(zip(table.columns, row, strict=True)))  # the first of doubles stays
        table.rows.append({n: c for n, c in named if n in columns and c.text.strip()})
    return table
