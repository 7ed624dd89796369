"""`willing force`: what the willing can field, month by month, against what the mission needs."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from willing.cli._shell import Advance, Json, console, emit, progress, write
from willing.errors import UsageError

if TYPE_CHECKING:
    from willing.force import Fielding


def force(
    case: Annotated[
        str,
        typer.Argument(
            help="A shipped case's id, a case folder, or a past mission (ifor-1995, "
            "eufor-chad-2008)."
        ),
    ],
    format: Annotated[
        str | None, typer.Option("--format", help="A format of the case; its own by default.")
    ] = None,
    time_limit: Annotated[
        float, typer.Option(help="Seconds for the package; the best plan so far is kept.", min=0.1)
    ] = 20.0,
    months: Annotated[int, typer.Option(help="Months the force is kept.", min=1, max=120)] = 24,
    only: Annotated[
        str | None,
        typer.Option(help="Count only these kinds of pledge: pledge, offer, estimate (commas)."),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="A fact that does not hold, such as ceasefire.")
    ] = None,
    demand: Annotated[
        list[str] | None,
        typer.Option(
            help="DOMAIN=SHARE to be covered, or a pledge to be used; if it cannot be, why."
        ),
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws of what becomes of pledges.", min=10)] = 1_000,
    checked: Annotated[
        int, typer.Option(help="Draws for which a plan is made anew, to state the error.", min=0)
    ] = 20,
    seed: Annotated[int, typer.Option(help="Same seed, same draws.", min=0)] = 0,
    out: Annotated[
        Path | None,
        typer.Option(help="Write tables: a .xlsx workbook, or a folder for CSV files."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make the best package of what is on offer, with the gap, the bound, the cost and the risk.

    Press Ctrl-C once to stop improving and keep the best plan so far.
    """
    from willing.force import document

    if out is not None and out.suffix and out.suffix.lower() != ".xlsx":
        raise UsageError(f"--out {out}: expected a name ending in .xlsx, or a folder")
    stopped: list[bool] = []
    before = signal.getsignal(signal.SIGINT)

    def stop_soon(*_: Any) -> None:
        if stopped:
            raise KeyboardInterrupt
        stopped.append(True)

    with progress("Force", quiet=as_json) as say:
        try:
            signal.signal(signal.SIGINT, stop_soon)
            found = _found(
                case,
                format,
                time_limit,
                months,
                only,
                without or [],
                draws,
                checked,
                seed,
                say,
                lambda: bool(stopped),
            )
        finally:
            signal.signal(signal.SIGINT, before)
    result = document(found)
    result["conflicts"] = _conflicts(found, demand or [])
    result["history"] = _history(case, seed)
    if out is not None:
        _write(found, out)
    if as_json:
        emit(result)
    else:
        _show(result)
    if result["conflicts"] or result["breaches"]:
        raise typer.Exit(1)


def _found(
    case: str,
    format: str | None,
    time_limit: float,
    months: int,
    only: str | None,
    without: list[str],
    draws: int,
    checked: int,
    seed: int,
    say: Advance,
    stop: Any,
) -> Fielding:
    from time import perf_counter

    from willing.force import MISSIONS, field_case, field_force, past_mission

    if case in MISSIONS:
        past = past_mission(case)
        return field_force(
            past.requirement,
            past.offers,
            past.rules,
            id=past.id,
            label=past.label,
            notes=past.notes,
            seed=seed,
            draws=draws,
            checked=checked,
            time_limit=time_limit,
            clock=perf_counter,
            say=say,
            stop=stop,
        )
    from willing.case import load

    kinds = [k.strip() for k in only.split(",")] if only else ["pledge", "offer", "estimate"]
    wrong = sorted(set(kinds) - {"pledge", "offer", "estimate"})
    if wrong:
        raise UsageError(f"--only {', '.join(wrong)}; expected pledge, offer or estimate")
    return field_case(
        load(case),
        format,
        months=months,
        facts=dict.fromkeys(without, False),
        kinds=kinds,
        seed=seed,
        draws=draws,
        checked=checked,
        time_limit=time_limit,
        clock=perf_counter,
        say=say,
        stop=stop,
    )


def _history(case: str, seed: int) -> dict[str, Any] | None:
    """What is on record of a past mission; None for a case."""
    import numpy as np

    from willing.force import MISSIONS, past_document, past_mission, score_delivery

    if case not in MISSIONS:
        return None
    rows = {"ifor-1995": "IFOR", "eufor-chad-2008": "EUFOR_TCHAD_RCA"}[case]
    score = score_delivery(rows, rng=np.random.default_rng(seed))
    return past_document(past_mission(case), score)


