"""How far a statement can be off: the noise model and the grade of a statement.

Every number here is either estimated (`NoiseModel`, by `maximum_likelihood.fit`) or an assumption
about the order of evidence (the grade tables). See `docs/theory/record.md`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import log, sqrt
from typing import Final

from willing.case import Statement

#: Grades say how indirect a statement is; its noise sd is `noise * indirect ** grade`. Only their
#: order and rough spacing are assumed; how much a grade costs is estimated (`indirect`).
RANK_GRADE: Final[dict[str, float]] = {
    "head": 0.0,
    "minister": 0.25,
    "official": 0.5,
    "organisation": 0.5,
    "legislature": 0.75,
    "reported": 1.0,
    "author": 1.5,
    "opposition": 2.0,
}
KIND_GRADE: Final[dict[str, float]] = {"actor": 0.0, "ascribed": 1.0, "forecast": 2.0}
RELIABILITY_GRADE: Final[dict[str, float]] = {
    "A": 0.0,
    "B": 0.0,
    "C": 0.5,
    "D": 1.0,
    "E": 1.5,
    "F": 1.0,
}
CREDIBILITY_GRADE: Final[dict[int, float]] = {1: 0.0, 2: 0.0, 3: 0.25, 4: 0.75, 5: 1.5, 6: 0.5}
#: Verbs that do less than state: being present, being quoted second hand, sounding out.
WEAK_VERBS: Final[frozenset[str]] = frozenset(
    {
        "abstained",
        "admitted",
        "assessed",
        "attended",
        "backs",
        "briefed",
        "could block",
        "indicated",
        "is sceptical of",
        "leads",
        "met",
        "raised",
        "reported",
    }
)
WEAK_VERB_GRADE: Final = 0.5


def grade(statement: Statement) -> float:
    """Return how indirect a statement is: 0 for a head of government quoted by a good source."""
    return (
        RANK_GRADE[statement.rank]
        + KIND_GRADE[statement.kind]
        + RELIABILITY_GRADE[statement.reliability]
        + CREDIBILITY_GRADE[statement.credibility]
        + (WEAK_VERB_GRADE if statement.verb in WEAK_VERBS else 0.0)
    )


@dataclass(frozen=True, slots=True)
class NoiseModel:
    """The few parameters of the record, in levels (0-100) and weeks.

    The defaults were set before any fit, as round numbers, and are the centre of the shrinkage.
    `RANGES` gives for each the range outside which the fit does not look.
    """

    #: sd of a statement of grade 0 around the position it shows: one rung
    noise: float = 12.5
    #: sd of one week's change of the level of an actor with the pool's prior spread
    drift: float = 3.0
    #: sd of a domain's offset from the actor's level
    offset: float = 7.0
    #: factor on the noise sd for one more grade of indirectness
    indirect: float = 1.4
    #: mean and sd of the level of an actor about which nothing is known
    prior_mean: float = 63.0
    prior_sd: float = 18.0

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} between {low:g} and {high:g}, found {value!r}")

    @property
    def phi(self) -> float:
        """Share of a deviation from the prior mean that is left after a week.

        Stationarity ties it to drift and prior spread: `drift**2 = prior_sd**2 (1 - phi**2)`.
        """
        return sqrt(max(1.0 - (self.drift / self.prior_sd) ** 2, 1e-12))

    @property
    def reversion(self) -> float:
        """Share of a deviation from the prior mean that is lost in a week."""
        return 1.0 - self.phi

    @property
    def half_life(self) -> float:
        """Weeks until half of a deviation is lost."""
        return log(0.5) / log(self.phi)

    def as_dict(self) -> dict[str, float]:
        """Return the parameters and what follows from them, ready for JSON."""
        own = {f.name: float(getattr(self, f.name)) for f in fields(self)}
        return own | {"reversion": self.reversion, "half_life_weeks": self.half_life}


#: range of each parameter within which the fit looks (and why it ends there)
RANGES: Final[dict[str, tuple[float, float]]] = {
    "noise": (2.0, 40.0),  # below: finer than a rung can say; above: statements say nothing
    "drift": (0.3, 12.0),  # below: half-life of decades; above: a rung a week
    "offset": (0.5, 30.0),
    "indirect": (1.0, 3.0),  # indirect evidence is never better than direct
    "prior_mean": (5.0, 95.0),
    "prior_sd": (4.0, 60.0),
}
