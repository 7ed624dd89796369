"""What the willing can field: everything the engine says about one need, in one result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from willing.case import Case, Format
from willing.data.force import DeliveryRow, delivery_rows
from willing.force._nouns import Offer, Plan, Requirement, Rules
from willing.force.checker import Breach, check_plan
from willing.force.delivery import Mixture, delivery_mixture
from willing.force.dual_cuts import CutError, coverage_cuts
from willing.force.evaluate import covered, supply
from willing.force.from_case import CaseForce, format_of, from_case
from willing.force.package import EFFORT, Effort, package
from willing.force.planning_factors import Buildup, buildup
from willing.force.prices import Price, Want, prices
from willing.force.shortfall import Unfilled, unfilled
from willing.force.uncertainty import (
    ReplanCheck,
    Spread,
    best_replan,
    check_replans,
    draw_delivery,
    spread,
    without_replanning,
)

Array = NDArray[np.float64]
Say = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Fielding:
    """A requirement, what is on offer, the best package found, and how sure all that is.

    `supplied` and `counted` are quantities by line and month. `breaches` come from the independent
    checker and are empty for every plan the engine makes. `format` and `buildup` are those of a
    case and missing for past missions.
    """

    id: str
    label: str
    requirement: Requirement
    offers: tuple[Offer, ...]
    rules: Rules
    plan: Plan
    supplied: Array
    counted: Array
    unfilled: tuple[Unfilled, ...]
    as_pledged: float
    no_replan: Spread
    replan: Spread
    cut_error: CutError
    replan_check: ReplanCheck | None
    prices: tuple[Price, ...]
    wants: tuple[Want, ...]
    breaches: tuple[Breach, ...]
    mixtures: tuple[Mixture, ...]
    assumed: Mapping[str, bool]
    notes: tuple[str, ...]
    buildup: tuple[Buildup, ...]
    draws: int
    seed: int


def field_force(
    requirement: Requirement,
    offers: Sequence[Offer],
    rules: Rules,
    *,
    id: str = "",
    label: str = "",
    mixtures: Sequence[Mixture] | None = None,
    sizes: Sequence[tuple[float, float]] = (),
    assumed: Mapping[str, bool] | None = None,
    notes: Sequence[str] = (),
    buildups: Sequence[Buildup] = (),
    seed: int = 0,
    draws: int = 1_000,
    checked: int = 20,
    time_limit: float = 20.0,
    clock: Callable[[], float] | None = None,
    effort: Effort = EFFORT,
    say: Say = lambda fraction, note: None,
    stop: Callable[[], bool] = lambda: False,
) -> Fielding:
    """Make the package and everything said about it.

    Parameters
    ----------
    mixtures : what may become of each offer; from the delivery model by default.
    sizes : low and high end of each offer as a share of its number.
    checked : draws for which the best re-plan is also planned in full.
    time_limit, clock, effort : for the package, see :func:`willing.force.package.package`.
    """
    offers = tuple(offers)
    found = tuple(
        mixtures or (delivery_mixture(o.kind, o.actor, reliability=o.reliability) for o in offers)
    )
    plan = package(
        requirement,
        offers,
        rules,
        seed=seed,
        time_limit=time_limit,
        clock=clock,
        effort=effort,
        say=lambda f, note: say(0.6 * f, note),
        stop=stop,
    )
    supplied = supply(requirement, offers, plan.chains)
    counted = covered(requirement, supplied, set(plan.frameworks) if rules.framework else None)
    rng = np.random.default_rng(seed)
    delivered = draw_delivery(offers, found, draws=draws, rng=rng, sizes=sizes)
    fixed = without_replanning(
        requirement, offers, plan, delivered, frameworks=bool(rules.framework)
    )
    average = delivered.average(offers, requirement.months)
    say(0.65, "best re-plan")
    cuts = coverage_cuts(requirement, offers, rules, rng=rng, shares=average)
    best = best_replan(cuts, average, fixed)
    say(0.8, "prices")
    priced, wanted = prices(requirement, offers, rules)
    say(0.85, "checks")
    check = (
        check_replans(requirement, offers, rules, best, average, draws=checked, seed=seed)
        if checked and not stop()
        else None
    )
    return Fielding(
        id or requirement.id,
        label or requirement.label,
        requirement,
        offers,
        rules,
        plan,
        supplied,
        counted,
        unfilled(requirement, offers, supplied, counted),
        plan.coverage,
        spread(fixed),
        spread(best),
        cuts.error[0],
        check,
        priced,
        wanted,
        check_plan(requirement, offers, rules, plan),
        found,
        dict(assumed or {}),
        tuple(notes),
        tuple(buildups),
        draws,
        seed,
    )


def field_case(
    case: Case,
    format_id: str | None = None,
    *,
    months: int = 24,
    facts: Mapping[str, bool] | None = None,
    kinds: Sequence[str] = ("pledge", "offer", "estimate"),
    seed: int = 0,
    draws: int = 1_000,
    checked: int = 20,
    time_limit: float = 20.0,
    clock: Callable[[], float] | None = None,
    effort: Effort = EFFORT,
    say: Say = lambda fraction, note: None,
    stop: Callable[[], bool] = lambda: False,
) -> Fielding:
    """Make the package of a case's format from its pledges.

    Parameters
    ----------
    kinds : which pledges count: what governments pledged, what they offered, what is estimated.
    facts : truth of facts from outside; the others are taken to hold where a pledge asks for them.
    """
    chosen: Format = format_of(case, format_id)
    kept = case.model_copy(update={"pledges": tuple(p for p in case.pledges if p.kind in kinds)})
    seen: CaseForce = from_case(kept, chosen.id, months=months, facts=facts)
    evidence = known_delivery(case.as_of)
    return field_force(
        seen.requirement,
        seen.offers,
        seen.rules,
        id=case.id,
        label=chosen.label,
        mixtures=[
            delivery_mixture(o.kind, o.actor, evidence=evidence, reliability=o.reliability)
            for o in seen.offers
        ],
        sizes=[
            (
                1.0 if p.low is None or not p.number else p.low / p.number,
                1.0 if p.high is None or not p.number else p.high / p.number,
            )
            for p in kept.pledges
        ],
        assumed=seen.assumed,
        notes=seen.notes,
        buildups=buildup(chosen),
        seed=seed,
        draws=draws,
        checked=checked,
        time_limit=time_limit,
        clock=clock,
        effort=effort,
        say=say,
        stop=stop,
    )


def known_delivery(on: date) -> tuple[DeliveryRow, ...]:
    """Return the delivery rows that could be known on a date."""
    month = f"{on:%Y-%m}"
    return tuple(r for r in delivery_rows() if r.as_of[:7] <= month)