def _show_history(past: dict[str, Any]) -> None:
    out = console()
    most = ", ".join(f"{r['contributor']} {r['share']:.0%}" for r in past["shares"][:6])
    out.print(f"On record: {len(past['shares'])} contributors; {most}.")
    for row in past["ramp"]:
        out.print(
            f"After {row['month']:g} months {row['share']:.0%} was there "
            f"({row['there']:,.0f} of {row['required']:,.0f}; {row['what']})."
        )
    for row in past["gaps"]:
        out.print(f"Enabler gap: {row['enabler']}, {row['missing']:g} missing; {row['words']}.")
    score = past["delivery"]
    guess, base = score["predicted"], score["baselines"]
    none = score["nothing_came"]
    verdict = (
        ": the few pledges whose amount is on record do not beat thirds"
        if score["brier"] >= base["even"]["brier"]
        else ""
    )
    out.print(
        f"Of what was pledged {score['arrived']:.0%} came; predicted from the other missions "
        f"{guess['mean']:.0%} ({guess['p10']:.0%} to {guess['p90']:.0%}). That nothing comes, over "
        f"{none['pledges']} pledges: Brier {none['brier']:.2f}; trusting every pledge "
        f"{none['as_pledged']:.2f}, even odds {none['even']:.2f}. Nothing, late or full, over "
        f"{score['pledges']} pledges: Brier {score['brier']:.2f}, log {score['log_score']:.2f}; "
        f"trusting every pledge {base['as_pledged']['brier']:.2f} and "
        f"{base['as_pledged']['log_score']:.2f}, a third for "
        f"each outcome {base['even']['brier']:.2f} and {base['even']['log_score']:.2f}{verdict}."
    )


def _conflicts(found: Fielding, demands: list[str]) -> list[dict[str, Any]]:
    from willing.force import Cover, Use, explain

    rows: list[dict[str, Any]] = []
    for text in demands:
        domain, sign, share = text.partition("=")
        if sign:
            if domain not in found.requirement.domains:
                known = ", ".join(found.requirement.domains)
                raise UsageError(f"--demand {text}: no domain {domain!r}; the format needs {known}")
            try:
                value = float(share)
            except ValueError:
                raise UsageError(f"--demand {text}: {share!r} is not a share of 0 to 1") from None
            if not 0 <= value <= 1:
                raise UsageError(f"--demand {text}: expected a share of 0 to 1")
            what: Cover | Use = Cover(domain, value)
        else:
            what = Use(text)
        conflict = explain(found.requirement, found.offers, found.rules, what)
        if conflict:
            rows.append({"demand": text, "groups": list(conflict.groups), "words": conflict.words})
    return rows


def _write(found: Fielding, out: Path) -> None:
    from willing.force import tables, to_csv, to_excel

    sheets = tables(found)
    if out.suffix.lower() == ".xlsx":
        write(out, to_excel(sheets))
        return
    for name, rows in sheets.items():
        write(out / f"{name}.csv", to_csv(rows))


def _show(result: dict[str, Any]) -> None:
    from rich.table import Table

    out = console()
    out.print(f"[bold]{result['format']['label']}[/bold]  ({result['case']})")
    out.print(
        f"Covers {result['coverage']:.1%} of what is needed; no plan covers more than "
        f"{result['bound']:.1%} (gap {result['gap']:.1%})."
    )
    if result["method"] == "nothing on offer":
        out.print("Nothing is on offer: the case has no pledges that count for this format.")
    out.print(
        f"As pledged {result['as_pledged']:.0%}; if nobody re-plans "
        f"{result['no_replan']['mean']:.0%} ({result['no_replan']['p10']:.0%} to "
        f"{result['no_replan']['p90']:.0%}); best re-plan at most {result['replan']['mean']:.0%} "
        f"({result['replan']['p10']:.0%} to {result['replan']['p90']:.0%})."
    )
    out.print(
        f"Cost {result['cost'] / 1e9:.2f} bn USD on the basis that costs lie where they fall "
        f"({result['costs'][result['cost_basis']]['total']['low'] / 1e9:.1f} to "
        f"{result['costs'][result['cost_basis']]['total']['high'] / 1e9:.1f})."
    )
    months = Table("month", "domain", "required", "covered", "unit", title="Month by month")
    for row in result["months"]:
        if row["month"] in (1, 3, 6, 12, 18, 24):
            months.add_row(
                str(row["month"]),
                row["domain"],
                f"{row['required']:,.0f}",
                f"{row['covered']:,.0f}",
                row["unit"],
            )
    out.print(months)
    gap = Table("line", "needed", "missing", "months", "in units", "basis", title="Unfilled")
    for row in result["unfilled"]:
        mark = " (placeholder)" if row["placeholder"] else ""
        gap.add_row(
            row["label"],
            f"{row['required']:,.0f} {row['unit']}",
            f"{row['missing']:,.0f}",
            str(row["months_short"]),
            row["units"],
            f"{row['confidence']}{mark}",
        )
    out.print(gap)
    for row in result["prices"][:5]:
        out.print(f"  {row['pledge']}: {row['words']}")
    for row in result["wants"][:5]:
        out.print(f"  {row['words']}")
    for row in result["assumptions"]:
        out.print(f"[dim]Assumed: {row['fact']} is {str(row['value']).lower()}.[/dim]")
    if result["history"]:
        _show_history(result["history"])
    for note in result["notes"]:
        out.print(f"[dim]{note}[/dim]")
    for row in [*result["conflicts"], *result["breaches"]]:
        out.print(f"[bold]{row['words']}[/bold]")
