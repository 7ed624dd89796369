"""Reading and review: texts in, candidates beside the text, decisions with reasons."""

from __future__ import annotations

import datetime as dt
import re
from threading import BoundedSemaphore
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator, Field

from willing.case.folder import actor, appended
from willing.data.reading import called, gazetteer
from willing.errors import UsageError
from willing.reading import Document, Reading, default_extractor
from willing.reading._duplicates import duplicates
from willing.reading._fetch import fetch
from willing.reading._load import Limits, document_from_bytes
from willing.reading._review import edited, excerpt, split
from willing.reading._statements import to_statements
from willing.store import Store
from willing.workbench.api._shared import (
    Body,
    CaseId,
    Raw,
    TheStore,
    TheUser,
    Why,
    Words,
    raw_body,
)
from willing.workbench.problems import ProblemError

__all__ = ["router"]

router = APIRouter(tags=["reading and review"])
LIMITS = Limits(bytes=20_000_000, characters=1_000_000, seconds=20.0)
MOST_WORDS = 400_000
_READERS = BoundedSemaphore(2)
Key = Annotated[str, Path(max_length=32, description="Key of a candidate.")]
Version = Annotated[
    int, Field(ge=0, le=2_000_000_000, description="The version the decision began at.")
]
Published = Annotated[
    dt.date | None, Field(description="Day of publication: relative dates count from it.")
]
FileName = Annotated[Words, Query(description="Name of the file; its ending tells its kind.")]
Sha256 = Annotated[str, Path(description="SHA-256 of the document as it was read.")]
UPLOAD = raw_body(
    "text/plain",
    "text/html",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/octet-stream",
)


def _source(words: str) -> str:
    if ":" in words.split("/")[0] and not re.match(r"https?://[^\s/]", words):
        raise ValueError("expected an http(s) address, or words")
    return words


Source = Annotated[Words, AfterValidator(_source)]


class Text(Body):
    """A text to read."""

    text: Annotated[str, Field(min_length=1, max_length=MOST_WORDS, description="The text.")]
    published: Published = None
    source: Source = Field("pasted text", description="Where it is from: an address, or words.")


class Address(Body):
    """A public address to read; private, loopback and link-local ones are refused."""

    url: Annotated[
        str, Field(max_length=2000, pattern=r"^https?://[^\s]+$", description="The address.")
    ]
    published: Published = None


class Decision(Body):
    """The version a decision began at, and why."""

    version: Version
    why: Why = ""


class Edit(Decision):
    """Fields as a person writes them."""

    changes: dict[Words, Words] = Field(max_length=20, description="New values, by field.")


class Split(Decision):
    """Where the second part begins: an offset in the document inside the span."""

    place: int = Field(ge=0, le=10_000_000, description="First character of the second part.")


class Accept(Decision):
    """What only a person can add: a summary in their own words, and how far to trust it."""

    summary: Words = Field(min_length=1, description="What was said, in your own words.")
    publisher: Words = Field(min_length=1, description="Who published the source.")
    reliability: Literal["A", "B", "C", "D", "E", "F"] = Field(
        "C", description="Reliability of the source (NATO Admiralty code)."
    )
    credibility: int = Field(
        3, ge=1, le=6, description="Credibility of the information (NATO Admiralty code)."
    )
    day: dt.date | None = Field(None, description="Day it was said, where the text leaves it open.")
    event: Words | None = Field(
        None, description="Same value for several reports of one utterance, which count once."
    )
    add_as: Literal["candidate", "stakeholder"] | None = Field(
        None, description="Part that an actor gets which is not in the case; it is added first."
    )


def _read(document: Document) -> Reading:
    if not _READERS.acquire(timeout=30):
        raise ProblemError(503, "other texts are being read", {"retry-after": "10"})
    try:
        return default_extractor().read(document)
    finally:
        _READERS.release()


def _pasted(body: Text) -> Document:
    data = body.text.encode("utf-8", "replace")
    return document_from_bytes(data, body.source, "text/plain", body.published, LIMITS)


def _uploaded(data: bytes, name: str, published: dt.date | None) -> Document:
    if not data:
        raise UsageError("found no bytes; expected a file as the body of the request")
    plain = re.sub(r"[^\w.\- ]", "_", name.rsplit("/")[-1].rsplit("\\")[-1])[-120:] or "file"
    return document_from_bytes(data, plain, None, published, LIMITS)


def _fetched(body: Address) -> Document:
    found = fetch(body.url, LIMITS.bytes, LIMITS.seconds)
    return document_from_bytes(found.body, found.url, found.content_type, body.published, LIMITS)


def _answer(reading: Reading) -> dict[str, Any]:
    return reading.as_dict() | {"text": reading.document.text}


@router.post("/read")
def read_text(body: Text) -> dict[str, Any]:
    """Read candidate statements in a text, each grounded in a span; nothing is kept."""
    return _answer(_read(_pasted(body)))


@router.post("/read/file", openapi_extra=UPLOAD)
def read_file(data: Raw, name: FileName = "file", published: Published = None) -> dict[str, Any]:
    """Read an uploaded file: text, HTML, PDF, DOCX or a feed."""
    return _answer(_read(_uploaded(data, name, published)))


@router.post("/read/address")
def read_address(body: Address) -> dict[str, Any]:
    """Read what stands at a public address."""
    return _answer(_read(_fetched(body)))


@router.post("/cases/{id}/read", status_code=201)
def queue_text(store: TheStore, user: TheUser, id: CaseId, body: Text) -> dict[str, Any]:
    """Read a text and put its candidates into the case's review queue."""
    return _queued(store, user.name, id, _pasted(body))


