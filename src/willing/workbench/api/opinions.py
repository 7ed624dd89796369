"""Beside the model: analysts' own probabilities, and second codings with their agreement."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from willing.case import DOMAINS, STANCES
from willing.errors import UsageError, nearest
from willing.statistics.krippendorff_alpha import krippendorff_alpha
from willing.store import Store
from willing.workbench.api._shared import Body, CaseId, TheStore, TheUser, Why, Words
from willing.workbench.runs import resolved

__all__ = ["router"]

router = APIRouter(tags=["opinions"])


class Own(Body):
    """An analyst's probability of yes; `model` is the model's at that time, where it is known."""

    question: Words = Field(description="Id of a question of the case.")
    probability: float = Field(ge=0, le=1, description="The analyst's probability of yes.")
    model: float | None = Field(None, ge=0, le=1, description="The model's at that time.")
    why: Why = ""


class Coding(Body):
    """A coder's reading of a statement."""

    statement: Words = Field(description="Id of the statement.")
    stance: Literal[*STANCES] | None = Field(  # type: ignore[valid-type]
        None, description="Rung of the ladder it expresses, as this coder reads it."
    )
    domain: Literal[*DOMAINS] | None = Field(  # type: ignore[valid-type]
        None, description="Domain it speaks of, as this coder reads it."
    )


@router.post("/cases/{id}/probabilities", status_code=201)
def log(store: TheStore, user: TheUser, id: CaseId, body: Own) -> dict[str, Any]:
    """Log an own probability; it is never changed, a later one counts from then on."""
    case, _ = store.cases.get(id)
    ids = [q.id for q in case.questions]
    if body.question not in ids:
        hint = nearest(body.question, ids)
        raise UsageError(
            f"question: found {body.question[:60]!r}; expected one of the case's"
            + (f". Did you mean {hint!r}?" if hint else "")
        )
    return store.opinions.log(
        id, body.question, body.probability, user.name, model=body.model, why=body.why
    )


@router.get("/cases/{id}/probabilities")
def probabilities(store: TheStore, id: CaseId) -> dict[str, Any]:
    """Return all logged probabilities, and the Brier score of each analyst and of the model.

    Only questions with an outcome count, and of an analyst's probabilities on one question the
    last; the model is scored where it stood beside that one.
    """
    case, _ = store.cases.get(id)
    outcomes = {q.id: q.outcome for q in resolved(case)}
    rows = store.opinions.logged(id)
    last = {(r["by"], r["question"]): r for r in rows}
    scores: dict[str, list[float]] = {}
    beside: dict[str, list[float]] = {}
    for (by, question), row in last.items():
        outcome = outcomes.get(question)
        if outcome is None:
            continue
        scores.setdefault(by, []).append((row["probability"] - outcome) ** 2)
        if row["model"] is not None:
            beside.setdefault(by, []).append((row["model"] - outcome) ** 2)
    return {
        "probabilities": [r | {"outcome": outcomes.get(r["question"])} for r in rows],
        "scores": [
            {
                "by": by,
                "n": len(found),
                "brier": sum(found) / len(found),
                "model_n": len(beside.get(by, [])),
                "model_brier": sum(beside[by]) / len(beside[by]) if by in beside else None,
            }
            for by, found in sorted(scores.items())
        ],
    }


@router.post("/cases/{id}/codings", status_code=201)
def code(store: TheStore, user: TheUser, id: CaseId, body: Coding) -> dict[str, Any]:
    """Code a statement a second time, without touching the first coding."""
    store.statements.get(id, body.statement)
    fields = {k: v for k, v in (("stance", body.stance), ("domain", body.domain)) if v is not None}
    if not fields:
        raise UsageError("found neither stance nor domain; expected at least one")
    store.opinions.code(id, body.statement, fields, user.name)
    return {"statement": body.statement, "by": user.name, **fields}


@router.get("/cases/{id}/codings")
def codings(store: TheStore, id: CaseId) -> dict[str, Any]:
    """Return the codings, and Krippendorff's alpha with the record as one coder.

    Stances are ordinal (the ladder), domains nominal.
    """
    rows = store.opinions.codings(id)
    return {
        "codings": rows,
        "agreement": {
            "stance": _agreement(store, id, rows, "stance"),
            "domain": _agreement(store, id, rows, "domain"),
        },
    }


def _agreement(
    store: Store, id: str, rows: list[dict[str, Any]], field: Literal["stance", "domain"]
) -> dict[str, Any]:
    units: dict[str, dict[str, str]] = {}
    record = {s["id"]: s[field] for s in store.statements.every(id)}
    for row in rows:
        if row["field"] == field and row["statement_id"] in record:
            unit = units.setdefault(row["statement_id"], {"": record[row["statement_id"]]})
            unit[row["by"]] = row["value"]
    values, metric = (STANCES, "ordinal") if field == "stance" else (DOMAINS, "nominal")
    alpha = krippendorff_alpha(list(units.values()), values, metric)  # type: ignore[arg-type]
    coders = sorted({name for unit in units.values() for name in unit if name})
    return {"alpha": alpha, "metric": metric, "statements": len(units), "coders": coders}
