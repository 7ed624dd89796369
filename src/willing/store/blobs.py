"""Texts and bytes kept once each, by their hash, compressed."""

from __future__ import annotations

import hashlib
import zlib

from sqlalchemy import Connection, select

from willing.store import tables as t
from willing.store.database import Database

__all__ = ["get", "put"]


def put(connection: Connection, text: str | bytes) -> str:
    """Keep a text; return its hash. Safe beside others that keep the same one."""
    raw = text.encode() if isinstance(text, str) else text
    sha = hashlib.sha256(raw).hexdigest()
    there = connection.execute(select(t.blobs.c.sha256).where(t.blobs.c.sha256 == sha)).first()
    if there is None:
        insert = Database.insert_once(connection, t.blobs)
        connection.execute(insert, {"sha256": sha, "data": zlib.compress(raw, 6)})
    return sha


def get(connection: Connection, sha: str) -> str:
    """Return the text of a hash; KeyError when there is none."""
    row = connection.execute(select(t.blobs.c.data).where(t.blobs.c.sha256 == sha)).first()
    if row is None:
        raise KeyError(sha)
    return zlib.decompress(row.data).decode()
