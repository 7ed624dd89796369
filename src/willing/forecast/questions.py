"""Questions with a date: the forecast's probability, the baselines, and proper scores.

Scores: Brier (1950) and the logarithmic score (Good 1952), both averaged over resolved questions;
lower is better. Baselines: persistence (0.85 to what the last statement, or the state of the
world at the as-of date, implies; 0.15 to the contrary; 0.5 where there is none) and the base rate
(the share of yes among the resolved questions, left one out).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from willing.case import TAKING_PART, Case, Question, Statement, question_findings, rung
from willing.case.ladder import STANCES
from willing.errors import Fault, FaultsError
from willing.record import stated

__all__ = ["brier", "check_questions", "last_stated", "log_score", "persistence", "score"]

_FLOOR = 1e-6


def check_questions(case: Case, questions: Sequence[Question], file: str) -> None:
    """Raise `FaultsError` for every question that asks about something the case does not know.

    Questions that come without their file's text are placed by the line their number gives.
    """
    faults = [
        Fault(file, int(one.path[1]) + 2, 1, one.found, one.expected, one.suggestion)
        for one in question_findings(case, list(enumerate(questions)))
    ]
    if faults:
        raise FaultsError(faults)


def last_stated(
    statements: Iterable[Statement], actor: str, domain: str
) -> tuple[Statement | None, dict[str, Statement]]:
    """Return the actor's latest participation statement that speaks to a domain, and all by domain.

    Only its own words count: not what is ascribed to it, nor what its opposition says. A statement
    about `any` speaks to every domain; `any` asks for the highest of the latest in each domain.
    """
    latest: dict[str, Statement] = {}
    for s in sorted(statements, key=lambda s: (s.date, s.id)):
        if s.actor == actor and s.issue == "participation" and stated(s):
            if s.domain == "any":
                latest.update(dict.fromkeys(TAKING_PART, s))
            elif s.domain in TAKING_PART:
                latest[s.domain] = s
    if domain != "any":
        return latest.get(domain), latest
    return max(latest.values(), key=lambda s: rung(s.stance), default=None), latest


def persistence(case: Case, question: Question) -> float:
    """Return the persistence baseline's probability for a question."""
    if question.kind == "stance_at_least":
        last, _ = last_stated(case.statements, question.actor, question.domain)
        if last is None:
            return 0.5
        target = next(s for s in STANCES if s == question.target)
        return 0.85 if rung(last.stance) >= rung(target) else 0.15
    if question.kind == "milestone":
        reached = next(m.reached for m in case.milestones if m.id == question.target)
        return 0.85 if reached else 0.15
    condition = next(c for c in case.conditions if c.id == question.target)
    return 0.85 if getattr(condition, "initially", False) else 0.15


def brier(pairs: Sequence[tuple[float, int]]) -> float:
    """Return the mean squared error of probabilities; lower is better."""
    return sum((p - y) ** 2 for p, y in pairs) / len(pairs)


def log_score(pairs: Sequence[tuple[float, int]]) -> float:
    """Return the mean negative log probability of what happened; lower is better."""
    total = 0.0
    for p, y in pairs:
        p = min(max(p, _FLOOR), 1 - _FLOOR)
        total -= math.log(p if y else 1 - p)
    return total / len(pairs)


def score(
    case: Case, questions: Sequence[Question], forecast: Callable[[Question], float]
) -> dict[str, Any]:
    """Score a forecast on a case's questions.

    Returns
    -------
    The `score` document of the contract; scores are None where no question has an outcome.
    """
    rows = [(q, forecast(q), persistence(case, q)) for q in questions]
    done = [(q, p, b) for q, p, b in rows if q.outcome is not None]
    outcomes = [int(q.outcome or 0) for q, _, _ in done]
    others = [
        (sum(outcomes) - y) / (len(outcomes) - 1) if len(outcomes) > 1 else 0.5 for y in outcomes
    ]

    def scores(values: Sequence[float]) -> dict[str, float | None]:
        pairs = list(zip(values, outcomes, strict=True))
        if not pairs:
            return {"brier": None, "log_score": None}
        return {"brier": brier(pairs), "log_score": log_score(pairs)}

    return {
        "case": case.id,
        "as_of": case.as_of.isoformat(),
        "n": len(done),
        **scores([p for _, p, _ in done]),
        "baselines": {
            "persistence": scores([b for _, _, b in done]),
            "base_rate": scores(others),
        },
        "questions": [
            {
                "id": q.id,
                "kind": q.kind,
                "actor": q.actor or None,
                "domain": q.domain or None,
                "target": q.target,
                "by": q.by.isoformat(),
                "probability": p,
                "persistence": b,
                "outcome": q.outcome,
            }
            for q, p, b in rows
        ],
    }
