"""Cases: list, read, take in, hand out, check."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from willing.workbench.api._shared import At, TheStore

__all__ = ["router"]

router = APIRouter(tags=["cases"])


@router.get("/cases")
def list_cases(store: TheStore) -> dict[str, Any]:
    """Return the cases of the store."""
    return {"cases": [asdict(one) for one in store.cases.every()]}


@router.get("/cases/{id}")
def get_case(store: TheStore, id: str, at: At = None) -> dict[str, Any]:
    """Return a case as it stands, or stood `at` a moment or revision."""
    case, revision = store.cases.get(id, at)
    return {"revision": revision, **case.model_dump(mode="json")}
