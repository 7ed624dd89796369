"""The engine's own nouns: what is needed, what is offered, under which rules, and the plan.

Months count from 0 (the month in which the force begins to deploy). Quantities are in the measure
of the line they count for: persons on land and in training, aircraft, ships, batteries, or units
of an enabler. They are plain values, so that a case, a past mission and a generated instance use
the same engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from willing.case.expressions import Const, Expr

THEATRE = ""
#: the expression that always holds
ALWAYS: Expr = Const(True)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the statement of requirements.

    `capabilities` are what can fill it; `sector` is empty for the whole theatre; `required` has
    one quantity a month. `weight` is the share of the score this line carries (the weights of a
    requirement sum to 1; 0 for a line that only gates others). `placeholder` marks a quantity that
    rests on a planning figure of confidence D.
    """

    id: str
    label: str
    domain: str
    capabilities: frozenset[str]
    required: tuple[float, ...]
    unit: str
    weight: float
    sector: str = THEATRE
    factor: str = ""
    source: str = ""
    confidence: str = ""

    @property
    def placeholder(self) -> bool:
        """Whether the quantity rests on a placeholder."""
        return self.confidence == "D"


@dataclass(frozen=True, slots=True)
class Gate:
    """An enabler that limits how much of other lines counts as covered, in every month.

    `ratio` units of the enabler are needed for one unit of quantity covered in `gated` beyond the
    share `organic` of their requirement, which brings its own:
    `sum(covered) <= organic * sum(required) + enabler / ratio`.
    """

    enabler: str
    gated: tuple[str, ...]
    ratio: float
    organic: float = 0.0
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What the mission needs, month by month."""

    id: str
    label: str
    months: int
    lines: tuple[Line, ...]
    gates: tuple[Gate, ...] = ()

    @property
    def domains(self) -> tuple[str, ...]:
        """Domains that carry weight, in order of appearance."""
        return tuple(dict.fromkeys(line.domain for line in self.lines if line.weight > 0))

    @property
    def sectors(self) -> tuple[str, ...]:
        """Named sectors, in order of appearance."""
        return tuple(dict.fromkeys(line.sector for line in self.lines if line.sector))


@dataclass(frozen=True, slots=True)
class Offer:
    """Units one contributor offers.

    `number` is a whole number of equal units that can be moved one by one; each counts `quantity`
    towards a line of its capability. `rotation` is how many units are drawn for one kept in the
    field: 1 when the offer is quoted as a presence that its giver sustains itself, 4 when it is a
    pool from which six-month tours are drawn at 1:3. A unit that has done a tour can go again
    after `rotation` tours. `persons` (None where no figure is published) sets lift and cost;
    `requires` are the contributor's conditions; `reliability` the chance of full delivery on time
    (None takes the delivery model's).
    """

    id: str
    actor: str
    kind: str
    domain: str
    capability: str
    number: int
    quantity: float
    persons: float | None = None
    ready_month: int = 0
    max_months: int = 10_000
    tour_months: int = 6
    rotation: float = 1.0
    sectors: frozenset[str] | None = None
    minimum: int = 0
    requires: Expr = ALWAYS
    cost_month: float = 0.0
    reliability: float | None = None
    caveats: str = ""
    basis: str = ""
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What binds every plan. None or empty means no such rule.

    Attributes
    ----------
    nations_per_sector : most contributors in one sector.
    framework : contributors that can be framework nation; with a non-empty value a sector counts
        only under one, which leads one sector and keeps `framework_minimum` persons there on
        average over the months.
    lift_in, lift_out : persons that can be moved a month, rotations included.
    budget : highest total cost.
    burden_share : highest share of all person-months one contributor carries.
    actor_cap : most persons of a contributor deployed at a time.
    actor_minimum : fewest person-months a contributor sends if it takes part at all.
    holds : truth of facts from outside, by their text in the condition language; what is not
        listed is taken to hold (and the report lists it as assumed).
    """

    nations_per_sector: int | None = None
    framework: frozenset[str] = frozenset()
    framework_minimum: float = 0.0
    lift_in: float | None = None
    lift_out: float | None = None
    budget: float | None = None
    burden_share: float | None = None
    actor_cap: Mapping[str, float] = field(default_factory=dict)
    actor_minimum: Mapping[str, float] = field(default_factory=dict)
    holds: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chain:
    """`units` of an offer opened in a sector in month `start` and kept for `tours` tours."""

    offer: str
    sector: str
    start: int
    tours: int
    units: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A package: who goes where and when, with the solver's bound beside it.

    `coverage` and `bound` are shares of the weighted requirement (0-1). `cost_bound` is the lowest
    cost that could reach the same coverage, as far as the solver knows.
    """

    chains: tuple[Chain, ...]
    frameworks: Mapping[str, str]
    coverage: float
    bound: float
    cost: float
    cost_bound: float
    method: str
    seconds: float = 0.0

    @property
    def gap(self) -> float:
        """The solver's optimality gap, (bound - coverage) / bound."""
        return (self.bound - self.coverage) / self.bound if self.bound > 1e-12 else 0.0
