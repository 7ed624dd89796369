"""Who may do what: every route by role, in one table; what is not listed only an admin may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fastapi import Request

from willing.workbench.problems import ProblemError
from willing.workbench.security import SAFE

__all__ = ["ROLES", "User", "guard", "needed"]

Role = Literal["nobody", "reader", "analyst", "editor", "admin"]
#: least to most
ROLES: tuple[Role, ...] = ("nobody", "reader", "analyst", "editor", "admin")


@dataclass(frozen=True, slots=True)
class User:
    """Who asks."""

    name: str
    role: Role
    csrf: str = ""

    def may(self, role: Role) -> bool:
        """Whether what needs a role is open to this user."""
        return ROLES.index(self.role) >= ROLES.index(role)


#: without accounts everybody on this machine is the analyst at the desk
LOCAL = User("local", "admin")
NOBODY = User("", "nobody")

#: (method, path) -> role; an entry for "*" is for every safe method below the prefix
TABLE: dict[tuple[str, str], Role] = {
    ("GET", "/healthz"): "nobody",
    ("GET", "/openapi.json"): "reader",
    ("GET", "/login"): "nobody",
    ("GET", "/api/cases"): "reader",
}


def needed(method: str, path: str) -> Role:
    """Return the role a route needs: as listed; pages are for readers; the rest is for admins."""
    method = "GET" if method == "HEAD" else method
    if (method, path) in TABLE:
        return TABLE[method, path]
    return "reader" if method in SAFE and not path.startswith("/api") else "admin"


def guard(request: Request) -> None:
    """Let a request through to its route, or refuse it. Sets `request.state.user`."""
    state = request.app.state
    path = getattr(request.scope.get("route"), "path", request.url.path)
    role = needed(request.method, path)
    user = LOCAL if not state.auth else NOBODY
    request.state.user = user
    if not user.may(role):
        raise ProblemError(401 if user is NOBODY else 403, f"this needs the role {role}")
