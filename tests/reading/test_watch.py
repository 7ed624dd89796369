import contextlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from willing.errors import UnreadableError
from willing.reading import RuleExtractor
from willing.reading._fetch import Guard, fetch
from willing.reading._queue import Queue
from willing.reading._watch import Watcher

from .server import Reply, serving


def rss(*entries: str) -> bytes:
    items = "".join(
        f"<item><guid>{n}</guid><title>Note {n}</title>"
        f"<pubDate>Mon, 17 Feb 2025 10:00:00 GMT</pubDate><description>{words}</description></item>"
        for n, words in enumerate(entries)
    )
    channel = f"<channel><title>F</title>{items}</channel>"
    return f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'.encode()


ONE = "The Danish government said it would send troops."
TWO = "The Polish government said it would not send troops."


class Clock:
    def __init__(self) -> None:
        self.time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


class Server:
    """A server in memory that remembers what it was asked."""

    def __init__(self, *replies: object) -> None:
        self.replies = list(replies)
        self.asked: list[Mapping[str, str]] = []

    def __call__(
        self, url: str, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        self.asked.append(dict(headers))
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply  # type: ignore[return-value]


def test_new_entries_are_queued_once(tmp_path: Path, surface: RuleExtractor) -> None:
    clock = Clock()
    server = Server(
        (200, {"etag": '"a"'}, rss(ONE)), (200, {"etag": '"b"'}, rss(ONE, TWO)), (304, {}, b"")
    )
    watcher = Watcher(Queue(tmp_path), surface, server, clock)
    assert [(p.entries, p.candidates) for p in watcher.poll(["f"])] == [(1, 1)]
    assert watcher.poll(["f"])[0].status == "not due"
    clock.time += 901
    assert [(p.entries, p.candidates) for p in watcher.poll(["f"])] == [(1, 1)]
    clock.time += 901
    assert watcher.poll(["f"])[0].status == "unchanged"
    assert [h.get("If-None-Match") for h in server.asked] == [None, '"a"', '"b"']
    assert len(Queue(tmp_path).candidates()) == 2


def test_it_backs_off_and_recovers(tmp_path: Path, surface: RuleExtractor) -> None:
    clock = Clock()
    bad = UnreadableError("down")
    server = Server(bad, bad, (429, {"retry-after": "7200"}, b""), (200, {}, rss(ONE)))
    watcher = Watcher(Queue(tmp_path), surface, server, clock)
    gaps = []
    for _ in range(3):
        (poll,) = watcher.poll(["f"])
        assert poll.status == "failed"
        gaps.append(poll.next_in)
        clock.time += poll.next_in + 1
    assert gaps[1] == 2 * gaps[0]
    assert gaps[2] >= 7200
    assert watcher.poll(["f"])[0].candidates == 1
    assert watcher.feeds["f"].failures == 0


def test_servers_may_ask_for_longer_waits(tmp_path: Path, surface: RuleExtractor) -> None:
    server = Server((200, {"cache-control": "max-age=3600"}, rss(ONE)))
    assert Watcher(Queue(tmp_path), surface, server, Clock()).poll(["f"])[0].next_in == 3600


@pytest.mark.parametrize("stop", [0, 1, 2, 3])
def test_a_crash_anywhere_loses_and_repeats_nothing(
    tmp_path: Path, surface: RuleExtractor, stop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server((200, {}, rss(ONE, TWO)))
    clock = Clock()
    watcher = Watcher(Queue(tmp_path), surface, server, clock)
    calls = 0
    kept = Watcher._save

    def crashing(self: Watcher) -> None:
        nonlocal calls
        calls += 1
        if calls > stop:
            raise KeyboardInterrupt
        kept(self)

    monkeypatch.setattr(Watcher, "_save", crashing)
    with contextlib.suppress(KeyboardInterrupt):
        watcher.poll(["f"])
    monkeypatch.setattr(Watcher, "_save", kept)
    clock.time += 10_000
    Watcher(Queue(tmp_path), surface, server, clock).poll(["f"], force=True)
    lines = (tmp_path / "candidates.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == len(set(lines)) == 2


def test_feeds_that_are_none(tmp_path: Path, surface: RuleExtractor) -> None:
    for body in (b"", b"<html>no feed</html>", b"\xff\xfe\x00", b'<!ENTITY x "y">'):
        watcher = Watcher(Queue(tmp_path), surface, Server((200, {}, body)), Clock())
        assert watcher.poll(["f"], force=True)[0].status == "failed"


def test_a_damaged_state_is_a_clear_error(tmp_path: Path, surface: RuleExtractor) -> None:
    (tmp_path / "watch.json").write_text("{")
    with pytest.raises(UnreadableError, match=r"watch\.json"):
        Watcher(Queue(tmp_path), surface, Server((304, {}, b"")), Clock())


def test_over_a_real_connection(tmp_path: Path, surface: RuleExtractor) -> None:
    def answer(path: str, headers: dict[str, str], body: bytes) -> Reply:
        if headers.get("if-none-match") == '"v1"':
            return 304, {}, b""
        return 200, {"ETag": '"v1"', "Content-Type": "application/rss+xml"}, rss(ONE)

    def get(url: str, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        got = fetch(url, guard=Guard(("127.0.0.0/8",)), headers=headers)
        return got.status, got.headers, got.body

    with serving(answer) as base:
        watcher = Watcher(Queue(tmp_path), surface, get, Clock())
        assert watcher.poll([base])[0].candidates == 1
        assert watcher.poll([base], force=True)[0].status == "unchanged"
