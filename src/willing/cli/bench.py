"""`willing bench`: measured speed, as ratios in one run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from willing.cli._shell import Json, emit, progress, write


def bench(
    only: Annotated[list[str] | None, typer.Argument(help="Rooms, such as forecast.")] = None,
    folder: Annotated[Path, typer.Option(help="Where the bench_*.py are.")] = Path("benchmarks"),
    quick: Annotated[
        bool, typer.Option("--quick", help="Run everything once: fails on errors, not on times.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Write the figures here as JSON.")] = None,
    page: Annotated[Path | None, typer.Option(help="Write the page of the docs here.")] = None,
    as_json: Json = False,
) -> None:
    """Run the benchmarks of every room: ratios in one run, figures, and the machine."""
    import json
    import os

    from willing.cli._bench import machine, markdown, run
    from willing.errors import UsageError, nearest

    found = {f.stem.removeprefix("bench_"): f for f in sorted(folder.glob("bench_*.py"))}
    if not found:
        raise UsageError(f"no bench_*.py in {folder}: run this in a copy of the repository")
    for name in only or ():
        if name not in found:
            hint = nearest(name, list(found))
            raise UsageError(
                f"no benchmarks of {name!r}; there are {', '.join(found)}"
                + (f". Did you mean {hint!r}?" if hint else "")
            )
    rows: list[dict[str, Any]] = []
    names = list(only or found)
    with progress("Measuring", quiet=as_json) as note:
        for place, name in enumerate(names):
            note(place / len(names), name)
            row = run(name, found[name], quick=quick)
            rows.append(row)
            if not as_json:
                state = "done" if row["ok"] else "FAILED"
                typer.echo(
                    f"== {name}: {state}; {row['cpu_seconds']:.1f} s processor, "
                    f"{row['wall_seconds']:.1f} s wall, load {os.getloadavg()[0]:.1f}"
                )
                typer.echo(row["printed"])
    document = {"machine": machine(), "quick": quick, "benchmarks": rows}
    if out:
        write(out, json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    if page:
        write(page, markdown(document, page.parent / page.stem))
    if as_json:
        emit(document)
    if not all(row["ok"] for row in rows):
        raise typer.Exit(1)
