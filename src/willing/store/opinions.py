"""Analysts' own probabilities, and second codings of statements: appended, never changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, insert, select

from willing.store import tables as t
from willing.store.database import Database, now, plain

__all__ = ["Opinions"]


class Opinions:
    """What people think beside the model, and how they code beside each other."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def log(
        self,
        case: str,
        question: str,
        probability: float,
        by: str,
        *,
        model: float | None = None,
        why: str = "",
    ) -> dict[str, Any]:
        """Keep an analyst's probability of yes beside the model's at the time."""
        row = {
            "case_id": case,
            "question": question,
            "probability": probability,
            "model": model,
            "at": now(),
            "by": by,
            "why": plain(why, "why"),
        }
        with self.database.write() as c:
            c.execute(insert(t.probabilities).values(row))
        return row

    def logged(self, case: str) -> list[dict[str, Any]]:
        """Return all probabilities of a case, oldest first."""
        p = t.probabilities.c
        with self.database.read() as c:
            query = select(t.probabilities).where(p.case_id == case).order_by(p.id)
            return [dict(r._mapping) for r in c.execute(query)]

    def code(self, case: str, statement: str, fields: dict[str, str], by: str) -> None:
        """Keep a coder's reading of a statement."""
        rows = [
            {
                "case_id": case,
                "statement_id": statement,
                "field": field,
                "value": value,
                "at": now(),
                "by": by,
            }
            for field, value in fields.items()
        ]
        with self.database.write() as c:
            c.execute(insert(t.codings), rows)

    def codings(self, case: str) -> list[dict[str, Any]]:
        """Return each coder's latest reading of each statement and field."""
        k = t.codings.c
        last = (
            select(func.max(k.id).label("id"))
            .where(k.case_id == case)
            .group_by(k.statement_id, k.field, k.by)
            .subquery()
        )
        with self.database.read() as c:
            query = select(t.codings).join(last, k.id == last.c.id).order_by(k.id)
            return [dict(r._mapping) for r in c.execute(query)]

    def seen(self, case: str, account: str, revision: int | None = None) -> int:
        """Return the revision an account saw last; with `revision`, note that it saw that one."""
        s = t.seen.c
        if revision is None:
            with self.database.read() as c:
                query = select(s.revision).where(s.case_id == case, s.account == account)
                return int(c.execute(query).scalar() or 0)
        with self.database.write() as c:
            row = {"case_id": case, "account": account, "revision": revision, "at": now()}
            where = (s.case_id == case) & (s.account == account)
            if c.execute(t.seen.update().where(where).values(row)).rowcount == 0:
                c.execute(insert(t.seen).values(row))
        return revision
