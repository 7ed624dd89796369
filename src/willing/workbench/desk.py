"""What the pages show of a case: the case as known, where the actors stand, its latest forecast."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from threading import Lock
from typing import Any

from willing.briefing.words import milestone_name
from willing.case import STANCES, Case, Statement
from willing.forecast.gather import stance_priors
from willing.record import Moved, Record, positions
from willing.store import Store
from willing.workbench.runs import Runs
from willing.workbench.stages import Stages

__all__ = ["Desk", "Look"]

CANDIDATES = {"lead", "candidate"}


@dataclass(frozen=True)
class Look:
    """A case as known on a day, at a revision.

    `forecast` is what is known of the full forecast of exactly this (its id, hash, draws), or
    None where none has been made; `document` and `said` are that forecast and its account.
    """

    case: Case
    revision: int
    as_of: date
    latest: bool
    record: Record
    forecast: dict[str, Any] | None
    document: dict[str, Any] | None
    said: dict[str, Any] | None
    drawn: dict[str, str]
    at: str = ""

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the actors by id."""
        return {a.id: a.name for a in self.case.actors}

    @cached_property
    def labels(self) -> dict[str, str]:
        """Labels of the conditions by id."""
        return {c.id: c.label for c in self.case.conditions}

    @cached_property
    def issues(self) -> dict[str, str]:
        """Labels of the issues by id."""
        return {i.id: i.label for i in self.case.issues}

    @cached_property
    def words(self) -> dict[str, dict[str, str]]:
        """What scripts call things: milestones, actors and levers by id."""
        return {
            "milestones": {m.id: milestone_name(m.id, m.label) for m in self.case.milestones},
            "actors": self.names,
            "levers": {x.id: x.label for x in self.case.levers},
        }

    @property
    def year_ahead(self) -> date:
        """A year from the day of the look."""
        return self.as_of + timedelta(days=365)

    def open_at(self, p_open: list[dict[str, Any]]) -> float:
        """Return the chance that a route is open in a year, or as far as it looks ahead."""
        return float(
            max((r for r in p_open if r["date"] <= self.year_ahead.isoformat()), key=_dated)["p"]
        )

    @property
    def routes_ranked(self) -> list[dict[str, Any]]:
        """The routes of the forecast, the likeliest first."""
        routes = self.document["routes"] if self.document else []
        return sorted(routes, key=lambda r: (-float(r["p_open"][-1]["p"]), str(r["id"])))

    @staticmethod
    def blocking(route: dict[str, Any], alone: bool) -> list[list[str]]:
        """Return the sets that can block a route: those of one actor, or the larger ones."""
        return [s for s in route["blocked_by"] if (len(s) == 1) == alone]

    @cached_property
    def silent(self) -> list[str]:
        """Actors that have said nothing on taking part."""
        record = self.record
        return [a for a, only in zip(record.actors, record.prior_only, strict=True) if only]

    @cached_property
    def standings(self) -> list[dict[str, Any]]:
        """One row an actor that is asked to take part or has spoken: stance by domain."""
        rows = []
        for a in self.case.actors:
            asked = a.role in CANDIDATES
            if a.id not in self.record.actors or (a.id in self.silent and not asked):
                continue
            mean, sd = self.record.position(a.id)
            cells = {}
            for domain in ("any", "land", "air", "sea", "air_defence", "training"):
                p = self.record.stance(a.id, domain)
                best = int(p.argmax())
                cells[domain] = {"stance": STANCES[best], "p": float(p[best]), "rung": best}
            rows.append(
                {
                    "id": a.id,
                    "name": a.name,
                    "role": a.role,
                    "asked": asked,
                    "silent": a.id in self.silent,
                    "mean": mean,
                    "sd": sd,
                    "cells": cells,
                    "last": self.last.get(a.id),
                }
            )
        return sorted(rows, key=lambda r: (-float(str(r["mean"])), str(r["id"])))

    @cached_property
    def last(self) -> dict[str, Statement]:
        """Each actor's latest statement on taking part."""
        found: dict[str, Statement] = {}
        for s in sorted(self.case.statements, key=lambda s: (s.date, s.id)):
            if s.issue == "participation":
                found[s.actor] = s
        return found

    @cached_property
    def moved(self) -> dict[str, Moved]:
        """What each statement did to the position it bears on."""
        found: dict[str, Moved] = {}
        for issue, one in self.record.issues.items():
            for actor in sorted({s.actor for s in one.observations.statements}):
                if actor in self.record.actors:
                    found.update({m.id: m for m in self.record.moved(actor, "any", issue)})
        return found

    def stances(self, domain: str) -> dict[str, dict[str, float]]:
        """Probability of each stance of every actor on the record, in a domain."""
        return {
            r["id"]: dict(
                zip(STANCES, map(float, self.record.stance(r["id"], domain)), strict=True)
            )
            for r in self.standings
        }


