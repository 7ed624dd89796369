"""The workbench as one FastAPI application: page, JSON API, static files."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles

from willing import __version__
from willing.errors import UsageError
from willing.store import Store
from willing.workbench import pages, problems
from willing.workbench.access import guard
from willing.workbench.api import router as api
from willing.workbench.jobs import Jobs
from willing.workbench.runs import Runs
from willing.workbench.security import LOOPBACK, MAX_BODY, Security
from willing.workbench.stages import Stages

__all__ = ["create_app"]

STATIC = Path(__file__).parent / "static"


def create_app(
    store_url: str | None = None,
    *,
    auth: bool = False,
    hosts: Collection[str] | None = LOOPBACK,
    secure_cookies: bool = False,
    shipped: bool = True,
    workers: int = 2,
    max_body: int = MAX_BODY,
) -> FastAPI:
    """Return the workbench on a store.

    Parameters
    ----------
    store_url
        SQLAlchemy URL; None is a SQLite file in the user's data folder.
    auth
        Ask for a local account; without it everybody who can reach the server is `admin`.
    hosts
        Names in the Host header that are answered; None answers all.
    secure_cookies
        Cookies over HTTPS only, and Strict-Transport-Security.
    shipped
        Put the shipped cases into a store that does not hold them.
    workers
        Long runs at the same time.
    """
    store = Store.open(store_url)
    if auth:
        first_account(store)
    if shipped:
        store.add_shipped()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.jobs.close()
        store.close()

    app = FastAPI(
        title="Willing",
        version=__version__,
        summary="Who is willing, what can they field, who can stop it, and will it happen?",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        dependencies=[Depends(guard)],
    )
    app.state.store = store
    app.state.auth = auth
    app.state.secure_cookies = secure_cookies
    app.state.stages = Stages(store)
    app.state.jobs = Jobs(store, Runs(store, app.state.stages).work, workers)
    problems.install(app)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(api)
    app.include_router(pages.router)

    @app.get("/openapi.json", include_in_schema=False)
    def openapi() -> dict[str, object]:
        """Describe the API (OpenAPI 3.1)."""
        return app.openapi()

    @app.get("/healthz", tags=["upkeep"])
    def healthz() -> dict[str, str]:
        """Say that the server and its store are there."""
        store.ping()
        return {"status": "ok", "version": __version__}

    app.add_middleware(
        Security,
        hosts=hosts,
        secure=secure_cookies,
        max_body=max_body,
        noted=store.accounts.note if auth else None,
    )
    return app


def first_account(store: Store) -> None:
    """Make the first account, an admin, of WILLING_ADMIN and WILLING_ADMIN_PASSWORD.

    Raises
    ------
    UsageError
        Where there is no account and none is named: nobody could enter.
    """
    if store.accounts.every():
        return
    name, password = (os.environ.get(f"WILLING_ADMIN{end}", "") for end in ("", "_PASSWORD"))
    if not name or not password:
        raise UsageError(
            "found no account; expected WILLING_ADMIN and WILLING_ADMIN_PASSWORD in the"
            " environment, from which the first one is made"
        )
    store.accounts.create(name, password, "admin")
