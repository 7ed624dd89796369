"""What the long runs do: assess, force, what would it take, what moved, reproduce, score."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from willing.case import Case
from willing.errors import UsageError
from willing.forecast import assess, document, input_hash, score_case
from willing.forecast.levers import apply, find
from willing.forecast.simulate import parameter_sets
from willing.store import Store
from willing.store.forecasts import canonical
from willing.workbench.moved import moved
from willing.workbench.packages import force_document
from willing.workbench.stages import SEED, SETS, Stages, missions
from willing.workbench.whatif import Pulled, with_lever
from willing.workbench.would_take import would_take

__all__ = ["Runs"]

Note = Callable[[float, str], None]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def pulled_of(settings: dict[str, Any]) -> Pulled:
    """Return what is pulled, from the settings of a run."""
    return Pulled(
        tuple(settings.get("levers") or ()),
        tuple((s["actor"], s["issue"], float(s["by"])) for s in settings.get("shifts") or ()),
        dict(settings.get("rates") or {}),
    )


class Runs:
    """The work behind each kind of run."""

    def __init__(self, store: Store, stages: Stages) -> None:
        self.store, self.stages = store, stages
        self.work = {
            "assess": self.assess,
            "would-take": self.would_take,
            "moved": self.moved,
            "reproduce": self.reproduce,
            "score": self.score,
            "force": self.force,
            "backtest": self.backtest,
        }

    def prepare(self, id: str, settings: dict[str, Any]) -> tuple[Case, int, dict[str, Any], str]:
        """Return the case, its revision, the arguments of `assess` and the hash of the inputs."""
        case, revision = self.stages.known(
            id, _day(settings.get("as_of")), settings.get("revision")
        )
        case, ids = with_lever(case, pulled_of(settings))
        by = _day(settings.get("by")) or case.as_of + timedelta(days=365)
        if not case.as_of < by <= case.as_of + timedelta(days=7 * case.clock.horizon_weeks):
            raise UsageError(f"by: found {by}; expected a date the case looks ahead to")
        draws, seed = int(settings.get("draws") or 10_000), int(settings.get("seed", SEED))
        changed, _ = apply(case, [find(case, one) for one in ids])
        hashed = input_hash(changed, draws=draws, seed=seed, by=by, levers=sorted(ids))
        arguments = {"by": by, "draws": draws, "seed": seed, "levers": ids}
        return case, revision, arguments, hashed

    def assess(self, settings: dict[str, Any], by: str, note: Note) -> dict[str, Any]:
        """Assess a case, keep the forecast and its briefing."""
        case, revision, arguments, hashed = self.prepare(settings["case"], settings)
        if self.store.forecasts.has(hashed) and not settings.get("again"):
            return {"forecast": hashed, "cached": True}
        gathered = None
        if arguments["seed"] == SEED and parameter_sets(arguments["draws"])[0] == SETS:
            note(0.0, "asking the engines")
            gathered = self.stages.get(settings["case"], case.as_of, revision).gathered
        found = assess(
            case,
            missions(),
            **arguments,
            gathered=gathered,
            progress=lambda f, what: note(0.9 * f, what),
        )
        note(0.9, "writing it down")
        written = document(found)
        id = self.store.forecasts.save(found, written, revision, by, kept(settings, arguments))
        note(0.93, "writing the briefing")
        self._briefing(found, written, id)
        return {"forecast": id, "cached": False}

    def _briefing(self, found: Any, written: dict[str, Any], id: str) -> None:
        from willing.briefing import account, html
        from willing.briefing.pictures import charts

        said = account(found, written)
        drawn = charts(found, written, said)
        page = html(found, written, said=said, drawn=drawn)
        kept = {"html": page, "charts": drawn, "said": plain_said(said)}
        file = self.store.forecasts.file(id).with_suffix(".briefing.json")
        staging = file.with_suffix(f".{secrets.token_hex(4)}.new")
        staging.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        os.replace(staging, file)

    def reproduce(self, settings: dict[str, Any], by: str, note: Note) -> dict[str, Any]:
        """Run a kept forecast again from its inputs and compare, byte for byte."""
        about, _ = self.store.forecasts.get(settings["forecast"])
        again = {**about["settings"], "revision": about["revision"]}
        case, _, arguments, hashed = self.prepare(about["case_id"], again)
        found = assess(case, missions(), **arguments, progress=note)
        text = canonical(document(found))
        sha = hashlib.sha256(text.encode()).hexdigest()
        return {
            "forecast": about["id"],
            "same_inputs": hashed == about["input_hash"],
            "same": sha == about["document_hash"],
            "document_hash": sha,
        }

    def would_take(self, settings: dict[str, Any], by: str, note: Note) -> dict[str, Any]:
        """Search for what would bring a milestone to a probability."""
        note(0.0, "asking the engines")
        stage = self.stages.get(settings["case"], _day(settings.get("as_of")))
        week = stage.week(_day(settings.get("by")) or stage.case.as_of + timedelta(days=365))
        known_milestone(stage.case, settings["milestone"])
        return would_take(
            stage, settings["milestone"], week, float(settings["target"]), note, settings["levers"]
        )

    def moved(self, settings: dict[str, Any], by: str, note: Note) -> dict[str, Any]:
        """Say what moved the forecast between two dates."""
        note(0.0, "the earlier date")
        earlier = self.stages.get(settings["case"], _day(settings["from"]))
        note(0.1, "the later date")
        later = self.stages.get(settings["case"], _day(settings["to"]))
        if earlier.case.as_of >= later.case.as_of:
            raise UsageError("from: expected a date before `to`")
        week = later.week(_day(settings.get("by")) or later.case.as_of + timedelta(days=365))
        known_milestone(later.case, settings["milestone"])
        return moved(
            earlier, later, settings["milestone"], week, lambda f, w: note(0.2 + 0.8 * f, w)
        )

    def score(self, settings: dict[str, Any], by: str, note: Note) -> dict[str, Any]:
        """Score a case's forecast on its questions, resolutions filled in."""
        note(0.0, "simulating")
        case, _ = self.store.cases.get(settings["case"])
        draws = int(settings.get("draws") or 2000)
        known = _day(settings.get("as_of"))
        return score_case(case, resolved(case), missions(), as_of=known, draws=draws)

    def force(self, settings: dict[str, Any], by: str, note: Note) -> dict[str, Any]:
        """Plan the force of a case."""
        case, _ = self.stages.known(
            settings["case"], _day(settings.get("as_of")), settings.get("revision")
        )
        limit = float(settings.get("time_limit") or 20)
        return force_document(case, settings.get("format"), limit, note)

    def backtest(self, settings: dict[str, Any], by: str, note: Note) -> dict[str, Any]:
        """Forecast past missions out of sample, and say how well that went."""
        from willing.briefing.charts._theme import quickly, specification
        from willing.briefing.charts.calibration import calibration
        from willing.history.backtest import backtest_missions
        from willing.statistics.track_record import document as track_record

        note(0.0, "forecasting past missions, whole countries left out")
        found = track_record(backtest_missions(missions(), missions(), seed=0))
        with quickly():
            drawn = specification(calibration(found, columns=4, size=210))
        return {**found, "predictions": [], "charts": {"calibration": drawn}}


def kept(settings: dict[str, Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """Return what a forecast was asked for, so that it can be asked again."""
    asked = {k: settings.get(k) for k in ("as_of", "levers", "shifts", "rates")}
    by = arguments["by"].isoformat()
    return asked | {"by": by, "draws": arguments["draws"], "seed": arguments["seed"]}


def known_milestone(case: Case, id: str) -> None:
    """Raise where a case has no such milestone."""
    valid = [m.id for m in case.milestones]
    if id not in valid:
        raise UsageError(f"milestone: found {id[:60]!r}; expected one of {', '.join(valid)}")


def resolved(case: Case) -> list[Any]:
    """Return a case's questions with the outcomes its resolutions give."""
    answers = {r.question: r.outcome for r in case.resolutions}
    return [q.model_copy(update={"outcome": answers.get(q.id, q.outcome)}) for q in case.questions]


def plain_said(said: Any) -> dict[str, Any]:
    """Return an account as plain values."""
    from pydantic import TypeAdapter

    adapter: TypeAdapter[Any] = TypeAdapter(dict[str, Any])
    fields = {name: getattr(said, name) for name in said.__dataclass_fields__}
    plain: dict[str, Any] = json.loads(adapter.dump_json(fields))
    return plain