@router.post("/cases/{id}/read/file", status_code=201, openapi_extra=UPLOAD)
def queue_file(
    store: TheStore,
    user: TheUser,
    id: CaseId,
    data: Raw,
    name: FileName = "file",
    published: Published = None,
) -> dict[str, Any]:
    """Read an uploaded file and put its candidates into the case's review queue."""
    return _queued(store, user.name, id, _uploaded(data, name, published))


@router.post("/cases/{id}/read/address", status_code=201)
def queue_address(store: TheStore, user: TheUser, id: CaseId, body: Address) -> dict[str, Any]:
    """Read a page, document or feed at a public address into the case's review queue."""
    store.cases.revision(id)
    return _queued(store, user.name, id, _fetched(body))


def _queued(store: Store, by: str, id: str, document: Document) -> dict[str, Any]:
    case, _ = store.cases.get(id)
    reading = _read(document).with_parties({case.parties.host, *case.parties.opposing})
    keys = store.review.add(id, reading, by)
    return {"queued": keys, "document": document.sha256, "found": len(reading.statements)}


@router.get("/cases/{id}/documents/{sha256}")
def document(store: TheStore, id: CaseId, sha256: Sha256) -> dict[str, Any]:
    """Return a document that was read, with its text."""
    found = store.review.document(sha256)
    published = found.published.isoformat() if found.published else None
    return {
        "sha256": found.sha256,
        "source": found.source,
        "title": found.title,
        "published": published,
        "media_type": found.media_type,
        "text": found.text,
    }


@router.get("/cases/{id}/review")
def queue(
    store: TheStore,
    id: CaseId,
    state: Annotated[
        Literal["pending", "accept", "reject", "split", "all"],
        Query(description="Which candidates: waiting, or by what was decided."),
    ] = "pending",
) -> dict[str, Any]:
    """Return candidates as they stand, least confident first, and the names of their actors."""
    rows = store.review.queue(id, None if state == "all" else state)
    named = {code: called(code) for row in rows for code in row["candidate"]["actor"]}
    return {"candidates": rows, "names": named}


@router.get("/cases/{id}/review/log")
def log(store: TheStore, id: CaseId) -> dict[str, Any]:
    """Return all decisions, oldest first."""
    return {"decisions": store.review.decisions(id)}


@router.get("/cases/{id}/review/{key}")
def candidate(store: TheStore, id: CaseId, key: Key) -> dict[str, Any]:
    """Return a candidate in its paragraph, with statements it may repeat."""
    row = store.review.get(id, key)
    case, _ = store.cases.get(id)
    one = store.review.candidate(row)
    document = store.review.document(row["document"])
    part = excerpt(document, one.span)
    same = duplicates(one, document, case.statements)[:5]
    return {
        **row,
        "excerpt": {
            "start": part.start,
            "before": part.before,
            "span": part.span,
            "after": part.after,
        },
        "duplicates": [
            {"statement": d.statement, "event": d.event, "score": d.score} for d in same
        ],
    }


@router.post("/cases/{id}/review/{key}/edit")
def edit(store: TheStore, user: TheUser, id: CaseId, key: Key, body: Edit) -> dict[str, Any]:
    """Change fields of a candidate; it stays in the queue."""
    row = store.review.get(id, key)
    found = store.review.document(row["document"])
    changed = edited(store.review.candidate(row), body.changes, found)
    return store.review.decide(
        id, key, "edit", body.version, user.name, body.why, candidate=changed
    )


@router.post("/cases/{id}/review/{key}/reject")
def reject(store: TheStore, user: TheUser, id: CaseId, key: Key, body: Decision) -> dict[str, Any]:
    """Reject a candidate, with a reason."""
    if not body.why.strip():
        raise UsageError("why: found nothing; expected the reason of the rejection")
    return store.review.decide(id, key, "reject", body.version, user.name, body.why)


@router.post("/cases/{id}/review/{key}/split")
def split_(store: TheStore, user: TheUser, id: CaseId, key: Key, body: Split) -> dict[str, Any]:
    """Part a candidate in two, which wait for review each."""
    parts = split(store.review.candidate(store.review.get(id, key)), body.place)
    return store.review.decide(id, key, "split", body.version, user.name, body.why, parts=parts)


@router.post("/cases/{id}/review/{key}/accept")
def accept(store: TheStore, user: TheUser, id: CaseId, key: Key, body: Accept) -> dict[str, Any]:
    """Accept a candidate: its statements enter the case in the same moment, or nothing does."""
    row = store.review.get(id, key)
    candidate = store.review.candidate(row)
    case, revision = store.cases.get(id)
    absent = sorted(set(candidate.actor) - {a.id for a in case.actors})
    added: list[str] = []
    if body.add_as is not None and absent:
        added = absent
        texts = store.cases.texts(id)
        text, case = appended(
            texts, "actors", [actor(code, body.add_as, called(code)) for code in added]
        )
        why = f"{', '.join(added)} added"
        store.cases.put({**texts, "actors.csv": text}, user.name, why, expected=revision)
    new = to_statements(
        candidate,
        store.review.document(row["document"]),
        ids=_used(store, id),
        summary=body.summary,
        publisher=body.publisher,
        reliability=body.reliability,
        credibility=body.credibility,
        day=body.day,
        event=body.event,
        known_conditions=[c.id for c in case.conditions],
        gazetteer=gazetteer(),
    )
    decision = store.review.decide(
        id, key, "accept", body.version, user.name, body.why, statements=new
    )
    return decision | {"added": added}  # a revision of its own: to be undone as well


def _used(store: Store, id: str) -> list[str]:
    return [row["id"] for row in store.statements.every(id)]
