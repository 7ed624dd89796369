"""`willing review`: accept, edit, reject or split candidates, key by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from willing.cli._shell import Json, console, emit

if TYPE_CHECKING:
    from rich.console import Console

    from willing.case import Case
    from willing.reading._queue import Queue, Queued
    from willing.reading._types import Candidate, Document


def review(
    queue: Annotated[
        str, typer.Argument(help="Folder of a review queue (see read --queue, watch).")
    ],
    case: Annotated[
        str | None, typer.Option(help="Case folder that accepted statements go into.")
    ] = None,
    by: Annotated[str, typer.Option(envvar="WILLING_REVIEWER", help="Who reviews.")] = "",
    publisher: Annotated[
        str | None, typer.Option(help="Publisher to record; asked for each document otherwise.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Review candidates in their paragraphs. Nothing enters a case unaccepted.

    Keys: a accept, e edit a field, r reject, s split, n next, q quit. The log is append-only. With
    --json the queue is printed and nothing is asked.
    """
    from datetime import UTC, datetime

    from willing.errors import UsageError, WillingError
    from willing.reading._queue import Queue

    waiting = Queue(queue)
    if as_json:
        emit(_state(waiting))
        return
    if not by:
        raise UsageError("found no reviewer; expected --by NAME (or WILLING_REVIEWER)")
    out = console()
    skipped: set[str] = set()
    publishers: dict[str, str] = {}
    while True:
        pending = [q for q in waiting.pending() if q.key not in skipped]
        if not pending:
            break
        item = pending[0]
        document = waiting.document(item.document)
        _show(out, item, document, len(pending), case)
        key = _key()
        at = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            if key == "q":
                break
            if key == "n":
                skipped.add(item.key)
            elif key == "r":
                waiting.decide(item.key, "reject", by, at, item.candidate, typer.prompt("Reason"))
            elif key == "e":
                _edit(waiting, item, document, by, at)
            elif key == "s":
                _split(waiting, item, document, by, at)
            elif key == "a":
                _accept(waiting, item, document, by, at, case, publisher, publishers)
            else:
                out.print("Keys: a accept, e edit, r reject, s split, n next, q quit", style="dim")
        except WillingError as error:
            out.print(str(error), style="red", markup=False)
    left = len(waiting.pending())
    out.print(
        f"{left} candidates left; the log is in {waiting.folder / 'reviews.jsonl'}", markup=False
    )


def _key() -> str:
    import sys

    if sys.stdin.isatty():
        key: str = typer.getchar()
    else:  # keys from a pipe; line ends between them do not count
        key = sys.stdin.read(1)
        while key in {"\n", "\r"}:
            key = sys.stdin.read(1)
        key = key or "q"
    if key in {"\x03", "\x04"}:
        raise KeyboardInterrupt
    return key.lower()


def _state(waiting: Queue) -> dict[str, Any]:
    return {
        "pending": [
            {"key": q.key, "document": q.document, "candidate": q.candidate.as_dict()}
            for q in waiting.pending()
        ],
        "decisions": waiting.decisions(),
        "reviewed_share": waiting.reviewed_share(),
    }


def _show(out: Console, item: Queued, document: Document, left: int, case: str | None) -> None:
    from rich.text import Text

    from willing.reading._review import excerpt

    candidate = item.candidate
    part = excerpt(document, candidate.span)
    out.rule(f"{left} left")
    source = document.source or document.sha256[:12]
    out.print(Text(f"{document.title}  {source}  {document.published or 'undated'}", style="dim"))
    text = Text(part.before)
    text.append(part.span, style="bold reverse")
    text.append(part.after)
    out.print(text)
    fields = candidate.as_dict()
    for name in (
        "actor",
        "speaker",
        "stance",
        "domain",
        "kind",
        "issue",
        "condition",
        "said_at",
        "due",
    ):
        sure = candidate.confidence.get("holder" if name == "actor" else name)
        note = f"  ({sure:.2f})" if sure is not None else ""
        value = ", ".join(fields[name]) if name == "actor" else fields[name]
        out.print(f"  {name:>10}  {value or '-'}{note}", markup=False)
    if case is not None:
        from willing.case import load
        from willing.reading._duplicates import duplicates

        for one in duplicates(candidate, document, load(case).statements)[:3]:
            out.print(
                f"  may repeat {one.statement} ({one.score:.2f})", style="yellow", markup=False
            )


def _edit(waiting: Queue, item: Queued, document: Document, by: str, at: str) -> None:
    from willing.reading._review import EDITABLE, edited

    name = typer.prompt(f"Field ({', '.join(EDITABLE)})").strip()
    value = typer.prompt("New value", default="", show_default=False)
    changed = edited(item.candidate, {name: value}, document)
    waiting.decide(item.key, "edit", by, at, changed, typer.prompt("Reason", default=""))


def _split(waiting: Queue, item: Queued, document: Document, by: str, at: str) -> None:
    from willing.errors import UsageError
    from willing.reading._review import split

    words = typer.prompt("First words of the second part")
    span = item.candidate.span
    place = document.text.find(words, span.start, span.end)
    if place < 0:
        raise UsageError(f"found no {words!r} in the span; expected words that stand in it")
    waiting.decide(item.key, "split", by, at, item.candidate, parts=split(item.candidate, place))


def _accept(
    waiting: Queue,
    item: Queued,
    document: Document,
    by: str,
    at: str,
    case: str | None,
    publisher: str | None,
    publishers: dict[str, str],
) -> None:
    reason = typer.prompt("Reason", default="")
    extra: dict[str, Any] = {}
    if case is not None:
        from willing.case import append_statements, load

        loaded = load(case)
        named = publisher or publishers.get(item.document)
        if named is None:
            named = publishers[item.document] = typer.prompt("Publisher")
        summary = typer.prompt("Summary in your own words")
        statements = _statements(item.candidate, document, loaded, summary, named)
        # a crash after writing and before logging leaves them there: they are not added again
        there = {(s.document, s.span_start, s.actor): s.id for s in loaded.statements if s.document}
        new = [s for s in statements if (s.document, s.span_start, s.actor) not in there]
        append_statements(case, new)
        ids = [there.get((s.document, s.span_start, s.actor), s.id) for s in statements]
        extra = {"case": loaded.id, "statements": ids}
    waiting.decide(item.key, "accept", by, at, item.candidate, reason, extra=extra)


def _one_of(question: str, valid: str, default: str) -> str:
    """Ask until the answer is valid: a refusal after all the typing would lose it."""
    while True:
        given = str(typer.prompt(question, default=default)).strip().upper()
        if len(given) == 1 and given in valid:
            return given
        typer.echo(f"found {given!r}; expected one of {', '.join(valid)}")


def _statements(
    candidate: Candidate, document: Document, case: Case, summary: str, publisher: str
) -> list[Any]:
    from willing.data.reading import gazetteer
    from willing.reading._duplicates import duplicates
    from willing.reading._statements import to_statements

    same = duplicates(candidate, document, case.statements)
    event = None
    if same and typer.confirm(f"Another report of {same[0].statement}?", default=True):
        event = same[0].event or None
    return to_statements(
        candidate,
        document,
        ids=[s.id for s in case.statements],
        summary=summary,
        publisher=publisher,
        reliability=_one_of("Reliability of the source (A-F)", "ABCDEF", "C"),
        credibility=int(_one_of("Credibility of the information (1-6)", "123456", "3")),
        event=event,
        known_conditions=[c.id for c in case.conditions],
        gazetteer=gazetteer(),
    )
