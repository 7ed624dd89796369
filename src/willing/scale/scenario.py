"""One forecast of a sweep: which case, as of when, with which levers and which values pinned."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import Any

from willing.case import Case, load
from willing.data.missions import load_missions
from willing.errors import UsageError
from willing.forecast import Assessment, Gathered, assess, band, gather, reached_by
from willing.forecast.simulate import parameter_sets
from willing.scale.parameters import Pinner

__all__ = ["Scenario", "ask_once", "content_of", "run_part", "run_scenarios"]

Task = dict[str, Any]
Key = tuple[str, str, str | None, int, int]
Known = tuple[Pinner, Gathered]
#: cases whose answers a process keeps, the oldest forgotten first
KEPT = 8
_KNOWN: dict[Key, Known] = {}


@dataclass(frozen=True, slots=True)
class Scenario:
    """One forecast to make; plain values, so that it travels as JSON.

    `case` is a shipped case's id or a folder; `pinned` holds values by path (see `ranges`).
    """

    case: str
    label: str = ""
    as_of: str | None = None
    by: str | None = None
    levers: tuple[str, ...] = ()
    pinned: dict[str, float] = field(default_factory=dict)
    draws: int = 1_000
    seed: int = 20250405

    def as_dict(self) -> dict[str, Any]:
        """Return the scenario as plain JSON values."""
        return {**asdict(self), "levers": list(self.levers)}


def run_scenarios(scenarios: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Forecast some scenarios, each as `Scenario.as_dict` gives it.

    Returns
    -------
    A row each: the scenario and, for every milestone, probability, low and high by the date asked.
    """
    return run_part({"scenarios": scenarios, "content": {}})


def run_part(task: Task) -> list[dict[str, Any]]:
    """Forecast the scenarios of one part; a function of the task alone.

    A task holds `scenarios` and `content`, the hash of each case (see `content_of`).

    Raises
    ------
    UsageError
        Where a case is not, or no longer, the one that was hashed.
    """
    return [_row(_scenario(one), task["content"].get(one["case"], "")) for one in task["scenarios"]]


def ask_once(tasks: list[Task]) -> Callable[[], None] | None:
    """Ask the engines what several parts will ask them; return what tells another process."""
    asked = Counter(
        key
        for task in tasks
        for key in {
            _key(_scenario(one), task["content"].get(one["case"], "")) for one in task["scenarios"]
        }
    )
    common = [key for key, parts in asked.most_common(KEPT) if parts > 1]
    return partial(_remember, {key: _known(key) for key in common}) if common else None


def content_of(case: Case) -> str:
    """Return a hash of everything in a case."""
    return hashlib.sha256(case.model_dump_json(by_alias=True).encode()).hexdigest()


def _remember(answers: dict[Key, Known]) -> None:
    _KNOWN.update(answers)


def _scenario(plain: dict[str, Any]) -> Scenario:
    return Scenario(**{**plain, "levers": tuple(plain["levers"])})


def _key(s: Scenario, content: str) -> Key:
    return s.case, content, s.as_of, s.draws, s.seed


def _row(s: Scenario, content: str) -> dict[str, Any]:
    pinned, gathered = _known(_key(s, content))
    # no engine reads a range of the case: what they said of it holds for every value pinned
    case = pinned(s.pinned)
    last = case.as_of + timedelta(days=7 * case.clock.horizon_weeks)
    by = min(date.fromisoformat(s.by) if s.by else case.as_of + timedelta(days=365), last)
    found = assess(
        case,
        _missions(),
        by=by,
        draws=s.draws,
        seed=s.seed,
        levers=s.levers,
        reasons=False,
        gathered=gathered,
        threads=1,  # scenarios run side by side in processes
        no_further=True,
    )
    return {
        **s.as_dict(),
        "as_of": case.as_of.isoformat(),
        "by": by.isoformat(),
        "input_hash": found.input_hash,
        "milestones": _milestones(found),
    }


def _milestones(a: Assessment) -> dict[str, dict[str, float]]:
    rows = {}
    for place, milestone in enumerate(a.model.milestones):
        one = band(reached_by(a.base.first[place], a.by_week), a.base.inner)
        rows[milestone.id] = {"probability": one.probability, "low": one.low, "high": one.high}
    return rows


def _known(key: Key) -> Known:
    """The case as known then, ready to be pinned, and what the engines say: once a process."""
    if key not in _KNOWN:
        name, content, as_of, draws, seed = key
        loaded = load(name)
        if content and content_of(loaded) != content:
            raise UsageError(
                f"case {name}: found another content than the sweep was asked of; it was edited "
                "since, or this machine has another copy"
            )
        known = loaded.as_known(date.fromisoformat(as_of) if as_of else loaded.as_of)
        sets, _ = parameter_sets(draws)
        while len(_KNOWN) >= KEPT:
            del _KNOWN[next(iter(_KNOWN))]
        _KNOWN[key] = Pinner(known), gather(known, _missions(), sets=sets, seed=seed)
    return _KNOWN[key]


@lru_cache(maxsize=1)
def _missions() -> tuple[Any, ...]:
    return tuple(load_missions())
