"""A case in the making: what could be taken so far, so that every fault shows at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from willing.case.case import Case, CaseFile
from willing.case.values import CONDITION_LANGUAGE

Path = tuple[str | int, ...]

#: the tables of a case folder, the required ones first
TABLES: tuple[str, ...] = (
    "actors",
    "statements",
    "pledges",
    "calendar",
    "questions",
    "resolutions",
)
#: fields of `case.yaml` that are lists of nouns
SECTIONS: tuple[str, ...] = (
    "issues",
    "tracks",
    "conditions",
    "forums",
    "approvals",
    "routes",
    "formats",
    "milestones",
    "levers",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at a path: section or table, item number, field.

    `column` is the place within an expression (from 1), 0 where the whole value is meant.
    `on_key` says that the field's name is meant and not its value.
    """

    path: Path
    found: str
    expected: str
    suggestion: str | None = None
    column: int = 0
    on_key: bool = False


class Anything(frozenset[str]):
    """The ids of a part that could not be read: any word may be one of them."""

    def __contains__(self, item: object) -> bool:
        return True


@dataclass
class Draft:
    """Valid fields and items with their numbers, and every id as written, valid or not."""

    fields: dict[str, Any] = field(default_factory=dict)
    items: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=dict)
    #: parts whose ids are not all known, because they could not be read
    unread: set[str] = field(default_factory=set)
    #: what the shipped tables offer: rules, units and factors; none where it is not known
    catalogues: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Case) -> Draft:
        """Return the draft of a whole case."""
        draft = cls()
        for name in CaseFile.model_fields:
            if name not in SECTIONS:
                draft.fields[name] = getattr(case, name)
        for name in (*SECTIONS, *TABLES):
            draft.items[name] = list(enumerate(getattr(case, name)))
            draft.ids[name] = {item.id for _, item in draft.items[name] if hasattr(item, "id")}
        return draft

    def each(self, name: str) -> Iterator[tuple[Path, Any]]:
        """Yield the valid items of a section or table with their paths."""
        for number, item in self.items.get(name, []):
            yield (name, number), item

    def known(self, *names: str) -> frozenset[str]:
        """Return the ids of sections or tables as written; anything goes where they are unread."""
        found = frozenset[str]().union(*(self.ids.get(name, set()) for name in names))
        return Anything(found) if self.unread & set(names) else found

    def offered(self, what: str) -> frozenset[str]:
        """Return the ids that the shipped tables offer; anything goes where they are not known."""
        return self.catalogues.get(what, Anything())

    @property
    def facts(self) -> frozenset[str]:
        """Ids that the condition language can name."""
        return self.known("conditions", "milestones", "routes")

    @property
    def takers(self) -> frozenset[str]:
        """Actors that can take part: states that lead or are candidates."""
        valid = {a.id: a for _, a in self.items.get("actors", [])}
        found = frozenset(
            id
            for id in self.known("actors")
            if id not in valid
            or (valid[id].kind == "state" and valid[id].role in {"lead", "candidate"})
        )
        return Anything(found) if "actors" in self.unread else found


def expressions(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield every expression within a noun, with the path by which a file would name it."""
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            inner = getattr(value, name)
            place = (*path, info.alias or name)
            if isinstance(inner, str):
                if inner and CONDITION_LANGUAGE in info.metadata:
                    yield place, inner
            else:
                yield from expressions(inner, place)
    elif isinstance(value, tuple):
        for number, inner in enumerate(value):
            yield from expressions(inner, (*path, number))
