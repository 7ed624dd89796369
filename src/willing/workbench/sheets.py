"""Statements in spreadsheets: CSV and Excel in, and tables out that no program runs as formulas."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from willing.case import Statement
from willing.errors import Fault, FaultsError, UnreadableError, nearest

__all__ = ["as_csv", "as_xlsx", "neutral", "rows_of", "statements_of", "suggested"]

MOST_ROWS, MOST_COLUMNS, MOST_BYTES = 5000, 100, 50_000_000
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
#: what people call the columns
_ALSO = {
    "country": "actor",
    "state": "actor",
    "said by": "speaker",
    "person": "speaker",
    "quote": "summary",
    "text": "summary",
    "position": "stance",
    "url": "source_url",
    "link": "source_url",
    "source": "publisher",
    "day": "date",
    "said on": "date",
}


def neutral(value: Any) -> Any:
    """Return a cell that a spreadsheet shows as it stands and never runs."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_RISKY):
        return "'" + value
    return value


def as_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as CSV for spreadsheets."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([neutral(c) for c in columns])
    for row in rows:
        writer.writerow([neutral("" if row.get(c) is None else row.get(c)) for c in columns])
    return out.getvalue()


def as_xlsx(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], about: Mapping[str, str]
) -> bytes:
    """Return rows as an Excel workbook, texts as texts; a second sheet says what it is."""
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    def clean(value: Any) -> Any:
        return neutral(
            ILLEGAL_CHARACTERS_RE.sub("\ufffd", value) if isinstance(value, str) else value
        )

    book = Workbook(write_only=True)
    sheet = book.create_sheet("data")
    sheet.append([clean(c) for c in columns])
    for row in rows:
        sheet.append([clean(row.get(c)) for c in columns])
    notes = book.create_sheet("about")
    for key, value in about.items():
        notes.append([clean(key), clean(value)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows_of(data: bytes) -> tuple[list[str], list[dict[str, str]]]:
    """Return the columns and rows of a CSV file or of the first sheet of a workbook."""
    table = _excel(data) if data.startswith(b"PK\x03\x04") else _csv(data)
    lines = [line for line in table if any(cell.strip() for cell in line)]
    if not lines:
        raise UnreadableError("found an empty table; expected a first line with column names")
    head = [cell.strip() or f"column {k}" for k, cell in enumerate(lines[0], 1)]
    if len(head) > MOST_COLUMNS or len(set(head)) != len(head):
        raise UnreadableError(f"expected up to {MOST_COLUMNS} columns, each name once")
    if len(lines) - 1 > MOST_ROWS:
        raise UnreadableError(f"found {len(lines) - 1:,} rows; expected at most {MOST_ROWS:,}")
    rows = [dict(zip(head, [*line, *[""] * len(head)], strict=False)) for line in lines[1:]]
    return head, rows


def _csv(data: bytes) -> Iterable[list[str]]:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UnreadableError("found bytes that are no text; expected CSV in UTF-8, or .xlsx")
    if "\x00" in text:
        raise UnreadableError("found a NUL character; expected CSV, or .xlsx")
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise UnreadableError(f"the table cannot be read as CSV ({error})") from None


def _excel(data: bytes) -> Iterable[list[str]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_BYTES:
                raise UnreadableError(f"the workbook is larger than {MOST_BYTES:,} bytes unpacked")
            for one in archive.infolist():
                if one.filename.endswith((".xml", ".rels")):
                    with archive.open(one) as stream:
                        head = stream.read(2000)
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise UnreadableError("the workbook declares entities; expected none")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1, values_only=True)
        found = [[_cell(v) for v in row] for row in rows]
    except UnreadableError:
        raise
    except Exception as error:
        raise UnreadableError(f"the workbook cannot be read ({type(error).__name__})") from None
    width = max((k + 1 for row in found for k, v in enumerate(row) if v), default=0)
    return [row[:width] for row in found]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def suggested(columns: Sequence[str]) -> dict[str, str]:
    """Return a mapping of statement field to column, as far as names tell."""
    fields = list(Statement.model_fields)
    found: dict[str, str] = {}
    for column in columns:
        word = column.strip().lower()
        field = _ALSO.get(word) or nearest(word.replace(" ", "_"), fields)
        if field:
            found.setdefault(field, column)
    return found


def statements_of(
    rows: Sequence[Mapping[str, str]], mapping: Mapping[str, str], defaults: Mapping[str, str]
) -> list[Statement]:
    """Return the statements of mapped rows.

    Raises
    ------
    FaultsError
        Every cell that does not fit, by row (the first under the names is 2) and column.
    """
    fields = list(Statement.model_fields)
    faults: list[Fault] = []
    for name in (*mapping, *defaults):
        if name not in fields:
            faults.append(
                Fault(
                    "mapping",
                    0,
                    0,
                    repr(name[:40]),
                    "a field of a statement",
                    nearest(name, fields),
                )
            )
    if faults:
        raise FaultsError(faults)
    found: list[Statement] = []
    for line, row in enumerate(rows, 2):
        values = dict(defaults)
        values |= {f: row.get(c, "").strip() for f, c in mapping.items() if row.get(c, "").strip()}
        try:
            found.append(Statement.model_validate_strings(values))
        except ValidationError as error:
            for e in error.errors():
                field = str(e["loc"][0]) if e["loc"] else "row"
                shown = repr(values.get(field, "nothing"))[:80]
                column = mapping.get(field, field)
                place = (
                    list(mapping.values()).index(column) + 1 if column in mapping.values() else 0
                )
                faults.append(Fault(f"sheet, {column}", line, place, shown, e["msg"]))
    if faults:
        raise FaultsError(faults)
    return found
