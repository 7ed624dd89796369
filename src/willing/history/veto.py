"""Will a draft be vetoed: a logit on the words of its agenda item, recent years weighing more.

Each word of the item's title has a coefficient shrunk to zero, and an item whose words the
Council has lately voted on without a veto is the more familiar. Only the title and the year are
read: symbols, tallies and the record's own wording give the outcome away. Source: naive text
classification after Genkin, Lewis and Madigan (2007), "Large-scale Bayesian logistic regression
for text categorization".
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from willing.data.loaders.security_council import CouncilVote
from willing.errors import UsageError
from willing.statistics.scores import bounded

Array = NDArray[np.float64]

__all__ = ["VetoModel", "fit_veto", "words"]

# Half-life of a vote's weight, years; penalty on a word; fewest votes with a word (assumptions).
HALF_LIFE, PENALTY, FEWEST = 10.0, 1.0, 3
_FORMAL = frozenset(
    re.findall(
        r"\w+",
        """the and from with for his its under note item items situation question report reports
        secretary general including concerning letter dated permanent representative
        representatives united nations addressed president security council regard relation
        relating complaint between international peace maintenance charge affaires mission
        resolution resolutions pursuant january february march april may june july august
        september october november december""",
    )
)


@dataclass(frozen=True, slots=True)
class VetoModel:
    """A fitted model: coefficients by word, weight of familiarity, and how familiar words are."""

    intercept: float
    coefficients: dict[str, float]
    familiarity: float
    known: dict[str, float]
    centre: float
    base_rate: float
    trained_until: int
    n: int

    def probability(self, vote: CouncilVote) -> float:
        """P(the draft is vetoed)."""
        found = words(vote.topic)
        eta = self.intercept + self.familiarity * (_novelty(found, self.known) - self.centre)
        p = expit(eta + sum(self.coefficients.get(word, 0.0) for word in found))
        return bounded(float(p), self.n)


def words(topic: str) -> tuple[str, ...]:
    """Return the telling words of an agenda item: no accents, no formulas, no months."""
    plain = unicodedata.normalize("NFKD", topic).encode("ascii", "ignore").decode().lower()
    return tuple(sorted(set(re.findall(r"[a-z]{3,}", plain)) - _FORMAL))


def fit_veto(votes: Sequence[CouncilVote]) -> VetoModel:
    """Fit on votes with a known outcome. Raises UsageError where there is none."""
    known = [v for v in votes if v.vetoed is not None]
    y = np.array([float(bool(v.vetoed)) for v in known])
    if not known:
        raise UsageError("no training vote has a known outcome")
    last = max(v.year for v in known)
    weight = np.array([0.5 ** ((last + 1 - v.year) / HALF_LIFE) for v in known])
    items = [words(v.topic) for v in known]
    counts = Counter(word for item in items for word in item)
    vocabulary = sorted(word for word, n in counts.items() if n >= FEWEST)
    place = {word: j for j, word in enumerate(vocabulary)}
    passed: dict[str, float] = {}
    for item, w, vetoed in zip(items, weight, y, strict=True):
        for word in item:
            passed[word] = passed.get(word, 0.0) + w * (1 - vetoed)
    x = np.zeros((len(known), len(vocabulary) + 1))
    for i, item in enumerate(items):
        for word in item:
            if word in place:
                x[i, place[word]] = 1.0
        own = weight[i] * (1 - y[i])  # a vote must not make itself familiar
        x[i, -1] = _novelty(item, {word: passed[word] - own for word in item})
    centre = float(np.average(x[:, -1], weights=weight))
    x[:, -1] -= centre
    intercept, b = _fit(x, y, weight)
    return VetoModel(
        intercept=intercept,
        coefficients={word: float(b[j]) for word, j in place.items()},
        familiarity=float(b[-1]),
        known=passed,
        centre=centre,
        base_rate=float(np.average(y, weights=weight)),
        trained_until=last,
        n=len(known),
    )


def _novelty(item: Sequence[str], passed: dict[str, float]) -> float:
    """Minus the log of the weighted votes passed on the item's most familiar word."""
    return -float(np.log1p(max((passed.get(word, 0.0) for word in item), default=0.0)))


def _fit(x: Array, y: Array, weight: Array) -> tuple[float, Array]:
    def negative(b: Array) -> tuple[float, Array]:
        eta = b[0] + np.einsum("ij,j->i", x, b[1:])
        gap = weight * (expit(eta) - y)
        value = np.sum(weight * (np.logaddexp(0.0, eta) - y * eta))
        value += 0.5 * PENALTY * b[1:] @ b[1:]
        return float(value), np.r_[gap.sum(), np.einsum("ij,i->j", x, gap) + PENALTY * b[1:]]

    start = np.zeros(x.shape[1] + 1)
    found = minimize(negative, start, jac=True, method="L-BFGS-B", options={"maxiter": 1000})
    return float(found.x[0]), found.x[1:]
