"""Stores to test on: SQLite always, PostgreSQL where its programs are installed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from tests.store.cluster import binaries, cluster
from willing.case.folder import scaffold
from willing.store import Store

SMALL = "small-2025"


def small() -> dict[str, str]:
    """The texts of a case that is quick to read."""
    return scaffold(SMALL, "A small case", date(2025, 4, 5), "UKR", ["RUS"], ["GBR", "FRA"])


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    if binaries() is None:
        pytest.skip("PostgreSQL's initdb and pg_ctl are not installed (Debian: postgresql)")
    with cluster() as url:
        yield url


@pytest.fixture
def fresh_postgres(postgres: str) -> str:
    """The URL of an empty database of its own."""
    name = f"t{uuid4().hex[:12]}"
    server = create_engine(
        postgres.replace("postgresql://", "postgresql+pg8000://"), isolation_level="AUTOCOMMIT"
    )
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()
    return postgres.rsplit("/", 1)[0] + f"/{name}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("WILLING_DRAWS", str(tmp_path / "draws"))
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    found: str = request.getfixturevalue("fresh_postgres")
    return found


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(url)
    opened.cases.put(small(), "tester", "to begin with")
    yield opened
    opened.close()
