"""The charts' engine and the map as they go over the wire: made once, kept, compressed.

Vega, Vega-Lite and Vega-Embed (BSD-3-Clause) come out of the `vl-convert-python` that draws the
briefing, so that page and briefing draw with the same code and nothing is fetched from elsewhere.
"""

from __future__ import annotations

import gzip
import os
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock, Thread

from willing.data.map import text as map_text

__all__ = ["packed", "packed_map", "warm"]

VEGA_LITE = "6.4"
NOTICE = (
    "/*! Vega, Vega-Lite, Vega-Embed: Copyright (c) University of Washington Interactive Data Lab;"
    " BSD-3-Clause; bundled by vl-convert-python */\n"
)
_lock = Lock()


def _folder() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "willing"


@cache
def _packed() -> bytes:
    import vl_convert

    file = _folder() / f"vega-{VEGA_LITE}-{version('vl-convert-python')}.js.gz"
    with suppress(OSError):
        kept = file.read_bytes()
        if gzip.decompress(kept).startswith(NOTICE.encode()):
            return kept
    text = NOTICE + str(vl_convert.javascript_bundle())  # of the newest Vega-Lite it knows
    made = gzip.compress(text.encode(), 9, mtime=0)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, staging = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(made)
        os.replace(staging, file)
    return made


def packed() -> bytes:
    """Return the engine, compressed with gzip; the first call of an installation makes it."""
    with _lock:
        return _packed()


def warm() -> None:
    """Make the engine beside whatever else starts."""
    Thread(target=packed, daemon=True, name="vega").start()


@cache
def packed_map() -> bytes:
    """Return the map, compressed with gzip."""
    return gzip.compress(map_text().encode(), 9, mtime=0)
