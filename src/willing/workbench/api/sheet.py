"""Statements from a spreadsheet, columns mapped on screen."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from willing.case import Statement
from willing.workbench.api._shared import Body, CaseId, Raw, TheStore, TheUser, Why, Words, raw_body
from willing.workbench.sheets import rows_of, statements_of, suggested

__all__ = ["router"]

router = APIRouter(tags=["spreadsheets"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = Annotated[str, Field(max_length=20_000)]


class Mapped(Body):
    """Rows of a table, which column holds which field, and what stands in every row."""

    rows: list[dict[Words, Cell]] = Field(
        min_length=1, max_length=5000, description="The rows: text by column."
    )
    mapping: dict[Words, Words] = Field(max_length=60, description="By column: the field it holds.")
    defaults: dict[Words, Words] = Field(
        {}, max_length=60, description="By field: what stands in every row."
    )
    why: Why = ""
    dry_run: bool = Field(False, description="Only check, and add nothing.")


@router.post("/cases/{id}/sheet/preview", openapi_extra=raw_body("text/csv", XLSX))
def preview(store: TheStore, id: CaseId, data: Raw) -> dict[str, Any]:
    """Return the columns and rows of a CSV or Excel file, and a mapping as far as names tell."""
    store.cases.revision(id)
    columns, rows = rows_of(data)
    return {
        "columns": columns,
        "rows": rows,
        "mapping": suggested(columns),
        "fields": {n: f.is_required() for n, f in Statement.model_fields.items()},
    }


@router.post("/cases/{id}/sheet/import", status_code=201)
def import_rows(store: TheStore, user: TheUser, id: CaseId, body: Mapped) -> dict[str, Any]:
    """Add mapped rows as statements, all or none; every fault with its row and column."""
    store.cases.revision(id)
    new = statements_of(body.rows, body.mapping, body.defaults)
    if body.dry_run:
        return {"added": [], "would_add": [s.model_dump(mode="json") for s in new]}
    revision = store.statements.add(id, new, user.name, body.why or "from a spreadsheet")
    return {"added": [s.id for s in new], "revision": revision}
