"""The best feasible package: coverage first, then cost, with the bound beside it.

Annealing gives a plan in a second, the linear relaxation a bound, large-neighbourhood search the
rest of the time; small models go to HiGHS whole. The empty plan is feasible, so there is always a
best plan so far. The last part of the time lowers the cost without giving up more than
`coverage_kept` of the coverage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from willing.force._board import Board, board, leaders_of
from willing.force._conditions import waits_for
from willing.force._milp import Highs, Milp
from willing.force._nouns import Offer, Plan, Requirement, Rules
from willing.force.annealing import anneal
from willing.force.chains import MILLION, POINTS, Model, build
from willing.force.evaluate import cost, coverage, covered, extra_weights, supply
from willing.force.neighbourhood import search
from willing.force.orbital_shrinking import share_out, shrink

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Say = Callable[[float, str], None]
#: integer columns up to which HiGHS is given the whole model
WHOLE = 2_500
#: share of coverage kept while cost is lowered
COVERAGE_KEPT = 0.9995
#: most seconds for one neighbourhood, by the clock
STEP = 2.0
#: stop looking for a lower cost once within this share of the least
COST_GAP = 1e-3
#: share of the time that goes to coverage; cost takes what is left
FIRST = 0.75
#: shares of the time until which bounds are sought, and annealing goes on
BOUNDING, SCOUTING, ANNEALING = 0.35, 0.12, 0.5
#: the same for small models, which HiGHS solves from the first plan on
ANNEALING_SMALL = 0.05
#: first temperature of an annealing from nothing, and from a plan worth keeping
HOT, WARM = 30.0, 8.0


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try where no clock is given: the result is then the same every time.

    `steps` of annealing, `rounds` of neighbourhood search for coverage and again for cost, `nodes`
    of branch and bound in each. No rounds: the annealed plan stands as it is.
    """

    steps: int = 400_000
    rounds: int = 20
    nodes: int = 200


#: the effort where nothing else is said
EFFORT = Effort()


@dataclass(slots=True)
class _Budget:
    """What is left of the time, or of the rounds where there is no clock."""

    clock: Callable[[], float] | None
    limit: float
    effort: Effort
    stop: Callable[[], bool]
    begun: float = 0.0
    round: int = 0

    @property
    def step(self) -> float:
        """Most seconds for one neighbourhood; without a clock its nodes alone end it."""
        return STEP if self.clock else float("inf")

    def spent(self) -> float:
        return self.clock() - self.begun if self.clock else 0.0

    def left(self, share: float = 1.0) -> float:
        """Seconds until `share` of the time is gone; without a clock, endless until rounds are."""
        if self.stop():
            return 0.0
        if self.clock:
            return self.limit * share - self.spent()
        self.round += 1
        return 1e6 if self.round <= self.effort.rounds * share else 0.0


