"""`willing assess`: the answer, with reasons."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from willing.cli._shell import Json, console, emit, interruptible, progress, uncollected, write

Day = datetime


def assess(
    case: Annotated[str, typer.Argument(help="A shipped case's id, or a case folder.")],
    as_of: Annotated[
        Day | None,
        typer.Option(help="Use nothing dated or published later.", formats=["%Y-%m-%d"]),
    ] = None,
    by: Annotated[
        Day | None,
        typer.Option(help="The date asked for (default: a year ahead).", formats=["%Y-%m-%d"]),
    ] = None,
    draws: Annotated[int, typer.Option(help="Simulated futures.", min=20, max=1_000_000)] = 10_000,
    seed: Annotated[int, typer.Option(help="Same seed, same numbers.", min=0)] = 20250405,
    lever: Annotated[
        list[str] | None, typer.Option(help="Take this lever as pulled; may be repeated.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the briefing here, as one self-contained page.")
    ] = None,
    draws_to: Annotated[
        Path | None,
        typer.Option(help="Write every draw here, as Parquet: when each milestone was reached."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Assess a case: will it happen, by when, what holds it up, what would change it."""
    from contextlib import nullcontext

    from willing.briefing import Drawing

    for option, file in (("--out", out), ("--draws-to", draws_to)):
        if file:
            _writable(option, file)
    # the process that draws starts first: it warms up while the rest is imported
    with (
        interruptible(),
        uncollected(),
        Drawing() if out else nullcontext() as drawing,
        progress("Assessing", as_json) as note,
    ):
        from willing.case import load
        from willing.cli._beside import beside
        from willing.data.missions import load_missions
        from willing.forecast import assess as run
        from willing.forecast import document, ready

        note(0.0, "reading the case")
        with beside(_early if drawing else None, ready) as other:
            known, missions = load(case), tuple(load_missions())
            ready()

            def meanwhile(sofar: Any) -> None:
                if drawing:
                    drawing.begin(other.submit(_early, sofar))

            found = run(
                known,
                missions,
                as_of=as_of.date() if as_of else None,
                by=by.date() if by else None,
                draws=draws,
                seed=seed,
                levers=tuple(lever or ()),
                progress=note,
                meanwhile=meanwhile,
                beside=other,
            )
            result = document(found)
            if drawing:
                drawing.begin(other.submit(_late, found, result))
                page = other.submit(_page, found, result)
            if draws_to:
                from willing.scale.draws import write_draws

                write_draws(found, draws_to)
            if out and drawing:
                note(1.0, "writing the briefing")
                write(out, drawing.fill(page.result()))
    if as_json:
        emit(result)
        return
    from willing.briefing import text

    text(found, result, console())
    if out:
        typer.echo(f"Briefing: {out}")


# done in the process beside


def _early(sofar: Any = None) -> Any:
    """Charts that need no reasons. Without an assessment: be ready for one."""
    from willing.briefing.page import template
    from willing.briefing.pictures import early

    template()
    return early(sofar) if sofar else None


def _late(found: Any, document: Any) -> Any:
    """The other charts."""
    from willing.briefing.pictures import late

    return late(found, document)


def _page(found: Any, document: Any) -> str:
    """The briefing, its charts still to come."""
    from willing.briefing import html
    from willing.briefing.pictures import places

    return html(found, document, drawn=places(found, document))


def _writable(option: str, file: Path) -> None:
    """Refuse a place that cannot be written before the work is done, not after."""
    from willing.errors import UsageError

    if file.is_dir():
        raise UsageError(f"{option}: found the folder {file}; expected the name of a file")
    if not file.absolute().parent.is_dir():
        raise UsageError(f"{option}: there is no folder {file.absolute().parent}")
