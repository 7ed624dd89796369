"""What moved the forecast between two dates, statement by statement.

The case at the later date is forecast with only the statements known at the earlier one; what is
left of the change is the passing of time, the calendar and pledges. Then the statements known
since are added in the order they became known (their steps add up to the rest of the change), and
each is left out alone from the end (how much hangs on it). The noise of statements is that fitted
at the later date throughout, and every run shares its random numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from willing.case import Case, Statement
from willing.forecast.gather import Gathered, _issues, _start, stance_priors
from willing.forecast.levers import Changes
from willing.record import positions
from willing.workbench.stages import SEED, SETS, Stage, quick
from willing.workbench.whatif import hits

__all__ = ["moved"]

Note = Callable[[float, str], None]
#: statements looked at one by one; of more, those of the latest days
MOST = 40


def _with(
    stage: Stage, statements: Sequence[Statement], priors: dict[str, tuple[float, float]]
) -> tuple[Case, Gathered]:
    """Return the later case with fewer statements, and the record that follows from them."""
    case = stage.case.model_copy(update={"statements": tuple(statements)})
    old = stage.gathered
    record = positions(case, model=old.record.model, priors=priors)
    parts, begun = old.ingredients, old.ingredients.start
    start = _start(case, record, parts.actors, SETS, np.random.default_rng(SEED))
    start = replace(start, drift=begun.drift, reversion=begun.reversion)
    parts = replace(parts, start=start, issues=_issues(record, parts.actors))
    return case, replace(old, ingredients=parts, record=record)


def moved(
    earlier: Stage, later: Stage, milestone: str, week: int, note: Note = lambda f, w: None
) -> dict[str, Any]:
    """Return the change of a milestone's chance of coming by a date, and what each sentence did.

    Parameters
    ----------
    week
        The date asked for, in weeks from the later date.
    """
    place = later.milestones.index(milestone)
    days = (later.case.as_of - earlier.case.as_of).days
    before = float(hits(earlier.base, place, earlier.weeks)[min(week + days // 7, earlier.weeks)])

    priors = stance_priors(later.case)

    def chance(statements: Sequence[Statement]) -> float:
        case, gathered = _with(later, statements, priors)
        return float(hits(quick(case, gathered, Changes()), place, later.weeks)[week])

    every = later.case.statements
    old = {s.id for s in every if s.known <= earlier.case.as_of}
    new = sorted((s for s in every if s.id not in old), key=lambda s: (s.known, s.date, s.id))
    shown, bundled = new[-MOST:], new[: max(len(new) - MOST, 0)]
    end = chance(every)
    have = [s for s in every if s.id in old]
    at = start = chance(have)
    have += bundled
    if bundled:
        at = chance(have)
    bundle = at - start
    rows = []
    for k, one in enumerate(shown):
        note(k / len(shown), one.id)
        have.append(one)
        after = chance(have)
        without = chance([s for s in every if s.id != one.id])
        rows.append(
            {
                "id": one.id,
                "actor": one.actor,
                "date": one.date.isoformat(),
                "known": one.known.isoformat(),
                "issue": one.issue,
                "stance": one.stance,
                "domain": one.domain,
                "summary": one.summary,
                "source_url": one.source_url,
                "step": after - at,
                "alone": end - without,
            }
        )
        at = after
    rows.sort(key=lambda r: (-abs(float(str(r["step"]))), str(r["id"])))
    return {
        "milestone": milestone,
        "from": {"as_of": earlier.case.as_of.isoformat(), "probability": before},
        "to": {"as_of": later.case.as_of.isoformat(), "probability": end},
        "change": end - before,
        "time": start - before,
        "earlier_statements_together": bundle,
        "statements": rows,
        "draws": later.base.draws,
    }
