"""What an actor will state next: a mixture transition distribution around its position.

A government repeats its line, shows where it stands, or says what governments say. The next
stated rung is therefore a mixture (Raftery 1985) of three: the rung stated last, the ordered
probit of the position with the noise of a statement, and the usage of the ladder by all. The
shares are estimated from what was known. Of an actor that has not spoken only the usage is known:
a prior from history was tried and predicted first statements no better.

Usage differs by domain: soldiers on land are refused or promised under conditions, while what is
said of no domain in particular is mostly "we would consider it". Each domain's usage is a draw
around that of all (Dirichlet-multinomial, Mosimann 1962), as tightly as the statements say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from willing.case import STANCES, Statement
from willing.record._observations import OFFSET_DOMAINS, Observations
from willing.record._record import Record, Standing
from willing.record.local_level import before_each_day, filter_actor
from willing.record.ordered_probit import CutPoints, estimate_cuts, stance_probabilities

Array = NDArray[np.float64]
#: statements that each share of the mixture, and the noise, are worth before any is seen
PSEUDO: Final = 1.0
#: pseudo-count of every rung in the usage (Jeffreys)
USAGE_PSEUDO: Final = 0.5
_ROUNDS: Final = 200
#: how tightly the domains' usage lies around that of all, in statements: what is thought before
#: any is seen (log-normal, a factor of e either way), and the values compared
TIGHT, TIGHT_VALUES = 16.0, (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)


def stated(statement: Statement) -> bool:
    """Whether the actor itself spoke: neither ascribed to it nor said by its opposition."""
    return statement.kind == "actor" and statement.rank not in ("opposition", "author")


@dataclass(frozen=True, slots=True)
class StatementLaw:
    """Shares of the mixture and what they mix.

    `repeat`, `position`, `usage_share` sum to 1 and hold for an actor that has spoken.
    `usage` (9,) is that of all statements, `by_domain` that of each domain; `noise` is the
    typical sd of a statement, in levels; `n` the number of statements the shares were estimated
    from.
    """

    repeat: float
    position: float
    usage_share: float
    usage: tuple[float, ...]
    by_domain: Mapping[str, tuple[float, ...]]
    noise: float
    n: int

    def predict(self, mean: float, sd: float, last: int | None, domain: str = "any") -> Array:
        """Return the probability of every rung for the next statement on a domain, (9,).

        `mean`, `sd` are those of the position it will show; `last` is the rung stated last, None
        where there is none: then the usage is all that is known.
        """
        usage = np.array(self.by_domain.get(domain, self.usage))
        if last is None:
            return usage
        shown = stance_probabilities(mean, np.hypot(sd, self.noise))
        p = self.position * shown + self.usage_share * usage
        p[last] += self.repeat
        return np.asarray(p)


def last_rung(one: Standing, actor: int, place: int, before: float) -> int | None:
    """Return the rung an actor stated last before a day, in the same domain if it spoke of it.

    Of several on the last day the last in the order of the observations stands.
    """
    obs = one.observations
    rows = np.arange(obs.start[actor], obs.start[actor + 1])
    rows = rows[obs.day[rows] < before]
    same = rows[obs.place[rows] == place]
    chosen = same if len(same) else rows
    return int(obs.rung[chosen[-1]]) if len(chosen) else None


@dataclass(frozen=True, slots=True)
class Usage:
    """How often each rung was stated: `counts` (1 + domains, 9), `any` first.

    `tight` is how many statements' worth each domain's usage is drawn to that of all.
    """

    counts: Array
    tight: float

    @classmethod
    def of(cls, obs: Observations) -> Usage:
        """Count the statements of an issue; `tight` is that of the highest evidence."""
        counts = np.zeros((1 + len(OFFSET_DOMAINS), len(STANCES)))
        np.add.at(counts, (obs.place + 1, obs.rung), 1.0)
        return cls(counts, max(TIGHT_VALUES, key=lambda tight: _evidence(counts, tight)))

    def all(self, less: int | None = None) -> Array:
        """Return the usage by all, (9,), with one statement of a rung left out."""
        counts = self.counts.sum(axis=0) + USAGE_PSEUDO
        if less is not None:
            counts[less] -= 1.0
        return np.asarray(counts / counts.sum())

    def at(self, place: int, less: int | None = None) -> Array:
        """Return the usage in a domain (its place, -1 for `any`), (9,)."""
        counts = self.counts[place + 1].copy()
        if less is not None:
            counts[less] -= 1.0
        return np.asarray((counts + self.tight * self.all(less)) / (counts.sum() + self.tight))


def _evidence(counts: Array, tight: float) -> float:
    """Return the log evidence of a tightness: Dirichlet-multinomial, and what was thought."""
    pooled = counts.sum(axis=0) + USAGE_PSEUDO
    a, n = tight * pooled / pooled.sum(), counts.sum(axis=1)
    logs = gammaln(tight) - gammaln(tight + n) + (gammaln(counts + a) - gammaln(a)).sum(axis=1)
    return float(logs.sum() - 0.5 * np.log(tight / TIGHT) ** 2)


def _shares(likelihoods: Array) -> Array:
    """Return the shares of a mixture by expectation-maximisation; rows are statements."""
    size = likelihoods.shape[1]
    shares = np.full(size, 1.0 / size)
    for _ in range(_ROUNDS):
        joint = likelihoods * shares
        credit = (joint / joint.sum(axis=1, keepdims=True)).sum(axis=0) + PSEUDO
        shares = credit / credit.sum()
    return shares


def fit_law(record: Record, issue: str = "participation") -> StatementLaw:
    """Estimate the law from the statements in a record, each predicted from the days before it.

    Deterministic. Only statements of the actor itself are predicted; all are learned from.
    """
    one, model = record.issues[issue], record.model
    obs, day = one.observations, float(record.as_of.toordinal())
    usage = Usage.of(obs)
    own = np.array([stated(s) for s in obs.statements], dtype=np.bool_)
    variance = obs.variance(model)
    typical = (variance[own].sum() + PSEUDO * model.noise**2) / (own.sum() + PSEUDO)
    spoken: list[tuple[float, float, float]] = []
    for a in range(len(obs.actors)):
        _, _, _, steps = filter_actor(model, one.prior, obs, a, day)
        for k, (mean, var) in enumerate(before_each_day(steps), start=int(obs.start[a])):
            if not own[k]:
                continue
            rung = int(obs.rung[k])
            shown = float(stance_probabilities(mean, np.sqrt(var + typical))[rung])
            place = int(obs.place[k])
            others = float(usage.at(place, less=rung)[rung])
            last = last_rung(one, a, place, float(obs.day[k]))
            if last is not None:
                spoken.append((float(last == rung), shown, others))
    repeat, position, usage_share = _shares(np.array(spoken).reshape(-1, 3))
    return StatementLaw(
        repeat=float(repeat),
        position=float(position),
        usage_share=float(usage_share),
        usage=tuple(usage.all().tolist()),
        by_domain={
            domain: tuple(usage.at(place).tolist())
            for place, domain in enumerate(("any", *OFFSET_DOMAINS), start=-1)
        },
        noise=float(np.sqrt(typical)),
        n=len(spoken),
    )


def ladder_test(record: Record, issue: str = "participation") -> CutPoints:
    """Test the ladder's spacing: cut points estimated from each row as expected before its day."""
    one, model = record.issues[issue], record.model
    obs, variance = one.observations, one.observations.variance(model)
    expected: list[tuple[float, float]] = []
    for a in range(len(obs.actors)):
        steps = filter_actor(model, one.prior, obs, a, float(record.as_of.toordinal()))[3]
        expected += before_each_day(steps)
    means = np.array([m for m, _ in expected])
    sds = np.sqrt(np.array([v for _, v in expected]) + variance)
    return estimate_cuts(means, sds, obs.rung)
