"""One forecast of a sweep: which case, as of when, with which levers and which values pinned."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from willing.case import Case, load
from willing.data.missions import load_missions
from willing.forecast import Assessment, Gathered, assess, band, gather, reached_by
from willing.forecast.adequacy import adequacy
from willing.forecast.gather import spreads_of
from willing.forecast.simulate import parameter_sets
from willing.scale.parameters import pin

__all__ = ["Scenario", "run_scenarios"]


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


def run_scenarios(task: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Forecast the scenarios of one part; a function of the task and the case alone.

    Returns
    -------
    A row each: the scenario and, for every milestone, probability, low and high by the date asked.
    """
    return [_row(Scenario(**{**one, "levers": tuple(one["levers"])})) for one in task]


def _row(s: Scenario) -> dict[str, Any]:
    known, gathered = _known(s.case, s.as_of, s.draws, s.seed)
    case = pin(known, s.pinned)
    if s.pinned:  # what the engines read of a case's ranges is its pledges; positions have none
        offers, sizes = spreads_of(case)
        rows = adequacy(case).rows
        parts = replace(gathered.ingredients, offers=offers, sizes=sizes, coverage=rows)
        gathered = replace(gathered, ingredients=parts)
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


@lru_cache(maxsize=8)
def _known(case: str, as_of: str | None, draws: int, seed: int) -> tuple[Case, Gathered]:
    """The case as known then and what the engines say of it, once a process."""
    loaded = load(case)
    known = loaded.as_known(date.fromisoformat(as_of) if as_of else loaded.as_of)
    sets, _ = parameter_sets(draws)
    return known, gather(known, _missions(), sets=sets, seed=seed)


@lru_cache(maxsize=1)
def _missions() -> tuple[Any, ...]:
    return tuple(load_missions())
