"""What an actor will state next: a mixture transition distribution around its position.

A government repeats its line, shows where it stands, or says what governments say. The next
stated rung is therefore a mixture (Raftery 1985) of three: the rung stated last, the ordered
probit of the position with the noise of a statement, and the usage of the ladder by all. The
shares are estimated from what was known. Of an actor that has not spoken only the usage is known:
a prior from history was tried and predicted first statements no better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from willing.case import STANCES, Statement
from willing.record._record import Record, Standing
from willing.record.local_level import before_each_day, filter_actor
from willing.record.ordered_probit import CutPoints, estimate_cuts, stance_probabilities

Array = NDArray[np.float64]
#: statements that each share of the mixture, and the noise, are worth before any is seen
PSEUDO: Final = 1.0
#: pseudo-count of every rung in the usage (Jeffreys)
USAGE_PSEUDO: Final = 0.5
_ROUNDS: Final = 200


def stated(statement: Statement) -> bool:
    """Whether the actor itself spoke: neither ascribed to it nor said by its opposition."""
    return statement.kind == "actor" and statement.rank not in ("opposition", "author")


@dataclass(frozen=True, slots=True)
class StatementLaw:
    """Shares of the mixture and what they mix.

    `repeat`, `position`, `usage_share` sum to 1 and hold for an actor that has spoken.
    `usage` (9,); `noise` is the typical sd of a statement, in levels; `n` the number of
    statements the shares were estimated from.
    """

    repeat: float
    position: float
    usage_share: float
    usage: tuple[float, ...]
    noise: float
    n: int

    def predict(self, mean: float, sd: float, last: int | None) -> Array:
        """Return the probability of every rung for the next statement, (9,).

        `mean`, `sd` are those of the position it will show; `last` is the rung stated last, None
        where there is none: then the usage is all that is known.
        """
        usage = np.array(self.usage)
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
    counts = np.bincount(obs.rung, minlength=len(STANCES)) + USAGE_PSEUDO
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
            others = float((counts[rung] - 1.0) / (counts.sum() - 1.0))
            last = last_rung(one, a, int(obs.place[k]), float(obs.day[k]))
            if last is not None:
                spoken.append((float(last == rung), shown, others))
    repeat, position, usage_share = _shares(np.array(spoken).reshape(-1, 3))
    return StatementLaw(
        repeat=float(repeat),
        position=float(position),
        usage_share=float(usage_share),
        usage=tuple(float(c) for c in counts / counts.sum()),
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
