"""Long runs as the store remembers them, so that a restart forgets none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update

from willing.store import tables as t
from willing.store.database import Database, now
from willing.store.errors import MissingError

__all__ = ["JobLog"]


class JobLog:
    """The long runs of a store: queued, running, done, failed, cancelled, interrupted."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def add(self, id: str, kind: str, case: str, settings: dict[str, Any], by: str) -> None:
        """Note a run that waits for its turn."""
        row = {
            "id": id,
            "kind": kind,
            "case_id": case,
            "settings": settings,
            "state": "queued",
            "fraction": 0.0,
            "note": "",
            "at": now(),
            "by": by,
            "changed": now(),
        }
        with self.database.write() as c:
            c.execute(insert(t.jobs).values(row))

    def change(self, id: str, **values: Any) -> None:
        """Note how a run stands."""
        with self.database.write() as c:
            c.execute(update(t.jobs).where(t.jobs.c.id == id).values(**values, changed=now()))

    def get(self, id: str) -> dict[str, Any]:
        """Return how a run stands."""
        with self.database.read() as c:
            row = c.execute(select(t.jobs).where(t.jobs.c.id == id)).first()
        if row is None:
            raise MissingError(f"found no run {id[:80]!r}")
        return dict(row._mapping)

    def every(self, limit: int = 50) -> list[dict[str, Any]]:
        """Return runs, newest first."""
        with self.database.read() as c:
            query = select(t.jobs).order_by(t.jobs.c.at.desc()).limit(limit)
            return [dict(r._mapping) for r in c.execute(query)]

    def done(self, kind: str, case: str, settings: Mapping[str, Any]) -> str | None:
        """Return the latest of the recent finished runs of these settings, by its id."""
        j = t.jobs.c
        query = (
            select(j.id, j.settings)
            .where(j.kind == kind, j.case_id == case, j.state == "done")
            .order_by(j.at.desc())
            .limit(50)
        )
        with self.database.read() as c:
            return next((r.id for r in c.execute(query) if r.settings == dict(settings)), None)

    def interrupt(self) -> list[str]:
        """Mark what a stopped server left running; return the ids."""
        live = ("queued", "running")
        with self.database.write() as c:
            ids = list(c.execute(select(t.jobs.c.id).where(t.jobs.c.state.in_(live))).scalars())
            if ids:
                c.execute(
                    update(t.jobs)
                    .where(t.jobs.c.id.in_(ids))
                    .values(state="interrupted", changed=now())
                )
        return ids
