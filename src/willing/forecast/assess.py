"""Assess a case: simulate it, say what holds it up and what would change it, keep the reasons."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from math import hypot

from willing.case import Case, Lever
from willing.data.missions import ProposedMission
from willing.errors import UsageError
from willing.forecast.adequacy import adequacy
from willing.forecast.belief import routes_today
from willing.forecast.compile import week_of
from willing.forecast.gather import Gathered, gather, spreads_of
from willing.forecast.holding import Hold, bears_on, holding_up
from willing.forecast.kernel import simulate_chunk
from willing.forecast.levers import Changes, Strength, apply, build_with, find, force
from willing.forecast.model import DOMAINS, Model
from willing.forecast.outcome import Outcome
from willing.forecast.simulate import THREADS, Kernel, parameter_sets, simulate, with_forced
from willing.forecast.summary import Band, difference, reached_by
from willing.forecast.worlds import Worlds
from willing.forums import RouteAnalysis

__all__ = ["Assessment", "LeverEffect", "assess", "input_hash"]

Progress = Callable[[float, str], None]
#: weeks at which participation is reported, beside the date asked for
REPORTS = (0, 4, 13, 26, 52, 78, 104)
#: draws for the counterfactuals that rank conditions and levers (same random numbers)
SCREENING = 1_000


@dataclass(frozen=True, slots=True)
class LeverEffect:
    """What a lever changes by the date asked for.

    `change` is that of the lever's own milestone, `with_it` the probability it then has;
    `changes` holds every milestone's change. `once` is the change in a world in which the
    condition `given`, which holds most up, is there from the start; `members` how many states
    take part there in each domain and in any, on average, without the lever and with it.
    """

    lever: Lever
    change: Band
    with_it: float
    changes: dict[str, Band]
    given: str | None = None
    once: Band | None = None
    members: dict[str, tuple[float, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """A forecast and everything a reader may ask about it.

    `case` is the case as known at the as-of date, with any levers pulled; `base` the outcome of
    all draws; `holds` and `pairs` what holds `focus` up; `levers` in order of effect; `routes` what
    can be said of each route at the as-of date (empty without reasons).
    """

    case: Case
    by: date
    draws: int
    seed: int
    input_hash: str
    pulled: tuple[str, ...]
    model: Model
    gathered: Gathered
    base: Outcome
    focus: str
    holds: tuple[Hold, ...]
    pairs: tuple[Hold, ...]
    levers: tuple[LeverEffect, ...]
    routes: tuple[RouteAnalysis, ...] = ()

    @property
    def by_week(self) -> int:
        """Week of the date asked for."""
        return min(week_of(self.by, self.case.as_of), self.model.weeks)

    def day(self, week: int) -> date:
        """Return the date a week stands for."""
        return self.case.as_of + timedelta(days=7 * week)

    def first(self, milestone: str) -> int:
        """Return the row of a milestone in the outcome."""
        return [m.id for m in self.model.milestones].index(milestone)


def input_hash(case: Case, **settings: object) -> str:
    """Return a hash of everything a forecast depends on: the case as known, and the settings."""
    from willing import __version__

    text = json.dumps(
        {"version": __version__, "case": case.model_dump(mode="json"), **settings},
        sort_keys=True,
        ensure_ascii=False,
        default=str,
    )
    return hashlib.sha256(text.encode()).hexdigest()


def assess(
    case: Case,
    missions: tuple[ProposedMission, ...],
    *,
    as_of: date | None = None,
    by: date | None = None,
    draws: int = 10_000,
    seed: int = 20250405,
    levers: tuple[str, ...] = (),
    reasons: bool = True,
    gathered: Gathered | None = None,
    progress: Progress | None = None,
    meanwhile: Callable[[Assessment], None] | None = None,
    beside: Executor | None = None,
    threads: int = THREADS,
    no_further: bool = False,
) -> Assessment:
    """Assess a case.

    Parameters
    ----------
    as_of
        Nothing dated or published later is used (default: the case's own date).
    by
        The date asked for (default: a year after `as_of`).
    levers
        Ids of levers that are taken as pulled.
    reasons
        Also rank what holds the mission up and what the levers would change.
    gathered
        What the engines said of the same case at the same date, to save asking again.
    meanwhile
        Called with the assessment so far, once the simulation and the routes are done; the reasons
        wait until it returns.
    beside
        Does what can be done beside the rest: another process, say (default: a thread).
    threads
        For the simulation; the result is the same for any number.
    no_further
        Simulate no further than the date asked for, and report no participation.
    """
    known = case.as_known(as_of or case.as_of)
    by = by or known.as_of + timedelta(days=365)
    last = known.as_of + timedelta(days=7 * known.clock.horizon_weeks)
    if not known.as_of < by <= last:
        raise UsageError(f"--by must lie after {known.as_of} and not after {last}; found {by}")
    pulled = [find(known, id) for id in levers]
    changed, changes = apply(known, pulled)
    sets, _ = parameter_sets(draws)
    note = progress or (lambda fraction, what: None)
    note(0.0, "asking the engines")
    gathered = gathered or gather(known, missions, sets=sets, seed=seed, beside=beside)
    reports = tuple(sorted({*REPORTS, week_of(by, known.as_of)}))
    model = _model(changed, gathered, changes, reports)
    if no_further:
        model = replace(model, weeks=week_of(by, known.as_of), report_weeks=())

    def simulated(note: Progress, share: float) -> Assessment:
        return Assessment(
            case=changed,
            by=by,
            draws=draws,
            seed=seed,
            input_hash=input_hash(changed, draws=draws, seed=seed, by=by, levers=sorted(levers)),
            pulled=tuple(levers),
            model=model,
            gathered=gathered,
            base=simulate(
                model,
                draws,
                seed,
                progress=lambda f, what: note(0.05 + (share - 0.05) * f, what),
                threads=threads,
            ),
            focus="deployed",
            holds=(),
            pairs=(),
            levers=(),
        )

    if not reasons:
        return simulated(note, 1.0)
    # the routes are worked out beside the simulation, whose kernel needs no interpreter
    other = beside or ThreadPoolExecutor(max_workers=1)
    try:
        with _turns():
            routes = other.submit(routes_today, changed, gathered)
            base = simulated(note, 0.5)
            base = replace(base, routes=tuple(routes.result()))
            if meanwhile:
                meanwhile(base)
            return _with_reasons(base, changes, note)
    finally:  # whoever is interrupted does not wait for what is no longer asked for
        if other is not beside:
            other.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _turns() -> Iterator[None]:
    """Let threads take turns often: those that simulate need the interpreter briefly, but soon."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 25)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _model(case: Case, gathered: Gathered, changes: Changes, reports: tuple[int, ...]) -> Model:
    parts = gathered.ingredients
    if len(case.pledges) != len(parts.offers):
        offers, sizes = spreads_of(case)
        parts = replace(parts, offers=offers, sizes=sizes, coverage=adequacy(case).rows)
    return build_with(case, parts, changes, reports)


def _with_reasons(a: Assessment, pulled: Changes, note: Progress) -> Assessment:
    # whole parameter sets, so that a screening run shares its first draws with the full one
    inner = a.base.inner
    draws = min(a.draws, max(SCREENING // inner, 20) * inner)
    kernel = partial(simulate_chunk, worlds=Worlds())
    run = partial(_screen, draws=draws, seed=a.seed, inner=inner, weeks=a.by_week, kernel=kernel)
    base = run(a.model)
    bearing = bears_on(a.model, a.focus)
    conditions = [
        c.id for c in a.case.conditions if not getattr(c, "adverse", False) and c.id in bearing
    ]
    levers = [lever for lever in a.case.levers if lever.id not in a.pulled]
    todo = len(conditions) + 6 + sum(2 + 2 * _ranged(lever) for lever in levers)
    done = 0

    def counted(model: Model) -> Outcome:
        nonlocal done
        done += 1
        note(0.5 + 0.5 * min(done / todo, 1.0), "what holds it up, what would change it")
        return run(model)

    holds, pairs = holding_up(
        a.model, base, counted, milestone=a.focus, week=a.by_week, conditions=conditions
    )
    first = holds[0].conditions[0] if holds and holds[0].share > 0 else None
    eased = counted(with_forced(a.model, first)) if first else None
    effects = []
    for lever in levers:
        mid = _pulled(a, lever, pulled)
        outcome = counted(mid)
        moved = _moves(a, outcome, base)
        row = a.first(lever.milestone)
        once = members = None
        if first and eased:
            both = counted(with_forced(mid, first))  # now, while what it shares with `mid` is kept
            once = _moves(a, both, eased)[lever.milestone]
            members = dict(zip((*DOMAINS, "any"), _members(a, eased, both), strict=True))
        if _ranged(lever):
            ends = [_moves(a, counted(_pulled(a, lever, pulled, s)), base) for s in ("low", "high")]
            moved = {m: _widened(b, [e[m] for e in ends]) for m, b in moved.items()}
        with_it = float(reached_by(outcome.first[row], a.by_week).mean())
        effects.append(
            LeverEffect(lever, moved[lever.milestone], with_it, moved, first, once, members)
        )
    effects.sort(key=lambda e: (-e.change.probability, e.lever.id))
    return replace(a, holds=tuple(holds), pairs=tuple(pairs), levers=tuple(effects))


def _ranged(lever: Lever) -> bool:
    return any(e.low is not None for e in lever.effects)


def _pulled(a: Assessment, lever: Lever, pulled: Changes, strength: Strength = "by") -> Model:
    """Return the model with a lever pulled beside those that are."""
    case, changes = apply(a.case, [lever], strength)
    changes.forced += pulled.forced
    changes.barred += pulled.barred
    for key, by in pulled.shifts.items():
        changes.shifts[key] = changes.shifts.get(key, 0.0) + by
    if case is a.case and not changes.shifts:  # only facts: what was drawn can be shared
        return force(a.model, changes)
    return _model(case, a.gathered, changes, ())


def _moves(a: Assessment, after: Outcome, before: Outcome) -> dict[str, Band]:
    """Return the change of every milestone by the date asked for."""
    then, now = (reached_by(o.first, a.by_week) for o in (after, before))
    return {
        m.id: difference(then[i], now[i], a.base.inner) for i, m in enumerate(a.model.milestones)
    }


def _members(a: Assessment, *outcomes: Outcome) -> list[tuple[float, ...]]:
    """Return how many states take part by the date asked for, on average, by domain."""
    means = [(o.joins[a.by_week].sum(axis=0) / o.draws).tolist() for o in outcomes]
    return list(zip(*means, strict=True))


def _widened(change: Band, ends: list[Band]) -> Band:
    """Return a change whose interval also holds that the lever may be weaker or stronger.

    The two sources are independent: their half-widths add in quadrature.
    """
    p = change.probability
    weak, strong = min(e.probability for e in ends), max(e.probability for e in ends)
    low = p - hypot(p - change.low, max(p - weak, 0.0))
    high = p + hypot(change.high - p, max(strong - p, 0.0))
    never_worse = change.low >= 0 and all(e.low >= 0 for e in ends)
    return Band(p, max(low, 0.0 if never_worse else -1.0), min(high, 1.0))


def _screen(model: Model, draws: int, seed: int, inner: int, weeks: int, kernel: Kernel) -> Outcome:
    """Simulate only as far as the date asked for, and count only then: no more is asked."""
    short = replace(model, weeks=weeks, report_weeks=(), count_from=weeks)
    return simulate(short, draws, seed, inner=inner, kernel=kernel)
