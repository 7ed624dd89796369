"""Cases: list, read, take in, hand out, check; their history."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from willing.case import contradictions
from willing.case.folder import FILES, scaffold
from willing.case.folder._parse import CASE, parse
from willing.errors import Fault, UnreadableError, UsageError, nearest
from willing.workbench.api._shared import (
    At,
    Body,
    CaseId,
    Raw,
    TheStore,
    TheUser,
    Why,
    Words,
    attachment,
    raw_body,
)
from willing.workbench.archives import pack, unpack

__all__ = ["router"]

router = APIRouter(tags=["cases"])
Handling = Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
FileName = Annotated[str, Path(description="One file of the folder, such as actors.csv.")]


class Reopen(Body):
    """Which earlier state is to stand again."""

    revision: int = Field(ge=1, le=2_000_000_000, description="The revision to stand again.")
    expected: int | None = Field(
        None, ge=0, le=2_000_000_000, description="The revision that stands; another is a conflict."
    )
    why: Why = ""


class Begun(Body):
    """A case to begin: states by ISO 3166-1 alpha-3."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$", description="Name of the case.")]
    title: Words = Field(min_length=1, max_length=200, description="Title of the case.")
    as_of: date = Field(description="Day up to which things count.")
    host: Words = Field("", description="State on whose territory the mission would be.")
    opposing: list[Words] = Field([], max_length=5, description="Parties on the other side.")
    leads: list[Words] = Field([], max_length=10, description="States that lead the planning.")
    candidates: list[Words] = Field([], max_length=60, description="Others that may take part.")


class Mark(Body):
    """A handling mark (Traffic Light Protocol 2.0)."""

    handling: Handling = Field(description="The mark.")
    revision: int = Field(ge=0, le=2_000_000_000, description="The revision it began at.")
    why: Why = ""


@router.get("/cases")
def list_cases(store: TheStore) -> dict[str, Any]:
    """Return the cases of the store."""
    return {"cases": [asdict(one) for one in store.cases.every()]}


@router.post(
    "/cases", status_code=201, openapi_extra=raw_body("application/zip", "application/octet-stream")
)
def import_case(
    store: TheStore,
    user: TheUser,
    data: Raw,
    why: Why = "",
    replace: bool = Query(False, description="Make it the next revision of a case that is there."),
) -> dict[str, Any]:
    """Take in a case folder as a zip archive, loss-free. All faults are listed at once."""
    case, revision = store.cases.put(unpack(data), user.name, why, expected=None if replace else 0)
    return {"id": case.id, "revision": revision}


@router.post("/cases/new", status_code=201)
def begin_case(store: TheStore, user: TheUser, body: Begun) -> dict[str, Any]:
    """Begin a case from examples to write over, as `willing new` does."""
    leads = [x.strip().upper() for x in body.leads if x.strip()]
    texts = scaffold(
        body.id,
        body.title.replace("\n", " "),
        body.as_of,
        body.host.strip().upper() or None,
        [x.strip().upper() for x in body.opposing if x.strip()],
        leads,
        [x.strip().upper() for x in body.candidates if x.strip()],
    )
    case, revision = store.cases.put(texts, user.name, "begun from examples", expected=0)
    return {"id": case.id, "revision": revision}


@router.post("/check", openapi_extra=raw_body("application/zip", "application/octet-stream"))
def check_archive(data: Raw) -> dict[str, Any]:
    """Check a case folder (zip) without taking it in."""
    return _checked(unpack(data))


@router.get("/cases/{id}")
def get_case(store: TheStore, id: CaseId, at: At = None) -> dict[str, Any]:
    """Return a case as it stands, or stood `at` a moment or revision."""
    case, revision = store.cases.get(id, at)
    return {"revision": revision, **case.model_dump(mode="json")}


@router.get("/cases/{id}/check")
def check(store: TheStore, id: CaseId, at: At = None) -> dict[str, Any]:
    """Return every fault of a case, and its contradictions."""
    return _checked(store.cases.texts(id, at))


