"""Local accounts, sessions kept on the server, failed log-ins, and the audit log."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from willing.errors import UsageError
from willing.store import tables as t
from willing.store.database import Database, now, plain
from willing.store.errors import ConflictError, MissingError

__all__ = ["ROLES", "Accounts"]

ROLES = ("reader", "analyst", "editor", "admin")
SHORTEST = 12
#: a session ends so long after it was last used, and so long after it was made
IDLE, LONGEST = timedelta(hours=2), timedelta(hours=12)


def ago(span: timedelta) -> str:
    """Return the moment a span ago, as the tables write it."""
    when = datetime.now(UTC) - span
    return when.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _hasher() -> Any:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _decoy() -> str:
    """A hash of nothing anybody knows, so that an unknown name takes as long as a known one."""
    return str(_hasher().hash(secrets.token_urlsafe(16)))


class Accounts:
    """Who may enter."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # accounts

    def create(self, name: str, password: str, role: str) -> None:
        """Make an account."""
        if not 1 <= len(name.strip()) <= 64 or not plain(name, "name").isprintable():
            raise UsageError("name: expected 1 to 64 printable characters")
        row = {
            "name": name.strip(),
            "password": self._hashed(password),
            "role": _role(role),
            "disabled": False,
            "created": now(),
        }
        with self.database.write() as c:
            a = t.accounts.c.name
            if c.execute(select(a).where(a == row["name"])).first():
                raise ConflictError(f"there is an account {row['name']!r}")
            c.execute(insert(t.accounts).values(row))

    def _hashed(self, password: str) -> str:
        if not SHORTEST <= len(password) <= 1024:
            raise UsageError(f"password: expected at least {SHORTEST} characters")
        return str(_hasher().hash(password))

    def every(self) -> list[dict[str, Any]]:
        """Return the accounts, without their passwords."""
        a = t.accounts.c
        with self.database.read() as c:
            query = select(a.name, a.role, a.disabled, a.created).order_by(a.name)
            return [dict(r._mapping) for r in c.execute(query)]

    def change(
        self,
        name: str,
        *,
        role: str | None = None,
        password: str | None = None,
        disabled: bool | None = None,
    ) -> None:
        """Change an account; its sessions end. The last admin cannot be taken away."""
        values: dict[str, Any] = {}
        if role is not None:
            values["role"] = _role(role)
        if password is not None:
            values["password"] = self._hashed(password)
        if disabled is not None:
            values["disabled"] = disabled
        a = t.accounts.c
        with self.database.write() as c:
            there = c.execute(select(a.role, a.disabled).where(a.name == name)).first()
            if there is None:
                raise MissingError(f"found no account {name[:80]!r}")
            if values:
                c.execute(update(t.accounts).where(a.name == name).values(**values))
            admins = select(func.count()).where(a.role == "admin", a.disabled.is_(False))
            if not c.execute(admins).scalar():
                raise UsageError("the last admin cannot be taken away")
            c.execute(delete(t.sessions).where(t.sessions.c.account == name))

    def verify(self, name: str, password: str) -> str | None:
        """Return the role of an account whose password this is, None otherwise."""
        from argon2.exceptions import InvalidHashError, VerificationError

        a = t.accounts.c
        with self.database.read() as c:
            row = c.execute(select(a.password, a.role, a.disabled).where(a.name == name)).first()
        try:
            _hasher().verify(row.password if row else _decoy(), password)
        except (VerificationError, InvalidHashError):
            return None
        if row is None or row.disabled:
            return None
        if _hasher().check_needs_rehash(row.password):
            with self.database.write() as c:
                hashed = str(_hasher().hash(password))
                c.execute(update(t.accounts).where(a.name == name).values(password=hashed))
        return str(row.role)

    # sessions

    def begin(self, name: str, old: str | None = None) -> tuple[str, str]:
        """Begin a session under a new token, the old one ended; return token and CSRF token."""
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        s = t.sessions.c
        with self.database.write() as c:
            if old:
                c.execute(delete(t.sessions).where(s.token_hash == _hash(old)))
            c.execute(delete(t.sessions).where((s.used < ago(IDLE)) | (s.created < ago(LONGEST))))
            row = {
                "token_hash": _hash(token),
                "account": name,
                "csrf": csrf,
                "created": now(),
                "used": now(),
            }
            c.execute(insert(t.sessions).values(row))
        return token, csrf

    def session(self, token: str) -> tuple[str, str, str] | None:
        """Return (account, role, CSRF token) of a live session, None otherwise."""
        s, a = t.sessions.c, t.accounts.c
        with self.database.read() as c:
            row = c.execute(
                select(s.account, s.csrf, s.used, s.created, a.role, a.disabled)
                .join(t.accounts, a.name == s.account)
                .where(s.token_hash == _hash(token))
            ).first()
        if row is None or row.disabled or row.used < ago(IDLE) or row.created < ago(LONGEST):
            return None
        if row.used < ago(timedelta(minutes=1)):
            with self.database.write() as c:
                where = s.token_hash == _hash(token)
                c.execute(update(t.sessions).where(where).values(used=now()))
        return row.account, row.role, row.csrf

    def end(self, token: str) -> None:
        """End a session."""
        with self.database.write() as c:
            c.execute(delete(t.sessions).where(t.sessions.c.token_hash == _hash(token)))

    # brute force

    def failed(self, *subjects: str) -> None:
        """Note a failed log-in against each of its subjects (name, address)."""
        with self.database.write() as c:
            c.execute(delete(t.failures).where(t.failures.c.at < ago(timedelta(days=1))))
            rows = [{"subject": s[:160], "at": now()} for s in subjects]
            c.execute(insert(t.failures), rows)

    def failures(self, subject: str, within: timedelta) -> int:
        """Return how often log-ins failed against a subject within a span."""
        f = t.failures.c
        with self.database.read() as c:
            query = select(func.count()).where(f.subject == subject[:160], f.at >= ago(within))
            return int(c.execute(query).scalar() or 0)

    def forgive(self, subject: str) -> None:
        """Forget the failures against a subject, after a log-in that succeeded."""
        with self.database.write() as c:
            c.execute(delete(t.failures).where(t.failures.c.subject == subject[:160]))

    # audit

    def note(self, by: str, address: str, action: str, target: str, status: int) -> None:
        """Add a line to the audit log."""
        row = {
            "at": now(),
            "by": by[:128],
            "address": address[:64],
            "action": action[:64],
            "target": target.replace("\x00", "\ufffd")[:500],
            "status": status,
        }
        with self.database.write() as c:
            c.execute(insert(t.audit).values(row))

    def audit(self, limit: int = 200) -> list[dict[str, Any]]:
        """Return the audit log, newest first."""
        with self.database.read() as c:
            query = select(t.audit).order_by(t.audit.c.id.desc()).limit(limit)
            return [dict(r._mapping) for r in c.execute(query)]


def _role(role: str) -> str:
    if role not in ROLES:
        raise UsageError(f"role: found {role[:40]!r}; expected {', '.join(ROLES)}")
    return role
