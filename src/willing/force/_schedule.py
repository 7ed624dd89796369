"""When a chain of tours is in the field, moves, and draws on its pool."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from willing.force._nouns import THEATRE, Offer, Requirement


@dataclass(frozen=True, slots=True)
class Schedule:
    """The months of one chain: in the field in [start, end), and each tour's three dates.

    A tour `(first, last, free)` is in the field in [first, last) and its unit is drawn from the
    pool in [first, free).
    """

    start: int
    end: int
    tours: tuple[tuple[int, int, int], ...]

    @property
    def months(self) -> int:
        """Months in the field."""
        return self.end - self.start


@lru_cache(maxsize=65_536)
def _schedule(
    start: int, tours: int, length: int, longest: int, rotation: float, horizon: int
) -> Schedule:
    end = min(start + tours * length, start + longest, horizon)
    spans = []
    first = start
    while first < end:
        last = min(first + length, end)
        spans.append((first, last, first + ceil(rotation * (last - first) - 1e-9)))
        first = last
    return Schedule(start, end, tuple(spans))


def schedule(offer: Offer, start: int, tours: int, horizon: int) -> Schedule:
    """Return the months of a chain of `tours` tours opened in month `start`.

    The last tour is cut at the end of the horizon and of the pledge's longest stay.
    """
    return _schedule(start, tours, offer.tour_months, offer.max_months, offer.rotation, horizon)


def openings(offer: Offer, horizon: int) -> range:
    """Return the months in which a tour of the offer can open (none when it has no units)."""
    return range(offer.ready_month, horizon if offer.number and offer.max_months else 0)


def places(offer: Offer, requirement: Requirement) -> tuple[str, ...]:
    """Return the sectors an offer can be put in, or the theatre when its lines know no sector."""
    wanted = dict.fromkeys(
        line.sector for line in requirement.lines if offer.capability in line.capabilities
    )
    sectors = [s for s in wanted if s]
    if not sectors:
        return (THEATRE,) if wanted else ()
    return tuple(s for s in sectors if offer.sectors is None or s in offer.sectors)
