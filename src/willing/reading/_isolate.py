"""Risky formats are read in a child process: bounded in time and memory, its death an error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from willing.errors import MissingExtraError, UnreadableError

__all__ = ["isolated"]

_CHILD = str(Path(__file__).with_name("_formats.py"))
#: address space of the child
MEMORY = 1_500_000_000


def isolated(
    kind: str, data: bytes, source: str, seconds: float, characters: int
) -> dict[str, Any]:
    """Return `text`, `title` and `published` (ISO or None) of a PDF, DOCX or HTML document."""
    # run as a file, so that the child imports none of this package
    command = [sys.executable, "-I", _CHILD, kind, str(characters), str(MEMORY)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, arguments are ours
            command, input=data, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableError(f"{source}: not read within {seconds:g} s") from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise UnreadableError(f"{source}: cannot be read as {kind.upper()}") from error
    if answer.get("missing"):
        raise MissingExtraError(f"Reading {kind.upper()}", "nlp")
    if answer.get("error"):
        raise UnreadableError(f"{source}: {answer['error']}")
    if not isinstance(answer.get("text"), str):
        raise UnreadableError(f"{source}: cannot be read as {kind.upper()}")
    return {
        "text": answer["text"],
        "title": str(answer.get("title") or ""),
        "published": answer.get("published"),
    }
