"""The bargaining table of a case: who sits at it with what weight, and how positions move."""

from __future__ import annotations

import numpy as np

from willing.bargaining import MODELS, Course, Negotiation, bargain, uncertain
from willing.errors import UsageError
from willing.workbench.desk import Look

__all__ = ["SEATED", "course_of", "issues_of", "seated"]

#: draws of uncertain positions; salience and influence are estimates: give or take 15 of 100,
#: and a tenth (assumptions of the command line, kept the same here)
DRAWS, SALIENCE_SD, INFLUENCE_ERROR = 200, 0.075, 0.1
#: models that fit one issue
SEATED = tuple(m for m in MODELS if m not in {"exchange", "nash_reference"})


def seated(look: Look, issue: str) -> list[str]:
    """Return the actors with influence and salience that have spoken on an issue."""
    standing = look.record.issues.get(issue)
    if standing is None:
        return []
    weights = {a.id: a.influence is not None and bool(a.salience) for a in look.case.actors}
    return [
        a
        for a, silent in zip(look.record.actors, standing.prior_only, strict=True)
        if not silent and weights.get(a)
    ]


def issues_of(look: Look) -> dict[str, str]:
    """Return the issues on which at least two weighty actors have spoken."""
    return {i.id: i.label for i in look.case.issues if len(seated(look, i.id)) > 1}


def course_of(look: Look, issue: str, model: str, turns: int | None = None) -> Course:
    """Return how positions move on an issue under a model.

    Raises
    ------
    UsageError
        Where fewer than two actors with weight have spoken, or there is no such model.
    """
    present = seated(look, issue)
    if len(present) < 2:
        raise UsageError(f"issue: fewer than two actors with weight have spoken on {issue[:40]!r}")
    if model not in SEATED:
        raise UsageError(f"model: found {model[:40]!r}; expected one of {', '.join(SEATED)}")
    actors = {a.id: a for a in look.case.actors}
    where = [look.record.position(a, "any", issue) for a in present]
    one = Negotiation(
        tuple(present),
        np.clip([[[mean] for mean, _ in where]], 0.0, 100.0),
        np.array([[[(actors[a].salience or 0.0) / 100] for a in present]]),
        np.array([[actors[a].influence or 0.0 for a in present]]),
        (issue,),
        title=f"{look.case.title}: {issue}, as of {look.as_of}",
        descriptions=tuple(actors[a].name for a in present),
    )
    many = uncertain(
        one,
        DRAWS,
        np.random.default_rng(0),
        position_sd=np.array([[sd] for _, sd in where]),
        salience_sd=SALIENCE_SD,
        influence_error=INFLUENCE_ERROR,
    )
    return bargain(many, model, turns, np.random.default_rng(0))
