"""`willing new`: a case folder to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from willing.cli._shell import Json, console, emit


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")],
    title: Annotated[str, typer.Option("--title", help="What the case is about.")],
    host: Annotated[
        str | None, typer.Option("--host", help="Host state (ISO 3166-1 alpha-3).")
    ] = None,
    opposing: Annotated[
        list[str] | None, typer.Option("--opposing", help="Opposing state; may be repeated.")
    ] = None,
    lead: Annotated[
        list[str] | None, typer.Option("--lead", help="Leading state; may be repeated.")
    ] = None,
    candidate: Annotated[
        list[str] | None,
        typer.Option("--candidate", help="State that may take part; may be repeated."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Date of the case, YYYY-MM-DD (default: today).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a case folder that passes `willing check` and says what to fill in.

    Nothing is overwritten. Whatever is not given becomes a placeholder marked EXAMPLE.
    """
    from datetime import UTC, date, datetime

    from willing.case.folder import create
    from willing.errors import UsageError

    try:
        day = date.fromisoformat(as_of) if as_of else datetime.now(UTC).date()
    except ValueError:
        raise UsageError(f"found {as_of!r} for --as-of; expected a date as YYYY-MM-DD") from None
    parts = [tuple(given or ()) for given in (opposing, lead, candidate)]
    made = create(folder, title, day, host, *parts)
    if as_json:
        emit({"folder": str(folder), "files": [path.name for path in made]})
        return
    out = console()
    out.print(f"{folder}: a new case of {len(made)} files", markup=False)
    out.print(
        f"Replace what is marked EXAMPLE, then: willing check {folder}",
        markup=False,
    )
