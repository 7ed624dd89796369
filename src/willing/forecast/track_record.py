"""Score a case as of a date: simulate it, put the questions, compare with the baselines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from willing.case import STANCES, Case, Question, rung
from willing.data.missions import ProposedMission
from willing.forecast.assess import Assessment, assess
from willing.forecast.compile import week_of
from willing.forecast.model import DOMAINS
from willing.forecast.questions import check_questions, score
from willing.forecast.stated import StatedStances
from willing.forecast.summary import reached_by

__all__ = ["answer", "score_case"]


#: a question is never answered nearer to no or yes than this: the chance that the model is of the
#: wrong kind altogether (assumption; range 0.005-0.02)
FLOOR = 0.01


def answer(a: Assessment, stated: StatedStances, question: Question) -> float:
    """Return an assessment's probability of yes to a question, within FLOOR of no and yes."""
    return min(max(_simulated(a, stated, question), FLOOR), 1.0 - FLOOR)


def _simulated(a: Assessment, stated: StatedStances, question: Question) -> float:
    if question.kind == "stance_at_least":
        said = stated.probability(question, called(a), _share(a, a.base.wants, question))
        return said + (1.0 - said) * _goes(a, question)
    if question.kind == "milestone":
        return _reached(a, question, question.target)
    holds = a.base.holds[:, a.model.conditions.index(question.target)]
    return _on_the_day(a, question, lambda week: holds[week] / a.draws)


def _on_the_day(a: Assessment, question: Question, at: Callable[[int], float]) -> float:
    """Return what `at` a week is on a question's date: between two weeks in proportion."""
    days = min(max((question.by - a.case.as_of).days, 0), 7 * a.model.weeks)
    week, rest = divmod(days, 7)
    before = float(at(week))
    return before + (rest / 7) * (float(at(week + 1)) - before) if rest else before


def _reached(a: Assessment, question: Question, milestone: str) -> float:
    first = a.base.first[a.first(milestone)]
    return _on_the_day(a, question, lambda week: float(reached_by(first, week).mean()))


def called(a: Assessment) -> NDArray[np.float64]:
    """Return the chance, by the end of each week, of a decision that calls on states to say so.

    A mandate or the host's consent, whichever is likelier by then; not what stood from the start.
    """
    weeks = range(a.model.weeks + 1)
    row = a.base.first[a.first("mandate")]
    new = np.array([reached_by(row, w).mean() for w in weeks])
    if "host_consent" in a.model.conditions:
        holds = a.base.holds[:, a.model.conditions.index("host_consent")] / a.draws
        new = np.maximum(new - new[0], holds - holds[0])
    return np.asarray(np.maximum.accumulate(new - new[0]))


def _goes(a: Assessment, question: Question) -> float:
    """Return how likely the actor takes part by then under a mandate: to go is to have said so.

    The two go together, so their joint chance is taken to be the smaller of the two (an upper
    bound). Taking part shows a commitment and not the lead.
    """
    if rung(next(s for s in STANCES if s == question.target)) > rung("commit"):
        return 0.0
    return min(_share(a, a.base.joins, question), _reached(a, question, "mandate"))


def _share(a: Assessment, counted: NDArray[np.int64], question: Question) -> float:
    """Return the share of draws counted for the actor and domain of a question, on its date."""
    place = a.model.actors.index(question.actor)
    domain = (*DOMAINS, "any").index(question.domain)
    return _on_the_day(a, question, lambda week: counted[week, place, domain] / a.draws)


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
