"""`willing read`: candidate statements of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from willing.cli._shell import Json, console, emit

if TYPE_CHECKING:
    from willing.case import Case
    from willing.reading import Reading


def read(
    source: Annotated[
        str, typer.Argument(help="A file, an http(s) address, or - for standard input.")
    ],
    published: Annotated[
        str | None,
        typer.Option(help="Day of publication (ISO 8601); relative dates count from it."),
    ] = None,
    case: Annotated[
        str | None,
        typer.Option(help="A case: marks what its record already has and names its conditions."),
    ] = None,
    extractor: Annotated[
        str, typer.Option(help="auto, spacy, plain, llm, or the name of a spaCy model.")
    ] = "auto",
    queue: Annotated[
        str | None, typer.Option(help="Folder of a review queue to add the candidates to.")
    ] = None,
    endpoint: Annotated[
        str, typer.Option(envvar="WILLING_LLM_URL", help="llm: base address of the endpoint.")
    ] = "",
    model: Annotated[
        str, typer.Option(envvar="WILLING_LLM_MODEL", help="llm: name of the model.")
    ] = "",
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Let addresses be private (an own intranet).")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read candidate statements, each grounded in a span of the text.

    Without a publication date (given, or stated by the document) relative dates stay unplaced.
    Exit status: 0 read, 2 not readable.
    """
    from dataclasses import asdict

    from willing.cli._reading import guard, made_extractor, parsed_day
    from willing.reading._load import load

    document = load(source, parsed_day(published), guard=guard(allow_private))
    reader = made_extractor(extractor, endpoint, model)
    reading = reader.read(document)
    loaded: Case | None = None
    if case is not None:
        from willing.case import load as load_case

        loaded = load_case(case)
        reading = reading.with_parties({loaded.parties.host, *loaded.parties.opposing})
    answer = reading.as_dict()
    if loaded is not None:
        _against(answer, reading, loaded)
    ungrounded = getattr(reader, "ungrounded", None)
    if ungrounded is not None:
        answer["ungrounded"] = [asdict(u) for u in ungrounded]
        answer["problems"] = list(getattr(reader, "problems", []))
    if queue is not None:
        from willing.reading._queue import Queue

        answer["queued"] = Queue(queue).add(reading)
    if as_json:
        emit(answer)
        return
    _print(answer, document.text)


def _against(answer: dict[str, Any], reading: Reading, case: Case) -> None:
    """Mark likely duplicates, and which conditions the case knows."""
    from willing.reading._duplicates import duplicates

    known = {condition.id for condition in case.conditions}
    for row, candidate in zip(answer["statements"], reading.statements, strict=True):
        row["duplicates"] = [
            {"statement": d.statement, "event": d.event, "score": d.score}
            for d in duplicates(candidate, reading.document, case.statements)
        ]
        named = (candidate.condition or "").split(" and ")
        if candidate.condition and not set(named) <= known:
            row["condition"] = candidate.condition_text


def _print(answer: dict[str, Any], text: str) -> None:
    from willing.cli._candidates import card, summary, unresolved, words

    out = console()
    document, rows = answer["document"], answer["statements"]
    dated = document["published"] or "no publication date: relative dates stay unplaced"
    source = "standard input" if document["source"] == "-" else document["source"]
    name = words(document["title"]) or source
    out.print(name, style="bold", markup=False)
    out.print(f"{document['characters']:,} characters, {dated}", markup=False)
    out.print(f"{summary(rows)}  ({answer['extractor']})", style="dim", markup=False)
    for row in rows:
        out.print()
        out.print(card(row, text, wrap=out.is_terminal))
    for row in answer.get("ungrounded", []):
        out.print(f"\nnot grounded ({row['why']}): {row['quote'][:120]}", style="red", markup=False)
    left = unresolved(rows)
    if left:
        out.print("\nLeft open", style="bold")
        for line in left:
            out.print(f"  {line}", markup=False)
    if "queued" in answer:
        out.print(f"\n{len(answer['queued'])} new in the review queue.", style="bold", markup=False)
    elif rows:
        out.print(
            "\nNothing enters a case until a person accepts it: add --queue FOLDER, then run "
            "willing review FOLDER.",
            style="dim",
        )
