"""The numbers a simulation runs on: a case compiled to arrays and a condition program."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from willing.forecast.program import Program
from willing.forecast.spread import Spread

__all__ = [
    "DOMAINS",
    "ApprovalRow",
    "Arrival",
    "Atom",
    "CoverRow",
    "Coverage",
    "EventRow",
    "Feature",
    "Meeting",
    "MilestoneRow",
    "Model",
    "Never",
    "OfferRow",
    "RouteRow",
    "Start",
    "VoteRow",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: domains in which taking part counts, in the order of every array here
DOMAINS = ("land", "air", "sea", "air_defence", "training")
#: a week that never comes
Never = 32_000


@dataclass(frozen=True, slots=True)
class Start:
    """Where the positions stand at the as-of date, and how they move (0-100 levels).

    Attributes
    ----------
    mean, chol
        Participation level and domain offsets of each actor: shape (actors, 1 + domains), and the
        Cholesky factor of their joint covariance, shape (actors, 1 + domains, 1 + domains).
    home
        Prior level of each actor, shape (actors,). A position reverts to a point between its
        prior and where it stood at the as-of date; `anchor` says how near the latter.
    anchor
        Share of its own line that an actor keeps in the long run (1: it reverts to its line as
        it stood, 0: to its prior).
    step
        Sd of one week's innovation of each actor, shape (actors,).
    drift, reversion
        Factor on the innovations, and share of the distance from home kept per week, for each
        parameter set: shape (sets,).
    """

    mean: Floats
    chol: Floats
    home: Floats
    anchor: Spread
    step: Floats
    drift: Floats
    reversion: Floats


@dataclass(frozen=True, slots=True)
class Atom:
    """`variable` holds where a latent stands at `cut` or higher.

    `latent` counts the actors' participation levels first, then the other issues. `domain` is -1
    for the level itself. Joining atoms add each draw's own cut shift.
    """

    variable: int
    latent: int
    domain: int
    cut: float
    joining: bool


@dataclass(frozen=True, slots=True)
class VoteRow:
    """A vote: members' latents, the levels from which they say yes and below which no, the rule.

    `alternatives` are linear rules: any of them passes the proposal. Each is (yes weights, shape
    (criteria, members); abstention weights, same shape; quotas, shape (criteria,)).
    """

    variable: int
    latents: Ints
    yes_from: float
    no_below: float
    alternatives: tuple[tuple[Floats, Floats, Floats], ...]
    blocks: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class EventRow:
    """A fact from outside: rates per week, what makes it possible, what hastens it."""

    variable: int
    id: str
    begin: Spread
    end: Spread | None
    initially: bool
    settle_weeks: int
    possible: int
    pushes: tuple[tuple[int, Spread], ...]
    brakes: tuple[tuple[int, Spread], ...]


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A national approval: the clock starts in the first week `ready` holds."""

    variable: int
    ready: int
    given: Spread
    days: Spread


@dataclass(frozen=True, slots=True)
class RouteRow:
    """A route: opens `days` after its expression first held, if it then holds."""

    variable: int
    id: str
    opens: int
    days: Spread


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone; see `willing.case.Milestone` for the models."""

    variable: int
    id: str
    model: str
    needs: int
    rate: Spread | None
    due_week: float
    announced_week: float
    slip: Spread | None
    never: Spread | None
    share: float
    reached_week: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting in some week: whose latents meet, their weights and what they do not give."""

    week: int
    latents: Ints
    weights: Floats
    yielding: Floats


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A pledge: who, in which domain, how much may come, when, and whether it comes at all."""

    actor: int
    domain: int
    size: Spread
    ready_weeks: int
    late_weeks: int
    p_zero: float
    p_late: float
    requires: int


@dataclass(frozen=True, slots=True)
class CoverRow:
    """Cuts on one level of coverage: min over cuts of (constant + coefficient @ available).

    Attributes
    ----------
    domain
        Place in `DOMAINS`, or -1 where all domains are judged together.
    minimum
        What is needed at the least, on this row's scale.
    constant, coefficient
        Shape (cuts,) and (cuts, offers), the latter never negative.
    pace
        What a cut gains in a week after the first arrival (0: it does not wait for lift); shape
        (cuts,). While a force is only judged on paper, cuts with a pace do not bind.
    """

    domain: int
    minimum: float
    constant: Floats
    coefficient: Floats
    pace: Floats


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage as the format requires it: first a row a domain, then those of all together.

    `thresholds` are (variable, place in `DOMAINS` or -1 for all rows, share).
    """

    rows: tuple[CoverRow, ...]
    thresholds: tuple[tuple[int, int, float], ...]

    @property
    def domains(self) -> tuple[int, ...]:
        """Places in `DOMAINS` of the domains required."""
        return tuple(row.domain for row in self.rows if row.domain >= 0)


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of the arrival hazard: base + sum of weights over variables that hold."""

    base: float
    variables: tuple[int, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """History's second stage: weekly hazard = expit(bin intercept + features . beta).

    The clock of the bins runs in the weeks in which there is a mandate and the milestone's needs
    hold. `edges` are the first weeks of the bins after the first; `coefficients` has shape
    (sets, bins + features); `ramp_weeks` are predictive draws of weeks from first arrival to full
    strength.
    """

    edges: tuple[int, ...]
    features: tuple[Feature, ...]
    coefficients: Floats
    ramp_weeks: Floats


@dataclass(frozen=True, slots=True)
class Model:
    """A case ready to be simulated.

    Weeks before `count_from` are simulated, not counted: runs that are only asked what was
    reached need no more.

    Attributes
    ----------
    other_common, shared
        Places among the other latents of those that share in what moves all voting members, and
        the share of their variance that is common (see `forums.spatial_vote.SHARED`).
    """

    weeks: int
    actors: tuple[str, ...]
    candidates: NDArray[np.bool_]
    start: Start
    other_owner: Ints
    other_issue: tuple[str, ...]
    other_mean: Floats
    other_sd: Floats
    other_home: Floats
    other_step: Floats
    other_common: Ints
    shared: Spread
    program: Program
    atoms: tuple[Atom, ...]
    votes: tuple[VoteRow, ...]
    events: tuple[EventRow, ...]
    approvals: tuple[ApprovalRow, ...]
    routes: tuple[RouteRow, ...]
    milestones: tuple[MilestoneRow, ...]
    meetings: tuple[Meeting, ...]
    meeting_rate: Spread
    offers: tuple[OfferRow, ...]
    pledged: tuple[int, ...]
    fielded: tuple[int, ...]
    coverage: Coverage
    arrival: Arrival
    cut_spread: Spread
    conditions: tuple[str, ...]
    dates: tuple[tuple[int, int], ...]
    last: tuple[tuple[int, int], ...]
    forced_from: Ints
    barred_from: Ints
    report_weeks: tuple[int, ...]
    count_from: int = 0
