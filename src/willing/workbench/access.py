"""Who may do what: every route by role, in one table; what is not listed only an admin may."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from typing import Literal

from fastapi import Request

from willing.workbench.problems import ProblemError
from willing.workbench.security import SAFE

__all__ = ["COOKIE", "CSRF", "ROLES", "TABLE", "User", "guard", "needed"]

Role = Literal["nobody", "reader", "analyst", "editor", "admin"]
#: least to most
ROLES: tuple[Role, ...] = ("nobody", "reader", "analyst", "editor", "admin")
COOKIE, CSRF = "willing_session", "x-csrf-token"


@dataclass(frozen=True, slots=True)
class User:
    """Who asks."""

    name: str
    role: Role
    csrf: str = ""

    def may(self, role: Role) -> bool:
        """Whether what needs a role is open to this user."""
        return ROLES.index(self.role) >= ROLES.index(role)


#: without accounts whoever sits at this machine
LOCAL = User("local", "admin")
NOBODY = User("", "nobody")

_C = "/api/cases/{id}"
TABLE: dict[tuple[str, str], Role] = {
    # nobody: what there is before a log-in
    **dict.fromkeys(
        [
            ("GET", "/healthz"),
            ("GET", "/login"),
            ("POST", "/api/session"),
            ("GET", "/api/session"),
        ],
        "nobody",
    ),
    # readers look, and ask what if: nothing of the record changes
    **dict.fromkeys(
        [
            ("GET", "/"),
            ("GET", "/openapi.json"),
            ("GET", "/reference"),
            ("DELETE", "/api/session"),
            ("GET", "/api/cases"),
            ("GET", _C),
            ("GET", f"{_C}/check"),
            ("GET", f"{_C}/export"),
            ("GET", f"{_C}/history"),
            ("GET", f"{_C}/news"),
            ("POST", f"{_C}/news"),
            ("GET", f"{_C}/positions"),
            ("GET", f"{_C}/routes"),
            ("GET", f"{_C}/statements"),
            ("GET", f"{_C}/statements/{{statement}}"),
            ("GET", f"{_C}/statements/{{statement}}/history"),
            ("GET", f"{_C}/forecasts"),
            ("POST", f"{_C}/whatif"),
            ("GET", f"{_C}/bargain"),
            ("GET", f"{_C}/probabilities"),
            ("GET", f"{_C}/codings"),
            ("GET", f"{_C}/data.{{form}}"),
            ("GET", "/api/forecasts/{forecast}"),
            ("GET", "/api/forecasts/{forecast}/draws"),
            ("GET", "/api/forecasts/{forecast}/briefing.{form}"),
            ("GET", "/api/forecasts/{forecast}/charts"),
            ("GET", "/api/forecasts/{forecast}/charts/{chart}.{form}"),
            ("GET", "/api/jobs"),
            ("GET", "/api/jobs/{job}"),
            ("GET", "/api/jobs/{job}/events"),
            ("GET", "/api/forums"),
            ("GET", "/api/forums/{forum}"),
            ("POST", "/api/bargain"),
        ],
        "reader",
    ),
    # analysts run forecasts, read texts, propose and code
    **dict.fromkeys(
        [
            ("POST", "/api/check"),
            ("POST", f"{_C}/assess"),
            ("POST", f"{_C}/force"),
            ("POST", "/api/track-record"),
            ("POST", f"{_C}/what-would-it-take"),
            ("POST", f"{_C}/moved"),
            ("POST", f"{_C}/score"),
            ("POST", "/api/forecasts/{forecast}/reproduce"),
            ("POST", "/api/jobs/{job}/cancel"),
            ("POST", "/api/jobs/{job}/resume"),
            ("POST", "/api/read"),
            ("POST", "/api/read/file"),
            ("POST", f"{_C}/read"),
            ("POST", f"{_C}/read/file"),
            ("GET", f"{_C}/review"),
            ("GET", f"{_C}/review/log"),
            ("GET", f"{_C}/review/{{key}}"),
            ("GET", f"{_C}/documents/{{sha256}}"),
            ("POST", f"{_C}/review/{{key}}/edit"),
            ("POST", f"{_C}/probabilities"),
            ("POST", f"{_C}/codings"),
            ("POST", f"{_C}/sheet/preview"),
        ],
        "analyst",
    ),
    # editors change the record
    **dict.fromkeys(
        [
            ("POST", f"{_C}/review/{{key}}/accept"),
            ("POST", f"{_C}/review/{{key}}/reject"),
            ("POST", f"{_C}/review/{{key}}/split"),
            ("POST", f"{_C}/statements"),
            ("PUT", f"{_C}/statements/{{statement}}"),
            ("DELETE", f"{_C}/statements/{{statement}}"),
            ("POST", f"{_C}/sheet/import"),
            ("PUT", f"{_C}/files/{{name}}"),
            ("GET", f"{_C}/files/{{name}}"),
            ("POST", f"{_C}/reopen"),
            ("PUT", f"{_C}/handling"),
            ("POST", "/api/cases"),
            ("POST", "/api/cases/new"),
            ("POST", "/api/read/address"),
            ("POST", f"{_C}/read/address"),
        ],
        "editor",
    ),
    # admins keep the accounts
    **dict.fromkeys(
        [
            ("GET", "/accounts"),
            ("GET", "/api/accounts"),
            ("POST", "/api/accounts"),
            ("PATCH", "/api/accounts/{name}"),
            ("GET", "/api/audit"),
        ],
        "admin",
    ),
}


def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return the table's paths as patterns, the most particular first."""
    paths = sorted({path for _, path in TABLE}, key=lambda p: (p.count("{"), p))
    return [(re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), path) for path in paths]


PATTERNS = _patterns()


def template_of(path: str) -> str:
    """Return the path of the table that an address belongs to; itself where there is none."""
    return next((t for pattern, t in PATTERNS if pattern.fullmatch(path)), path)


def needed(method: str, path: str) -> Role:
    """Return the role an address needs: as listed; pages are for readers, the rest for admins."""
    method = "GET" if method == "HEAD" else method
    listed = TABLE.get((method, template_of(path)))
    if listed is not None:
        return listed
    return "reader" if method in SAFE and not path.startswith("/api") else "admin"


def user_of(request: Request) -> User:
    """Return who asks, by the session kept on the server."""
    state = request.app.state
    if not state.auth:
        return LOCAL
    token = request.cookies.get(COOKIE, "")
    found = state.store.accounts.session(token) if token else None
    return User(found[0], found[1], found[2]) if found else NOBODY


def guard(request: Request) -> None:
    """Let a request through to its route, or refuse it. Sets `request.state.user`."""
    path = str(request.scope["path"])
    role = needed(request.method, path)
    user = user_of(request)
    request.state.user = user
    if not user.may(role):
        page = not path.startswith("/api") and request.method in SAFE
        if user is NOBODY and page and "text/html" in request.headers.get("accept", ""):
            raise ProblemError(303, "log in first", {"location": "/login"})
        raise ProblemError(401 if user is NOBODY else 403, f"this needs the role {role}")
    changes = request.method not in SAFE and request.app.state.auth and role != "nobody"
    if changes and not hmac.compare_digest(
        request.headers.get(CSRF, "").encode(), user.csrf.encode()
    ):
        raise ProblemError(403, f"found no {CSRF} header with the token of this session")
