"""Fixtures shared by all tests."""

import os
from pathlib import Path

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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that share a fixture of their module on one worker: it is made once."""
    for item in items:
        fixtures = getattr(item, "_fixtureinfo").name2fixturedefs.values()  # noqa: B009
        if any(defined[-1].scope == "module" for defined in fixtures):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """`shared/data`, holding tables that others own; skips when it is not there."""
    place = _shared()
    if place is None:
        pytest.skip("data owned by others is not beside this checkout (set WILLING_SHARED)")
    return place / "data"
