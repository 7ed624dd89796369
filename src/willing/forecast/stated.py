"""How likely an actor's latest stated stance stands at a rung or higher by a date.

Not where it stands but what it will have said: unless it speaks again of that domain, its last
word remains. New words come as a Poisson process whose rate is the actor's own, shrunk to the
pool's, faster while a decision is fresh that calls on them; what they say follows the record's law
of the next statement (`willing.record.next_statement`), but who is called on says whether it would
come. Who has promised to go is held to it: going back on a public promise costs a government more
than never having made it (Fearon 1994), and how often the record shows it is counted apart.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from willing.case import TAKING_PART, Case, Positive, Question, Statement, rung
from willing.case.ladder import STANCES
from willing.forecast.questions import last_stated
from willing.record import OFFSET_DOMAINS, Record, stated
from willing.record.next_statement import StatementLaw, fit_law, last_rung

__all__ = ["StatedStances"]

Array = NDArray[np.float64]

#: weeks of pooled rate that an actor's own rate is shrunk by (assumption; range 2-16)
SHRINK_WEEKS = 6.0
#: statements of the pool that an actor's own choice of domains is shrunk by (assumption; 2-10)
SHRINK_DOMAINS = 4.0
#: statements that the law's own word on a kept promise is worth (assumption; range 1-4)
PROMISE_PSEUDO = 2.0
PROMISE = rung("commit")
#: how many times as often actors speak while a decision is fresh that calls on them to say whether
#: they come, and for how many weeks it is (docs/theory/stated_stances.md; range 1.5-8)
CALLED = Positive(
    low=1.5,
    likely=2.5,
    high=8.0,
    reason="2.5 times in four weeks after two summits of 2025, in two after a mandate of 2007.",
)
CALLED_WEEKS = 4.0


class StatedStances:
    """Answers questions of the kind `stance_at_least` for a case as known at its as-of date."""

    def __init__(self, case: Case, record: Record) -> None:
        self.case, self.record = case, record

    @cached_property
    def law(self) -> StatementLaw:
        """The law of the next statement, fitted on what was known."""
        return fit_law(self.record)

    @cached_property
    def _own(self) -> list[Statement]:
        """What actors themselves said on taking part, in order."""
        said = (s for s in self.case.statements if s.issue == "participation" and stated(s))
        return sorted(said, key=lambda s: (s.date, s.id))

    def rate(self, actor: str, domain: str = "any") -> float:
        """Return how often an actor says something, per week, that speaks to a domain.

        `any` counts everything on taking part; a word on no domain in particular speaks to each.
        """
        if not self._own:
            return 0.1
        days = {(s.actor, (self.case.as_of - s.date).days // 7, s.date) for s in self._own}
        weeks = max(np.quantile([w for _, w, _ in days], 0.95) + 1.0, 4.0)
        pooled = len(days) / (len({a for a, _, _ in days}) * weeks)
        own = sum(1 for a, w, _ in days if a == actor and w <= weeks)
        rate = float((own + SHRINK_WEEKS * pooled) / (weeks + SHRINK_WEEKS))
        return rate if domain == "any" else rate * self.speaks_to(actor, domain)

    def speaks_to(self, actor: str, domain: str) -> float:
        """Return the share of an actor's statements that speak to a domain, shrunk to the pool."""
        fits = [s.domain in (domain, "any") for s in self._own]
        own = [f for f, s in zip(fits, self._own, strict=True) if s.actor == actor]
        pooled = (sum(fits) + 0.5) / (len(fits) + 1.0)
        return float((sum(own) + SHRINK_DOMAINS * pooled) / (len(own) + SHRINK_DOMAINS))

    @cached_property
    def kept(self) -> tuple[int, int]:
        """How many promises were followed by another word, and how many of those kept them."""
        followed = kept = 0
        for s in self._own:
            earlier = [e for e in self._own if (e.date, e.id) < (s.date, s.id)]
            _, latest = last_stated(earlier, s.actor, "any")
            before = [latest[d] for d in _covers(s.domain) if d in latest]
            if before and max(rung(e.stance) for e in before) >= PROMISE:
                followed += 1
                kept += rung(s.stance) >= PROMISE
        return followed, kept

    def line(self, actor: str, domain: str) -> int | None:
        """Return the rung of an actor's line as last known, from itself or from others.

        The law of the next statement is fitted on all words; so is what it is told. Its own last
        word, which alone stands while it is silent, is another thing.
        """
        one = self.record.issues["participation"]
        place = OFFSET_DOMAINS.index(domain) if domain in OFFSET_DOMAINS else -1
        return last_rung(one, self.record.actors.index(actor), place, float("inf"))

    def says(self, actor: str, domain: str, target: int, last: int | None, weeks: float) -> float:
        """Return the chance that an actor's next word on a domain is at a rung or higher.

        `last` is its own last word there; what others report of its line is known besides.
        """
        mean, sd = self.record.position(actor, domain, weeks=weeks / 2)
        line = self.line(actor, domain)
        chance = float(self.law.predict(mean, sd, line, domain)[target:].sum())
        if last is None or last < PROMISE or target > PROMISE:
            return chance
        followed, kept = self.kept
        return (kept + PROMISE_PSEUDO * chance) / (followed + PROMISE_PSEUDO)

    @staticmethod
    def silent(rate: float, weeks: float, decided: ArrayLike = ()) -> float:
        """Return the chance that an actor says nothing for some weeks.

        `decided` is the chance, by the end of each week, that a decision has called on it.
        """
        fell, fresh = _called_on(weeks, decided)
        more = np.exp(-rate * (CALLED.likely - 1.0) * fresh)
        return float(np.exp(-rate * weeks) * (1.0 - fell @ (1.0 - more)))

    @staticmethod
    def answers(rate: float, weeks: float, decided: ArrayLike = ()) -> float:
        """Return the chance that an actor says something while a decision is fresh."""
        fell, fresh = _called_on(weeks, decided)
        return float(fell @ (1.0 - np.exp(-rate * CALLED.likely * fresh)))

    def probability(
        self, question: Question, decided: ArrayLike = (), willing: float = 0.0
    ) -> float:
        """Return the probability of yes.

        For `decided` see `silent`; `willing` is the chance that the actor would take part, which
        is what it is asked, and says, while a decision is fresh.
        """
        actor, domain = question.actor, question.domain
        target = rung(next(s for s in STANCES if s == question.target))
        _, latest = last_stated(self._own, actor, "any")
        weeks = max((question.by - self.case.as_of).days / 7, 0.0)
        rate = self.rate(actor, domain)
        silent, answers = (f(rate, weeks, decided) for f in (self.silent, self.answers))
        stays, says = self._words(actor, domain, target, latest, weeks)
        asked = max(says, willing) if target <= PROMISE else says
        return silent * stays + (1.0 - silent - answers) * says + answers * asked

    def _words(
        self, actor: str, domain: str, target: int, latest: dict[str, Statement], weeks: float
    ) -> tuple[float, float]:
        """Return whether its last word stands at a rung or higher, and how likely its next one."""
        if domain != "any":
            last = rung(latest[domain].stance) if domain in latest else None
            stays = float(last is not None and last >= target)
            return stays, self.says(actor, domain, target, last, weeks)
        # the highest of the domains: a new word leaves standing what was said of the others
        stands = {d: rung(s.stance) for d, s in latest.items()}
        chance = 0.0
        for about, share in self._domains(actor).items():
            others = [r for d, r in stands.items() if d not in _covers(about)]
            if max(others, default=-1) >= target:
                chance += share
            else:
                last = max((stands[d] for d in _covers(about) if d in stands), default=None)
                chance += share * self.says(actor, about, target, last, weeks)
        return float(max(stands.values(), default=-1) >= target), chance

    def _domains(self, actor: str) -> dict[str, float]:
        """Return what an actor's next word will be about: shares by domain, `any` among them."""
        names = ("any", *TAKING_PART)
        pool = {d: 0.1 + sum(s.domain == d for s in self._own) for d in names}
        total = sum(pool.values())
        own = [s.domain for s in self._own if s.actor == actor and s.domain in names]
        return {
            d: (own.count(d) + SHRINK_DOMAINS * pool[d] / total) / (len(own) + SHRINK_DOMAINS)
            for d in names
        }


def _called_on(weeks: float, decided: ArrayLike) -> tuple[Array, Array]:
    """Return the chance of a decision in each week, and the weeks it is fresh in before a date."""
    fell = np.diff(np.asarray(decided, dtype=float).clip(0.0, 1.0)).clip(0.0)
    return fell, np.clip(weeks - np.arange(fell.size) - 0.5, 0.0, CALLED_WEEKS)


def _covers(domain: str) -> tuple[str, ...]:
    return TAKING_PART if domain == "any" else (domain,)
