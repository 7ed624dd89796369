"""RSS and Atom feeds: entries with an identity, a date and a text."""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from willing.errors import MissingExtraError, UnreadableError

__all__ = ["Entry", "entries", "feed_document"]

_TAG = re.compile(r"<(/?)(p|br|div|li|h[1-6]|blockquote|tr)\b[^>]*>|<[^>]{1,2000}>", re.I)
_MOST = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed. `key` stays the same from poll to poll."""

    key: str
    title: str
    link: str
    published: date | None
    text: str


def _plain(markup: str) -> str:
    text = _TAG.sub(lambda m: "\n\n" if m.group(2) else "", markup[:500_000])
    lines = [" ".join(line.split()) for line in html.unescape(text).split("\n")]
    return "\n\n".join(line for line in lines if line)


def entries(data: bytes, source: str) -> tuple[str, list[Entry]]:
    """Title and entries of a feed, oldest last as the feed has them.

    Raises `UnreadableError` for what is no feed and for XML that defines entities.
    """
    try:
        import feedparser
    except ImportError as error:
        raise MissingExtraError("Reading feeds", "nlp") from error
    if b"<!ENTITY" in data[:100_000].upper():
        raise UnreadableError(f"{source}: XML that defines entities is refused")
    parsed: Any = feedparser.parse(data, sanitize_html=False)
    if not parsed.get("version") and not parsed.get("entries"):
        raise UnreadableError(f"{source}: found no RSS or Atom feed")
    found: list[Entry] = []
    for row in parsed.entries[:_MOST]:
        content = next((c.get("value", "") for c in row.get("content", [])), "")
        title = _plain(row.get("title", ""))
        body = _plain(content or row.get("summary", ""))
        link = str(row.get("link", ""))
        identity = row.get("id") or link or f"{title}\n{body}"
        stamp = row.get("published_parsed") or row.get("updated_parsed")
        day: date | None = None
        if stamp is not None:
            try:
                day = date(stamp[0], stamp[1], stamp[2])
            except ValueError:
                day = None
        found.append(
            Entry(hashlib.sha256(str(identity).encode()).hexdigest()[:24], title, link, day, body)
        )
    return _plain(parsed.feed.get("title", "")), found


def feed_document(data: bytes, source: str) -> tuple[str, str, date | None]:
    """A feed as one text, entry after entry, its title, and the day all entries share.

    Where they came out on several days there is no one day to count from: `willing watch` reads
    each entry by its own.
    """
    title, found = entries(data, source)
    days = {e.published for e in found}
    text = "\n\n".join(f"{e.title}\n\n{e.text}".strip() for e in found)
    return text, title, days.pop() if len(days) == 1 else None
