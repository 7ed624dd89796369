"""The record: where each actor stands on each issue, as known on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from willing.case import TAKING_PART, Case, Domain, Statement
from willing.record._kernel import Filtered, run
from willing.record._observations import OFFSET_DOMAINS, PARTICIPATION, Observations, observe
from willing.record._priors import Priors, prior_of
from willing.record.local_level import Prior, filter_actor, predict, smooth_actor
from willing.record.maximum_likelihood import Fit, fit
from willing.record.noise import NoiseModel
from willing.record.ordered_probit import (
    DEFAULT_CUTS,
    highest_probabilities,
    stance_probabilities,
)

Array = NDArray[np.float64]
_TAKING_PART: Final = [1 + OFFSET_DOMAINS.index(d) for d in TAKING_PART]


@dataclass(frozen=True, slots=True)
class Moved:
    """What one statement did to a position when it came in.

    `weight` is the gain (share of the surprise that the position took over), `shift` the move in
    levels, `now` the share of today's position that rests on the statement. A report of an event
    that another report stands for has weight 0 and names it in `counts_as`.
    """

    id: str
    weight: float
    shift: float
    now: float
    counts_as: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One issue: state of every actor (level, then domain offsets where the issue has them).

    `mean` (A, S), `cov` (A, S, S), `prior_mean`, `prior_sd`, `drift` (A,): the level follows
    `x' = prior_mean + phi (x - prior_mean) + drift * eps` per week; offsets stay.
    """

    issue: str
    mean: Array
    cov: Array
    prior: Prior
    observations: Observations
    filtered: Filtered

    @property
    def level(self) -> Array:
        """Mean of the level, (A,)."""
        return np.asarray(self.mean[:, 0])

    @property
    def var(self) -> Array:
        """Variance of the level, (A,)."""
        return np.asarray(self.cov[:, 0, 0])

    @property
    def prior_only(self) -> NDArray[np.bool_]:
        """True where no statement counts and only the prior speaks, (A,)."""
        return np.asarray(np.diff(self.observations.start) == 0)


@dataclass(frozen=True, slots=True)
class Record:
    """Where each actor stands, as known on `as_of`.

    Arrays that name no issue are those of participation.
    `domains` names the offsets after the level in the state of `mean` (A, 1+D) and `cov`
    (A, 1+D, 1+D).
    """

    as_of: date
    actors: tuple[str, ...]
    model: NoiseModel
    issues: Mapping[str, Standing]
    fit: Fit | None = None
    cuts: tuple[float, ...] = tuple(DEFAULT_CUTS)
    domains: tuple[Domain, ...] = OFFSET_DOMAINS

    @property
    def participation(self) -> Standing:
        """The standing on participation."""
        return self.issues[PARTICIPATION]

    @property
    def mean(self) -> Array:
        """Mean of level and offsets, (A, 1+D)."""
        return self.participation.mean

    @property
    def cov(self) -> Array:
        """Covariance of level and offsets, (A, 1+D, 1+D)."""
        return self.participation.cov

    @property
    def prior_mean(self) -> Array:
        """What each level reverts to, (A,)."""
        return self.participation.prior.mean

    @property
    def prior_only(self) -> NDArray[np.bool_]:
        """True where an actor has no statement that counts, (A,)."""
        return self.participation.prior_only

    def drift(self, issue: str = PARTICIPATION) -> Array:
        """Sd of one week's innovation of each level, (A,): a tight prior moves less."""
        return np.asarray(self.issues[issue].prior.sd * np.sqrt(1.0 - self.model.phi**2))

    def ahead(self, weeks: float, issue: str = PARTICIPATION) -> tuple[Array, Array]:
        """Return mean (A, S) and covariance (A, S, S) of the states some weeks from `as_of`."""
        one = self.issues[issue]
        pairs = [
            predict(self.model, one.prior, a, one.mean[a], one.cov[a], weeks)
            for a in range(len(self.actors))
        ]
        size = one.mean.shape[1]
        means = np.array([m for m, _ in pairs]).reshape(-1, size)
        return means, np.array([c for _, c in pairs]).reshape(-1, size, size)

    def _row(self, issue: str, domain: str) -> Array:
        h = np.zeros(self.issues[issue].mean.shape[1])
        h[0] = 1.0
        if issue == PARTICIPATION and domain != "any":
            h[1 + self.domains.index(domain)] = 1.0
        return h

    def position(
        self, actor: str, domain: str = "any", issue: str = PARTICIPATION, weeks: float = 0.0
    ) -> tuple[float, float]:
        """Return mean and sd of a position, 0-100, some weeks from `as_of`."""
        one, a, h = self.issues[issue], self.actors.index(actor), self._row(issue, domain)
        mean, cov = predict(self.model, one.prior, a, one.mean[a], one.cov[a], weeks)
        return float(h @ mean), float(np.sqrt(h @ cov @ h))

    def stance(
        self, actor: str, domain: str = "any", issue: str = PARTICIPATION, weeks: float = 0.0
    ) -> Array:
        """Return the probability of every rung, (9,). `any` is the highest of taking part."""
        one, a = self.issues[issue], self.actors.index(actor)
        if issue != PARTICIPATION or domain != "any":
            return stance_probabilities(*self.position(actor, domain, issue, weeks), self.cuts)
        mean, cov = predict(self.model, one.prior, a, one.mean[a], one.cov[a], weeks)
        H = np.array([self._row(issue, d) for d in TAKING_PART])
        return highest_probabilities(H @ mean, H @ cov @ H.T, self.cuts)

    def moved(self, actor: str, domain: str = "any", issue: str = PARTICIPATION) -> list[Moved]:
        """Return what each of an actor's statements did to a position, in order of date."""
        one, a, h = self.issues[issue], self.actors.index(actor), self._row(issue, domain)
        obs, first, last = one.observations, *one.observations.start[a : a + 2]
        weight = one.filtered.gain[first:last] @ h
        shift = weight * one.filtered.innovation[first:last]
        now = _shares(self.model, one, a, float(self.as_of.toordinal())) @ h
        out = [
            Moved(obs.statements[k].id, float(w), float(s), float(n))
            for k, w, s, n in zip(range(first, last), weight, shift, now, strict=True)
        ]
        own = {m.id for m in out}
        return out + [
            Moved(id, 0.0, 0.0, 0.0, by) for id, by in sorted(obs.dropped.items()) if by in own
        ]

    def track(
        self, actor: str, days: Sequence[date], domain: str = "any", *, seen_now: bool = True
    ) -> tuple[Array, Array]:
        """Return mean and sd of an actor's participation on some days up to `as_of`, each (n,).

        `seen_now` uses all that is known on `as_of` (smoother); otherwise each day uses what was
        known on it (filter).
        """
        out = []
        for day in days:
            if day > self.as_of:
                raise ValueError(f"a day up to {self.as_of}, found {day}")
            out.append(self._then(actor, day, domain, seen_now))
        return np.array([m for m, _ in out]), np.array([s for _, s in out])

    def _then(self, actor: str, day: date, domain: str, seen_now: bool) -> tuple[float, float]:
        one, a, h = self.participation, self.actors.index(actor), self._row(PARTICIPATION, domain)
        on = float(day.toordinal())
        if seen_now:
            mean, cov = smooth_actor(self.model, one.prior, one.observations, a, on)
        else:
            obs = observe(one.observations.reports, as_of=day, actors=self.actors)
            mean, cov, _, _ = filter_actor(self.model, one.prior, obs, a, on)
        return float(h @ mean), float(np.sqrt(h @ cov @ h))