def _dated(row: dict[str, Any]) -> str:
    return str(row["date"])


class Desk:
    """Looks at cases, kept while nothing changes."""

    def __init__(self, store: Store, stages: Stages) -> None:
        self.store, self.stages = store, stages
        self._kept: OrderedDict[Any, Any] = OrderedDict()
        self._lock = Lock()

    def kept(self, key: Any, make: Callable[[], Any], most: int = 160) -> Any:
        """Return what was made for a key, making it the first time."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > most:
                self._kept.popitem(last=False)
        return made

    def look(self, id: str, as_of: date | None = None, at: str | None = None) -> Look:
        """Return a look at a case; MissingError where there is none."""
        case, revision = self.stages.known(id, as_of, at)
        whole, latest = self.store.cases.get(id)
        about = self._forecast(case, revision)
        key = ("look", id, revision, latest, case.as_of, about["id"] if about else None, at)

        def make() -> Look:
            document, said, drawn = None, None, {}
            if about:
                _, document = self.store.forecasts.get(about["id"])
                file = self.store.forecasts.file(about["id"]).with_suffix(".briefing.json")
                if file.is_file():
                    kept = json.loads(file.read_text(encoding="utf-8"))
                    said, drawn = kept["said"], kept["charts"]
            record = self.record(case, revision)
            return Look(
                case=case,
                revision=revision,
                as_of=case.as_of,
                latest=revision == latest and case.as_of == whole.as_of,
                record=record,
                forecast=about,
                document=document,
                said=said,
                drawn=drawn,
                at=at or "",
            )

        found: Look = self.kept(key, make)
        return found

    def record(self, case: Case, revision: int) -> Record:
        """Return where the actors of a case stand."""
        found: Record = self.kept(
            ("record", case.id, revision, case.as_of),
            lambda: positions(case, priors=stance_priors(case)),
        )
        return found

    def answer(self, id: str) -> dict[str, Any] | None:
        """Return the latest full answer on deployment, as it stands; None where none was made."""
        case, revision = self.store.cases.get(id)
        about = self._forecast(case.as_known(case.as_of), revision)
        if about is None:
            return None

        def read() -> dict[str, Any]:
            _, document = self.store.forecasts.get(about["id"])
            rows = {m["id"]: m for m in document["milestones"]}
            one = rows.get("deployed") or document["milestones"][0]
            return {"label": milestone_name(one["id"], one["label"]), **one["by"]}

        found: dict[str, Any] = self.kept(("answer", about["id"]), read)
        return found

    def _forecast(self, case: Case, revision: int) -> dict[str, Any] | None:
        """Return what is known of the full forecast of exactly this state, no lever pulled."""
        settings = {"as_of": case.as_of.isoformat(), "revision": revision}
        hashed = self.kept(
            ("hash", case.id, revision, case.as_of),
            lambda: Runs(self.store, self.stages).prepare(case.id, settings)[3],
        )
        if not self.store.forecasts.has(hashed):
            return None
        about: dict[str, Any] = self.store.forecasts.get(hashed)[0]
        return about