def _checked(texts: dict[str, str]) -> dict[str, Any]:
    missing = [
        Fault(n, 0, 0, "no such file", "it in the folder") for n in FILES[:3] if n not in texts
    ]
    parsed = None if missing else parse(texts)
    case = parsed.case if parsed else None
    faults = parsed.faults if parsed else missing
    return {
        "case": case.id if case else None,
        "ok": not faults,
        "faults": [asdict(f) for f in faults],
        "contradictions": [c.as_dict() for c in contradictions(case)] if case else [],
    }


@router.get("/cases/{id}/export", response_class=Response)
def export(store: TheStore, id: CaseId, at: At = None) -> Response:
    """Return a case folder as a zip archive: the files as they came in, changes in their place."""
    case, revision = store.cases.get(id, at)
    data = pack(case.id, store.cases.texts(id, revision))
    return attachment(data, "application/zip", f"{case.id}-r{revision}.zip", case.handling)


@router.get("/cases/{id}/files/{name}", response_class=Response)
def get_file(store: TheStore, id: CaseId, name: FileName, at: At = None) -> Response:
    """Return one file of a case folder as text."""
    texts = store.cases.texts(id, at)
    if name not in texts:
        raise UnreadableError(f"found no file {name[:80]!r}; expected one of {', '.join(texts)}")
    return Response(texts[name], media_type="text/plain; charset=utf-8")


@router.put("/cases/{id}/files/{name}", openapi_extra=raw_body("text/plain"))
def put_file(
    store: TheStore,
    user: TheUser,
    id: CaseId,
    name: FileName,
    data: Raw,
    revision: int = Query(ge=0, le=2_000_000_000, description="The revision the change began at."),
    why: Why = "",
) -> dict[str, Any]:
    """Put a file of a case folder in the place of the one that stands."""
    if name not in FILES:
        hint = nearest(name, list(FILES))
        raise UsageError(f"found {name[:80]!r}; expected one of {', '.join(FILES)} ({hint}?)")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{name}: not UTF-8 at byte {error.start}") from None
    texts = {**store.cases.texts(id), name: text}
    case, now = store.cases.put(texts, user.name, why, expected=revision, id=id)
    return {"id": case.id, "revision": now}


@router.put("/cases/{id}/handling")
def mark(store: TheStore, user: TheUser, id: CaseId, body: Mark) -> dict[str, Any]:
    """Set the handling mark; every page and export carries it from then on."""
    texts = store.cases.texts(id)
    line = f"handling: {body.handling}"
    text, count = re.subn(r"(?m)^handling:[^\r\n]*", line, texts[CASE])
    if not count:
        text = re.sub(r"(?m)^(as_of:[^\r\n]*)", rf"\1\n{line}", texts[CASE], count=1)
    case, revision = store.cases.put(
        {**texts, CASE: text}, user.name, body.why, expected=body.revision, id=id
    )
    return {"id": case.id, "revision": revision, "handling": case.handling}


@router.get("/cases/{id}/history")
def history(
    store: TheStore,
    id: CaseId,
    after: int = Query(0, ge=0, le=2_000_000_000, description="Only revisions after this one."),
    limit: int = Query(200, ge=1, le=1000, description="Most revisions."),
) -> dict[str, Any]:
    """Return who changed what, when and why; newest first."""
    return {"revisions": store.statements.revisions(id, after, limit)}


@router.post("/cases/{id}/reopen")
def reopen(store: TheStore, user: TheUser, id: CaseId, body: Reopen) -> dict[str, Any]:
    """Let an earlier state stand again, as a new revision; what came between stays in history."""
    texts = store.cases.texts(id, body.revision)
    why = f"revision {body.revision} again: {body.why}"
    case, revision = store.cases.put(texts, user.name, why, expected=body.expected, id=id)
    return {"id": case.id, "revision": revision}


@router.get("/cases/{id}/news")
def news(store: TheStore, user: TheUser, id: CaseId) -> dict[str, Any]:
    """Return what changed since this account last looked (POST here notes that it has)."""
    now, seen = store.cases.revision(id), store.opinions.seen(id, user.name)
    return {"seen": seen, "revision": now, "revisions": store.statements.revisions(id, seen)}


@router.post("/cases/{id}/news")
def looked(store: TheStore, user: TheUser, id: CaseId) -> dict[str, Any]:
    """Note that this account has seen the case as it stands."""
    return {"seen": store.opinions.seen(id, user.name, store.cases.revision(id))}
