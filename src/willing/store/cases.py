"""Cases over time: every change is a revision, every revision can be read again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from willing.case import Case
from willing.case.folder import FILES, list_cases, locate
from willing.case.folder._parse import parse
from willing.case.folder._source import texts as folder_texts
from willing.errors import FaultsError, UnreadableError, UsageError, nearest
from willing.store import blobs
from willing.store import tables as t
from willing.store.database import Database, now, plain
from willing.store.errors import ConflictError, MissingError
from willing.store.rows import apart, padded, together

__all__ = ["Cases", "Summary"]

STATEMENTS = "statements.csv"
REQUIRED = FILES[:3]
MOST_KEPT = 32


@dataclass(frozen=True, slots=True)
class Summary:
    """A case in a list."""

    id: str
    title: str
    handling: str
    as_of: str
    revision: int
    created: str
    changed: str


class Cases:
    """The cases of a store."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._kept: OrderedDict[tuple[str, int], Case] = OrderedDict()
        self._lock, self._reading = Lock(), Lock()

    # reading

    def every(self) -> list[Summary]:
        """Return all cases, by id."""
        query = (
            select(t.cases, t.revisions.c.at)
            .join(
                t.revisions,
                (t.revisions.c.case_id == t.cases.c.id)
                & (t.revisions.c.number == t.cases.c.revision),
            )
            .order_by(t.cases.c.id)
        )
        with self.database.read() as c:
            return [
                Summary(r.id, r.title, r.handling, r.as_of, r.revision, r.created, r.at)
                for r in c.execute(query)
            ]

    def revision(self, id: str, at: str | int | None = None) -> int:
        """Return the number of the revision that stood at a moment (or is numbered so)."""
        with self.database.read() as c:
            return self._revision(c, id, at)

    def _revision(self, c: Connection, id: str, at: str | int | None) -> int:
        row = c.execute(select(t.cases.c.revision).where(t.cases.c.id == id)).first()
        if row is None:
            ids = list(c.execute(select(t.cases.c.id)).scalars())
            hint = nearest(id, ids)
            raise MissingError(
                f"found no case {id!r}" + (f"; did you mean {hint!r}?" if hint else "")
            )
        if at is None:
            return int(row.revision)
        if isinstance(at, int) or at.isdecimal():
            if not 1 <= int(at) <= row.revision:
                raise MissingError(f"case {id}: found no revision {at}; there are {row.revision}")
            return int(at)
        at = f"{at}T99" if len(at) == 10 else at.replace(" ", "T")  # a day counts to its end
        found = c.execute(
            select(func.max(t.revisions.c.number)).where(
                t.revisions.c.case_id == id, t.revisions.c.at <= at
            )
        ).scalar()
        if found is None:
            raise MissingError(f"case {id}: it was not here at {at}")
        return int(found)

    def get(self, id: str, at: str | int | None = None) -> tuple[Case, int]:
        """Return a case as it stood, and the number of that revision."""
        number = self.revision(id, at)
        with self._lock:
            if (id, number) in self._kept:
                self._kept.move_to_end((id, number))
                return self._kept[id, number], number
        with self._reading:  # many that ask for a new revision at once read it once
            if (kept := self._kept.get((id, number))) is not None:
                return kept, number
            parsed = parse(self.texts(id, number))
            if parsed.case is None:
                raise FaultsError(parsed.faults)
            self._keep(id, number, parsed.case)
        return parsed.case, number

    def _keep(self, id: str, number: int, case: Case) -> None:
        with self._lock:
            self._kept[id, number] = case
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def texts(self, id: str, at: str | int | None = None) -> dict[str, str]:
        """Return the files of a case as they stood, byte for byte as they came in."""
        with self.database.read() as c:
            return self._texts(c, id, self._revision(c, id, at))

    def _texts(self, c: Connection, id: str, number: int) -> dict[str, str]:
        f = t.file_versions.c
        latest = (
            select(f.name, func.max(f.revision).label("revision"))
            .where(f.case_id == id, f.revision <= number)
            .group_by(f.name)
            .subquery()
        )
        rows = c.execute(
            select(f.name, f.sha256).join(
                latest, (f.name == latest.c.name) & (f.revision == latest.c.revision)
            ).where(f.case_id == id)
        )  # fmt: skip
        found = {r.name: blobs.get(c, r.sha256) for r in rows if r.sha256 is not None}
        head, _, tail = found[STATEMENTS].partition("\x1f")
        width = len(apart(head).columns)
        lines = [
            padded(r.line, r.width, width)
            for r in self._statements(c, id, number)
            if r.line is not None
        ]
        found[STATEMENTS] = together(head, lines, tail)
        return {name: found[name] for name in FILES if name in found}

    def _statements(self, c: Connection, id: str, number: int) -> list[Any]:
        """Return the version of each statement that stood at a revision, in order."""
        s = t.statement_versions.c
        latest = (
            select(s.statement_id, func.max(s.version).label("version"))
            .where(s.case_id == id, s.revision <= number)
            .group_by(s.statement_id)
            .subquery()
        )
        return list(
            c.execute(
                select(t.statement_versions)
                .join(
                    latest,
                    (s.statement_id == latest.c.statement_id) & (s.version == latest.c.version),
                )
                .where(s.case_id == id)
                .order_by(s.position, s.statement_id)
            )
        )

    # writing

    def add_shipped(self) -> list[str]:
        """Put in the shipped cases that are not there; return their ids."""
        there = {one.id for one in self.every()}
        added = []
        for id in list_cases():
            if id not in there:
                self.put(folder_texts(locate(id)), "willing", "shipped with the program")
                added.append(id)
        return added

    def put(
        self,
        texts: Mapping[str, str],
        by: str,
        why: str = "",
        *,
        expected: int | None = None,
        id: str | None = None,
    ) -> tuple[Case, int]:
        """Take in the files of a case folder: a new case, or the next revision of one.

        Parameters
        ----------
        expected
            The revision the change starts from: 0 where the case must be new, None where
            whatever stands is to be replaced.
        id
            The case that must be meant.

        Raises
        ------
        FaultsError
            Every fault in the files; nothing is kept then.
        ConflictError
            Where another revision stands than expected.
        """
        case = sound(texts)
        if id is not None and case.id != id:
            raise UsageError(f"case.yaml: found the id {case.id!r}; expected {id!r}")
        with self.database.write() as c:
            standing = self._lock_case(c, case.id)
            if expected is not None and expected != standing:
                raise ConflictError(
                    f"case {case.id}: revision {standing} stands; the change began at {expected}",
                    theirs={"revision": standing},
                    yours={"revision": expected},
                )
            before = self._texts(c, case.id, standing) if standing else {}
            changed = [n for n in FILES if before.get(n) != texts.get(n)]
            if not changed:
                return case, standing
            if not standing:
                c.execute(
                    insert(t.cases).values(**_head(case), id=case.id, revision=1, created=now())
                )
            number = self._next(c, case, standing, by, "import", ", ".join(changed), why)
            self._write(c, case, number, changed, texts)
        self._keep(case.id, number, case)
        return case, number

    def _write(
        self, c: Connection, case: Case, number: int, changed: list[str], texts: Mapping[str, str]
    ) -> None:
        for name in changed:
            text: str | None = texts.get(name)
            if name == STATEMENTS:
                rows = apart(texts[name])
                self._write_statements(c, case, number, rows.ids, rows.lines, len(rows.columns))
                text = rows.head + "\x1f" + rows.tail
            self._write_file(c, case.id, number, name, text)

    def _write_file(self, c: Connection, id: str, number: int, name: str, text: str | None) -> None:
        c.execute(
            insert(t.file_versions).values(
                case_id=id,
                name=name,
                revision=number,
                sha256=None if text is None else blobs.put(c, text),
            )
        )

    def _write_statements(
        self,
        c: Connection,
        case: Case,
        number: int,
        ids: tuple[str, ...],
        lines: tuple[str, ...],
        width: int,
    ) -> None:
        """Append a version for every statement whose row, place or width is another than before."""
        standing = {r.statement_id: r for r in self._statements(c, case.id, number)}
        data = {s.id: s.model_dump(mode="json") for s in case.statements}
        new: list[tuple[Any, ...]] = []
        for place, (id, line) in enumerate(zip(ids, lines, strict=True)):
            old = standing.pop(id, None)
            if old is None or (old.line, old.position, old.width) != (line, place, width):
                version = 1 if old is None else old.version + 1
                new.append((id, version, place, width, line, data[id]))
        for id, old in standing.items():
            if old.line is not None:
                new.append((id, old.version + 1, old.position, old.width, None, None))
        names = ("statement_id", "version", "position", "width", "line", "data")
        if new:
            c.execute(
                insert(t.statement_versions),
                [
                    {"case_id": case.id, "revision": number, **dict(zip(names, row, strict=True))}
                    for row in new
                ],
            )

    def _lock_case(self, c: Connection, id: str) -> int:
        """Keep other writers of a case out; return its revision, 0 where it is new."""
        row = c.execute(
            select(t.cases.c.revision).where(t.cases.c.id == id).with_for_update()
        ).first()
        return int(row.revision) if row else 0

    def _next(
        self, c: Connection, case: Case, standing: int, by: str, action: str, what: str, why: str
    ) -> int:
        number = standing + 1
        c.execute(
            insert(t.revisions).values(
                case_id=case.id,
                number=number,
                at=now(),
                by=by,
                action=action,
                what=what,
                why=plain(why, "why"),
            )
        )
        c.execute(
            update(t.cases).where(t.cases.c.id == case.id).values(**_head(case), revision=number)
        )
        return number


