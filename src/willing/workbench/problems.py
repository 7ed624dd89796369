"""Errors as problem+json (RFC 9457), the same everywhere, with nothing of the inside in them."""

from __future__ import annotations

import logging
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from willing.errors import FaultsError, MissingExtraError, UnreadableError, UsageError, WillingError
from willing.store import ConflictError, MissingError
from willing.store.database import reason

__all__ = ["ProblemError", "install", "problem"]

log = logging.getLogger("willing.workbench")


class ProblemError(Exception):
    """A refusal with a status, a sentence, and what a client can use to mend it."""

    def __init__(
        self, status: int, detail: str, headers: dict[str, str] | None = None, **extra: Any
    ) -> None:
        self.status, self.detail, self.extra = status, detail, extra
        self.headers = headers or {}
        super().__init__(detail)


def problem(
    status: int, detail: str, headers: dict[str, str] | None = None, **extra: Any
) -> JSONResponse:
    """Return a problem+json response."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return JSONResponse(
        jsonable_encoder({**body, "detail": detail, **extra}),
        status_code=status,
        media_type="application/problem+json",
        headers=headers,
    )


def install(app: FastAPI) -> None:
    """Turn every error into a problem."""

    @app.exception_handler(ProblemError)
    async def _problem(request: Request, error: ProblemError) -> JSONResponse:
        return problem(error.status, error.detail, error.headers, **error.extra)

    @app.exception_handler(WillingError)
    async def _expected(request: Request, error: WillingError) -> JSONResponse:
        if isinstance(error, FaultsError):
            faults = [asdict(f) for f in error.faults]
            return problem(422, "the input was read and has faults", faults=faults)
        if isinstance(error, MissingError):
            return problem(404, str(error))
        if isinstance(error, ConflictError):
            return problem(409, str(error), theirs=error.theirs, yours=error.yours)
        if isinstance(error, MissingExtraError):
            return problem(501, str(error))
        status = 400 if isinstance(error, UsageError | UnreadableError) else 422
        return problem(status, str(error))

    @app.exception_handler(OperationalError)
    async def _store(request: Request, error: OperationalError) -> JSONResponse:
        log.error("%s %s: %s", request.method, request.url.path, reason(error))
        return problem(503, f"the store gave no answer ({reason(error)}); nothing was changed")

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        headers = dict(error.headers) if error.headers else None
        return problem(error.status_code, str(error.detail), headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        faults = [
            {"place": [str(p) for p in e["loc"]], "expected": e["msg"], "kind": e["type"]}
            for e in error.errors()
        ]
        return problem(422, "the request does not fit the interface", faults=faults)

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, error: Exception) -> JSONResponse:
        log.exception("%s %s", request.method, request.url.path)
        return problem(500, "something went wrong inside; the log of the server says what")
