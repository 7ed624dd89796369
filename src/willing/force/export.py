"""Tables for a spreadsheet: CSV and Excel, with nothing in them that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from willing.errors import MissingExtraError
from willing.force.cost import BASES
from willing.force.fielding import Fielding
from willing.force.report import (
    cost_rows,
    month_rows,
    pledge_rows,
    requirement_rows,
    rotation_rows,
)

Rows = list[dict[str, Any]]
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|")


def tables(found: Fielding) -> dict[str, Rows]:
    """Return the tables of a result by name, each a list of rows with the same columns."""
    summary: Rows = [
        {"figure": "coverage", "value": found.plan.coverage, "note": "share of the requirement"},
        {"figure": "bound", "value": found.plan.bound, "note": "no plan covers more"},
        {"figure": "gap", "value": found.plan.gap, "note": "(bound - coverage) / bound"},
        {"figure": "cost", "value": found.plan.cost, "note": "USD, costs lie where they fall"},
        {"figure": "as pledged", "value": found.as_pledged, "note": ""},
        {"figure": "if nobody re-plans, mean", "value": found.no_replan.mean, "note": ""},
        {"figure": "if nobody re-plans, P10", "value": found.no_replan.p10, "note": ""},
        {"figure": "if nobody re-plans, P90", "value": found.no_replan.p90, "note": ""},
        {"figure": "best re-plan, mean", "value": found.replan.mean, "note": "upper bound"},
        {"figure": "best re-plan, P10", "value": found.replan.p10, "note": "upper bound"},
        {"figure": "best re-plan, P90", "value": found.replan.p90, "note": "upper bound"},
        *({"figure": "note", "value": "", "note": note} for note in found.notes),
        *(
            {"figure": "assumed", "value": value, "note": fact}
            for fact, value in found.assumed.items()
        ),
    ]
    result: dict[str, Rows] = {
        "summary": summary,
        "requirement": requirement_rows(found),
        "unfilled": [
            {field: getattr(u, field) for field in u.__dataclass_fields__} for u in found.unfilled
        ],
        "months": month_rows(found),
        "rotations": rotation_rows(found),
        "pledges": pledge_rows(found),
        "prices": [{f: getattr(p, f) for f in p.__dataclass_fields__} for p in found.prices],
    }
    for basis in BASES:  # a sheet each: bases are never mixed
        result[f"cost_{basis}"] = [
            {f: getattr(c, f) for f in c.__dataclass_fields__} for c in cost_rows(found, basis)
        ]
    return result


def harmless(value: Any) -> Any:
    """Return a cell's value with a leading apostrophe where a spreadsheet would run it."""
    if isinstance(value, str) and value.startswith(_STARTS):
        return "'" + value
    return value


def to_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as CSV text (RFC 4180)."""
    text = io.StringIO()
    if rows:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(list(rows[0]))
        writer.writerows([harmless(v) for v in row.values()] for row in rows)
    return text.getvalue()


def to_excel(sheets: Mapping[str, Sequence[Mapping[str, Any]]]) -> bytes:
    """Return tables as an Excel workbook, a sheet each.

    Raises
    ------
    MissingExtraError
        When openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook
        from openpyxl.styles import Font
    except ImportError as error:
        raise MissingExtraError("Writing Excel", "web") from error
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name[:31])
        if not rows:
            continue
        sheet.append(list(rows[0]))
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        for row in rows:
            sheet.append([_plain(v) for v in row.values()])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _plain(value: Any) -> Any:
    """Return a value Excel can hold."""
    if isinstance(value, str | int | float | bool) or value is None:
        return harmless(value)
    return harmless(str(value))
