"""`willing check`: every fault of a case folder at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from willing.cli._shell import Json, console, emit


def check(
    case: Annotated[
        str | None, typer.Argument(help="A case folder, or the id of a shipped case.")
    ] = None,
    as_json: Json = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of case.yaml, for editors.")
    ] = False,
) -> None:
    """Check a case: every fault with its place, what is expected and the nearest valid word.

    Lists contradictions too (one actor, one day, two stances); they are no faults.
    Exit status: 0 sound, 1 faults, 2 not readable.
    """
    from dataclasses import asdict
    from itertools import groupby

    from willing.case.folder import examine
    from willing.case.schema import schema_text
    from willing.errors import UsageError

    if schema:
        typer.echo(schema_text(), nl=False)
        return
    if case is None:
        raise UsageError("found no case; expected a case folder or the id of a shipped case")
    result = examine(case)
    if as_json:
        emit(
            {
                "case": case,
                "ok": not result.faults,
                "faults": [asdict(fault) for fault in result.faults],
                "contradictions": [one.as_dict() for one in result.contradictions],
                "counts": result.counts,
            }
        )
        raise typer.Exit(1 if result.faults else 0)
    out = console()
    for file, faults in groupby(result.faults, key=lambda fault: fault.file):
        out.print(str(Path(case) / file), style="bold", markup=False)
        for fault in faults:
            hint = f" Did you mean {fault.suggestion!r}?" if fault.suggestion else ""
            place = f"{fault.line}:{fault.column}"
            said = f"  {place:>9}  found {fault.found}; expected {fault.expected}.{hint}"
            out.print(said, markup=False)
    if result.contradictions:
        out.print("Contradictions: one actor, one day, more than one stance", style="bold")
        for one in result.contradictions:
            out.print(f"  {one}", markup=False)
    counts = ", ".join(
        f"{number} {what.removesuffix('s') if number == 1 else what}"
        for what, number in result.counts.items()
        if number
    )
    faults_found = len(result.faults)
    if faults_found:
        plural = "s" if faults_found > 1 else ""
        out.print(f"{case}: {faults_found} fault{plural} ({counts})", markup=False)
        raise typer.Exit(1)
    out.print(f"{case}: sound ({counts})", markup=False)
