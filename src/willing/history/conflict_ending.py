"""Does the end of a conflict bring a new mission within two years: a logit by kind of ending.

Kinds of ending and of conflict are shrunk to their common level, so that the few wars between
states do not speak louder than they can. Priors on the logit scale: the common level free, an
ending 1, each other feature 0.75 (assumptions, set before the fit). After Fortna (2008), "Does
peacekeeping work?", ch. 2, and Gilligan and Stedman (2003), "Where do the peacekeepers go?".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from willing.data.loaders.conflict_endings import ENDINGS, ConflictEnding
from willing.errors import UsageError
from willing.statistics.penalised_logit import penalised_logit
from willing.statistics.scores import bounded, wilson

Array = NDArray[np.float64]

__all__ = ["MONTHS", "EndingRate", "MissionAfterEnding", "fit_mission_after_ending", "rates"]

MONTHS = 24.0
OTHERS = ("there_already", "war", "between_states", "foreign_troops")
ENDING_SD, OTHER_SD = 1.0, 0.75


@dataclass(frozen=True, slots=True)
class EndingRate:
    """Of `n` endings of a kind, `missions` had one within 24 months; 90 % Wilson interval."""

    ending: str
    n: int
    missions: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MissionAfterEnding:
    """A fitted logit: level, endings, other features."""

    coefficients: Array
    means: dict[str, float]
    base_rate: float
    trained_until: date
    n: int

    def probability(self, endings: Sequence[ConflictEnding]) -> Array:
        """P(a new mission within 24 months) of each ending; reads nothing that came afterwards."""
        p = expit(np.einsum("ij,j->i", _design(endings, self.means), self.coefficients))
        return np.array([bounded(float(value), self.n) for value in p])


def came(ending: ConflictEnding) -> bool | None:
    """Whether a mission came within 24 months; None where the table does not tell."""
    return ending.months <= MONTHS if ending.known else None


def fit_mission_after_ending(endings: Sequence[ConflictEnding]) -> MissionAfterEnding:
    """Fit on endings with a known outcome. Raises UsageError for fewer than two."""
    known = [e for e in endings if came(e) is not None]
    if len(known) < 2:
        raise UsageError(f"{len(known)} endings with a known outcome: too few")
    means = {}
    for name in OTHERS:
        seen = [v for v in (float(getattr(e, name)) for e in known) if v == v]
        means[name] = float(np.mean(seen)) if seen else 0.5
    y = np.array([float(bool(came(e))) for e in known])
    design = _design(known, means)
    spread = [ENDING_SD] * len(ENDINGS) + [OTHER_SD] * len(OTHERS)
    precision = np.r_[0.0, 1.0 / np.array(spread) ** 2]
    # a level that is not free where all training rows agree
    precision[0] = 0.0 if 0.0 < y.mean() < 1.0 else 0.25
    coefficients, _, _ = penalised_logit(design, y, np.zeros(len(precision)), precision)
    last = max(e.year for e in known)
    return MissionAfterEnding(
        coefficients, means, float(y.mean()), date(last + 2, 12, 31), len(known)
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


def _design(endings: Sequence[ConflictEnding], means: dict[str, float]) -> Array:
    rows = []
    for e in endings:
        told = [float(getattr(e, name)) for name in OTHERS]
        rows.append(
            [
                1.0,
                *(float(e.ending == kind) for kind in ENDINGS),
                *(v - means[n] if v == v else 0.0 for v, n in zip(told, OTHERS, strict=True)),
            ]
        )
    return np.array(rows)
