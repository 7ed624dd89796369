"""Fetching an address, politely and only from the public internet.

Every connection (redirects included) is made to an address that was checked after the name was
resolved, so a name that resolves to a private address, now or between two look-ups, is refused.
"""

from __future__ import annotations

import ipaddress
import socket
import time
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from willing.errors import MissingExtraError, UnreadableError

__all__ = ["Answer", "Guard", "fetch"]

AGENT = "willing/0.1 (+reading of public statements)"
_REDIRECTS = {301, 302, 303, 307, 308}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Guard:
    """Which addresses may be reached. `allowed` names addresses or networks let through anyway."""

    allowed: tuple[str, ...] = ()

    def check(self, address: str) -> bool:
        """Whether an IP address may be reached: public unicast only."""
        try:
            ip = ipaddress.ip_address(address.split("%")[0])
        except ValueError:
            return False
        if any(ip in ipaddress.ip_network(net) for net in self.allowed if _same_version(ip, net)):
            return True
        if isinstance(ip, ipaddress.IPv6Address):
            inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
            if inner is None and ip in _NAT64:
                inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
            if inner is not None:
                return self.check(str(inner))
        return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_loopback)

    def resolve(self, host: str, port: int) -> str:
        """Return an address of a host that may be reached; refuse the host if any may not."""
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise UnreadableError(f"{host}: name cannot be resolved") from error
        addresses = [str(row[4][0]) for row in rows]
        for address in addresses:
            if not self.check(address):
                raise UnreadableError(
                    f"{host}: found the address {address}; expected a public one "
                    "(private, loopback and link-local addresses are refused)"
                )
        return addresses[0]


def _same_version(ip: ipaddress.IPv4Address | ipaddress.IPv6Address, network: str) -> bool:
    return ipaddress.ip_network(network).version == ip.version


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent. `status` 304 comes with an empty body."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def content_type(self) -> str | None:
        """The `Content-Type` header."""
        return self.headers.get("content-type")


def _backend(guard: Guard) -> Any:
    import httpcore

    class Guarded(httpcore.SyncBackend):
        """Connects to the address that was checked, not to whatever the name says next."""

        def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,
            local_address: str | None = None,
            socket_options: Iterable[Any] | None = None,
        ) -> httpcore.NetworkStream:
            return super().connect_tcp(
                guard.resolve(host, port), port, timeout, local_address, socket_options
            )

    return Guarded()


def fetch(
    url: str,
    most: int = 40_000_000,
    seconds: float = 30.0,
    guard: Guard | None = None,
    headers: Mapping[str, str] | None = None,
    redirects: int = 5,
) -> Answer:
    """Fetch an http(s) address within limits of size and time.

    Raises `UnreadableError` for another scheme, a refused address, an error of the network, a
    status of 400 or more, too many redirects, too much or too slow.
    """
    try:
        import httpcore
    except ImportError as error:
        raise MissingExtraError("Fetching an address", "nlp") from error
    deadline = time.monotonic() + seconds
    sent = {"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity", **(headers or {})}
    with httpcore.ConnectionPool(network_backend=_backend(guard or Guard())) as pool:
        for _ in range(redirects + 1):
            _check(url)
            try:
                answer = _once(pool, url, sent, most, deadline)
            except UnreadableError:
                raise
            except (httpcore.TimeoutException, TimeoutError) as error:
                raise UnreadableError(f"{url}: not answered within {seconds:g} s") from error
            except Exception as error:  # every failure of the network is one of the input
                raise UnreadableError(f"{url}: {type(error).__name__} {error}".strip()) from error
            if answer.status in _REDIRECTS and answer.headers.get("location"):
                url = urljoin(url, answer.headers["location"])
                continue
            return answer
    raise UnreadableError(f"{url}: more than {redirects} redirects")


def _check(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UnreadableError(f"{url}: found {parts.scheme or 'no scheme'}; expected http or https")
    if parts.username or parts.password:
        raise UnreadableError(f"{parts.hostname}: an address with a user name is refused")


def _once(pool: Any, url: str, headers: Mapping[str, str], most: int, deadline: float) -> Answer:
    left = max(0.1, deadline - time.monotonic())
    timeout = {"connect": min(left, 10.0), "read": left, "write": left, "pool": left}
    with pool.stream(
        "GET", url, headers=dict(headers), extensions={"timeout": timeout}
    ) as response:
        found = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in response.headers}
        if response.status >= 400 and response.status not in {429, 503}:
            raise UnreadableError(f"{url}: the server answers {response.status}")
        if response.status in _REDIRECTS | {304, 429, 503}:
            return Answer(url, response.status, found, b"")
        packed = found.get("content-encoding", "").lower()
        unpack = zlib.decompressobj(47) if packed in {"gzip", "deflate", "x-gzip"} else None
        body = bytearray()
        for chunk in response.stream:
            body += unpack.decompress(chunk, most + 1 - len(body)) if unpack else chunk
            if len(body) > most:
                raise UnreadableError(f"{url}: larger than {most:,} bytes")
            if time.monotonic() > deadline:
                raise UnreadableError(f"{url}: not read in time")
        return Answer(url, response.status, found, bytes(body))
