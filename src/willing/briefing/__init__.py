"""Briefing: charts and the written briefing."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from willing.briefing._account import Account, account
    from willing.briefing.drawing import Drawing
    from willing.briefing.page import html
    from willing.briefing.terminal import text

__all__ = ["Account", "Drawing", "account", "html", "text"]
# looked up when asked for: the process that draws is started before anything else is imported
_HOMES = {
    "Account": "_account",
    "account": "_account",
    "Drawing": "drawing",
    "html": "page",
    "text": "terminal",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        found = getattr(importlib.import_module(f"willing.briefing.{_HOMES[name]}"), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
