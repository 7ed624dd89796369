"""Forecasts: the long run, the quick answer, what would it take, what moved it, scores; runs."""

from __future__ import annotations

from datetime import date
from threading import Lock
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from willing import __version__
from willing.workbench.api._shared import (
    Body,
    CaseId,
    TheJobs,
    TheStages,
    TheStore,
    TheUser,
    Words,
)
from willing.workbench.runs import Runs, pulled_of
from willing.workbench.stages import SEED
from willing.workbench.whatif import answer, outcome_of

__all__ = ["router"]

router = APIRouter(tags=["forecasts"])
#: what a slider asks for at every move: the hash of the case as is, and its curves by that hash
_HASHES: dict[tuple[str, int, date | None, date | None], str] = {}
_CURVES: dict[str, dict[str, list[float]]] = {}
_GUARD = Lock()
Factor = Annotated[float, Field(ge=0.01, le=100, allow_inf_nan=False)]
ForecastId = Annotated[
    str, Path(pattern="^[0-9a-f]{64}$", description="The forecast's id: the hash of its inputs.")
]
JobId = Annotated[str, Path(max_length=32, description="Id of the run.")]
Pretended = Annotated[
    date | None,
    Field(description="Nothing dated or published later is used; the case's own day if left out."),
]
Until = Annotated[date | None, Field(description="The day the probabilities are for.")]
MilestoneId = Annotated[Words, Field(description="Id of the milestone.")]


class Shift(Body):
    """A slider on a position: by so many points of 0-100."""

    actor: Words = Field(description="Whose position.")
    issue: Words = Field("participation", description="On which issue.")
    by: float = Field(
        ge=-100, le=100, allow_inf_nan=False, description="Points up (positive) or down."
    )


class Pull(Body):
    """What is pulled: levers by id, sliders on positions, factors on rates of conditions."""

    as_of: Pretended = None
    by: Until = None
    levers: list[Words] = Field([], max_length=50, description="Ids of levers of the case.")
    shifts: list[Shift] = Field([], max_length=100, description="Sliders on positions.")
    rates: dict[Words, Factor] = Field(
        {}, max_length=50, description="By condition: what its beginning rate is multiplied by."
    )

    def settings(self, case: str) -> dict[str, Any]:
        """Return them as the settings of a run."""
        return {"case": case, **self.model_dump(mode="json")}


class Assess(Pull):
    """A full run."""

    draws: int = Field(10_000, ge=20, le=100_000, description="Simulated courses of events.")
    seed: int = Field(SEED, ge=0, lt=2**63, description="Seed of the random numbers.")


class WhatIf(Pull):
    """A quick answer; with `full`, a full run is started in the background."""

    full: bool = Field(False, description="Also start the full run (analysts only).")


class Take(Body):
    """A milestone and the probability it is to have."""

    milestone: MilestoneId = "deployed"
    target: float = Field(gt=0, lt=1, description="The probability it is to have.")
    by: Until = None
    as_of: Pretended = None
    levers: bool = Field(True, description="Levers of the case may be pulled too.")


class Moved(Body):
    """Two dates, and the milestone whose chance moved."""

    earlier: date = Field(description="The earlier day.")
    later: date = Field(description="The later day.")
    milestone: MilestoneId = "deployed"
    by: Until = None


class Force(Body):
    """Which format, and how long to search."""

    format: Words | None = Field(None, description="A format of the case; its own if left out.")
    as_of: Pretended = None
    time_limit: float = Field(20, ge=1, le=120, description="Seconds to search.")
    again: bool = Field(False, description="Plan even where the same was planned before.")


class Score(Body):
    """How to score a case's questions."""

    as_of: Pretended = None
    draws: int = Field(2000, ge=20, le=20_000, description="Simulated courses of events.")


class Backtest(Body):
    """Which past missions are forecast: `missions`, whole countries left out."""

    what: Literal["missions"] = Field("missions", description="The past missions.")


