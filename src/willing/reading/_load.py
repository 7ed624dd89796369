"""From files, streams, addresses and bytes to documents. The edge of the room: it touches the disk.

Formats that need a parser of their own (PDF, DOCX, HTML) are read in a child process with limits on
memory and time, so that a hostile file costs an error and nothing else.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from willing.errors import MissingExtraError, UnreadableError
from willing.reading._isolate import isolated
from willing.reading._types import Document

if TYPE_CHECKING:
    from willing.reading._fetch import Guard

__all__ = ["Limits", "document_from_bytes", "load"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading refuses to exceed."""

    bytes: int = 40_000_000
    characters: int = 20_000_000
    seconds: float = 30.0


_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
#: encodings looked for where a text is not UTF-8 and says nothing of itself
_ENCODINGS = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "utf_16", "gb18030", "shift_jis")
_LIMITS = Limits()


def load(
    source: str | Path,
    published: date | None = None,
    limits: Limits = _LIMITS,
    guard: Guard | None = None,
) -> Document:
    """Read a file, `-` (standard input) or an http(s) address.

    `published` overrides the date the document itself states. Raises `UnreadableError` for what
    is missing, too large, too slow, of no known format, or at a private address.
    """
    name = str(source)
    if name == "-":
        data = sys.stdin.buffer.read(limits.bytes + 1)
        return document_from_bytes(data, "-", None, published, limits)
    if "://" in name[:12]:
        from willing.reading._fetch import fetch

        answer = fetch(name, limits.bytes, limits.seconds, guard)
        return document_from_bytes(answer.body, answer.url, answer.content_type, published, limits)
    path = Path(source)
    try:
        if path.is_dir():
            raise UnreadableError(f"{path}: found a folder; expected a file")
        with path.open("rb") as handle:
            data = handle.read(limits.bytes + 1)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}") from error
    return document_from_bytes(data, str(path), None, published, limits)


def document_from_bytes(
    data: bytes,
    source: str,
    content_type: str | None = None,
    published: date | None = None,
    limits: Limits = _LIMITS,
) -> Document:
    """Make a document of bytes; the format is told by their content first, then by type and
    name.
    """
    if len(data) > limits.bytes:
        raise UnreadableError(f"{source}: larger than {limits.bytes:,} bytes")
    kind = _kind(data, source, content_type)
    title, stated = "", None
    if kind in {"pdf", "docx", "html"}:
        found = isolated(kind, data, source, limits.seconds, limits.characters)
        text, title = found["text"], found["title"]
        stated = date.fromisoformat(found["published"]) if found["published"] else None
    elif kind == "feed":
        from willing.reading._feed import feed_document

        text, title, stated = feed_document(data, source)
    else:
        text = decode(data, source, _charset(content_type))
    if len(text) > limits.characters:
        raise UnreadableError(f"{source}: longer than {limits.characters:,} characters")
    if not text.strip():
        raise UnreadableError(f"{source}: holds no text")
    if stated is None and kind in {"text", "markdown"}:
        from willing.reading._dateline import stated_date

        stated = stated_date(text)
    return Document(
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        source=source,
        title=title,
        published=published or stated,
        media_type=_MEDIA[kind],
    )


_MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "feed": "application/rss+xml",
    "markdown": "text/markdown",
    "text": "text/plain",
}


def _kind(data: bytes, source: str, content_type: str | None) -> str:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    suffix = Path(source.split("?")[0]).suffix.lower()
    mime = (content_type or "").split(";")[0].strip().lower()
    if head.startswith(b"%pdf-"):
        return "pdf"
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        if (
            suffix in {"", ".docx", ".docm"}
            or "wordprocessingml" in mime
            or b"word/" in data[:65536]
        ):
            return "docx"
        raise UnreadableError(f"{source}: found a zip archive; expected text, HTML, PDF or DOCX")
    for magic, what in (
        (b"\xd0\xcf\x11\xe0", "an old binary Office file"),
        (b"\x89png", "an image"),
        (b"\xff\xd8\xff", "an image"),
        (b"gif8", "an image"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"7z\xbc\xaf", "an archive"),
        (b"rar!", "an archive"),
        (b"\x7felf", "a program"),
        (b"mz\x90", "a program"),
        (b"{\\rtf", "RTF"),
    ):
        if data[:8].lower().startswith(magic):
            raise UnreadableError(
                f"{source}: found {what}; expected text, HTML, PDF, DOCX or a feed"
            )
    if (head.startswith(b"<?xml") or head.startswith((b"<rss", b"<feed", b"<rdf"))) and any(
        tag in head for tag in (b"<rss", b"<feed", b"<rdf:rdf")
    ):
        return "feed"
    if (
        head.startswith((b"<!doctype html", b"<html"))
        or b"<html" in head
        or mime
        in {
            "text/html",
            "application/xhtml+xml",
        }
    ):
        return "html"
    if suffix in {".html", ".htm", ".xhtml"} and b"<" in head:
        return "html"
    return "markdown" if suffix in {".md", ".markdown"} or mime == "text/markdown" else "text"


def _charset(content_type: str | None) -> str | None:
    for part in (content_type or "").split(";")[1:]:
        key, _, value = part.strip().partition("=")
        if key.lower() == "charset":
            return value.strip("\"' ") or None
    return None


def decode(data: bytes, source: str, declared: str | None = None) -> str:
    """Decode text: byte order mark, declared charset, UTF-8, then detection. Never guesses
    binary.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadableError(f"{source}: says {encoding} and is not: {error}") from error
    if declared:
        try:
            return data.decode(declared)
        except (LookupError, UnicodeDecodeError, ValueError):
            pass
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = _detected(data, source)
    sample = text[:20000]
    odd = sum(1 for c in sample if c < " " and c not in "\t\n\r\x0b\x0c\x1b")
    if odd > 0.02 * len(sample) + 2:
        raise UnreadableError(
            f"{source}: found binary data; expected text, HTML, PDF, DOCX or a feed"
        )
    return text


def _detected(data: bytes, source: str) -> str:
    try:
        from charset_normalizer import from_bytes
    except ImportError as error:
        raise MissingExtraError(f"{source} is not UTF-8; detecting its encoding", "nlp") from error
    matches = from_bytes(data[:200_000], cp_isolation=list(_ENCODINGS))
    best = matches.best()
    if best is not None and best.encoding in {"cp1250", "cp1254"}:
        # one byte tells them from cp1252 only where a rare letter stands: the common one wins a tie
        west = next((m for m in matches if m.encoding == "cp1252"), None)
        best = west if west is not None and west.chaos <= best.chaos + 0.02 else best
    if best is None:
        raise UnreadableError(f"{source}: encoding not recognised; convert it to UTF-8")
    return data.decode(best.encoding, errors="replace")
