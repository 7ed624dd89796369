"""What the engines said of a case at a date, kept so that a slider is answered at once."""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from threading import Lock, Thread

import numpy as np

from willing.bargaining import Negotiation, bargain, explain
from willing.case import Case
from willing.data.missions import ProposedMission, load_missions
from willing.errors import UsageError
from willing.forecast import Gathered, gather
from willing.forecast.assess import _model
from willing.forecast.compile import week_of
from willing.forecast.levers import Changes
from willing.forecast.outcome import Outcome
from willing.forecast.simulate import simulate
from willing.store import Store

__all__ = ["INNER", "QUICK", "SEED", "SETS", "Stage", "Stages", "missions", "quick"]

log = logging.getLogger("willing.workbench")
#: draws of a quick answer, draws that share a parameter set, and sets the engines are asked for
QUICK, INNER, SETS = 400, 5, 200
SEED = 20250405
MOST_KEPT = 8


@cache
def missions() -> tuple[ProposedMission, ...]:
    """Return the reference class of past missions."""
    return tuple(load_missions())


def compiled() -> None:
    """Have the bargaining engines compiled, so that the first to look does not wait for it."""
    table = Negotiation(
        ("A", "B"),
        np.array([[[20.0], [80.0]]]),
        np.array([[[0.5], [0.5]]]),
        np.array([[50.0, 50.0]]),
        ("issue",),
    )
    for model in ("smp", "scholz"):
        explain(bargain(table, model, 1, np.random.default_rng(0)))


def quick(case: Case, gathered: Gathered, changes: Changes, draws: int = QUICK) -> Outcome:
    """Simulate the first `draws` futures; two cases share every random number."""
    model = _model(case, gathered, changes, ())
    return simulate(model, draws, SEED, inner=INNER, chunk=-(-draws // 2))


@dataclass(frozen=True)
class Stage:
    """A case as known at a date, what the engines said of it, and the quick draws of it as is."""

    case: Case
    revision: int
    gathered: Gathered
    base: Outcome
    milestones: tuple[str, ...] = field(default=())

    @property
    def weeks(self) -> int:
        """How far the case looks ahead."""
        return self.case.clock.horizon_weeks

    def week(self, by: date) -> int:
        """Return the week of a date asked for."""
        last = self.case.as_of + timedelta(days=7 * self.weeks)
        if not self.case.as_of < by <= last:
            raise UsageError(f"by: expected a date after {self.case.as_of} and up to {last}")
        return week_of(by, self.case.as_of)

    def dates(self) -> list[str]:
        """Return the date of every week."""
        return [
            (self.case.as_of + timedelta(days=7 * w)).isoformat() for w in range(self.weeks + 1)
        ]


class Stages:
    """The stages of the cases that are being worked on."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._kept: OrderedDict[tuple[str, int, date], Stage] = OrderedDict()
        self._locks: dict[tuple[str, int, date], Lock] = {}
        self._guard = Lock()

    def known(self, id: str, as_of: date | None, at: str | int | None = None) -> tuple[Case, int]:
        """Return a case as it could be known on a day."""
        case, revision = self.store.cases.get(id, at)
        first = min((s.known for s in case.statements), default=case.as_of)
        day = as_of or case.as_of
        if not first - timedelta(days=366) <= day <= case.as_of + timedelta(days=3660):
            raise UsageError(f"as_of: found {day}; expected a day from {first} on")
        return case.as_known(day), revision

    def warm(self) -> None:
        """Ask the engines of the cases once, in the background, so that the first look is quick."""
        every = sorted(self.store.cases.every(), key=lambda one: one.as_of, reverse=True)

        def ask() -> None:
            compiled()
            for one in every[: MOST_KEPT // 2]:
                try:
                    self.get(one.id)
                except Exception:
                    log.exception("case %s", one.id)

        Thread(target=ask, daemon=True, name="stages").start()

    def get(self, id: str, as_of: date | None = None, at: str | int | None = None) -> Stage:
        """Return a stage; the first to ask for it waits for the engines."""
        case, revision = self.known(id, as_of, at)
        key = (id, revision, case.as_of)
        with self._guard:
            if (kept := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return kept
            lock = self._locks.setdefault(key, Lock())
        with lock:
            with self._guard:
                if (kept := self._kept.get(key)) is not None:
                    return kept
            gathered = gather(case, missions(), sets=SETS, seed=SEED)
            base = quick(case, gathered, Changes())
            stage = Stage(case, revision, gathered, base, tuple(m.id for m in case.milestones))
            with self._guard:
                self._kept[key] = stage
                self._locks.pop(key, None)
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
            return stage
