"""Tables of reading: names, office holders, cues, stances, topics, domains, conditions."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from willing.case.states import FORMER, NAMES
from willing.reading._gazetteer import Gazetteer, Holding, Name

__all__ = ["called", "gazetteer", "holdings_from_csv", "plover", "rules", "table"]


def text(name: str) -> str:
    """Return a shipped file of this folder."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def table(name: str) -> list[dict[str, str]]:
    """Return a shipped CSV table as rows."""
    return list(csv.DictReader(io.StringIO(text(name))))


@cache
def called(code: str) -> str:
    """Return the name of a state or organisation by its id; the id where none is known."""
    known = NAMES.get(code) or FORMER.get(code)
    if known:
        return known
    names = next((r["names"] for r in table("organisations.csv") if r["id"] == code), code)
    first = names.split(";")[0]
    return first[:1].upper() + first[1:]


@cache
def rules(name: str) -> Any:
    """Return a shipped file of rules by its name without `.yaml`."""
    return yaml.safe_load(text(name + ".yaml"))


def plover() -> list[dict[str, str]]:
    """Stances beside PLOVER codes and CAMEO roots."""
    return table("plover.csv")


def holdings_from_csv(content: str) -> list[Holding]:
    """Read office holders: person, aliases, role, office, actor, from, to, source, confidence."""
    return [
        Holding(
            person=row["person"],
            aliases=tuple(a for a in row["aliases"].split(";") if a),
            role=row["role"],
            office=row["office"],
            actor=row["actor"],
            since=row["from"],
            until=row["to"],
            source=row["source"],
            confidence=row["confidence"],
        )
        for row in csv.DictReader(io.StringIO(content))
    ]


def _split(cell: str) -> list[str]:
    return [part for part in cell.split(";") if part]


def _names() -> list[Name]:
    names: list[Name] = []
    for row in table("organisations.csv"):
        for form in (*_split(row["names"]), *_split(row["short"]), *_split(row["bodies"])):
            names.append(Name(form, "organisation", (row["id"],)))
    for row in table("groups.csv"):
        names.append(Name(row["form"], "group", tuple(sorted(_split(row["members"])))))
    for row in table("metonyms.csv"):
        names.append(Name(row["form"].removeprefix("the "), "metonym", (row["actor"],)))
    for row in table("countries.csv"):
        actor = (row["iso3"],)
        names += [Name(form, "name", actor) for form in _split(row["names"])]
        names += [Name(form, "adjective", actor) for form in _split(row["adjectives"])]
        names += [Name(form, "noun", actor) for form in _split(row["nouns"])]
        names += [Name(form, "capital", actor) for form in _split(row["capitals"])]
    first: dict[str, Name] = {}
    for name in names:  # one meaning a form; the order above decides
        first.setdefault(name.form, name)
    return list(first.values())


@cache
def gazetteer() -> Gazetteer:
    """Return the shipped gazetteer."""
    return Gazetteer.of(_names(), holdings_from_csv(text("office_holders.csv")))
