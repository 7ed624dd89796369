"""How likely an actor's latest stated stance stands at a rung or higher by a date.

Not where it stands but what it will have said: unless it speaks again, its last word remains. New
words come as a Poisson process whose rate is the actor's own, shrunk to the pool's; what they say
follows the record's law of the next statement (`willing.record.next_statement`).
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from willing.case import Case, Question, rung
from willing.case.ladder import STANCES
from willing.forecast.questions import last_stated
from willing.record import Record
from willing.record.next_statement import StatementLaw, fit_law

__all__ = ["StatedStances"]

#: weeks of pooled rate that an actor's own rate is shrunk by (assumption; range 2-16)
SHRINK_WEEKS = 6.0


class StatedStances:
    """Answers questions of the kind `stance_at_least` for a case as known at its as-of date."""

    def __init__(self, case: Case, record: Record) -> None:
        self.case, self.record = case, record

    @cached_property
    def law(self) -> StatementLaw:
        """The law of the next statement, fitted on what was known."""
        return fit_law(self.record)

    @cached_property
    def _said(self) -> list[tuple[str, int]]:
        """Actor and week of each day on which an actor spoke on taking part."""
        days = {
            (s.actor, s.date)
            for s in self.case.statements
            if s.issue == "participation" and s.kind == "actor"
        }
        return sorted((a, (self.case.as_of - d).days // 7) for a, d in days)

    def rate(self, actor: str) -> float:
        """Return how often an actor speaks on taking part, per week."""
        if not self._said:
            return 0.1
        weeks = max(np.quantile([w for _, w in self._said], 0.95) + 1.0, 4.0)
        speakers = len({a for a, _ in self._said})
        pooled = len(self._said) / (speakers * weeks)
        own = sum(1 for a, w in self._said if a == actor and w <= weeks)
        return float((own + SHRINK_WEEKS * pooled) / (weeks + SHRINK_WEEKS))

    def probability(self, question: Question) -> float:
        """Return the probability of yes."""
        target = rung(next(s for s in STANCES if s == question.target))
        last, _ = last_stated(self.case.statements, question.actor, question.domain)
        weeks = max((question.by - self.case.as_of).days / 7, 0.0)
        speaks = 1.0 - float(np.exp(-self.rate(question.actor) * weeks))
        mean, sd = self.record.position(question.actor, question.domain, weeks=weeks / 2)
        says = self.law.predict(mean, sd, rung(last.stance) if last else None)
        if last is None:
            # silence is no stance: the answer can be yes only if it speaks
            return speaks * float(says[target:].sum())
        kept = float(rung(last.stance) >= target)
        return (1.0 - speaks) * kept + speaks * float(says[target:].sum())
