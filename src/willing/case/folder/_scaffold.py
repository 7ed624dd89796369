"""A new case folder: a whole, valid case whose every placeholder says that it is one."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from willing.case._draft import TABLES
from willing.case.folder._parse import CASE, columns
from willing.case.folder._render import lines
from willing.case.folder._save import write
from willing.case.states import FORMER, NAMES
from willing.case.tables import Actor, CalendarEntry, Pledge, Question, Statement
from willing.data.scaffold import template
from willing.errors import UsageError, nearest

__all__ = ["actor", "create", "scaffold"]

HOST, OPPOSING, LEAD, CANDIDATE = "XXH", "XXO", "XXL", "XXC"
_PLACEHOLDERS = {
    HOST: "Host state (replace)",
    OPPOSING: "Opposing state (replace)",
    LEAD: "Leading state (replace)",
    CANDIDATE: "Candidate state (replace)",
}
_SOURCE = "Assumption of the scaffold, no source"


def scaffold(
    id: str,
    title: str,
    as_of: date,
    host: str | None = None,
    opposing: Sequence[str] = (),
    leading: Sequence[str] = (),
    candidates: Sequence[str] = (),
) -> dict[str, str]:
    """Return the texts of a new case folder by file name.

    Parameters
    ----------
    id, title
        Of the case.
    as_of
        The day up to which statements count; the examples are dated by it.
    host, opposing, leading, candidates
        States by ISO 3166-1 alpha-3; placeholders where none are given.

    Raises
    ------
    UsageError
        For a code that is no state's, or a state in two parts.
    """
    roles: dict[str, str] = {}
    given = [(host or HOST, "host")] + [(o, "opposing") for o in opposing or (OPPOSING,)]
    given += [(one, "lead") for one in leading or (LEAD,)]
    given += [(one, "candidate") for one in candidates or (() if leading else (CANDIDATE,))]
    for code, role in given:
        if code not in {*NAMES, *FORMER, *_PLACEHOLDERS}:
            near = nearest(code, list(NAMES))
            hint = f" Did you mean {near!r} ({NAMES[near]})?" if near else ""
            raise UsageError(
                f"found {code!r}; expected the ISO 3166-1 alpha-3 code of a state.{hint}"
            )
        if roles.setdefault(code, role) != role:
            raise UsageError(f"found {code} as {roles[code]} and as {role}; expected one part each")
    by = {r: [c for c, role in roles.items() if role == r] for r in ("host", "opposing", "lead")}
    parties = [*by["host"], *by["opposing"]]
    text = template().substitute(
        id=id,
        title=json.dumps(title, ensure_ascii=False),
        as_of=as_of,
        host=by["host"][0],
        opposing=", ".join(by["opposing"]),
        leading=", ".join(by["lead"]),
        lead=by["lead"][0],
        members=min(2, sum(role in {"lead", "candidate"} for role in roles.values())),
        table=", ".join(parties),
        conflict=json.dumps(f"EXAMPLE. {title}", ensure_ascii=False),
        parties_consent=" and ".join(f"consent({c})" for c in parties),
        composition=" and ".join(f"stance({c}, mission) >= conditional" for c in parties),
    )
    return {CASE: text, **_tables(roles, by["lead"], parties, as_of)}


def actor(code: str, role: Literal["candidate", "stakeholder"], called: str = "") -> Actor:
    """Return a row for an actor that a case lacks; what it could not know says EXAMPLE.

    `called` names who is no state.
    """
    name = NAMES.get(code) or FORMER.get(code)
    return Actor(
        id=code,
        name=name or called or code,
        kind="state" if name else "organisation",
        role=role,
        note="EXAMPLE. Influence and salience (0-100) are for you to judge.",
        publisher=_SOURCE,
    )


def _tables(
    roles: dict[str, str], leading: list[str], parties: list[str], as_of: date
) -> dict[str, str]:
    day = as_of.isoformat()
    actors = [
        Actor(
            id=code,
            name=_PLACEHOLDERS.get(code) or NAMES.get(code) or FORMER[code],
            role=role,
            note="EXAMPLE. Influence and salience (0-100) are for you to judge.",
            publisher=_SOURCE,
        )
        for code, role in roles.items()
    ]
    statements = [
        Statement(
            id=f"EX-{number}",
            date=day,
            actor=code,
            rank="author",
            verb="assumed",
            issue=issue,
            stance=stance,
            domain="any",
            kind="forecast",
            reliability="F",
            credibility=6,
            summary=f"EXAMPLE. A working assumption about {code}, nothing that anyone has said.",
            publisher=_SOURCE,
        )
        for number, (code, issue, stance) in enumerate(
            [(c, "participation", "consider") for c in leading]
            + [(c, "mission", "undecided") for c in parties],
            start=1,
        )
    ]
    pledges = [
        Pledge(
            id="EX-P1",
            actor=leading[0],
            date=day,
            kind="estimate",
            domain="land",
            unit="persons",
            number=1000,
            low=0,
            high=2000,
            note="EXAMPLE. An estimate of the scaffold, not an offer of the state.",
            publisher=_SOURCE,
        )
    ]
    calendar = [
        CalendarEntry(
            id="EX-C1",
            date=as_of + timedelta(days=30),
            kind="meeting",
            event="EXAMPLE. A meeting of the leading states",
            participants=";".join(leading),
            issue="participation",
            to_decide="the format",
            decides="format_agreed",
            known_by=day,
            publisher=_SOURCE,
        )
    ]
    by = as_of + timedelta(days=365)
    questions = [
        Question(id="EX-Q1", kind="milestone", target="deployed", by=by),
        Question(id="EX-Q2", kind="condition", target="ceasefire", by=by),
    ]
    rows: dict[str, Sequence[BaseModel]] = {
        "actors": actors,
        "statements": statements,
        "pledges": pledges,
        "calendar": calendar,
        "questions": questions,
        "resolutions": [],
    }
    return {
        f"{t}.csv": ",".join(columns(t)) + "\n" + lines(rows[t], list(columns(t))) for t in TABLES
    }


def create(
    folder: str | Path,
    title: str,
    as_of: date,
    host: str | None = None,
    opposing: Sequence[str] = (),
    leading: Sequence[str] = (),
    candidates: Sequence[str] = (),
) -> list[Path]:
    """Write a new case folder and return its files; see :func:`scaffold`.

    Raises
    ------
    UsageError
        Where there is something already: nothing is overwritten.
    """
    folder = Path(folder)
    title = " ".join(title.split())
    if not title:
        raise UsageError("found an empty title; expected words that say what the case is about")
    name = re.sub(r"[^a-z0-9]+", "-", (folder.resolve().name or title).lower()).strip("-")[:60]
    parts = host, opposing, leading, candidates
    texts = scaffold(name.strip("-") or "case", title, as_of, *parts)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: found something there already; expected a new folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made ({error.strerror or error})") from None
    write(folder, texts)
    return [folder / name for name in texts]
