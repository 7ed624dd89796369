import gzip
import socket
from collections.abc import Callable

import pytest

from willing.errors import UnreadableError
from willing.reading._fetch import Guard, fetch
from willing.reading._load import load

from .server import serving

LOCAL = Guard(("127.0.0.0/8",))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "fe80::1%eth0",
        "no address",
    ],
)
def test_addresses_that_may_not_be_reached(address: str) -> None:
    assert not Guard().check(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700:4700::1111"])
def test_public_addresses_may(address: str) -> None:
    assert Guard().check(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://017700000001/",
        "http://169.254.169.254/latest/meta-data",
        "https://10.1.1.1/",
        "http://[::ffff:127.0.0.1]/",
        "file:///etc/passwd",
        "ftp://example.org/x",
        "gopher://example.org/",
        "http://user:secret@example.org/",
        "http:///nothing",
    ],
)
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(UnreadableError):
        load(url)


def resolver(monkeypatch: pytest.MonkeyPatch, answers: Callable[[str], list[str]]) -> None:
    def look_up(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        found = [host] if host[0].isdigit() else answers(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def test_a_name_that_resolves_to_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolver(monkeypatch, lambda host: ["192.168.0.5"])
    with pytest.raises(UnreadableError, match=r"192\.168\.0\.5"):
        fetch("http://news.example.org/")


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver(monkeypatch, lambda host: ["8.8.8.8", "127.0.0.1"])
    with pytest.raises(UnreadableError, match=r"127\.0\.0\.1"):
        fetch("http://news.example.org/")


def test_a_redirect_to_a_private_address_is_refused() -> None:
    def answer(
        path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        return 302, {"Location": "http://10.0.0.1/secret"}, b""

    with serving(answer) as base, pytest.raises(UnreadableError, match=r"10\.0\.0\.1"):
        fetch(base, guard=LOCAL)


def test_the_checked_address_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers differently the second time is asked only once a connection."""
    asked: list[str] = []

    def answer(
        path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        return 200, {"Content-Type": "text/plain"}, b"hello"

    with serving(answer) as base:
        port = int(base.rsplit(":", 1)[1])

        def once(host: str) -> list[str]:
            asked.append(host)
            return ["127.0.0.1"] if len(asked) == 1 else ["10.9.9.9"]

        resolver(monkeypatch, once)
        got = fetch(f"http://rebind.example.org:{port}/", guard=Guard(("127.0.0.0/8",)))
    assert got.body == b"hello"
    assert asked == ["rebind.example.org"]


def test_limits_redirects_and_errors() -> None:
    def answer(
        path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        if path == "/loop":
            return 302, {"Location": "/loop"}, b""
        if path == "/gone":
            return 404, {}, b""
        if path == "/packed":
            return 200, {"Content-Encoding": "gzip"}, gzip.compress(b"0" * 1_000_000)
        if path == "/moved":
            return 301, {"Location": "/text"}, b""
        return 200, {"Content-Type": "text/plain; charset=utf-8"}, b"x" * 5000

    with serving(answer) as base:
        with pytest.raises(UnreadableError, match="redirects"):
            fetch(base + "/loop", guard=LOCAL)
        with pytest.raises(UnreadableError, match="404"):
            fetch(base + "/gone", guard=LOCAL)
        with pytest.raises(UnreadableError, match="larger"):
            fetch(base + "/text", most=1000, guard=LOCAL)
        with pytest.raises(UnreadableError, match="larger"):
            fetch(base + "/packed", most=10_000, guard=LOCAL)
        moved = fetch(base + "/moved", guard=LOCAL)
        assert (moved.url, len(moved.body)) == (base + "/text", 5000)
        assert load(base + "/text", guard=LOCAL).text == "x" * 5000


def test_a_slow_server_is_given_up() -> None:
    import time

    def answer(
        path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        time.sleep(1.0)
        return 200, {}, b"late"

    with serving(answer) as base, pytest.raises(UnreadableError, match="not answered"):
        fetch(base, seconds=0.2, guard=LOCAL)
