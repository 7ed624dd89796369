"""Statements: read, added, edited, removed; every version kept with who, when and why."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import Field

from willing.case import Statement
from willing.workbench.api._shared import At, Body, CaseId, TheStore, TheUser, Why

__all__ = ["router"]

router = APIRouter(tags=["statements"])
StatementId = Annotated[str, Path(max_length=64, description="Id of the statement.")]
Version = Annotated[
    int, Field(ge=1, le=2_000_000_000, description="The version the change began at.")
]


class Add(Body):
    """Statements to add, in one revision."""

    statements: list[Statement] = Field(min_length=1, max_length=500, description="All or none.")
    why: Why = ""


class Edit(Body):
    """A statement to stand in the place of a version."""

    version: Version
    statement: Statement = Field(description="The statement as it is to stand.")
    why: Why = ""


@router.get("/cases/{id}/statements")
def list_statements(store: TheStore, id: CaseId, at: At = None) -> dict[str, Any]:
    """Return the statements of a case as they stand, or stood, each with its version."""
    return {"statements": store.statements.every(id, at)}


@router.post("/cases/{id}/statements", status_code=201)
def add(store: TheStore, user: TheUser, id: CaseId, body: Add) -> dict[str, Any]:
    """Add statements. Where one does not fit the case, none is added and all faults are listed."""
    revision = store.statements.add(id, body.statements, user.name, body.why)
    return {"revision": revision, "added": [s.id for s in body.statements]}


@router.get("/cases/{id}/statements/{statement}")
def get(store: TheStore, id: CaseId, statement: StatementId, at: At = None) -> dict[str, Any]:
    """Return one statement with its version."""
    return store.statements.get(id, statement, at)


@router.put("/cases/{id}/statements/{statement}")
def edit(
    store: TheStore, user: TheUser, id: CaseId, statement: StatementId, body: Edit
) -> dict[str, Any]:
    """Edit a statement. Where somebody else was faster: 409 with both versions, nothing lost."""
    version = store.statements.edit(
        id, statement, body.statement, body.version, user.name, body.why
    )
    return {"id": statement, "version": version}


@router.delete("/cases/{id}/statements/{statement}")
def remove(
    store: TheStore,
    user: TheUser,
    id: CaseId,
    statement: StatementId,
    version: Version,
    why: Why = "",
) -> dict[str, Any]:
    """Take a statement out from now on; its history stays."""
    return {"revision": store.statements.remove(id, statement, version, user.name, why)}


@router.get("/cases/{id}/statements/{statement}/history")
def history(store: TheStore, id: CaseId, statement: StatementId) -> dict[str, Any]:
    """Return all versions of a statement: who, when, why, what it said then."""
    return {"versions": store.statements.history(id, statement)}
