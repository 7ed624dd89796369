"""Willing: who is willing, what can they field, who can stop it, and will it happen?

>>> import willing
>>> willing.open("ukraine-2025").case.parties.host
'UKR'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from willing._notebook import Forecast, OpenCase, shipped
    from willing._notebook import open_case as open

__version__ = "0.1.0"
__all__ = ["Forecast", "OpenCase", "__version__", "open", "shipped"]

_NAMES = {"open": "open_case", "Forecast": "Forecast", "OpenCase": "OpenCase", "shipped": "shipped"}


def __getattr__(name: str) -> Any:
    """Import the door only when it is used, so that the command line starts fast."""
    if name in _NAMES:
        from willing import _notebook

        return getattr(_notebook, _NAMES[name])
    raise AttributeError(f"module 'willing' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