@router.post("/cases/{id}/assess", status_code=202)
def assess(
    store: TheStore, stages: TheStages, jobs: TheJobs, user: TheUser, id: CaseId, body: Assess
) -> dict[str, Any]:
    """Start a full run, or return the forecast where its inputs were run before."""
    settings = body.settings(id)
    hashed = Runs(store, stages).prepare(id, settings)[3]
    if store.forecasts.has(hashed):
        return {"state": "done", "cached": True, "forecast": hashed, "id": None}
    settings["revision"] = store.cases.revision(id)
    started = jobs.start("assess", id, settings, user.name)
    return {**started, "cached": False, "forecast": hashed}


@router.post("/cases/{id}/whatif")
def whatif(
    store: TheStore, stages: TheStages, jobs: TheJobs, user: TheUser, id: CaseId, body: WhatIf
) -> dict[str, Any]:
    """Answer at once from a few hundred draws that share their random numbers with the case as is.

    `full` in the answer is the run whose forecast may replace this one (analysts only).
    """
    settings = body.settings(id)
    stage = stages.get(id, body.as_of)
    outcome = outcome_of(stage, pulled_of(settings))
    curve = _as_is(store, stages, id, body)
    run: dict[str, Any] | None = None
    if body.full and user.may("analyst"):
        run = assess(store, stages, jobs, user, id, Assess(**body.model_dump(exclude={"full"})))
    return {
        "case": id,
        "handling": stage.case.handling,
        "as_of": stage.case.as_of.isoformat(),
        "draws": outcome.draws,
        "dates": stage.dates(),
        "milestones": answer(stage, outcome, curve),
        "on_full_run": curve is not None,
        "full": run,
    }


def _as_is(
    store: TheStore, stages: TheStages, id: str, body: Pull
) -> dict[str, list[float]] | None:
    """Return the curves of the full forecast of the case as is, where there is one."""
    asked = (id, store.cases.revision(id), body.as_of, body.by)
    with _GUARD:
        hashed = _HASHES.get(asked)
    if hashed is None:
        settings = {
            "as_of": body.as_of.isoformat() if body.as_of else None,
            "by": body.by.isoformat() if body.by else None,
        }
        hashed = Runs(store, stages).prepare(id, settings)[3]
        with _GUARD:
            if len(_HASHES) > 200:
                _HASHES.clear()
            _HASHES[asked] = hashed
    with _GUARD:
        if hashed in _CURVES:
            return _CURVES[hashed]
    if not store.forecasts.has(hashed):
        return None
    _, document = store.forecasts.get(hashed)
    curves = {m["id"]: m["probability"] for m in document["milestones"]}
    with _GUARD:
        if len(_CURVES) > 50:
            _CURVES.clear()
        _CURVES[hashed] = curves
    return curves


@router.post("/cases/{id}/what-would-it-take", status_code=202)
def what_would_it_take(
    store: TheStore, jobs: TheJobs, user: TheUser, id: CaseId, body: Take
) -> dict[str, Any]:
    """Start a search for a cheap set of shifts that brings a milestone to a probability."""
    store.cases.revision(id)
    return jobs.start("would-take", id, {"case": id, **body.model_dump(mode="json")}, user.name)


@router.post("/cases/{id}/moved", status_code=202)
def what_moved(
    store: TheStore, jobs: TheJobs, user: TheUser, id: CaseId, body: Moved
) -> dict[str, Any]:
    """Start the comparison of two dates: what moved the forecast, statement by statement."""
    store.cases.revision(id)
    settings = body.model_dump(mode="json")
    settings["from"], settings["to"] = settings.pop("earlier"), settings.pop("later")
    return jobs.start("moved", id, {"case": id, **settings}, user.name)


@router.post("/cases/{id}/score", status_code=202)
def score(store: TheStore, jobs: TheJobs, user: TheUser, id: CaseId, body: Score) -> dict[str, Any]:
    """Start scoring a case's questions beside the baselines."""
    store.cases.revision(id)
    return jobs.start("score", id, {"case": id, **body.model_dump(mode="json")}, user.name)


