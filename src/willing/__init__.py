"""Willing: who is willing, what can they field, who can stop it, and will it happen?

>>> import willing
>>> willing.open("ukraine-2025").case.parties.host
'UKR'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from willing._notebook import Forecast, OpenCase, read, shipped
    from willing._notebook import open_case as open
    from willing._shown import Picture, Prospect, Prospects, Table

__version__ = "0.1.0"
__all__ = [
    "Forecast",
    "OpenCase",
    "Picture",
    "Prospect",
    "Prospects",
    "Table",
    "__version__",
    "open",
    "read",
    "shipped",
]

_DOOR = {"open": "open_case", **{n: n for n in ("Forecast", "OpenCase", "read", "shipped")}}
_SHOWN = {"Picture", "Prospect", "Prospects", "Table"}


def __getattr__(name: str) -> Any:
    """Import the door only when it is used, so that the command line starts fast."""
    if name in _DOOR:
        from willing import _notebook

        return getattr(_notebook, _DOOR[name])
    if name in _SHOWN:
        from willing import _shown

        return getattr(_shown, name)
    raise AttributeError(f"module 'willing' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
