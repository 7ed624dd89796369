"""`willing corpus`: many documents at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from willing.cli._shell import Json, emit, progress


def corpus(
    source: Annotated[
        Path, typer.Argument(help="A Parquet file of documents (text, id, published), or a folder.")
    ],
    folder: Annotated[Path, typer.Argument(help="Where the statements are written, as Parquet.")],
    extractor: Annotated[
        str, typer.Option(help="auto, spacy, plain, or the name of a spaCy model.")
    ] = "auto",
    workers: Annotated[int, typer.Option(help="Processes on this machine.", min=1)] = 2,
    cluster: Annotated[
        str | None, typer.Option(help="A Dask scheduler instead, such as tcp://host:8786.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read the candidate statements of a corpus: Parquet in, Parquet out, part by part.

    Finished parts are kept in the folder; a rerun does what is missing. Exit status: 0 read,
    1 some documents could not be, 2 the corpus is not readable.
    """
    from willing.scale.parts import begin

    if workers > 1 and not cluster:
        begin("willing.scale.corpus")  # gets ready while this process does
    from willing.scale.corpus import read_corpus

    with progress("Reading", quiet=as_json) as note:
        found = read_corpus(
            source, folder, parser=extractor, workers=workers, cluster=cluster, progress=note
        )
    if as_json:
        emit(found)
    else:
        typer.echo(
            f"{found['documents']:,} documents, {found['statements']:,} candidate statements in "
            f"{len(found['files'])} files in {folder}"
        )
        for fault in found["faults"]:
            typer.echo(f"{fault['document']}: {fault['found']}", err=True)
    if found["faults"]:
        raise typer.Exit(1)
