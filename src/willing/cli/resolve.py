"""`willing resolve`: how questions were answered, back into a case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from willing.cli._shell import Json, emit


def resolve(
    case: Annotated[str, typer.Argument(help="A case folder.")],
    answers: Annotated[
        Path,
        typer.Argument(
            help="CSV with the columns id and resolution (yes, no, ambiguous, annulled); if there "
            "also resolved, source_url, note."
        ),
    ],
    as_json: Json = False,
) -> None:
    """Take the answers to a case's questions back into its folder, all or none.

    The ids are those of `willing export --as questions`. Then `willing score CASE` says how good
    the forecast was.
    """
    from datetime import UTC, datetime

    from willing.case import load, save
    from willing.errors import UnreadableError, UsageError
    from willing.interchange import resolved

    folder = Path(case)
    if not folder.is_dir():
        raise UsageError(f"{case}: found no folder; expected a case folder of your own")
    try:
        text = answers.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableError(f"{answers}: {error}") from None
    changed, count, left = resolved(load(folder), text, str(answers), datetime.now(UTC).date())
    save(changed, folder)
    if as_json:
        emit({"case": changed.id, "resolved": count, "open": left})
        return
    typer.echo(f"{folder}: {count} questions answered, {left} left open")
