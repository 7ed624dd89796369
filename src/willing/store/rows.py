"""statements.csv taken apart into rows as written, and put together again byte for byte."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Rows", "apart", "padded", "together"]

_RECORD = re.compile(r'(?:[^"\r\n]|"(?:[^"]|"")*")*(?:\r\n|\n|\r|\Z)')


@dataclass(frozen=True, slots=True)
class Rows:
    """The first line, the rows as written (each with its line end), and what follows the last.

    `ids` are those of the rows, `columns` the names in the first line.
    """

    head: str
    columns: tuple[str, ...]
    ids: tuple[str, ...]
    lines: tuple[str, ...]
    tail: str


def _cells(line: str) -> list[str]:
    return next(csv.reader(io.StringIO(line.strip("\r\n"), newline="")), [])


def apart(text: str) -> Rows:
    """Take a sound table apart; blank lines go with the row that follows them."""
    head, columns = "", ()  # type: tuple[str, tuple[str, ...]]
    ids: list[str] = []
    lines: list[str] = []
    waiting, at = "", 0
    while at < len(text):
        match = _RECORD.match(text, at)
        if match is None or match.end() == at:
            break
        waiting += match.group()
        at = match.end()
        if not match.group().strip():
            continue
        if not head:
            head, columns = waiting, tuple(c.strip() for c in _cells(waiting))
        else:
            ids.append(_cells(waiting)[columns.index("id")].strip())
            lines.append(waiting)
        waiting = ""
    return Rows(head, columns, tuple(ids), tuple(lines), waiting + text[at:])


def padded(line: str, width: int, columns: int) -> str:
    """Return a row written for fewer columns with blank cells for those added since."""
    if width >= columns:
        return line
    body = line.rstrip("\r\n")
    return body + "," * (columns - width) + line[len(body) :]


def together(head: str, lines: Iterable[str], tail: str = "") -> str:
    """Put a table together; a row without line end gets one where another follows."""
    end = "\r\n" if "\r\n" in head else "\n"
    text = head
    for line in lines:
        text += ("" if text.endswith(("\n", "\r")) else end) + line
    return text + tail
