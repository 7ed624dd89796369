"""The case folder on disk: the only place of this room that touches files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from willing.case._draft import SECTIONS, TABLES
from willing.case.case import Case
from willing.case.consistency import Contradiction, among
from willing.case.folder._parse import NOUNS, parse
from willing.case.folder._questions import load_questions
from willing.case.folder._save import append_actors, append_statements, appended, save
from willing.case.folder._scaffold import actor, create, scaffold
from willing.case.folder._source import FILES, MAX_BYTES, list_cases, locate, texts
from willing.errors import Fault, FaultsError

__all__ = [
    "FILES",
    "MAX_BYTES",
    "NOUNS",
    "Examination",
    "actor",
    "append_actors",
    "append_statements",
    "appended",
    "check",
    "create",
    "examine",
    "list_cases",
    "load",
    "load_questions",
    "locate",
    "save",
    "scaffold",
    "texts",
]


@dataclass(frozen=True)
class Examination:
    """What is in a case folder: its faults, how much there is, and the case where it is sound."""

    case: Case | None
    faults: list[Fault]
    #: number of valid items by section and table
    counts: dict[str, int]
    #: among the statements that could be read
    contradictions: list[Contradiction]


def examine(path_or_id: str | Path) -> Examination:
    """Read a case and say everything about it at once; see :func:`load` for what is raised."""
    parsed = parse(texts(locate(path_or_id)))
    items = parsed.draft.items
    counts = {name: len(items.get(name, [])) for name in (*TABLES, *SECTIONS)}
    against = among(statement for _, statement in items.get("statements", []))
    return Examination(parsed.case, parsed.faults, counts, against)


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
    examined = examine(path_or_id)
    if examined.case is None:
        raise FaultsError(examined.faults)
    return examined.case


def check(path_or_id: str | Path) -> list[Fault]:
    """Return every fault in a case, sorted by file, line and column; see :func:`load`."""
    return examine(path_or_id).faults
