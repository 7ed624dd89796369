"""The JSON API under /api: the names of the command line."""

from __future__ import annotations

from fastapi import APIRouter

from willing.workbench.api import cases

__all__ = ["router"]

router = APIRouter(prefix="/api")
for part in (cases,):
    router.include_router(part.router)
