"""What routes ask for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request

from willing.store import Store
from willing.workbench.access import User

__all__ = ["At", "TheStore", "TheUser"]


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def _user(request: Request) -> User:
    user: User = request.state.user
    return user


TheStore = Annotated[Store, Depends(_store)]
TheUser = Annotated[User, Depends(_user)]
At = Annotated[
    str | None,
    Query(
        max_length=40,
        pattern=r"^(\d{1,9}|\d{4}-\d\d-\d\d([T ][0-9:.]{1,15}Z?)?)$",
        description="An earlier state: the number of a revision, or a moment (ISO 8601, UTC).",
    ),
]
