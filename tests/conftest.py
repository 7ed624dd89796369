"""Fixtures shared by all tests."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

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


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """`shared/data`, holding tables that others own; skips when it is not there."""
    place = _shared()
    if place is None:
        pytest.skip("data owned by others is not beside this checkout (set WILLING_SHARED)")
    return place / "data"
