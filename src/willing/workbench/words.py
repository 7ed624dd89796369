"""The words on the page: one file a language in `texts/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["texts"]

FOLDER = Path(__file__).parent / "texts"


@cache
def texts(language: str = "en") -> dict[str, Any]:
    """Return the words of a language."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{language}.yaml").read_text("utf-8"))
    return found
