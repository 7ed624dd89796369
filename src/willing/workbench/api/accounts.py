"""Logging in and out, accounts, the audit log."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from willing.store import Store
from willing.workbench.access import COOKIE, user_of
from willing.workbench.api._shared import Body, TheStore, TheUser, Words
from willing.workbench.problems import ProblemError

__all__ = ["router"]

router = APIRouter(tags=["accounts"])
Role = Literal["reader", "analyst", "editor", "admin"]
Password = Annotated[str, Field(min_length=1, max_length=1024, description="Its password.")]
#: failed log-ins before a name, or an address, has to wait
BY_NAME, BY_ADDRESS, WAIT = 5, 30, timedelta(minutes=15)


class Login(Body):
    """A name and a password."""

    name: Words = Field(min_length=1, description="Name of the account.")
    password: Password


class New(Login):
    """An account to make."""

    role: Role = Field("reader", description="What the account may do.")


class Change(Body):
    """What is to change of an account."""

    role: Role | None = Field(None, description="What the account may do from now on.")
    password: Password | None = Field(None, description="The new password.")
    disabled: bool | None = Field(None, description="True bars it from logging in.")


def address(request: Request) -> str:
    """Return where a request comes from (behind a proxy, the proxy's word for it)."""
    return request.client.host if request.client else "unknown"


@router.get("/session")
def session(request: Request) -> dict[str, Any]:
    """Return who is asking, and the token that changes must carry as X-CSRF-Token."""
    user = user_of(request)
    return {
        "name": user.name or None,
        "role": user.role,
        "csrf": user.csrf or None,
        "accounts": bool(request.app.state.auth),
    }


@router.post("/session")
def log_in(request: Request, response: Response, store: TheStore, body: Login) -> dict[str, Any]:
    """Begin a session under a new token. After five failures a name waits a quarter of an hour."""
    if not request.app.state.auth:
        raise ProblemError(409, "this server asks for no account")
    name, place = f"name:{body.name.strip()}", f"address:{address(request)}"
    _wait(store, name, place)
    role = store.accounts.verify(body.name.strip(), body.password)
    if role is None:
        store.accounts.failed(name, place)
        raise ProblemError(401, "the name or the password is wrong")
    store.accounts.forgive(name)
    token, csrf = store.accounts.begin(body.name.strip(), request.cookies.get(COOKIE))
    response.set_cookie(
        COOKIE,
        token,
        httponly=True,
        samesite="strict",
        secure=request.app.state.secure_cookies,
        path="/",
    )
    return {"name": body.name.strip(), "role": role, "csrf": csrf}


def _wait(store: Store, name: str, place: str) -> None:
    too_many = (
        store.accounts.failures(name, WAIT) >= BY_NAME
        or store.accounts.failures(place, WAIT) >= BY_ADDRESS
    )
    if too_many:
        seconds = str(int(WAIT.total_seconds()))
        raise ProblemError(429, "too many failed log-ins; wait", {"retry-after": seconds})


@router.delete("/session")
def log_out(request: Request, response: Response, store: TheStore) -> dict[str, Any]:
    """End the session."""
    store.accounts.end(request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE, path="/")
    return {"name": None}


@router.get("/accounts")
def accounts(store: TheStore) -> dict[str, Any]:
    """Return the accounts."""
    return {"accounts": store.accounts.every()}


@router.post("/accounts", status_code=201)
def create(store: TheStore, body: New) -> dict[str, Any]:
    """Make an account; its password has at least twelve characters."""
    store.accounts.create(body.name, body.password, body.role)
    return {"name": body.name.strip(), "role": body.role}


@router.patch("/accounts/{name}")
def change(
    store: TheStore,
    name: Annotated[str, Path(max_length=64, description="Name of the account.")],
    body: Change,
) -> dict[str, Any]:
    """Change an account; its sessions end. The last admin stays."""
    store.accounts.change(name, role=body.role, password=body.password, disabled=body.disabled)
    return {"name": name}


@router.get("/audit")
def audit(
    store: TheStore,
    user: TheUser,
    limit: Annotated[int, Query(ge=1, le=2000, description="Most entries.")] = 200,
) -> dict[str, Any]:
    """Return the audit log: every change and every refusal, newest first."""
    return {"audit": store.accounts.audit(limit)}
