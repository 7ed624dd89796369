"""Requests made from the API's own description: nothing a client sends makes a server error."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from tests.workbench.served import SMALL, app_on
from willing.workbench.jobs import Jobs

EXAMPLES = int(os.environ.get("WILLING_FUZZ", "8"))


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    app = app_on(folder, hosts=None)

    def nothing(given: dict[str, Any], by: str, note: Any) -> dict[str, Any]:
        return {}  # what is tried here is the door, not the engines behind it

    kinds = app.state.jobs.work
    app.state.jobs = Jobs(app.state.store, dict.fromkeys(kinds, nothing))
    app.state.stages.get(SMALL)
    description = app.openapi()
    for item in description["paths"].values():  # half the requests are about the case there is
        for operation in item.values():
            for p in operation.get("parameters", []):
                if p["name"] == "id" and p["in"] == "path":
                    p["schema"] = {"anyOf": [{"const": SMALL}, p["schema"]]}
    loaded = schemathesis.openapi.from_dict(description)
    loaded.app = app
    return loaded


def test_no_request_makes_a_server_error(schema: Any) -> None:
    tried: dict[str, int] = {}
    failed: list[str] = []
    for found in schema.exclude(path="/api/jobs/{job}/events").get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def knock(case: schemathesis.Case) -> None:
            name = case.operation.label
            answer = case.call()
            tried[name] = tried.get(name, 0) + 1
            if answer.status_code >= 500 and answer.status_code not in (501, 503):
                failed.append(f"{name}: {answer.status_code} {case.as_curl_command()}")

        knock()
    print(f"{sum(tried.values())} requests to {len(tried)} operations")
    assert failed == []
    assert len(tried) >= 60
