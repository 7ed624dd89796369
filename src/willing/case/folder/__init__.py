"""The case folder on disk: the only place of this room that touches files."""

from __future__ import annotations

from pathlib import Path

from willing.case.case import Case
from willing.case.folder._parse import parse
from willing.case.folder._source import list_cases, locate, texts
from willing.errors import Fault, FaultsError

__all__ = ["check", "list_cases", "load"]


def load(path_or_id: str | Path) -> Case:
    """Read a case: a folder, or a shipped case by its id.

    Raises
    ------
    FaultsError
        Every fault in the folder at once: file, line, column, found, expected, nearest word.
    UnreadableError
        Where it cannot be read at all: missing, not a folder, wrong encoding, too large, or a
        link that leads out of the folder.
    """
    parsed = parse(texts(locate(path_or_id)))
    if parsed.case is None:
        raise FaultsError(parsed.faults)
    return parsed.case


def check(path_or_id: str | Path) -> list[Fault]:
    """Return every fault in a case, sorted by file, line and column; see :func:`load`."""
    return parse(texts(locate(path_or_id))).faults
