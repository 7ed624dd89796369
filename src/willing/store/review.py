"""What was read and waits for a person: documents, candidates, decisions. Nothing is taken out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, insert, select

from willing.case import Statement
from willing.errors import UsageError
from willing.reading import Candidate, Document, Reading
from willing.reading._queue import key_of
from willing.reading._types import candidate_from_dict
from willing.store import blobs
from willing.store import tables as t
from willing.store.database import Database, now, plain
from willing.store.errors import ConflictError, MissingError
from willing.store.statements import Statements

__all__ = ["FINAL", "Review"]

FINAL = ("accept", "reject", "split")


class Review:
    """The review queues of a store's cases."""

    def __init__(self, statements: Statements) -> None:
        self.statements = statements
        self.database = statements.database

    def add(self, case: str, reading: Reading, by: str) -> list[str]:
        """Add what was read to a case's queue; return the keys that are new."""
        document = reading.document
        with self.database.write() as c:
            self.statements._standing(c, case)
            insert_once = Database.insert_once(c, t.documents)
            c.execute(
                insert_once,
                {
                    "sha256": document.sha256,
                    "blob": blobs.put(c, document.text.replace("\x00", "\ufffd")),
                    "source": plain(document.source, "source"),
                    "title": plain(document.title, "title"),
                    "published": document.published.isoformat() if document.published else None,
                    "media_type": document.media_type[:128],
                    "at": now(),
                    "by": by,
                },
            )
            pairs = [(key_of(document.sha256, one), one) for one in reading.statements]
            return self._insert(c, case, document.sha256, pairs, None)

    def _insert(
        self,
        c: Connection,
        case: str,
        document: str,
        pairs: Iterable[tuple[str, Candidate]],
        parent: str | None,
    ) -> list[str]:
        k = t.candidates.c
        there = set(c.execute(select(k.key).where(k.case_id == case)).scalars())
        number = len(there)
        new: list[str] = []
        for key, one in pairs:
            if key in there:
                continue
            there.add(key)
            new.append(key)
            number += 1
            c.execute(
                insert(t.candidates).values(
                    case_id=case,
                    key=key,
                    document=document,
                    parent=parent,
                    at=now(),
                    number=number,
                    data=json.loads(json.dumps(one.as_dict()).replace("\\u0000", "\\ufffd")),
                )
            )
        return new

    def document(self, sha256: str) -> Document:
        """Return a document that was read."""
        with self.database.read() as c:
            row = c.execute(select(t.documents).where(t.documents.c.sha256 == sha256)).first()
            if row is None:
                raise MissingError(f"found no document {sha256[:80]!r}")
            return Document(
                text=blobs.get(c, row.blob),
                sha256=row.sha256,
                source=row.source,
                title=row.title,
                published=date.fromisoformat(row.published) if row.published else None,
                media_type=row.media_type,
            )

    def queue(self, case: str, state: str | None = "pending") -> list[dict[str, Any]]:
        """Return candidates as they stand: pending, accept, reject, split, or all (None).

        Least confident first, as the reviewer should see them. One whose statements stand no
        longer, because the acceptance was undone or they were taken out, waits again.
        """
        with self.database.read() as c:
            self.statements.cases._revision(c, case, None)
            k = t.candidates.c
            rows = list(c.execute(select(t.candidates).where(k.case_id == case).order_by(k.number)))
            last = self._last(c, case)
            undone = self._undone(c, case, last)
            sources = {
                r.sha256: {"source": r.source, "title": r.title, "published": r.published}
                for r in c.execute(
                    select(t.documents).where(
                        t.documents.c.sha256.in_({r.document for r in rows})
                    )
                )
            }  # fmt: skip
        found = []
        for row in rows:
            decided = last.get(row.key)
            is_final = decided is not None and decided.action in FINAL and row.key not in undone
            now_in = decided.action if decided is not None and is_final else "pending"
            if state not in (None, now_in):
                continue
            found.append(
                {
                    "key": row.key,
                    "version": decided.version if decided else 0,
                    "state": now_in,
                    "document": row.document,
                    **sources[row.document],
                    "parent": row.parent,
                    "candidate": decided.data if decided else row.data,
                    "statements": list(decided.statements) if decided else [],
                }
            )
        found.sort(key=lambda r: r["candidate"]["confidence"])
        return found

    def get(self, case: str, key: str) -> dict[str, Any]:
        """Return one candidate as it stands."""
        for row in self.queue(case, None):
            if row["key"] == key:
                return row
        raise MissingError(f"case {case}: found no candidate {key!r}")

    def decisions(self, case: str) -> list[dict[str, Any]]:
        """Return the log of decisions of a case, oldest first."""
        d = t.decisions.c
        with self.database.read() as c:
            self.statements.cases._revision(c, case, None)
            query = select(t.decisions).where(d.case_id == case).order_by(d.at)
            return [dict(row._mapping) for row in c.execute(query)]

    def _last(self, c: Connection, case: str, key: str | None = None) -> dict[str, Any]:
        d = t.decisions.c
        latest = select(d.key, func.max(d.version).label("version")).where(d.case_id == case)
        found = latest.group_by(d.key).subquery()
        query = (
            select(t.decisions)
            .join(found, (d.key == found.c.key) & (d.version == found.c.version))
            .where(d.case_id == case)
        )
        return {r.key: r for r in c.execute(query if key is None else query.where(d.key == key))}

    def _undone(self, c: Connection, case: str, last: dict[str, Any]) -> set[str]:
        """Return the keys of accepted candidates none of whose statements stands any more."""
        accepted = {k: d.statements for k, d in last.items() if d.action == "accept"}
        if not accepted:
            return set()
        cases = self.statements.cases
        rows = cases._statements(c, case, cases._revision(c, case, None))
        there = {r.statement_id for r in rows if r.line is not None}
        return {key for key, ids in accepted.items() if there.isdisjoint(ids)}

    def decide(
        self,
        case: str,
        key: str,
        action: str,
        version: int,
        by: str,
        why: str = "",
        *,
        candidate: Candidate | None = None,
        parts: Sequence[Candidate] = (),
        statements: Sequence[Statement] = (),
    ) -> dict[str, Any]:
        """Append a decision, and with an acceptance its statements, in one change.

        Raises
        ------
        ConflictError
            Where somebody decided since `version`: both decisions are in it.
        """
        if action not in (*FINAL, "edit"):
            raise UsageError(f"found the action {action!r}; expected accept, edit, reject or split")
        with self.database.write() as c:
            self.statements._standing(c, case)
            k = t.candidates.c
            row = c.execute(select(t.candidates).where(k.case_id == case, k.key == key)).first()
            if row is None:
                raise MissingError(f"case {case}: found no candidate {key!r}")
            last = self._last(c, case, key).get(key)
            standing = last.version if last else 0
            data = candidate.as_dict() if candidate else (last.data if last else row.data)
            is_final = last is not None and last.action in FINAL
            if is_final and last is not None and self._undone(c, case, {key: last}):
                is_final = False
            if standing != version or is_final:
                raise ConflictError(
                    f"candidate {key}: version {standing} stands"
                    f" ({last.action if last else 'pending'}, by {last.by if last else 'nobody'});"
                    f" the decision began at {version}",
                    theirs={
                        "version": standing,
                        "action": last.action if last else None,
                        "by": last.by if last else None,
                        "candidate": last.data if last else row.data,
                    },
                    yours={"version": version, "action": action, "candidate": data},
                )
            pairs = [(key_of(row.document, one), one) for one in parts]
            self._insert(c, case, row.document, pairs, key)
            if statements:
                self.statements.append(c, case, statements, by, "accept", why)
            decision = {
                "case_id": case,
                "key": key,
                "version": version + 1,
                "action": action,
                "at": now(),
                "by": by,
                "why": plain(why, "why"),
                "data": data,
                "statements": [s.id for s in statements],
                "parts": [name for name, _ in pairs],
            }
            c.execute(insert(t.decisions).values(decision))
        return decision

    @staticmethod
    def candidate(row: dict[str, Any]) -> Candidate:
        """Return the candidate of a row of the queue."""
        return candidate_from_dict(row["candidate"])
