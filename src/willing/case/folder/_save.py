"""Writing a case folder so that a crash leaves the old state or the new one, never half.

All changed files are written to a folder `.saving` inside the case folder and flushed to disk;
renaming it to `.saved` is the one moment at which the new state counts. Then each file moves to
its place. Whoever reads in between takes a file from `.saved` where it is still there; whoever
saves next finishes the moves first. What is left of an unfinished `.saving` counts for nothing.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from willing.case._draft import TABLES
from willing.case.case import Case, CaseFile
from willing.case.folder import _csv
from willing.case.folder._parse import CASE, Parsed, columns, parse
from willing.case.folder._render import lines, render
from willing.case.folder._source import FILES, SAVED, texts
from willing.case.tables import Actor, Statement
from willing.errors import FaultsError, UnreadableError, UsageError, WillingError

__all__ = ["append_actors", "append_statements", "appended", "save", "write"]

SAVING = ".saving"


def save(case: Case, folder: str | Path) -> None:
    """Write a case to a folder, new or holding an earlier state of a case.

    Files whose content stays the same are left as they are, comments and order included; a
    changed `case.yaml` is written afresh, so that comments in it are lost. An optional table that
    becomes empty keeps its first line.

    Raises
    ------
    FaultsError
        Where the case does not hang together: nothing is written that could not be read again.
    UsageError
        Where the folder holds something else, or cannot be written to.
    """
    folder = _case_folder(Path(folder))
    wanted = render(case)
    taken = parse(wanted)
    if taken.case is None:
        raise FaultsError(taken.faults)
    if taken.case != case:
        raise WillingError(f"{case.id}: the case cannot be written without loss")
    with _locked(folder):
        present, parsed = _present(folder)
        old = parsed.case if parsed else None
        for table in TABLES:
            name = f"{table}.csv"
            if name in present and name not in wanted:
                wanted[name] = ",".join(columns(table)) + "\n"
            if old is not None and name in present and getattr(old, table) == getattr(case, table):
                wanted[name] = present[name]
        if old is not None and _same_file(old, case):
            wanted[CASE] = present[CASE]
        write(folder, {n: t for n, t in wanted.items() if present.get(n) != t})


def append_statements(folder: str | Path, statements: Sequence[Statement]) -> Case:
    """Add statements at the end of a case folder's table and return the case with them.

    Lines that are there stay byte for byte, unless a column that is needed is missing: then the
    table is written afresh.

    Raises
    ------
    FaultsError
        Where the folder has faults, or would have them (an id again, an unknown actor): nothing
        is written then.
    """
    return _append(Path(folder), "statements", statements)


def append_actors(folder: str | Path, actors: Sequence[Actor]) -> Case:
    """Add actors at the end of a case folder's table; as :func:`append_statements` otherwise."""
    return _append(Path(folder), "actors", actors)


def _append(folder: Path, table: str, rows: Sequence[Actor | Statement]) -> Case:
    if not folder.is_dir():
        raise UnreadableError(f"{folder}: found no folder; expected a case folder")
    with _locked(folder):
        text, case = appended(texts(folder), table, rows)
        write(folder, {f"{table}.csv": text} if rows else {})
        return case


def appended(
    present: Mapping[str, str], table: str, rows: Sequence[Actor | Statement]
) -> tuple[str, Case]:
    """Return a table of a case, given by the texts of its files, with rows at its end; the case."""
    name = f"{table}.csv"
    before = parse(dict(present))
    if before.case is None:
        raise FaultsError(before.faults)
    every = (*getattr(before.case, table), *rows)
    header = _csv.read(present[name], name, columns(table)).columns
    needed = {n for row in rows for n, v in row if v != type(row).model_fields[n].default}
    if needed <= set(header):
        text = present[name]
        end = "\r\n" if "\r\n" in text else "\n"
        text += "" if text.endswith(("\n", "\r")) else end
        text += lines(rows, header, end)
    else:
        header = list(columns(table))
        text = ",".join(header) + "\n" + lines(every, header)
    after = parse({**present, name: text})
    if after.case is None:
        raise FaultsError(after.faults)
    if getattr(after.case, table) != every:
        raise WillingError(f"{name}: the {table} cannot be written without loss")
    return text, after.case


def write(folder: Path, new: dict[str, str]) -> None:
    """Write files of a case folder, all of them or none. The caller holds the lock."""
    try:
        _finish(folder)
        staging = folder / SAVING
        if staging.is_symlink() or staging.is_file():
            staging.unlink()
        shutil.rmtree(staging, ignore_errors=True)
        if not new:
            return
        staging.mkdir()
        for name, text in new.items():
            with (staging / name).open("wb") as stream:
                stream.write(text.encode("utf-8"))
                stream.flush()
                os.fsync(stream.fileno())
        _flush(staging)
        os.rename(staging, folder / SAVED)
        _flush(folder)
        _finish(folder)
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(f"{folder}: cannot be written to ({reason})") from error


def _finish(folder: Path) -> None:
    """Move the files of a finished save to their places."""
    saved = folder / SAVED
    if not saved.is_dir():
        return
    for name in FILES:
        if (saved / name).is_file():
            os.replace(saved / name, folder / name)
    _flush(folder)
    shutil.rmtree(saved)
    _flush(folder)


def _flush(folder: Path) -> None:
    """Have the disk know the names in a folder (where the system can do that)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other writers out; the lock goes with the process that holds it."""
    try:
        import fcntl
    except ImportError:  # no such lock on this system: one writer at a time is up to the user
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _case_folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = {p.name for p in folder.iterdir()}
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written to ({error.strerror or error})") from None
    if names - {SAVING} and not names & {CASE, SAVED}:
        found = ", ".join(sorted(names)[:3])
        raise UsageError(f"{folder}: found {found}; expected a case folder or an empty one")
    return folder


def _present(folder: Path) -> tuple[dict[str, str], Parsed | None]:
    try:
        found = texts(folder)
    except UnreadableError:
        return {}, None
    return found, parse(found)


def _same_file(one: Case, other: Case) -> bool:
    fields: Iterable[str] = CaseFile.model_fields
    return all(getattr(one, n) == getattr(other, n) for n in fields)
