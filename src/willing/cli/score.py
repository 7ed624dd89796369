"""`willing score`: the forecast beside two baselines, on questions with outcomes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from willing.cli._shell import Json, console, emit, progress

Day = datetime


def score(
    case: Annotated[
        str | None, typer.Argument(help="A shipped case's id, or a case folder.")
    ] = None,
    questions: Annotated[
        Path | None, typer.Option(help="Questions as CSV (default: the case's own).")
    ] = None,
    as_of: Annotated[
        Day | None,
        typer.Option(help="Use nothing dated or published later.", formats=["%Y-%m-%d"]),
    ] = None,
    draws: Annotated[int, typer.Option(help="Simulated futures.", min=20)] = 10_000,
    seed: Annotated[int, typer.Option(help="Same seed, same numbers.", min=0)] = 20250405,
    all_: Annotated[
        bool, typer.Option("--all", help="Every shipped case whose questions have outcomes.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Score a case's forecast on questions, beside persistence and the base rate."""
    from willing.case import list_cases, load
    from willing.errors import UsageError
    from willing.forecast.pooled import pooled

    if all_ == (case is not None):
        raise UsageError("give a case, or --all")
    names = list_cases() if all_ else [str(case)]
    rows: list[dict[str, Any]] = []
    with progress("Scoring", quiet=as_json) as note:
        for k, name in enumerate(names):
            note(k / len(names), name)
            loaded = load(name)
            if all_ and not any(q.outcome is not None for q in loaded.questions):
                continue
            rows.append(_score(loaded, questions, as_of, draws, seed))
    together = pooled(rows) if all_ else None
    if as_json:
        emit({"cases": rows, "all": together} if all_ else rows[0])
        return
    _print(rows, together if len(rows) > 1 else None)


def _score(
    case: Any, questions: Path | None, as_of: Day | None, draws: int, seed: int
) -> dict[str, Any]:
    from willing.case import load_questions
    from willing.data.missions import load_missions
    from willing.forecast import score_case

    asked = load_questions(questions, case) if questions else case.questions
    return score_case(
        case,
        asked,
        load_missions(),
        as_of=as_of.date() if as_of else None,
        draws=draws,
        seed=seed,
        file=str(questions or "questions.csv"),
    )


def _print(rows: list[dict[str, Any]], together: dict[str, Any] | None = None) -> None:
    from rich.table import Table

    def number(x: float | None) -> str:
        return "–" if x is None else f"{x:.3f}"

    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("case")
    for name in ("n", "Brier", "log", "persistence", "log", "base rate", "log"):
        table.add_column(name, justify="right")
    for r in rows:
        b = r["baselines"]
        table.add_row(
            f"{r['case']} ({r['as_of']})",
            str(r["n"]),
            *(number(r[k]) for k in ("brier", "log_score")),
            *(
                number(b[x][k])
                for x in ("persistence", "base_rate")
                for k in ("brier", "log_score")
            ),
        )
    if together:
        table.add_section()
        parts = {"all cases": together}
        parts |= {k.replace("_", " "): part for k, part in together["by_kind"].items()}
        for name, part in parts.items():
            b = part["baselines"]
            shown = [part, b["persistence"], b["base_rate"]]
            table.add_row(
                f"{name} ({part['yes']} yes)",
                str(part["n"]),
                *(number(x[k]) for x in shown for k in ("brier", "log_score")),
            )
    out = console()
    out.print(table)
    out.print("Lower is better. Brier and mean negative log probability.", style="dim")
    if together:
        for name, gain in together["gains"].items():
            out.print(
                f"Gain in Brier on {name.replace('_', ' ')}: {gain['gain']:+.3f} (90 % over cases "
                f"{gain['low']:+.3f} to {gain['high']:+.3f}). ",
                style="dim",
            )
        out.print(
            "A case's own base rate is the share of yes among its other questions, which nobody "
            "knows beforehand; the lower lines take it from the other cases, by kind of question. "
            "Questions on stances (stance at least) were written knowing who had moved: they ask "
            "mostly about states that did. Those of every candidate ask the same of all whose "
            "answer has a source, by one rule, whoever moved.",
            style="dim",
        )
    if len(rows) == 1:
        questions = Table(box=None, header_style="dim", pad_edge=False)
        for name in ("question", "by", "probability", "persistence", "outcome"):
            questions.add_column(name)
        for q in rows[0]["questions"]:
            asked = " ".join(x for x in (q["actor"], q["domain"], q["target"]) if x)
            outcome = "" if q["outcome"] is None else str(q["outcome"])
            questions.add_row(
                f"{q['id']} {asked}",
                q["by"],
                f"{q['probability']:.2f}",
                f"{q['persistence']:.2f}",
                outcome,
            )
        out.print(questions)
