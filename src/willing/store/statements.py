"""Statements of a case: added, edited, removed; who, when and why kept for each version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from willing.case import Case, Statement
from willing.case.folder._parse import columns, parse
from willing.case.folder._render import lines
from willing.errors import FaultsError, UsageError, nearest
from willing.store import tables as t
from willing.store.cases import STATEMENTS, Cases, refuse_addresses
from willing.store.database import plain
from willing.store.errors import ConflictError, MissingError
from willing.store.rows import apart, padded

__all__ = ["Statements"]


class Statements:
    """The statements of the cases of a store."""

    def __init__(self, cases: Cases) -> None:
        self.cases = cases
        self.database = cases.database

    def every(self, case: str, at: str | int | None = None) -> list[dict[str, Any]]:
        """Return the statements that stood, in order, each with its version."""
        with self.database.read() as c:
            number = self.cases._revision(c, case, at)
            return [
                {"version": r.version, "revision": r.revision, **r.data}
                for r in self.cases._statements(c, case, number)
                if r.data is not None
            ]

    def get(self, case: str, id: str, at: str | int | None = None) -> dict[str, Any]:
        """Return a statement as it stood, with its version."""
        rows = self.every(case, at)
        for row in rows:
            if row["id"] == id:
                return row
        hint = nearest(id, [r["id"] for r in rows])
        raise MissingError(
            f"case {case}: found no statement {id!r}"
            + (f"; did you mean {hint!r}?" if hint else "")
        )

    def history(self, case: str, id: str) -> list[dict[str, Any]]:
        """Return all versions of a statement, oldest first: who, when, why, what it said then."""
        s, r = t.statement_versions.c, t.revisions.c
        query = (
            select(s.version, s.data, r.number, r.at, r.by, r.action, r.why)
            .join(t.revisions, (r.case_id == s.case_id) & (r.number == s.revision))
            .where(s.case_id == case, s.statement_id == id)
            .order_by(s.version)
        )
        with self.database.read() as c:
            self.cases._revision(c, case, None)
            rows = [
                {
                    "version": row.version,
                    "revision": row.number,
                    "at": row.at,
                    "by": row.by,
                    "action": row.action,
                    "why": row.why,
                    "statement": row.data,
                }
                for row in c.execute(query)
            ]
        if not rows:
            raise MissingError(f"case {case}: there never was a statement {id!r}")
        return rows

    def revisions(self, case: str, after: int = 0, limit: int = 200) -> list[dict[str, Any]]:
        """Return what happened to a case after a revision, newest first."""
        r = t.revisions.c
        with self.database.read() as c:
            self.cases._revision(c, case, None)
            rows = c.execute(
                select(r.number, r.at, r.by, r.action, r.what, r.why)
                .where(r.case_id == case, r.number > after)
                .order_by(r.number.desc())
                .limit(limit)
            )
            return [dict(row._mapping) for row in rows]

    def add(self, case: str, new: Sequence[Statement], by: str, why: str) -> int:
        """Add statements at the end; return the revision.

        Raises
        ------
        FaultsError
            Where the case would not hang together (an id again, an unknown actor).
        """
        with self.database.write() as c:
            return self.append(c, case, new, by, "add", why)

    def append(
        self, c: Connection, case: str, new: Sequence[Statement], by: str, action: str, why: str
    ) -> int:
        """Add statements within a change that is under way."""
        if not new:
            raise UsageError("found no statements; expected at least one")
        ids = [s.id for s in new]
        standing = self._standing(c, case)
        rows = self.cases._statements(c, case, standing)
        there = {r.statement_id: r for r in rows}
        place = max((r.position for r in rows), default=-1) + 1
        changes = [
            (
                s,
                there[s.id].version + 1 if s.id in there else 1,
                place + k,
            )
            for k, s in enumerate(new)
        ]
        clash = [i for i in ids if i in there and there[i].line is not None]
        if clash or len(set(ids)) != len(ids):
            twice = clash or [i for i in ids if ids.count(i) > 1]
            raise ConflictError(
                f"case {case}: there is a statement {twice[0]!r}; expected a new id",
                theirs=there[twice[0]].data if clash else None,
                yours=next(s for s in new if s.id == twice[0]).model_dump(mode="json"),
            )
        return self._write(c, case, standing, changes, by, action, ", ".join(ids), why)

    def edit(
        self, case: str, id: str, statement: Statement, version: int, by: str, why: str
    ) -> int:
        """Put a statement in the place of its version; return the new version.

        Raises
        ------
        ConflictError
            Where another version stands: both are in it.
        """
        if statement.id != id:
            raise UsageError(f"found the id {statement.id!r}; expected {id!r}: ids do not change")
        with self.database.write() as c:
            standing = self._standing(c, case)
            old = self._expected(c, case, standing, id, version, statement)
            change = [(statement, version + 1, old.position)]
            self._write(c, case, standing, change, by, "edit", id, why)
        return version + 1

    def remove(self, case: str, id: str, version: int, by: str, why: str) -> int:
        """Take a statement out from now on; what it said stays in the history."""
        with self.database.write() as c:
            standing = self._standing(c, case)
            old = self._expected(c, case, standing, id, version, None)
            number = self._write(c, case, standing, [], by, "remove", id, why, without=id)
            c.execute(
                insert(t.statement_versions).values(
                    case_id=case,
                    statement_id=id,
                    version=version + 1,
                    revision=number,
                    position=old.position,
                    width=old.width,
                    line=None,
                    data=None,
                )
            )
        return number

    def _standing(self, c: Connection, case: str) -> int:
        self.cases._revision(c, case, None)
        return self.cases._lock_case(c, case)

    def _expected(
        self, c: Connection, case: str, standing: int, id: str, version: int, mine: Any
    ) -> Any:
        """Return the version that stands, where it is the one expected."""
        rows = {r.statement_id: r for r in self.cases._statements(c, case, standing)}
        if id not in rows:
            raise MissingError(f"case {case}: found no statement {id!r}")
        old = rows[id]
        if old.version != version or old.line is None:
            raise ConflictError(
                f"statement {id}: version {old.version} stands; the change began at {version}",
                theirs={"version": old.version, "statement": old.data},
                yours={
                    "version": version,
                    "statement": mine.model_dump(mode="json") if mine else None,
                },
            )
        return old

    def _write(
        self,
        c: Connection,
        case: str,
        standing: int,
        changes: Sequence[tuple[Statement, int, int]],
        by: str,
        action: str,
        what: str,
        why: str,
        without: str | None = None,
    ) -> int:
        texts = self.cases._texts(c, case, standing)
        rows = apart(texts[STATEMENTS])
        needed = {n for s, _, _ in changes for n, v in s if v != Statement.model_fields[n].default}
        added = [n for n in columns("statements") if n in needed and n not in rows.columns]
        names = [*rows.columns, *added]
        head = rows.head
        if added:
            body = head.rstrip("\r\n")
            head = ",".join([body, *added]) + head[len(body) :]
        end = "\r\n" if "\r\n" in head else "\n"
        written = {s.id: lines([s], names, end) for s, _, _ in changes}
        for text in written.values():
            plain(text, "statement", most=100_000)
        wider = len(names) - len(added)
        kept = [
            written.pop(id) if id in written else padded(line, wider, len(names))
            for id, line in zip(rows.ids, rows.lines, strict=True)
            if id != without
        ]
        whole = "".join(
            x if x.endswith(("\n", "\r")) else x + end for x in (head, *kept, *written.values())
        )
        parsed = parse({**texts, STATEMENTS: whole})
        if parsed.case is None:
            raise FaultsError(parsed.faults)
        refuse_addresses(parsed.case)
        read = {s.id: s for s in parsed.case.statements}
        for one, _, _ in changes:
            if read.get(one.id) != one:
                raise UsageError(f"statement {one.id}: it cannot be written without loss")
        number = self.cases._next(c, parsed.case, standing, by, action, plain(what, "ids"), why)
        if added:
            self.cases._write_file(c, case, number, STATEMENTS, head + "\x1f" + rows.tail)
        self._rows(c, parsed.case, number, changes, names, end)
        return number

    def _rows(
        self,
        c: Connection,
        case: Case,
        number: int,
        changes: Sequence[tuple[Statement, int, int]],
        names: Sequence[str],
        end: str,
    ) -> None:
        for statement, version, position in changes:
            c.execute(
                insert(t.statement_versions).values(
                    case_id=case.id,
                    statement_id=statement.id,
                    version=version,
                    revision=number,
                    position=position,
                    width=len(names),
                    line=lines([statement], names, end),
                    data=statement.model_dump(mode="json"),
                )
            )
