"""The JSON API under /api: the names of the command line."""

from __future__ import annotations

from fastapi import APIRouter

from willing.workbench.api import (
    accounts,
    cases,
    engines,
    exports,
    forecasts,
    opinions,
    review,
    sheet,
    statements,
)

__all__ = ["router"]

router = APIRouter(prefix="/api")
for part in (
    cases,
    engines,
    forecasts,
    statements,
    review,
    sheet,
    opinions,
    exports,
    accounts,
):
    router.include_router(part.router)
