"""`willing positions`: where each actor stands, and which sentence moved it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from willing.cli._shell import Json, console, emit, progress

if TYPE_CHECKING:
    from willing.case import Case
    from willing.record import Record

_WIDTH = 27


def positions(
    case: Annotated[str, typer.Argument(help="A case folder, or the id of a shipped case.")],
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Use only what was known on this day."),
    ] = None,
    issue: Annotated[
        str | None, typer.Option("--issue", metavar="ID", help="One issue, such as mission.")
    ] = None,
    actor: Annotated[
        str | None,
        typer.Option("--actor", metavar="ID", help="One actor, with all its statements."),
    ] = None,
    profile: Annotated[
        bool,
        typer.Option("--profile", help="Add the likelihood profiles and the estimated ladder."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Show where each actor stands on each issue and domain, with how sure that is.

    Positions run from 0 (threatens) to 100 (leads). `any` is the highest of land, air, sea, air
    defence and training. Each statement shows its weight (the share of its surprise that the
    position took over) and its shift. An actor without statements stands at its prior, marked.
    """
    from willing.case import contradictions
    from willing.case.folder import load
    from willing.record import positions_document

    read = load(case)
    day = _day(as_of) or read.as_of
    _one_of("issue", issue, [i.id for i in read.issues if i.id != "other"])
    _one_of("actor", actor, [a.id for a in read.actors])
    known = read.as_known(day)
    record = _record(known, day)
    document = positions_document(known, record, issue=issue, actor=actor)
    extra: dict[str, Any] = {}
    if profile:
        with progress("likelihood profiles", quiet=as_json) as advance:
            advance(0.0, "one parameter after another")
            extra = _extra(known, record)
    if as_json:
        emit(document | extra)
        return
    against = [
        c
        for c in contradictions(known)
        if (issue is None or c.issue == issue) and (actor is None or c.actor == actor)
    ]
    _print(known, record, document["positions"], [str(c) for c in against], actor)
    if extra:
        _print_extra(extra)


def _day(text: str | None) -> Any:
    from datetime import date

    from willing.errors import UsageError

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--as-of: found {text!r}; expected a date such as 2025-03-01") from None


def _one_of(option: str, word: str | None, valid: list[str]) -> None:
    from willing.errors import UsageError, nearest

    if word is None or word in valid:
        return
    near = nearest(word, valid)
    hint = f" Did you mean {near!r}?" if near else ""
    raise UsageError(f"--{option}: found {word!r}; expected one of {', '.join(valid)}.{hint}")


def _record(known: Case, day: Any) -> Record:
    from willing.forecast.gather import stance_priors
    from willing.record import positions as estimate

    return estimate(known, as_of=day, priors=stance_priors(known))


def _extra(case: Case, record: Record) -> dict[str, Any]:
    from dataclasses import asdict

    from willing.record import fit, ladder_test

    priors = {
        a: (float(m), float(s))
        for a, m, s, own in zip(
            record.actors,
            record.participation.prior.mean,
            record.participation.prior.sd,
            record.participation.prior.informed,
            strict=True,
        )
        if own
    }
    found = fit(case.statements, record.actors, record.as_of, priors=priors, profile=True)
    return {
        "profile": [asdict(p) for p in found.profile],
        "ladder": asdict(ladder_test(record)),
    }


def _strip(mean: float, sd: float) -> str:
    """A position on 0-100 as a strip: the mean, and one sd either side."""
    cells = ["·"] * _WIDTH
    at = [round(min(max(x, 0.0), 100.0) / 100 * (_WIDTH - 1)) for x in (mean - sd, mean, mean + sd)]
    for k in range(at[0], at[2] + 1):
        cells[k] = "─"
    cells[at[1]] = "●"
    return "".join(cells)


def _print(
    case: Case, record: Record, rows: list[dict[str, Any]], against: list[str], actor: str | None
) -> None:
    from rich.table import Table

    out = console()
    names = {a.id: a.name for a in case.actors}
    issues = {i.id: i for i in case.issues}
    for issue in dict.fromkeys(r["issue"] for r in rows):
        mine = [r for r in rows if r["issue"] == issue]
        if not actor:
            mine = [r for r in mine if r["domain"] == "any"]
            mine.sort(key=lambda r: (-r["mean"], r["actor"]))
        ends = issues[issue]
        out.print(f"\n{ends.label}, as known on {record.as_of}", style="bold", markup=False)
        out.print(f"0 {ends.low}\n100 {ends.high}", style="dim", markup=False)
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column("domain" if actor else "actor", no_wrap=True, max_width=16)
        table.add_column(f"0{'100':>{_WIDTH - 1}}", no_wrap=True)
        table.add_column("mean", justify="right", no_wrap=True)
        table.add_column("most likely", no_wrap=True)
        table.add_column("said", justify="right", no_wrap=True)
        for r in mine:
            best = max(r["stance"], key=r["stance"].__getitem__)
            said = sum("counts_as" not in m for m in r["statements"])
            table.add_row(
                r["domain"].replace("_", " ") if actor else names[r["actor"]],
                _strip(r["mean"], r["sd"]),
                f"{r['mean']:.0f} ± {r['sd']:.0f}",
                f"{best.replace('_', ' ')} {r['stance'][best]:.0%}",
                str(said) if said else "-",
            )
        out.print(table)
    if any(r["prior_only"] for r in rows):
        out.print("- has said nothing on it: only its prior speaks", style="dim")
    if actor:
        _print_statements(case, rows)
    if against:
        out.print("\nContradictions: one actor, one day, more than one stance", style="bold")
        for line in against:
            out.print(f"  {line}", markup=False)


def _print_statements(case: Case, rows: list[dict[str, Any]]) -> None:
    """Print each statement with what it did to the position it speaks of."""
    out = console()
    texts = {s.id: s for s in case.statements}
    out.print("\nWhat moved it", style="bold")
    for r in rows:
        for moved in r["statements"]:
            s = texts[moved["id"]]
            if r["issue"] == "participation" and s.domain != r["domain"]:
                continue
            did = f"{moved['shift']:+.0f} (weight {moved['weight']:.2f})"
            if "counts_as" in moved:
                did = f"counts once, as {moved['counts_as']}"
            what = f"{s.issue}, {s.domain}: {s.stance.replace('_', ' ')}"
            out.print(f"{s.date}  {s.id}  {what}  {did}", markup=False)
            out.print(f"    {s.speaker}: {s.summary} ({s.publisher})", style="dim", markup=False)


def _print_extra(extra: dict[str, Any]) -> None:
    out = console()
    out.print("\n[bold]Noise model[/bold]  estimate range at 95 % of the likelihood profile")
    for p in extra["profile"]:
        best = p["grid"][max(range(len(p["loglik"])), key=p["loglik"].__getitem__)]
        out.print(f"  {p['parameter']:<11} {best:6.2f}   {p['low']:.2f} to {p['high']:.2f}")
    ladder = extra["ladder"]
    out.print("\n[bold]Ladder[/bold]  upper ends of the rungs, assumed and estimated")
    out.print("  assumed   " + " ".join(f"{c:6.1f}" for c in ladder["assumed"]))
    out.print("  estimated " + " ".join(f"{c:6.1f}" for c in ladder["estimated"]))
    out.print(f"  likelihood-ratio test of the assumed spacing: p = {ladder['p_value']:.2g}")
