"""What the commands of reading share."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

from willing.errors import UsageError

if TYPE_CHECKING:
    from willing.reading import Extractor
    from willing.reading._fetch import Guard


def parsed_day(text: str | None) -> date | None:
    """Read a day; a clear error for anything else."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"found the day {text!r}; expected ISO 8601 such as 2025-04-05") from error


def guard(allow_private: bool) -> Guard:
    """Which addresses may be reached: public ones, or all where the user says so."""
    from willing.reading._fetch import Guard

    return Guard(("0.0.0.0/0", "::/0")) if allow_private else Guard()


def made_extractor(name: str, endpoint: str = "", model: str = "") -> Extractor:
    """The extractor a user names. The key of an endpoint comes from `WILLING_LLM_KEY` alone."""
    if name == "llm":
        from willing.data.reading import gazetteer
        from willing.reading.llm import Endpoint, LlmExtractor

        if not endpoint or not model:
            raise UsageError(
                "llm needs --endpoint and --model (or WILLING_LLM_URL, WILLING_LLM_MODEL)"
            )
        return LlmExtractor(
            Endpoint(endpoint, model, os.environ.get("WILLING_LLM_KEY", "")), gazetteer()
        )
    from willing.reading import default_extractor

    return default_extractor(name)
