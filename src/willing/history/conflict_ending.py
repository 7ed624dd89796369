"""Does the end of a conflict bring a new mission within two years: a logit by kind of ending.

Kinds of ending and regions are shrunk to their common level, so that few cases do not speak louder
than they can. Beside them stand whether a mission is there already, and how many endings the state
has seen before: wars that end again and again draw fewer missions. Priors on the logit scale: the
common level free, an ending 1, a region 0.5, each other feature 0.75 (assumptions). After Fortna
(2008), "Does peacekeeping work?", ch. 2, and Gilligan and Stedman (2003), "Where do the
peacekeepers go?".
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from willing.data.loaders.conflict_endings import ENDINGS, REGIONS, ConflictEnding
from willing.errors import UsageError
from willing.statistics.penalised_logit import penalised_logit
from willing.statistics.scores import bounded, wilson

Array = NDArray[np.float64]

__all__ = [
    "MONTHS",
    "EarlierEndings",
    "EndingRate",
    "MissionAfterEnding",
    "came",
    "fit_mission_after_ending",
    "rates",
]

MONTHS = 24.0
ENDING_SD, REGION_SD, OTHER_SD = 1.0, 0.5, 0.75


@dataclass(frozen=True, slots=True)
class EndingRate:
    """Of `n` endings of a kind, `missions` had one within 24 months; 90 % Wilson interval."""

    ending: str
    n: int
    missions: int
    share: float
    low: float
    high: float


class EarlierEndings:
    """How many endings a state saw two calendar years before an ending, or earlier.

    So far back an ending has had its 24 months, and is not another side of the same settlement.
    Counts rows of a table, never what came of them.
    """

    def __init__(self, *tables: Iterable[ConflictEnding]) -> None:
        """Count the endings of several tables; what stands in more than one counts once."""
        rows: Counter[tuple[str, int, str, str]] = Counter()
        for table in tables:
            rows |= Counter((e.state, e.year, e.id, e.ending) for e in table)
        self._years: dict[str, list[int]] = defaultdict(list)
        for state, year, _, _ in sorted(rows.elements()):
            self._years[state].append(year)

    def count(self, ending: ConflictEnding) -> int:
        """Endings in the same state, `ending.year` - 2 or before."""
        return bisect_right(self._years.get(ending.state, []), ending.year - 2)


@dataclass(frozen=True, slots=True)
class MissionAfterEnding:
    """A fitted logit: level, endings, regions, a mission there, earlier endings."""

    coefficients: Array
    means: Array
    earlier: EarlierEndings
    base_rate: float
    trained_until: date
    n: int

    def probability(self, endings: Sequence[ConflictEnding]) -> Array:
        """P(a new mission within 24 months) of each ending; reads nothing that came afterwards."""
        design = _design(endings, self.earlier, self.means)
        p = expit(np.einsum("ij,j->i", design, self.coefficients))
        return np.array([bounded(float(value), self.n) for value in p])


def came(ending: ConflictEnding) -> bool | None:
    """Whether a mission came within 24 months; None where the table does not tell."""
    return ending.months <= MONTHS if ending.known else None


def fit_mission_after_ending(
    endings: Sequence[ConflictEnding], earlier: EarlierEndings | None = None
) -> MissionAfterEnding:
    """Fit on endings with a known outcome. Raises UsageError for fewer than two.

    `earlier` counts what went before; without it the training endings are counted.
    """
    known = [e for e in endings if came(e) is not None]
    if len(known) < 2:
        raise UsageError(f"{len(known)} endings with a known outcome: too few")
    earlier = earlier or EarlierEndings(endings)
    told = _told(known, earlier)
    seen = ~np.isnan(told)
    means = np.where(seen, told, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    y = np.array([float(bool(came(e))) for e in known])
    spread = [ENDING_SD] * len(ENDINGS) + [REGION_SD] * len(REGIONS) + [OTHER_SD] * len(means)
    precision = np.r_[0.0, 1.0 / np.array(spread) ** 2]
    # a level that is not free where all training rows agree
    precision[0] = 0.0 if 0.0 < y.mean() < 1.0 else 0.25
    coefficients, _, _ = penalised_logit(
        _design(known, earlier, means), y, np.zeros(len(precision)), precision
    )
    last = max(e.year for e in known)
    return MissionAfterEnding(
        coefficients, means, earlier, float(y.mean()), date(last + 2, 12, 31), len(known)
    )


def rates(endings: Sequence[ConflictEnding]) -> list[EndingRate]:
    """Count how often each kind of ending was followed by a mission, and wars between states."""
    groups = {kind: [e for e in endings if e.ending == kind] for kind in ENDINGS}
    groups["between states, any ending"] = [e for e in endings if e.between_states]
    found = []
    for kind, rows in groups.items():
        outcomes = [bool(came(e)) for e in rows if came(e) is not None]
        if outcomes:
            low, high = wilson(sum(outcomes), len(outcomes))
            share = sum(outcomes) / len(outcomes)
            found.append(EndingRate(kind, len(outcomes), sum(outcomes), share, low, high))
    return found


def _told(endings: Sequence[ConflictEnding], earlier: EarlierEndings) -> Array:
    """Return (n, 2): a mission there already, log of one more than the earlier endings."""
    return np.array([[e.there_already, np.log1p(earlier.count(e))] for e in endings])


def _design(endings: Sequence[ConflictEnding], earlier: EarlierEndings, means: Array) -> Array:
    told = _told(endings, earlier) - means
    kinds = [[1.0, *(float(e.ending == kind) for kind in ENDINGS)] for e in endings]
    regions = [[float(region in e.regions) for region in REGIONS] for e in endings]
    return np.column_stack([kinds, regions, np.where(np.isnan(told), 0.0, told)])
