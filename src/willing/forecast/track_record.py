"""Score a case as of a date: simulate it, put the questions, compare with the baselines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from willing.case import Case, Question
from willing.data.missions import ProposedMission
from willing.forecast.assess import Assessment, assess
from willing.forecast.compile import week_of
from willing.forecast.questions import check_questions, score
from willing.forecast.stated import StatedStances
from willing.forecast.summary import reached_by

__all__ = ["answer", "score_case"]


def answer(a: Assessment, stated: StatedStances, question: Question) -> float:
    """Return an assessment's probability of yes to a question."""
    if question.kind == "stance_at_least":
        return stated.probability(question)
    days = (question.by - a.case.as_of).days
    week = min(max(days // 7, 0), a.model.weeks)  # the last whole week before the date
    if question.kind == "milestone":
        return float(reached_by(a.base.first[a.first(question.target)], week).mean())
    place = a.model.conditions.index(question.target)
    return float(a.base.holds[week, place] / a.draws)


def score_case(
    case: Case,
    questions: Sequence[Question],
    missions: Sequence[ProposedMission],
    *,
    as_of: date | None = None,
    draws: int = 10_000,
    seed: int = 20250405,
    file: str = "questions.csv",
) -> dict[str, Any]:
    """Return the `score` document of the contract.

    The horizon is stretched where a question asks for a later date than the case looks ahead.

    Raises
    ------
    FaultsError
        For questions about something the case does not know.
    """
    known = case.as_known(as_of or case.as_of)
    check_questions(known, questions, file)
    furthest = max((week_of(q.by, known.as_of) for q in questions), default=0)
    weeks = max(known.clock.horizon_weeks, furthest)
    known = known.model_copy(
        update={"clock": known.clock.model_copy(update={"horizon_weeks": weeks})}
    )
    a = assess(known, tuple(missions), draws=draws, seed=seed, reasons=False)
    stated = StatedStances(known, a.gathered.record)
    return score(known, questions, lambda q: answer(a, stated, q))
