"""A workbench to test against, on a small case that is quick to simulate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from willing.case.folder import scaffold
from willing.store import Store
from willing.workbench import create_app

SMALL = "small-2025"
CASE = f"/api/cases/{SMALL}"
PASSWORD = "a long enough password"
ROLES = ("reader", "analyst", "editor", "admin")


def small() -> dict[str, str]:
    return scaffold(SMALL, "A small case", date(2025, 4, 5), "UKR", ["RUS"], ["GBR", "FRA"])


def app_on(folder: Path, **settings: Any) -> FastAPI:
    url = f"sqlite:///{folder / 'store.db'}"
    store = Store.open(url)
    if not store.cases.every():
        store.cases.put(small(), "tester", "to begin with")
    if settings.get("auth"):
        for role in ROLES:
            store.accounts.create(role, PASSWORD, role)
    store.close()
    return create_app(url, shipped=False, **settings)


@contextmanager
def client_of(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def log_in(client: TestClient, name: str) -> TestClient:
    """Log in, the token of the session sent from then on."""
    answer = client.post("/api/session", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    client.headers["x-csrf-token"] = answer.json()["csrf"]
    return client


def finished(client: TestClient, job: str, seconds: int = 60) -> dict[str, Any]:
    """Follow a run to its end by its events."""
    with client.stream("GET", f"/api/jobs/{job}/events?seconds={seconds}") as stream:
        lines = [line for line in stream.iter_lines() if line.startswith("event:")]
    assert lines[-1] == "event: end"
    found: dict[str, Any] = client.get(f"/api/jobs/{job}").json()
    return found


@pytest.fixture(scope="module")
def small_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client_of(app_on(tmp_path_factory.mktemp("workbench"))) as client:
        yield client