def sound(texts: Mapping[str, str]) -> Case:
    """Return the case of the files of a folder, or raise every fault in them."""
    missing = [n for n in REQUIRED if n not in texts]
    if missing:
        raise UnreadableError(f"found no {', '.join(missing)}; expected the files of a case folder")
    unknown = sorted(set(texts) - set(FILES))
    if unknown:
        raise UsageError(f"found {', '.join(unknown)[:200]}; expected {', '.join(FILES)}")
    for name, text in texts.items():
        plain(text, name, most=20_000_000)
        if "\x1f" in text:
            raise UsageError(f"{name}: found a unit separator (U+001F); expected text")
    parsed = parse(dict(texts))
    if parsed.case is None:
        raise FaultsError(parsed.faults)
    refuse_addresses(parsed.case)
    return parsed.case


def refuse_addresses(case: Case) -> None:
    """Raise for a source address that a browser would run instead of open."""
    for table in (case.actors, case.statements, case.pledges, case.calendar, case.resolutions):
        for row in table:
            address = row.source_url.strip().lower()
            if address and not address.startswith(("http://", "https://")) and ":" in address:
                raise UsageError(
                    f"source_url: found {row.source_url[:60]!r}; expected an http(s) address"
                )


def _head(case: Case) -> dict[str, Any]:
    return {"title": case.title, "handling": case.handling, "as_of": case.as_of.isoformat()}
