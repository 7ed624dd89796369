"""Watching feeds: polite polling, a queue of new candidates, and nothing lost or read twice.

State is one small file, written whole. An entry counts as done only after its candidates are in the
queue; adding to the queue is idempotent, so a crash between the two repeats work and not results.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from willing.errors import UnreadableError, WillingError
from willing.reading._extract import Extractor
from willing.reading._feed import Entry, entries
from willing.reading._queue import Queue, write_whole
from willing.reading._types import Document

__all__ = ["FeedState", "Poll", "Watcher"]

#: seconds between polls of one feed, at least (a convention of feed readers)
INTERVAL = 900.0
_LONGEST = 86_400.0
_REMEMBERED = 5000

#: (address, headers) -> (status, headers, body)
Fetch = Callable[[str, Mapping[str, str]], tuple[int, Mapping[str, str], bytes]]


@dataclass(slots=True)
class FeedState:
    """What is remembered of a feed between polls. Times are seconds since the epoch."""

    etag: str = ""
    modified: str = ""
    seen: list[str] = field(default_factory=list)
    failures: int = 0
    due: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Poll:
    """Result of one poll: entries read, candidates new to the queue, and what went wrong."""

    feed: str
    status: str
    entries: int = 0
    candidates: int = 0
    error: str = ""
    next_in: float = 0.0


class Watcher:
    """Polls feeds into a queue. `now` and `fetch` are given, so that it can be tested whole."""

    def __init__(
        self,
        queue: Queue,
        extractor: Extractor,
        fetch: Fetch,
        now: Callable[[], float],
        interval: float = INTERVAL,
        pages: Callable[[Entry], Document | None] | None = None,
    ) -> None:
        self._queue = queue
        self._extractor = extractor
        self._fetch = fetch
        self._now = now
        self._interval = interval
        self._pages = pages
        self._path = queue.folder / "watch.json"
        self.feeds: dict[str, FeedState] = self._read()

    def _read(self) -> dict[str, FeedState]:
        if not self._path.exists():
            return {}
        try:
            rows = json.loads(self._path.read_text(encoding="utf-8"))["feeds"]
            return {name: FeedState(**row) for name, row in rows.items()}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UnreadableError(f"{self._path}: {error}") from error

    def _save(self) -> None:
        rows = {name: asdict(state) for name, state in sorted(self.feeds.items())}
        write_whole(self._path, json.dumps({"feeds": rows}, ensure_ascii=False, indent=1))

    def poll(self, feeds: Iterable[str], force: bool = False) -> list[Poll]:
        """Poll the feeds that are due; with `force` all of them."""
        out: list[Poll] = []
        for feed in feeds:
            state = self.feeds.setdefault(feed, FeedState())
            if not force and state.due > self._now():
                out.append(Poll(feed, "not due", next_in=state.due - self._now()))
                continue
            out.append(self._one(feed, state))
            self._save()
        return out

    def wait(self, feeds: Iterable[str]) -> float:
        """Seconds until the next of some feeds is due."""
        dues = [self.feeds[f].due for f in feeds if f in self.feeds]
        return max(0.0, min(dues, default=self._now()) - self._now())

    def _one(self, feed: str, state: FeedState) -> Poll:
        headers: dict[str, str] = {}
        if state.etag:
            headers["If-None-Match"] = state.etag
        if state.modified:
            headers["If-Modified-Since"] = state.modified
        try:
            status, found, body = self._fetch(feed, headers)
            if status in {429, 503}:
                return self._later(
                    feed, state, f"the server answers {status}", _retry(found, self._now())
                )
            if status == 304:
                return self._fine(feed, state, "unchanged", 0, 0, found)
            _title, rows = entries(body, feed)
        except WillingError as error:
            return self._later(feed, state, str(error), 0.0)
        read = new = 0
        seen = set(state.seen)
        for entry in reversed(rows):  # oldest first, so that the queue keeps the order of events
            if entry.key in seen:
                continue
            added = self._entry(entry, feed)
            seen.add(entry.key)
            state.seen = [*state.seen, entry.key][-_REMEMBERED:]
            self._save()
            read += 1
            new += added
        state.etag = found.get("etag", "")
        state.modified = found.get("last-modified", "")
        return self._fine(feed, state, "read", read, new, found)

    def _entry(self, entry: Entry, feed: str) -> int:
        document = self._pages(entry) if self._pages is not None else None
        if document is None:
            text = f"{entry.title}\n\n{entry.text}".strip()
            if not text:
                return 0
            document = Document.from_text(text, entry.link or feed, entry.published)
        return len(self._queue.add(self._extractor.read(document)))

    def _fine(
        self,
        feed: str,
        state: FeedState,
        status: str,
        read: int,
        new: int,
        found: Mapping[str, str],
    ) -> Poll:
        state.failures, state.note = 0, ""
        gap = max(self._interval, min(_LONGEST, _max_age(found)))
        state.due = self._now() + gap
        return Poll(feed, status, read, new, next_in=gap)

    def _later(self, feed: str, state: FeedState, error: str, retry: float) -> Poll:
        state.failures += 1
        state.note = error
        gap = max(retry, min(_LONGEST, self._interval * 2.0 ** min(state.failures, 12)))
        state.due = self._now() + gap
        return Poll(feed, "failed", error=error, next_in=gap)


def _retry(headers: Mapping[str, str], now: float) -> float:
    value = headers.get("retry-after", "").strip()
    if value.isdigit():
        return min(float(value), 7 * _LONGEST)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, TypeError):
        return 0.0


def _max_age(headers: Mapping[str, str]) -> float:
    for part in headers.get("cache-control", "").split(","):
        key, _, value = part.strip().partition("=")
        if key.lower() == "max-age" and value.isdigit():
            return float(value)
    return 0.0


def local_feed(path: Path) -> tuple[int, dict[str, Any], bytes]:
    """A feed on disk, answered as a server would."""
    try:
        return 200, {}, path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}") from error