def package(
    requirement: Requirement,
    offers: Sequence[Offer],
    rules: Rules,
    *,
    seed: int = 0,
    time_limit: float = 20.0,
    clock: Callable[[], float] | None = None,
    effort: Effort = EFFORT,
    gap: float = 2e-6,
    say: Say = lambda fraction, note: None,
    stop: Callable[[], bool] = lambda: False,
) -> Plan:
    """Return the best plan found, with the bound.

    Parameters
    ----------
    time_limit : seconds, by `clock`; without a clock `effort` limits the work and the result
        depends on nothing but the inputs and the seed.
    gap : stop looking for coverage once within this share of the bound.
    say : told (fraction done, what is being done).
    stop : asked now and then; True ends the search with the best plan so far.
    """
    budget = _Budget(clock, time_limit, effort, stop)
    budget.begun = clock() if clock else 0.0
    model = build(requirement, offers, rules)
    if not model.chains or not requirement.domains:
        return Plan((), {}, 0.0, 0.0, 0.0, 0.0, "nothing on offer", budget.spent())
    method = ["annealing"]
    say(0.05, "first plan and bound")
    highs = _highs(model.milp, budget)
    more = clock is not None or effort.rounds > 0
    if clock:
        with ThreadPoolExecutor(1) as pool:
            relaxed = pool.submit(_relaxations, model, budget)
            x = _first(model, highs, budget, seed, pool, relaxed)
            known = relaxed.result()
    else:
        x = _first(model, highs, budget, seed)
        known = _relaxations(model, budget) if more else _Relaxed(float("inf"), None, None)
    bound = known.bound
    gain = np.array(model.milp.gain)
    value = float(gain @ x)
    if more and small(model) and bound - value > gap * bound and not stop():
        say(0.3, "exact search")
        seconds = budget.left(0.5 * FIRST) if clock else 1e6
        found = highs.run(seconds=max(0.1, seconds), start=x, rel_gap=gap)
        bound = min(bound, found.bound)
        if found.x is not None and found.gain > value:
            x, value = found.x, found.gain
            method.append("branch and bound")
    if more and bound - value > gap * bound:
        method.append("neighbourhood search")
        rng = np.random.default_rng(seed)
        steps = search(
            model,
            x,
            rng=rng,
            left=lambda: budget.left(FIRST),
            step=budget.step,
            highs=highs,
            relaxed=known.x,
        )
        for better in steps:
            x = better
            value = float(gain @ x)
            say(0.3 + 0.45 * _share(budget, FIRST), f"{value / POINTS:.1%} of {bound / POINTS:.1%}")
            if bound - value <= gap * bound:
                break
    say(0.75, "cost")
    cost_bound = 0.0
    if more:
        x, cost_bound = _cheaper(model, x, budget, seed)
    chains, leaders = model.plan_chains(x), model.plan_frameworks(x)
    counted = covered(
        requirement, supply(requirement, offers, chains), set(leaders) if rules.framework else None
    )
    reached = float(coverage(requirement, counted))
    return Plan(
        chains,
        leaders,
        reached,
        max(min(bound / POINTS, 1.0), reached),
        cost(requirement, offers, chains),
        cost_bound,
        ", ".join(method),
        budget.spent(),
    )


def small(model: Model) -> bool:
    """Whether HiGHS is given the whole model."""
    return sum(model.milp.whole) <= WHOLE


def _share(budget: _Budget, share: float) -> float:
    return min(1.0, budget.spent() / (budget.limit * share)) if budget.clock else 0.5


def _highs(milp: Milp, budget: _Budget) -> Highs:
    highs = Highs(milp)
    if budget.clock is None:
        highs.option("mip_max_nodes", budget.effort.nodes)
    return highs


@dataclass(frozen=True, slots=True)
class _Relaxed:
    """What relaxations say: a bound on the gain, a point, and tours worth starting from."""

    bound: float
    x: Array | None
    start: Ints | None


def _relaxations(model: Model, budget: _Budget) -> _Relaxed:
    """Solve the linear relaxation, and the programme with equal units of all nations merged."""
    highs = Highs(model.milp, relax=True)
    highs.option("solver", "ipm")
    found = highs.run()
    shrunk = None if budget.stop() else shrink(model)
    if shrunk is None:
        return _Relaxed(found.bound, found.x, None)
    small = _highs(shrunk.model.milp, budget)
    seconds = BOUNDING * budget.limit - budget.spent() if budget.clock else 1e6
    merged = small.run(seconds=seconds, rel_gap=1e-3)
    start = None
    if merged.x is not None:
        tours = np.rint(merged.x[: len(shrunk.model.chains)]).astype(np.int64)
        start = share_out(model, shrunk, tours)
    return _Relaxed(min(found.bound, merged.bound), found.x, start)


