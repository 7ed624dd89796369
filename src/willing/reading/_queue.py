"""The review queue on disk: documents, candidates, and an append-only log of decisions.

    queue/documents/<sha256>.json   text and source of a document, written once
    queue/candidates.jsonl          candidates, in the order they came
    queue/reviews.jsonl             decisions: nothing is ever changed or taken out

Every line is one JSON object, flushed to disk before it counts. A line torn by a crash is ignored
and closed off by the next append. A candidate's key depends on document, span, holder and
extractor, so that adding a reading twice adds nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from willing.errors import UnreadableError, UsageError
from willing.reading._types import Candidate, Document, Reading, candidate_from_dict

__all__ = ["Queue", "Queued", "key_of"]

_FINAL = {"accept", "reject", "split"}


@dataclass(frozen=True, slots=True)
class Queued:
    """A candidate waiting for review. `duplicates` are keys of earlier candidates of the same
    words.
    """

    key: str
    document: str
    candidate: Candidate
    parent: str | None = None


def key_of(document: str, candidate: Candidate) -> str:
    """Identity of a candidate: its document, place, holder and extractor."""
    parts = [document, *map(str, candidate.span), *candidate.actor, candidate.extractor]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


class Queue:
    """A folder of documents, candidates and decisions."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        if self.folder.exists() and not self.folder.is_dir():
            raise UnreadableError(f"{self.folder}: found a file; expected a folder")
        self._guard = threading.Lock()

    # documents

    def document(self, sha256: str) -> Document:
        """Return a stored document."""
        path = self.folder / "documents" / f"{sha256}.json"
        try:
            row = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UnreadableError(f"{path}: {error}") from error
        return Document(
            text=row["text"],
            sha256=row["sha256"],
            source=row["source"],
            title=row["title"],
            published=date.fromisoformat(row["published"]) if row["published"] else None,
            media_type=row["media_type"],
        )

    def _keep(self, document: Document) -> None:
        path = self.folder / "documents" / f"{document.sha256}.json"
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        row = {
            "sha256": document.sha256,
            "source": document.source,
            "title": document.title,
            "published": document.published.isoformat() if document.published else None,
            "media_type": document.media_type,
            "text": document.text,
        }
        write_whole(path, json.dumps(row, ensure_ascii=False))

    # candidates

    def add(self, reading: Reading) -> list[str]:
        """Add what was read; return the keys that are new."""
        known = {row["key"] for row in self._lines("candidates.jsonl")}
        self._keep(reading.document)
        new: list[str] = []
        rows: list[dict[str, Any]] = []
        for candidate in reading.statements:
            key = key_of(reading.document.sha256, candidate)
            if key in known:
                continue
            known.add(key)
            new.append(key)
            rows.append(self._row(key, reading.document.sha256, candidate, None))
        self._append("candidates.jsonl", rows)
        return new

    @staticmethod
    def _row(key: str, sha256: str, candidate: Candidate, parent: str | None) -> dict[str, Any]:
        return {"key": key, "document": sha256, "parent": parent, "candidate": candidate.as_dict()}

    def candidates(self) -> dict[str, Queued]:
        """All candidates by key, in the order they came."""
        return {
            row["key"]: Queued(
                row["key"],
                row["document"],
                candidate_from_dict(row["candidate"]),
                row.get("parent"),
            )
            for row in self._lines("candidates.jsonl")
        }

    def decisions(self) -> list[dict[str, Any]]:
        """The log of decisions, oldest first."""
        return list(self._lines("reviews.jsonl"))

    def pending(self) -> list[Queued]:
        """Candidates without a final decision, edits applied: least confident first."""
        waiting = self.candidates()
        for decision in self.decisions():
            key = decision["key"]
            if key not in waiting:
                continue
            if decision["action"] in _FINAL:
                del waiting[key]
            elif decision["action"] == "edit":
                one = waiting[key]
                edited = candidate_from_dict(decision["candidate"])
                waiting[key] = Queued(key, one.document, edited, one.parent)
        return sorted(
            waiting.values(), key=lambda q: (q.candidate.overall, q.document, q.candidate.span)
        )

    def accepted(self) -> list[tuple[Queued, dict[str, Any]]]:
        """Accepted candidates as they were accepted, with the decision."""
        every = self.candidates()
        return [
            (
                Queued(
                    d["key"],
                    every[d["key"]].document,
                    candidate_from_dict(d["candidate"]),
                    every[d["key"]].parent,
                ),
                d,
            )
            for d in self.decisions()
            if d["action"] == "accept" and d["key"] in every
        ]

    def decide(
        self,
        key: str,
        action: str,
        by: str,
        at: str,
        candidate: Candidate | None = None,
        reason: str = "",
        parts: Iterable[Candidate] = (),
        extra: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Append a decision: accept, edit, reject or split. Return the logged row.

        `candidate` is the state decided on; `parts` are the new candidates of a split. Raises
        `UsageError` for an unknown key or action, and where a final decision was made before.
        """
        if action not in _FINAL | {"edit"}:
            raise UsageError(f"found the action {action!r}; expected accept, edit, reject or split")
        every = self.candidates()
        if key not in every:
            raise UsageError(f"found the key {key!r}; expected one of a candidate of this queue")
        if any(d["key"] == key and d["action"] in _FINAL for d in self.decisions()):
            raise UsageError(f"{key}: a final decision was made before; the log is append-only")
        one = every[key]
        children = list(parts)
        rows = [self._row(key_of(one.document, c), one.document, c, key) for c in children]
        self._append("candidates.jsonl", [r for r in rows if r["key"] not in every])
        decision = {
            "key": key,
            "action": action,
            "by": by,
            "at": at,
            "reason": reason,
            "document": one.document,
            "candidate": (candidate or one.candidate).as_dict(),
            "parts": [r["key"] for r in rows],
            **(extra or {}),
        }
        self._append("reviews.jsonl", [decision])
        return decision

    def reviewed_share(self) -> float | None:
        """Share of candidates with a final decision; None where there are none."""
        total = len(self.candidates())
        return 1 - len(self.pending()) / total if total else None

    # lines

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        path = self.folder / name
        if not path.exists():
            return
        with path.open("rb") as handle:
            for line in handle:
                if not line.endswith(b"\n"):
                    return  # torn by a crash: it never counted
                try:
                    yield json.loads(line)
                except ValueError:
                    continue  # a torn line that a later append closed off

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._guard, (self.folder / ".lock").open("a") as handle:
            try:
                import fcntl

                fcntl.flock(handle, fcntl.LOCK_EX)
            except ImportError:  # one process at a time where the platform has no locks
                pass
            yield

    def _append(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
        if not data:
            return
        with self._locked(), (self.folder / name).open("ab+") as handle:
            handle.seek(0, os.SEEK_END)
            if handle.tell():
                handle.seek(-1, os.SEEK_END)
                if handle.read(1) != b"\n":
                    data = b"\n" + data
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a crash leaves the old or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staging = path.with_name(f".{path.name}.{os.getpid()}.new")
    with staging.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(staging, path)
