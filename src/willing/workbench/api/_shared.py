"""What routes ask for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from willing.store import Store
from willing.workbench.access import User
from willing.workbench.jobs import Jobs
from willing.workbench.stages import Stages

__all__ = [
    "AsOf",
    "At",
    "Body",
    "CaseId",
    "Raw",
    "TheJobs",
    "TheStages",
    "TheStore",
    "TheUser",
    "Why",
    "Words",
    "attachment",
    "raw_body",
]


def _no_nul(words: str) -> str:
    if "\x00" in words:
        raise ValueError("expected text without NUL characters")
    return words


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.jobs
    return jobs


def _stages(request: Request) -> Stages:
    stages: Stages = request.app.state.stages
    return stages


def _user(request: Request) -> User:
    user: User = request.state.user
    return user


async def _raw(request: Request) -> bytes:
    return await request.body()


class Body(BaseModel):
    """A request's body: unknown fields are faults, not noise."""

    model_config = ConfigDict(extra="forbid")


TheStore = Annotated[Store, Depends(_store)]
TheJobs = Annotated[Jobs, Depends(_jobs)]
TheStages = Annotated[Stages, Depends(_stages)]
TheUser = Annotated[User, Depends(_user)]
Raw = Annotated[bytes, Depends(_raw)]
Words = Annotated[str, Field(max_length=2000), AfterValidator(_no_nul)]
Why = Annotated[Words, Field(description="The reason, kept in the history.")]
CaseId = Annotated[str, Path(max_length=64, description="A case of the store.")]
AsOf = Annotated[date | None, Query(description="Nothing dated or published later is used.")]
At = Annotated[
    str | None,
    Query(
        max_length=40,
        pattern=r"^([0-9]{1,9}|[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]{1,15}Z?)?)$",
        description="An earlier state: the number of a revision, or a moment (ISO 8601, UTC).",
    ),
]


def raw_body(*types: str) -> dict[str, Any]:
    """Describe a body that is taken as it comes."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {"requestBody": {"required": True, "content": dict.fromkeys(types, schema)}}


def attachment(
    content: bytes | str, media_type: str, name: str, handling: str = "TLP:CLEAR"
) -> Response:
    """Return a file to keep, its handling mark in the name and in a header."""
    safe = "".join(c if c.isalnum() or c in "-_." else "-" for c in name)
    mark = handling.replace(":", "-").replace("+", "-")
    stem, _, suffix = safe.rpartition(".")
    headers = {
        "content-disposition": f'attachment; filename="{stem}.{mark}.{suffix}"',
        "x-handling": handling,
    }
    return Response(content, media_type=media_type, headers=headers)