def _first(
    model: Model,
    highs: Highs,
    budget: _Budget,
    seed: int,
    pool: ThreadPoolExecutor | None = None,
    relaxed: Future[_Relaxed] | None = None,
) -> Array:
    """A feasible plan: anneal, let the programme keep what every rule allows.

    Where offers wait for others this is done twice: the second time only those are asked that the
    programme kept. With a pool a second annealing starts from what the relaxation suggests.
    """
    allowed = np.array([model.allowed(o) for o in range(len(model.offers))])
    x = np.zeros(len(model.milp.gain))
    nothing = np.zeros(len(model.chains), dtype=np.int64)
    leaders = leaders_of(model)
    gain = np.array(model.milp.gain)
    chunk = 10_000 if budget.clock else max(100, budget.effort.steps // 50)

    def flat() -> Board:
        keep = {
            pair
            for o, offer in enumerate(model.offers)
            if allowed[o] and model.depends(offer)
            for pair in waits_for(offer.requires)
        }
        return board(model, allowed, keep, leaders)

    def run(number: int, start: Ints, hot: float, until: float) -> tuple[Ints, float]:
        way = _way(budget, ANNEALING_SMALL if small(model) else until)
        return anneal(flat(), start, done=way, seed=number, chunk=chunk, hot=hot)

    def suggested(start: Ints) -> tuple[Ints, float]:
        found = relaxed.result().start if relaxed else None
        if found is None:
            return run(seed + 2, start, HOT, ANNEALING)
        return run(seed + 2, found * allowed[[c.offer for c in model.chains]], WARM, ANNEALING)

    if any(model.depends(o) for o in model.offers):
        x = complete(model, highs, run(seed, nothing, HOT, SCOUTING)[0], budget)
        here = np.flatnonzero(x[: len(model.chains)] > 0.5)
        used = {model.offers[model.chains[i].offer].id for i in here}
        allowed &= np.array(
            [o.id in used or not model.depends(o) for o in model.offers], dtype=np.bool_
        )
    start = np.rint(x[: len(model.chains)]).astype(np.int64)
    second = pool.submit(suggested, start) if pool else None
    found = [run(seed + 1, start, HOT, ANNEALING), *([second.result()] if second else [])]
    for counts, _ in sorted(found, key=lambda one: -one[1]):
        better = complete(model, highs, counts, budget)
        if float(gain @ (better - x)) >= 0:
            x = better
    return x


def _way(budget: _Budget, until: float) -> Callable[[int], float]:
    """Return how far an annealing is: by the clock, until a share of the time; else by steps."""
    if budget.clock is None:
        return lambda taken: 1.0 if budget.stop() else taken / budget.effort.steps
    begun, end = budget.spent(), max(until * budget.limit, budget.spent() + 0.05)
    return lambda taken: 1.0 if budget.stop() else (budget.spent() - begun) / (end - begun)


def complete(model: Model, highs: Highs, counts: Ints, budget: _Budget) -> Array:
    """Return the best solution within the tours given: what breaks a rule is left at home."""
    tours = len(model.chains)
    every = np.arange(tours)
    upper = np.array(model.milp.upper[:tours])
    highs.limit_columns(every, np.zeros(tours), np.minimum(counts, upper))
    found = highs.run(seconds=max(3.0, budget.left(0.2)) if budget.clock else 1e6, rel_gap=1e-4)
    highs.limit_columns(every, np.zeros(tours), upper)
    return np.zeros(len(model.milp.gain)) if found.x is None else found.x


def _cheaper(model: Model, x: Array, budget: _Budget, seed: int) -> tuple[Array, float]:
    """Lower the cost at (nearly) the same coverage; return the plan and the cost's lower bound."""
    milp = model.milp
    gain = np.array(milp.gain)
    price = np.zeros(len(gain))
    price[: len(model.cost)] = -np.array(model.cost) / MILLION
    if not price.any():
        return x, 0.0
    kept = [
        milp.row(
            [(int(i), float(gain[i])) for i in part],
            lower=COVERAGE_KEPT * float(gain[part] @ x[part]),
        )
        for part in _counted_apart(model, gain)
        if len(part)
    ]
    saved, milp.gain[:] = list(milp.gain), price.tolist()
    relaxation = Highs(milp, relax=True)
    relaxation.option("solver", "ipm")
    relaxed = relaxation.run()
    least = -relaxed.bound
    low = max(0.0, least if np.isfinite(least) else 0.0) * MILLION
    highs = _highs(milp, budget)
    budget.round = 0
    if small(model):
        found = highs.run(seconds=budget.left(), start=x, rel_gap=COST_GAP)
        x = x if found.x is None else found.x
        low = max(low, -found.bound * MILLION) if np.isfinite(found.bound) else low
    rng = np.random.default_rng(seed)
    steps = search(
        model,
        x,
        rng=rng,
        left=budget.left,
        sense=price,
        step=budget.step,
        highs=highs,
        relaxed=relaxed.x,
    )
    while -float(price @ x) * MILLION > low * (1 + COST_GAP):
        cheaper = next(steps, None)
        if cheaper is None:
            break
        x = cheaper
    milp.gain[:] = saved
    for row in kept:
        milp.row_lower[row] = -float("inf")
    return x, low


def _counted_apart(model: Model, gain: Array) -> tuple[Ints, Ints]:
    """Return the columns of what counts, and of the lines that only break ties."""
    ties = extra_weights(model.requirement) > 0
    idle = model.covered[ties].ravel()
    idle = idle[idle >= 0]
    every = np.flatnonzero(gain)
    return np.setdiff1d(every, idle), np.intersect1d(every, idle)
