"""What every answer carries and every request must pass before anything reads it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from willing.workbench.problems import problem

__all__ = ["CSP", "MAX_BODY", "SAFE", "Security", "is_loopback"]

#: bytes of a request's body
MAX_BODY = 40_000_000
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSP = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_loopback(host: str) -> bool:
    """Whether a host to bind to can be reached from this machine alone."""
    import ipaddress

    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _name(host: str) -> str:
    """Return the name in a Host header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


Noted = Callable[[str, str, str, str, int], None]


class _TooLargeError(Exception):
    pass


class Security:
    """Security headers; names the server answers to; one origin for changes; size of the body.

    `hosts` are the names in the Host header that are answered; None answers all (behind a proxy
    that checks). Against DNS rebinding a page elsewhere must not reach a server on loopback by a
    name of its own; against cross-site requests a change must come from the same origin.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Collection[str] | None = LOOPBACK,
        secure: bool = False,
        max_body: int = MAX_BODY,
        noted: Noted | None = None,
    ) -> None:
        self.app, self.hosts, self.secure, self.max_body = app, hosts, secure, max_body
        self.noted = noted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False
        status = 500
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.max_body:
                raise _TooLargeError
            return message

        async def marked(message: Message) -> None:
            nonlocal started, status
            if message["type"] == "http.response.start":
                started, status = True, message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if self.secure:
                    headers["strict-transport-security"] = "max-age=31536000"
                if not scope["path"].startswith("/static/") and "cache-control" not in headers:
                    headers["cache-control"] = "no-store"
            await send(message)

        refused = self._refusal(scope)
        try:
            if refused is not None:
                await problem(*refused)(scope, receive, marked)
            else:
                await self.app(scope, counted, marked)
        except _TooLargeError:
            if not started:
                await problem(413, self._limit())(scope, receive, marked)
        finally:
            await self._note(scope, status)

    async def _note(self, scope: Scope, status: int) -> None:
        """Write changes and refusals to the audit log."""
        looked = scope["method"] in SAFE and status not in (401, 403, 421)
        if self.noted is None or looked:
            return
        user = scope.get("state", {}).get("user")
        client = scope.get("client")
        address = client[0] if client else "unknown"
        by = user.name if user else ""
        await run_in_threadpool(self.noted, by, address, scope["method"], scope["path"], status)

    def _limit(self) -> str:
        return f"found a body over {self.max_body:,} bytes; expected at most that"

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self.hosts is not None and _name(host) not in self.hosts:
            return 421, "this server does not answer to that name"
        if "\x00" in scope["path"] or b"%00" in scope.get("query_string", b""):
            return 400, "found a NUL character in the address"
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit():
            return 400, "found a Content-Length that is no number"
        if int(length) > self.max_body:
            return 413, self._limit()
        if scope["method"] not in SAFE:
            site = headers.get("sec-fetch-site")
            origin = headers.get("origin")
            if site not in (None, "same-origin", "none"):
                return 403, "a change must come from this server's own pages"
            if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
                return 403, "a change must come from this server's own pages"
        return None
