"""Forecasts: the document with the hash of its inputs, code version and seed; draws as Parquet."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from willing.forecast import Assessment
from willing.scale.draws import write_draws
from willing.store import blobs
from willing.store import tables as t
from willing.store.database import Database, now
from willing.store.errors import MissingError

__all__ = ["Forecasts", "canonical"]


def canonical(document: dict[str, Any]) -> str:
    """Return a document as the text that is hashed."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, allow_nan=False)


class Forecasts:
    """The forecasts of a store. A forecast's id is the hash of its inputs."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def save(
        self,
        a: Assessment,
        document: dict[str, Any],
        revision: int,
        by: str,
        settings: dict[str, Any],
    ) -> str:
        """Keep a forecast and its draws; return its id. Saving it again changes nothing."""
        from willing import __version__

        text = canonical(document)
        self._draws(a)
        with self.database.write() as c:
            there = c.execute(
                select(t.forecasts.c.id).where(t.forecasts.c.id == a.input_hash)
            ).first()
            if there is None:
                c.execute(
                    insert(t.forecasts).values(
                        id=a.input_hash,
                        case_id=a.case.id,
                        revision=revision,
                        input_hash=a.input_hash,
                        code_version=__version__,
                        seed=str(a.seed),
                        draws=a.draws,
                        as_of=a.case.as_of.isoformat(),
                        by_date=a.by.isoformat(),
                        settings=settings,
                        document=blobs.put(c, text),
                        document_hash=hashlib.sha256(text.encode()).hexdigest(),
                        at=now(),
                        by=by,
                    )
                )
        return a.input_hash

    def _draws(self, a: Assessment) -> None:
        """Write the first weeks of milestones and routes, one row a draw."""
        file = self.file(a.input_hash)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_draws(a, file)

    def file(self, id: str) -> Path:
        """Return where the draws of a forecast are kept."""
        return self.database.folder / f"{id}.parquet"

    def get(self, id: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what is known of a forecast, and its document."""
        with self.database.read() as c:
            row = c.execute(select(t.forecasts).where(t.forecasts.c.id == id)).first()
            if row is None:
                raise MissingError(f"found no forecast {id[:80]!r}")
            return self._about(row), json.loads(blobs.get(c, row.document))

    def has(self, id: str) -> bool:
        """Whether a forecast of these inputs is there."""
        with self.database.read() as c:
            query = select(t.forecasts.c.id).where(t.forecasts.c.id == id)
            return c.execute(query).first() is not None

    @staticmethod
    def _about(row: Any) -> dict[str, Any]:
        about = {k: v for k, v in row._mapping.items() if k not in {"document"}}
        return about | {"seed": int(row.seed)}

    def every(self, case: str, limit: int = 100) -> list[dict[str, Any]]:
        """Return the forecasts of a case, newest first."""
        query = (
            select(t.forecasts)
            .where(t.forecasts.c.case_id == case)
            .order_by(t.forecasts.c.at.desc())
            .limit(limit)
        )
        with self.database.read() as c:
            return [self._about(row) for row in c.execute(query)]

    def reached(self, id: str, column: str) -> list[dict[str, int]]:
        """Return in how many draws something first came in each week, by DuckDB from the draws."""
        import duckdb

        file = self.file(id)
        if not file.is_file():
            raise MissingError(f"found no draws of forecast {id[:80]!r}")
        with duckdb.connect(":memory:") as duck:
            shown = duck.read_parquet(str(file))
            if column not in shown.columns:
                raise MissingError(f"found no {column!r}; expected one of {shown.columns[2:]}")
            rows = shown.aggregate(f'"{column}" AS week, count(*) AS draws', f'"{column}"')
            return [{"week": int(w), "draws": int(n)} for w, n in sorted(rows.fetchall())]
