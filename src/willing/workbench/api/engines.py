"""What single rooms say: positions, routes, forums, bargaining."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Path, Query

from willing.bargaining import MODELS, Negotiation, as_document, explain, read_scenario, uncertain
from willing.bargaining import bargain as run_model
from willing.errors import UnreadableError, UsageError
from willing.forecast.belief import routes_today
from willing.forums import Forum, forum_ids, load_forum, power_indices
from willing.record import positions_document
from willing.workbench.api._shared import (
    AsOf,
    At,
    CaseId,
    Raw,
    TheStages,
    Words,
    raw_body,
)
from willing.workbench.stages import Stage

__all__ = ["router"]

router = APIRouter(tags=["engines"])
MOST_BYTES = 500_000
MOST_ACTORS = 100
Model = Annotated[Words, Query(description="Name of the bargaining model.")]
Turns = Annotated[
    int | None, Query(ge=0, le=50, description="Rounds of bargaining; the model's own if left out.")
]
Seed = Annotated[int, Query(ge=0, le=2**31, description="Seed of the random numbers.")]


@router.get("/cases/{id}/positions")
def positions(stages: TheStages, id: CaseId, as_of: AsOf = None, at: At = None) -> dict[str, Any]:
    """Return where each actor stands, and what each statement did to it."""
    stage = stages.get(id, as_of, at)
    return positions_document(stage.case, stage.gathered.record)


@router.get("/cases/{id}/routes")
def routes(stages: TheStages, id: CaseId, as_of: AsOf = None, at: At = None) -> dict[str, Any]:
    """Return every route: open or not, who opens it, who blocks it, on whom it hangs."""
    stage = stages.get(id, as_of, at)
    weeks = range(0, stage.weeks + 1, 4)
    dates = stage.dates()
    rows = [
        {
            **route.as_dict(),
            "p_open": [
                {"date": dates[w], "p": float((stage.base.opened[k] <= w).mean())} for w in weeks
            ],
        }
        for k, route in enumerate(routes_today(stage.case, stage.gathered))
    ]
    return {
        "case": stage.case.id,
        "handling": stage.case.handling,
        "as_of": stage.case.as_of.isoformat(),
        "draws": stage.base.draws,
        "routes": rows,
    }


@router.get("/forums")
def forums() -> dict[str, Any]:
    """Return the ids of the bodies that are known."""
    return {"forums": [one for one in forum_ids() if ":" not in one]}


@router.get("/forums/{forum}")
def forum(
    forum: Annotated[str, Path(description="Id of the body, as `/api/forums` lists it.")],
    on: Annotated[date, Query(alias="date", description="The day.")],
    rule: Annotated[
        Words | None, Query(description="A rule of the body other than its usual one.")
    ] = None,
) -> dict[str, Any]:
    """Return a body's members, rule and power indices on a day."""
    return _forum(forum, on, rule)


@lru_cache(64)
def _forum(id: str, day: date, rule: str | None) -> dict[str, Any]:
    if id not in forum_ids():
        raise UnreadableError(f"found no forum {id[:60]!r}")
    found: Forum = load_forum(id, day, rule=rule)
    return {
        "id": found.id,
        "label": found.label,
        "date": found.on.isoformat(),
        "members": list(found.members),
        "seats": dict(found.seats),
        "rule": found.rule.describe(),
        "power": power_indices(found.rule),
        "sources": [dict(s) for s in found.sources],
    }


@router.get("/cases/{id}/bargain")
def bargain_case(
    stages: TheStages,
    id: CaseId,
    issue: Annotated[Words, Query(description="An issue of the case.")] = "mission",
    model: Model = "default",
    turns: Turns = None,
    draws: Annotated[
        int, Query(ge=1, le=1000, description="Draws of what is uncertain; 1 takes it as known.")
    ] = 200,
    seed: Seed = 0,
    as_of: AsOf = None,
) -> dict[str, Any]:
    """Run a bargaining model on an issue of a case, as surely as the record knows it."""
    n = negotiation(stages.get(id, as_of), issue, draws, seed)
    return _run(n, model, turns, seed)


@router.post("/bargain", openapi_extra=raw_body("text/csv", "application/xml", "text/plain"))
def bargain_file(
    data: Raw,
    model: Model = "default",
    turns: Turns = None,
    seed: Seed = 0,
) -> dict[str, Any]:
    """Run a model on a KTAB scenario (CSV or XML) or a Scholz table."""
    if len(data) > MOST_BYTES:
        raise UnreadableError(f"found {len(data):,} bytes; expected at most {MOST_BYTES:,}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"not UTF-8 at byte {error.start}") from None
    n = read_scenario(text, "scenario")
    if len(n.actors) > MOST_ACTORS:
        raise UsageError(f"found {len(n.actors)} actors; expected at most {MOST_ACTORS} here")
    return _run(n, model, turns, seed)


def _run(n: Negotiation, model: str, turns: int | None, seed: int) -> dict[str, Any]:
    course = run_model(n, model, turns, np.random.default_rng(seed))
    pressed = as_document(explain(course, most=5))
    return {**course.document(), "model_because": MODELS[model], "pressed": pressed}


def negotiation(stage: Stage, issue: str, draws: int, seed: int) -> Negotiation:
    """Return where those who spoke stand on an issue, as a negotiation.

    Salience and influence in a case are estimates: give or take 7.5 of 100 (one sd), and a tenth.
    """
    record = stage.gathered.record
    ids = [i.id for i in stage.case.issues]
    if issue not in ids:
        raise UsageError(f"issue: found {issue[:60]!r}; expected one of {', '.join(ids)}")
    one = record.issues.get(issue)
    actors = {a.id: a for a in stage.case.actors}
    spoken = [
        a
        for a, silent in zip(record.actors, one.prior_only if one else (), strict=one is not None)
        if not silent and actors[a].influence is not None and actors[a].salience
    ]
    if not spoken:
        raise UsageError(f"{issue}: nobody with influence and salience has spoken on it")
    where = [record.position(a, "any", issue) for a in spoken]
    n = Negotiation(
        tuple(spoken),
        np.clip([[[mean] for mean, _ in where]], 0.0, 100.0),
        np.array([[[(actors[a].salience or 0.0) / 100] for a in spoken]]),
        np.array([[actors[a].influence or 0.0 for a in spoken]]),
        (issue,),
        title=f"{stage.case.title}: {issue}, as of {stage.case.as_of}",
        descriptions=tuple(actors[a].name for a in spoken),
    )
    if draws == 1:
        return n
    return uncertain(
        n,
        draws,
        np.random.default_rng(seed),
        position_sd=np.array([[sd] for _, sd in where]),
        salience_sd=0.075,
        influence_error=0.1,
    )
