"""The files of a case folder: found, kept inside the folder, decoded strictly."""

from __future__ import annotations

import os
import re
from importlib import resources
from pathlib import Path

from willing.case._draft import TABLES
from willing.case.folder._parse import CASE
from willing.errors import UnreadableError, nearest

__all__ = ["FILES", "MAX_BYTES", "SAVED", "list_cases", "locate", "texts"]

MAX_BYTES = 20_000_000
#: the files of a case folder; those that must be there first
FILES: tuple[str, ...] = (CASE, *(f"{t}.csv" for t in TABLES))
REQUIRED = FILES[:3]
#: a finished save whose files have not all been moved to their places yet
SAVED = ".saved"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_TRIES = 20


def _shipped() -> Path:
    return Path(str(resources.files("willing"))) / "cases"


def list_cases() -> list[str]:
    """Return the ids of the shipped cases."""
    return sorted(p.name for p in _shipped().glob("*") if (p / CASE).is_file())


def locate(path_or_id: str | Path) -> Path:
    """Return the folder of a case: a folder that is there, or else a shipped case's.

    Raises
    ------
    UnreadableError
        Where there is neither, or a file in place of the folder.
    """
    folder = Path(path_or_id)
    try:
        if folder.is_dir():
            return folder
        if folder.exists():
            raise UnreadableError(f"{folder}: found a file; expected a case folder")
    except (OSError, ValueError) as error:
        raise UnreadableError(f"{str(path_or_id)!r}: cannot be read ({error})") from None
    if _ID.fullmatch(str(path_or_id)) and (_shipped() / str(path_or_id) / CASE).is_file():
        return _shipped() / str(path_or_id)
    cases = list_cases()
    hint = nearest(str(path_or_id), cases)
    listed = ", ".join(cases) or "none"
    raise UnreadableError(
        f"{path_or_id}: found nothing there; expected a case folder or the id of a shipped case"
        f" ({listed})." + (f" Did you mean {hint!r}?" if hint else "")
    )


def texts(folder: Path) -> dict[str, str]:
    """Return the texts of a case folder by file name, all from one moment.

    A save may be going on: the files of a finished one count from the moment it is finished, and
    the folder is read again where it changed underneath.

    Raises
    ------
    UnreadableError
        All files that are missing, lead out of the folder, are too large or are not UTF-8.
    """
    for _ in range(_TRIES):
        before = _stamp(folder)
        try:
            found = _texts(folder)
        except UnreadableError:
            if before == _stamp(folder):
                raise
            continue
        if before == _stamp(folder):
            return found
    raise UnreadableError(f"{folder}: the folder keeps changing while it is read")


def _stamp(folder: Path) -> list[tuple[str, int, int, int]]:
    stamps = []
    for place in (folder / SAVED, folder):
        for name in FILES:
            try:
                state = os.lstat(place / name)
            except OSError:
                continue
            key = (str(place / name), state.st_ino, state.st_mtime_ns, state.st_size)
            stamps.append(key)
    return stamps


def _texts(folder: Path) -> dict[str, str]:
    if not os.access(folder, os.X_OK, effective_ids=os.access in os.supports_effective_ids):
        raise UnreadableError(
            f"{folder}: found a closed folder (Permission denied); expected one that may be opened"
        )
    found: dict[str, str] = {}
    wrong: list[str] = []
    for name in FILES:
        saved = folder / SAVED / name
        path = saved if saved.is_file() else folder / name
        try:
            if not os.path.lexists(path):
                if name in REQUIRED:
                    wrong.append(f"{name}: found no such file; expected it in {folder}")
                continue
            found[name] = read_text(path, folder)
        except UnreadableError as error:
            wrong.append(f"{name}: {error}")
        except OSError as error:
            wrong.append(f"{name}: cannot be read ({error.strerror or error})")
    if wrong:
        raise UnreadableError("\n".join(wrong))
    return found


def read_text(path: Path, folder: Path) -> str:
    """Read a file within a folder as UTF-8, links that lead out refused."""
    inside = path.resolve()
    if not inside.is_relative_to(folder.resolve()):
        raise UnreadableError("found a link that leads out of the case folder; expected a file")
    if not inside.is_file():
        raise UnreadableError("found something else; expected a file")
    with inside.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UnreadableError(f"found more than {MAX_BYTES:,} bytes; expected at most that")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise UnreadableError(
            f"found byte 0x{data[error.start]:02X} on line {line}, byte {column},"
            " which is not UTF-8; expected text in UTF-8"
        ) from None
