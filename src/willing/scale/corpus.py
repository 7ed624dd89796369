"""Many documents: Parquet in, Parquet out, one file of statements for each part of the input."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from willing.errors import MissingExtraError, UnreadableError
from willing.reading import Document, default_extractor
from willing.scale.parts import Part, run_parts

__all__ = ["COLUMNS", "read_corpus"]

#: documents in a part, at most: what is lost when a worker dies, against the cost of a file
PART = 256
#: parts that a small corpus is cut into, so that several workers end together
PARTS = 16
#: columns of the statements written
COLUMNS = (
    "document",
    "sha256",
    "statement",
    "actors",
    "speaker",
    "cue",
    "stance",
    "domain",
    "issue",
    "condition",
    "kind",
    "said_at",
    "due",
    "confidence",
    "start",
    "length",
    "quote",
)
_NUMBERS = {"confidence": "float64", "start": "int64", "length": "int64"}


def read_corpus(
    source: Path,
    folder: Path,
    *,
    parser: str = "auto",
    workers: int = 2,
    cluster: str | None = None,
    progress: Callable[[float, str], None] | None = None,
    part: int | None = None,
) -> dict[str, Any]:
    """Read the candidate statements of every document of a Parquet file, or a folder of them.

    Documents have a column `text`, and where known `id` and `published` (a date, or ISO 8601).
    Statements are written to `folder` as `statements-00000.parquet` and so on, a file for each part
    of the input, whole or not at all; finished parts are kept beside them and a rerun does what is
    missing. The files are the same from one process, a pool and a cluster; every worker of a
    cluster must see the corpus under the same path.

    Parameters
    ----------
    workers, cluster, progress
        See `run_parts`.
    part
        Documents in a part; by default it follows from how many each file holds.

    Returns
    -------
    `documents`, `statements`, `files` and `faults`: documents that could not be read, and why.

    Raises
    ------
    UnreadableError
        Where there is no Parquet file, or one without a column `text`.
    """
    tasks = [t for file in _files(source) for t in _tasks(file, parser, part)]
    parts = [Part(task, task.pop("sha256")) for task in tasks]
    found = run_parts(
        parts, read_part, folder / "parts", workers=workers, cluster=cluster, progress=progress
    )
    names = []
    for number, one in enumerate(found):
        names.append(f"statements-{number:05d}.parquet")
        _write(folder / names[-1], one["statements"])
    return {
        "documents": sum(one["documents"] for one in found),
        "statements": sum(len(one["statements"]) for one in found),
        "files": names,
        "faults": [fault for one in found for fault in one["faults"]],
    }


def read_part(task: dict[str, Any]) -> dict[str, Any]:
    """Read the documents of one part; a function of the file and the task alone."""
    extractor = _extractor(task["parser"])
    statements: list[dict[str, Any]] = []
    faults: list[dict[str, str]] = []
    rows = _rows(Path(task["file"]), task["first"], task["count"])
    for place, row in enumerate(rows, task["first"]):
        name = str(row.get("id") or f"{Path(task['file']).name}:{place}")
        if not isinstance(row["text"], str):
            faults.append({"document": name, "found": "no text"})
            continue
        try:
            published = _day(row.get("published"))
        except ValueError as error:
            faults.append({"document": name, "found": str(error)})
            continue
        document = Document.from_text(row["text"], source=name, published=published)
        for s in extractor.read(document).statements:
            start, length = s.span
            said = s.as_dict()
            statements.append(
                {
                    **{c: said[c] for c in COLUMNS if c in said and c != "id"},
                    "document": name,
                    "sha256": document.sha256,
                    "statement": s.id,
                    "actors": list(s.actor),
                    "start": start,
                    "length": length,
                    "quote": row["text"][start : start + length],
                }
            )
    return {"documents": task["count"], "statements": statements, "faults": faults}


@lru_cache(maxsize=1)
def _extractor(parser: str) -> Any:
    return default_extractor(parser)


def _files(source: Path) -> list[Path]:
    files = sorted(source.glob("*.parquet")) if source.is_dir() else [source]
    if not files or not files[0].is_file():
        raise UnreadableError(f"{source}: expected a Parquet file, or a folder of them")
    return files


def _tasks(file: Path, parser: str, part: int | None) -> Iterator[dict[str, Any]]:
    pq = _parquet()
    try:
        table = pq.ParquetFile(file)
    except (OSError, ValueError) as error:
        raise UnreadableError(f"{file}: not a Parquet file ({error})") from None
    if "text" not in table.schema_arrow.names:
        raise UnreadableError(
            f"{file}: found columns {', '.join(table.schema_arrow.names)}; expected one named text"
        )
    with file.open("rb") as data:
        digest = hashlib.file_digest(data, "sha256").hexdigest()
    rows = table.metadata.num_rows
    part = part or min(PART, max(1, -(-rows // PARTS)))
    for first in range(0, rows, part):
        yield {
            "file": str(file.absolute()),
            "first": first,
            "count": min(part, rows - first),
            "parser": parser,
            "sha256": digest,
        }


def _rows(file: Path, first: int, count: int) -> Iterator[dict[str, Any]]:
    """Yield some rows of a file, reading only the row groups that hold them."""
    table = _parquet().ParquetFile(file)
    wanted = [c for c in ("id", "text", "published") if c in table.schema_arrow.names]
    at = 0
    for group in range(table.num_row_groups):
        size = table.metadata.row_group(group).num_rows
        if at < first + count and at + size > first:
            start, stop = max(first - at, 0), min(first + count - at, size)
            found = table.read_row_group(group, columns=wanted).slice(start, stop - start)
            yield from found.to_pylist()
        at += size


def _day(value: Any) -> date | None:
    if value is None or value == "":
        return None
    return date.fromisoformat(str(value)[:10])


def _write(file: Path, rows: list[dict[str, Any]]) -> None:
    """Write a table whole or not at all."""
    import pyarrow as pa

    kinds = {c: getattr(pa, _NUMBERS[c])() if c in _NUMBERS else pa.string() for c in COLUMNS}
    kinds["actors"] = pa.list_(pa.string())
    table = pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))
    draft = file.with_suffix(f".{os.getpid()}.draft")
    _parquet().write_table(table, draft)
    draft.replace(file)


def _parquet() -> Any:
    try:
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError("Parquet", "cluster") from None
    return pq