def _shares(model: NoiseModel, one: Standing, actor: int, day: float) -> Array:
    """Return how much of today's state rests on each statement, (n, S): the filter is linear."""
    obs = one.observations
    first, last = obs.start[actor], obs.start[actor + 1]
    size = one.mean.shape[1]
    share = np.zeros((last - first, size))
    decay = model.phi ** (np.diff(np.append(obs.day[first:last], day)) / 7.0)
    for k in range(last - first):
        place = obs.place[first + k]
        seen = share[:k, 0] + (share[:k, 1 + place] if place >= 0 else 0.0)
        share[:k] -= np.outer(seen, one.filtered.gain[first + k])
        share[k] = one.filtered.gain[first + k]
        share[: k + 1, 0] *= decay[k]
    return share


def _standing(
    issue: str,
    statements: Sequence[Statement],
    actors: Sequence[str],
    as_of: date,
    model: NoiseModel,
    priors: Priors | None,
) -> Standing:
    obs = observe(statements, as_of=as_of, issue=issue, actors=actors)
    prior = prior_of(model, actors, priors, issue)
    filtered = run(model, prior, obs, float(as_of.toordinal()))
    return Standing(issue, filtered.mean, filtered.cov, prior, obs, filtered)


def positions(
    source: Case | Iterable[Statement],
    *,
    as_of: date | None = None,
    model: NoiseModel | None = None,
    priors: Priors | None = None,
    issues: Sequence[str] | None = None,
    issue_priors: Mapping[str, Priors] | None = None,
) -> Record:
    """Return where every actor stands, as known on a day.

    Nothing dated or published after `as_of` (default: the case's, or the last day known) has any
    effect. Without `model` the noise model is fitted on what was known then. `priors` are those
    of participation, by actor, mean and sd of the level; actors they do not name take the pool's.
    `issue_priors` are those of other issues. `issues` defaults to the case's, or to those spoken
    of but `other`, which is no continuum. For a case the actors are the case's, in its order;
    otherwise those who spoke and those with a prior, sorted.
    """
    if isinstance(source, Case):
        day = as_of or source.as_of
        rows = [s for s in source.statements if s.known <= day]
        actors = tuple(a.id for a in source.actors)
        spoken = tuple(i.id for i in source.issues if i.id != "other")
    else:
        rows = list(source)
        day = as_of or max((s.known for s in rows), default=date.min)
        rows = [s for s in rows if s.known <= day]
        actors = tuple(sorted({s.actor for s in rows} | set(priors or ())))
        spoken = tuple(sorted({s.issue for s in rows} - {"other"}))
    wanted = tuple(dict.fromkeys((PARTICIPATION, *(spoken if issues is None else issues))))
    fitted = None if model else fit(rows, actors, day, priors=priors)
    used = model or (fitted.model if fitted else NoiseModel())
    standings = {
        issue: _standing(
            issue,
            rows,
            actors,
            day,
            used,
            priors if issue == PARTICIPATION else (issue_priors or {}).get(issue),
        )
        for issue in wanted
    }
    return Record(as_of=day, actors=actors, model=used, issues=standings, fit=fitted)
