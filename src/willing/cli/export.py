"""`willing export`: a case or its forecast for other tools."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from willing.cli._shell import progress, write

if TYPE_CHECKING:
    from willing.case import Case


class Form(StrEnum):
    """What to write."""

    package = "package"
    geojson = "geojson"
    questions = "questions"
    annotations = "annotations"
    provenance = "provenance"


def export(
    case: Annotated[str, typer.Argument(help="A shipped case's id, or a case folder.")],
    as_: Annotated[
        Form,
        typer.Option(
            "--as",
            help="package: a Frictionless data package, into a folder; geojson: positions on a "
            "map; questions: the forecast as a question set (CSV); annotations: statements as Web "
            "Annotations; provenance: sources, statements and forecast as PROV-O.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="File to write (default: standard output), or folder.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(help="Use nothing dated or published later.", formats=["%Y-%m-%d"]),
    ] = None,
    draws: Annotated[int, typer.Option(help="For questions and provenance.", min=20)] = 10_000,
    seed: Annotated[int, typer.Option(help="Same seed, same numbers.", min=0)] = 20250405,
) -> None:
    """Write a case, or what is forecast of it, in a format other tools read.

    KTAB scenarios are written by `willing bargain CASE#issue --write`; answers to a question set
    come back with `willing resolve`.
    """
    import json

    from willing.case import load

    loaded = load(case)
    known = loaded.as_known(as_of.date() if as_of else loaded.as_of)
    if as_ is Form.package:
        _package(case, loaded, out)
        return
    with progress("Exporting") as note:
        text = _questions(known, draws, seed) if as_ is Form.questions else ""
        if not text:
            document = _document(known, as_, draws, seed, note)
            text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if out is None:
        typer.echo(text, nl=False)
    else:
        write(out, text)
        typer.echo(f"{as_.value}: {out}")


def _package(name: str, case: Case, out: Path | None) -> None:
    import json

    from willing.case.folder import locate, texts
    from willing.errors import UsageError
    from willing.interchange.data_package import FILE, data_package

    if out is None:
        raise UsageError("--as package: found no --out; expected a new folder")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"--out {out}: found something there already; expected a new folder")
    files = texts(locate(name))
    package = json.dumps(data_package(case, files), ensure_ascii=False, indent=1) + "\n"
    for file, text in {**files, FILE: package}.items():
        write(out / file, text)
    typer.echo(f"package: {out} ({len(files)} files and {FILE})")


def _questions(case: Case, draws: int, seed: int) -> str:
    from willing.data.missions import load_missions
    from willing.forecast import score_case
    from willing.interchange import question_set

    scored = score_case(case, case.questions, load_missions(), draws=draws, seed=seed)
    chances = {row["id"]: row["probability"] for row in scored["questions"]}
    return question_set(case, case.questions, lambda q: float(chances[q.id]))


def _document(case: Case, form: Form, draws: int, seed: int, note: Any) -> dict[str, Any]:
    from willing.interchange import geojson, provenance, web_annotations

    if form is Form.annotations:
        return web_annotations(case)
    if form is Form.geojson:
        from willing.forecast.gather import stance_priors
        from willing.record import positions

        return geojson(case, positions(case, priors=stance_priors(case)))
    from willing.data.missions import load_missions
    from willing.forecast import assess, document

    found = assess(
        case, tuple(load_missions()), draws=draws, seed=seed, reasons=False, progress=note
    )
    return provenance(case, document(found))