@router.post("/cases/{id}/force", status_code=202)
def force(store: TheStore, jobs: TheJobs, user: TheUser, id: CaseId, body: Force) -> dict[str, Any]:
    """Start planning the force of a case, or return the run that planned the same before."""
    settings = {"case": id, "revision": store.cases.revision(id), **body.model_dump(mode="json")}
    again = settings.pop("again")
    if not again and (done := jobs.done("force", id, settings)):
        return done
    return jobs.start("force", id, settings, user.name)


@router.post("/track-record", status_code=202)
def track_record(jobs: TheJobs, user: TheUser, body: Backtest) -> dict[str, Any]:
    """Start the backtest of past missions, or return it where this version has run it before."""
    settings = {"version": __version__, **body.model_dump()}
    return jobs.done("backtest", "", settings) or jobs.start("backtest", "", settings, user.name)


@router.get("/cases/{id}/forecasts")
def list_forecasts(store: TheStore, id: CaseId) -> dict[str, Any]:
    """Return the forecasts of a case, newest first: inputs, version, seed."""
    store.cases.revision(id)
    return {"forecasts": store.forecasts.every(id)}


@router.get("/forecasts/{forecast}")
def get_forecast(store: TheStore, forecast: ForecastId) -> dict[str, Any]:
    """Return a forecast: how it was made, and the `assess` document."""
    about, document = store.forecasts.get(forecast)
    return {"about": about, **document}


@router.get("/forecasts/{forecast}/draws")
def draws(
    store: TheStore,
    forecast: ForecastId,
    of: Annotated[str, Query(max_length=80, description="`milestone:ID` or `route:ID`.")],
) -> dict[str, Any]:
    """Return in how many draws `milestone:ID` or `route:ID` first came in each week."""
    about, _ = store.forecasts.get(forecast)
    rows = store.forecasts.reached(forecast, of)
    weeks = [r for r in rows if r["week"] < 32_767]
    return {"of": of, "draws": about["draws"], "weeks": weeks}


@router.post("/forecasts/{forecast}/reproduce", status_code=202)
def reproduce(
    store: TheStore, jobs: TheJobs, user: TheUser, forecast: ForecastId
) -> dict[str, Any]:
    """Run a forecast again from its kept inputs and compare it byte for byte."""
    about, _ = store.forecasts.get(forecast)
    return jobs.start("reproduce", about["case_id"], {"forecast": forecast}, user.name)


@router.get("/jobs")
def list_jobs(store: TheStore) -> dict[str, Any]:
    """Return runs, newest first."""
    keys = ("id", "kind", "case_id", "state", "fraction", "note", "error", "at", "by")
    return {"jobs": [{k: row[k] for k in keys} for row in store.jobs.every()]}


@router.get("/jobs/{job}")
def get_job(jobs: TheJobs, job: JobId) -> dict[str, Any]:
    """Return how a run stands, with its result where it is done."""
    return jobs.get(job)


@router.get(
    "/jobs/{job}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
def events(
    jobs: TheJobs,
    job: JobId,
    seconds: Annotated[float, Query(ge=0, le=3600, description="How long to follow.")] = 600,
) -> StreamingResponse:
    """Follow a run: server-sent events `progress`, then `end`."""
    jobs.get(job)
    stream = jobs.events(job, seconds)
    return StreamingResponse(stream, media_type="text/event-stream")


@router.post("/jobs/{job}/cancel")
def cancel(jobs: TheJobs, user: TheUser, job: JobId) -> dict[str, Any]:
    """Ask a run to stop; it does at its next step."""
    return jobs.cancel(job)


@router.post("/jobs/{job}/resume")
def resume(jobs: TheJobs, user: TheUser, job: JobId) -> dict[str, Any]:
    """Run again what was cancelled, interrupted or failed: same inputs, same seed, same numbers."""
    return jobs.resume(job)
