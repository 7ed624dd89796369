"""The child process of `_isolate`: bytes on standard input, JSON on standard output."""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

__all__ = ["main"]

_UNPACKED = 120_000_000
_MEMBERS = 5000
_PAGES = 3000


class RefusedError(Exception):
    """A document that cannot or may not be read, in words."""


def _pdf(data: bytes, characters: int) -> dict[str, Any]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise RefusedError("the PDF is encrypted")
        if len(reader.pages) > _PAGES:
            raise RefusedError(f"more than {_PAGES} pages")
        parts: list[str] = []
        size = 0
        for page in reader.pages:
            text = page.extract_text() or ""
            size += len(text)
            if size > characters:
                raise RefusedError(f"longer than {characters:,} characters")
            parts.append(text)
        title = str(reader.metadata.title or "") if reader.metadata else ""
    except PyPdfError as error:
        raise RefusedError(f"a damaged PDF ({error})") from error
    return {"text": _unwrapped("\n\n".join(parts)), "title": title, "published": None}


def _unwrapped(text: str) -> str:
    """Lines as paragraphs: one ends where a sentence ends well short of the margin."""
    lines = text.split("\n")
    width = sorted(len(line) for line in lines if line.strip())
    margin = width[int(len(width) * 0.8)] if width else 0
    out: list[str] = []
    for line in lines:
        out.append(line.rstrip())
        short = len(line.rstrip()) < 0.8 * margin and re.search(r"[.!?:][\"”’)]*\s*$", line)
        if short:
            out.append("")
    return "\n".join(out)


def _docx(data: bytes, characters: int) -> dict[str, Any]:
    import docx
    from docx.table import Table

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > _MEMBERS or sum(m.file_size for m in members) > _UNPACKED:
                raise RefusedError("the archive unpacks to more than is allowed")
            if "word/document.xml" not in archive.namelist():
                raise RefusedError("found a zip archive that is no DOCX")
            for member in members:  # the declared size may lie
                if member.filename.endswith(".xml"):
                    size = 0
                    with archive.open(member) as handle:
                        while chunk := handle.read(1 << 20):
                            size += len(chunk)
                            if size > _UNPACKED:
                                raise RefusedError("the archive unpacks to more than is allowed")
                            if b"<!ENTITY" in chunk or b"<!DOCTYPE" in chunk:
                                raise RefusedError("XML with a document type is refused")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise RefusedError(f"a damaged DOCX ({error})") from error
    document = docx.Document(io.BytesIO(data))
    parts: list[str] = []
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            parts += ["\t".join(cell.text for cell in row.cells) for row in item.rows]
        else:
            parts.append(item.text)
        if sum(map(len, parts[-1:])) > characters:
            raise RefusedError(f"longer than {characters:,} characters")
    text = "\n\n".join(p for p in parts if p.strip())
    if len(text) > characters:
        raise RefusedError(f"longer than {characters:,} characters")
    return {"text": text, "title": document.core_properties.title or "", "published": None}


_META_DATES = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.date",
    "publishdate",
    "pubdate",
    "publication_date",
    "parsely-pub-date",
    "sailthru.date",
)


def _html(data: bytes, characters: int) -> dict[str, Any]:
    import trafilatura

    tree = trafilatura.load_html(data)
    if tree is None:
        raise RefusedError("no HTML that can be parsed")
    published = _html_date(tree)
    title = " ".join((tree.findtext(".//title") or "").split())
    # `trafilatura` empties the tree it works on, so it gets its own
    text = trafilatura.extract(
        data,
        include_comments=False,
        include_tables=True,
        include_formatting=False,
        favor_recall=True,
    )
    if not text:
        for node in tree.xpath("//script|//style|//nav|//header|//footer|//form|//noscript"):
            node.drop_tree()
        body = tree.find(".//body")
        root = tree if body is None else body
        blocks = root.xpath(".//p|.//h1|.//h2|.//h3|.//li|.//blockquote|.//td") or [root]
        text = "\n\n".join(" ".join(n.text_content().split()) for n in blocks)
    else:
        text = re.sub(r"(?<!\n)\n(?!\n)", "\n\n", text)  # one line a paragraph
    if len(text) > characters:
        raise RefusedError(f"longer than {characters:,} characters")
    return {"text": text, "title": title, "published": published}


def _html_date(tree: Any) -> str | None:
    """Publication date a page states about itself; never guessed from its text."""
    found: list[str] = []
    for meta in tree.iter("meta"):
        key = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if key in _META_DATES and meta.get("content"):
            found.append(meta.get("content"))
    for script in tree.xpath("//script[@type='application/ld+json']"):
        match = re.search(r'"datePublished"\s*:\s*"([^"]+)"', script.text or "")
        if match:
            found.append(match.group(1))
    for value in found:
        match = re.match(r"\s*(\d{4}-\d\d-\d\d)", value)
        if match:
            try:
                return date.fromisoformat(match.group(1)).isoformat()
            except ValueError:
                continue
    return None


_READERS: dict[str, Callable[[bytes, int], dict[str, Any]]] = {
    "pdf": _pdf,
    "docx": _docx,
    "html": _html,
}


def main(arguments: list[str]) -> int:
    """Read one document under a memory limit and print what was found."""
    kind, characters, memory = arguments[0], int(arguments[1]), int(arguments[2])
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ImportError, ValueError, OSError):  # not on this platform: the time limit remains
        pass
    data = sys.stdin.buffer.read()
    try:
        answer = _READERS[kind](data, characters)
    except RefusedError as refusal:
        answer = {"error": str(refusal)}
    except ImportError:
        answer = {"missing": True}
    except MemoryError:
        answer = {"error": "needs more memory than is allowed"}
    except Exception as error:  # a parser fell over its input: that is the input's fault here
        answer = {"error": f"cannot be read as {kind.upper()} ({type(error).__name__})"}
    sys.stdout.write(json.dumps(answer, ensure_ascii=True))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
