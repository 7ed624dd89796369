"""Opening a database, one transaction at a time: SQLite with a write-ahead log, or PostgreSQL."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError

from willing.errors import UnreadableError, UsageError

__all__ = ["Database", "default_url", "now", "plain", "reason"]


def now() -> str:
    """Return the moment in UTC as text that sorts."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def plain(words: str, what: str, most: int = 2000) -> str:
    """Return a text a person wrote, refused where a database cannot hold it."""
    if "\x00" in words:
        raise UsageError(f"{what}: found a NUL character; expected text")
    if len(words) > most:
        raise UsageError(f"{what}: found {len(words):,} characters; expected at most {most:,}")
    return words


def reason(error: DBAPIError) -> str:
    """Return what the database's own driver says, in one line."""
    return " ".join(str(error.orig).split()) or type(error.orig).__name__


def default_folder() -> Path:
    """Return the user's data folder for Willing."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "willing"


def default_url() -> str:
    """Return the URL of the SQLite file in the user's data folder."""
    return f"sqlite:///{default_folder() / 'willing.db'}"


class Database:
    """An engine and the two kinds of transaction: to read, and to write."""

    def __init__(self, url: str | None = None) -> None:
        try:
            self.url = make_url(url or default_url())
        except ArgumentError as error:
            raise UsageError(
                "--store: expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
            ) from error
        if self.url.drivername in ("postgresql", "postgres"):
            self.url = self.url.set(drivername="postgresql+pg8000")
        self.sqlite = self.url.get_backend_name() == "sqlite"
        if not self.sqlite and self.url.drivername != "postgresql+pg8000":
            raise UsageError(
                f"--store: found {self.url.drivername}; expected sqlite or postgresql (pg8000)"
            )
        if self.sqlite and self.url.database in (None, "", ":memory:"):
            raise UsageError("--store: found no file; expected sqlite:///FILE")
        self.engine = self._engine()

    def _engine(self) -> Engine:
        if not self.sqlite:
            return create_engine(self.url, pool_size=10, max_overflow=10, pool_pre_ping=True)
        file = Path(str(self.url.database))
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise UnreadableError(f"{file.parent}: {error.strerror or error}") from error
        engine = create_engine(
            self.url, pool_size=20, max_overflow=40, connect_args={"check_same_thread": False}
        )

        @event.listens_for(engine, "connect")
        def _connected(connection: Any, record: Any) -> None:
            connection.isolation_level = None
            for pragma in (
                "busy_timeout = 20000",
                "journal_mode = WAL",
                "synchronous = FULL",
                "foreign_keys = ON",
            ):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def _begun(connection: Connection) -> None:
            # a writer takes the lock at once: two that read first and write later would deadlock
            writes = connection.get_execution_options().get("writes", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

        return engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent look."""
        with self.engine.connect() as connection:
            if not self.sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One change: all of it or nothing, on disk when this returns."""
        with self.engine.connect() as connection:
            connection = connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def ping(self) -> None:
        """Ask the database for anything at all."""
        with self.read() as connection:
            connection.execute(text("SELECT 1"))

    def migrate(self) -> None:
        """Bring the tables to the state this version needs; only one process at a time does it.

        Raises
        ------
        UnreadableError
            Where the database cannot be opened, or not be written, or not hold every letter.
        """
        try:
            self._check_encoding()
            self._upgrade()
        except DBAPIError as error:
            raise UnreadableError(
                f"--store {self.url.render_as_string()}: {reason(error)};"
                " expected a database that may be read and written"
            ) from error

    def _check_encoding(self) -> None:
        """A server set up without a locale makes databases that hold ASCII alone."""
        if self.sqlite:
            return
        with self.read() as connection:
            found = connection.execute(text("SHOW server_encoding")).scalar_one()
        if found != "UTF8":
            raise UnreadableError(
                f"--store {self.url.render_as_string()}: found a database encoded {found};"
                " expected UTF8 (createdb --encoding=UTF8 --template=template0 NAME)"
            )

    def _upgrade(self) -> None:
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", "willing.store:migrations")
        with self.engine.connect() as connection:
            connection = connection.execution_options(writes=True)
            with connection.begin():
                if not self.sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(8420)"))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")

    @staticmethod
    def insert_once(connection: Connection, table: Table) -> Any:
        """Return an INSERT that passes over rows that are there."""
        if connection.dialect.name == "sqlite":
            return sqlite.insert(table).on_conflict_do_nothing()
        return postgresql.insert(table).on_conflict_do_nothing()

    @property
    def folder(self) -> Path:
        """Where draws are kept: beside a SQLite file, else in WILLING_DRAWS or the data folder."""
        named = os.environ.get("WILLING_DRAWS")
        if named:
            return Path(named)
        if self.sqlite:
            return Path(f"{self.url.database}.draws")
        return default_folder() / "draws"

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()
