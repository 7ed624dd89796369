"""Fixtures shared by all tests."""

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

# Tests run side by side, one for each core: more threads in each would only wait for each other.
# Before numpy is loaded; commands that tests start inherit it.
for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent

# Timed tests do not exist here: a slow moment of the machine is no fault of the code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def _shared() -> Path | None:
    """Folder of data owned by others: beside the checkout, or where WILLING_SHARED points."""
    named = os.environ.get("WILLING_SHARED")
    for place in ([Path(named)] if named else []) + [ROOT.parent / "shared"]:
        if (place / "data").is_dir():
            return place
    return None


@cache
def _shares(file: str) -> bool:
    """Whether tests of a file share something that is made once for them."""
    return re.search(r'scope="module"|small_client', (ROOT / file).read_text("utf-8")) is not None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep tests that share a fixture of their module on one worker; spread the others one by one.

    Not by `xdist_group`: xdist 3.8 writes the group into a test's name, which pytest 9 passes over.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFixture(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if _shares(file) else nodeid

    return ByFixture(config, log)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """`shared/data`, holding tables that others own; skips when it is not there."""
    place = _shared()
    if place is None:
        pytest.skip("data owned by others is not beside this checkout (set WILLING_SHARED)")
    return place / "data"
