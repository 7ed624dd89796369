"""The stance ladder and the domains: the two scales every room shares.

The ladder is ordinal. The 0-100 level of each rung is an assumption (equal steps, with a gap
between refusing to take part and resisting the mission); `record` tests it against cut points
estimated from the statements and the theory page shows both.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final, Literal, get_args

Stance = Literal[
    "threaten",
    "oppose",
    "decline",
    "support_no_troops",
    "undecided",
    "consider",
    "conditional",
    "commit",
    "lead",
]
Domain = Literal["land", "air", "sea", "air_defence", "training", "finance", "any"]

#: rungs from hostile to leading
STANCES: Final[tuple[Stance, ...]] = get_args(Stance)
#: domains in which an actor can take part; `any` is the highest of them but finance
DOMAINS: Final[tuple[Domain, ...]] = get_args(Domain)
#: domains that count as taking part
TAKING_PART: Final[tuple[Domain, ...]] = ("land", "air", "sea", "air_defence", "training")
#: level of each rung on the 0-100 willingness scale (assumption: see `docs/theory/record.md`)
LEVEL: Final[dict[Stance, float]] = {
    "threaten": 0.0,
    "oppose": 10.0,
    "decline": 25.0,
    "support_no_troops": 37.5,
    "undecided": 50.0,
    "consider": 62.5,
    "conditional": 75.0,
    "commit": 87.5,
    "lead": 100.0,
}
#: upper cut point of each rung but the last, halfway between levels
CUTS: Final[tuple[float, ...]] = tuple((LEVEL[a] + LEVEL[b]) / 2 for a, b in pairwise(STANCES))


def rung(stance: Stance) -> int:
    """Place of a stance on the ladder, 0 (threaten) to 8 (lead)."""
    return STANCES.index(stance)


def cut_below(stance: Stance) -> float:
    """Lowest level (0-100) that still counts as `stance`; minus infinity for the lowest rung."""
    place = rung(stance)
    return CUTS[place - 1] if place else float("-inf")
