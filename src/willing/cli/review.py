"""`willing review`: accept, edit, reject or split candidates, key by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from willing.cli._shell import Json, console, emit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from willing.case import Case
    from willing.reading._queue import Queue, Queued
    from willing.reading._types import Candidate, Document


_REASON = "Reason, for the log (Enter: none)"
_PARTS: Mapping[str, Literal["candidate", "stakeholder"]] = {
    "c": "candidate",
    "s": "stakeholder",
}
_KEYS = {
    "a": "accept",
    "e": "edit",
    "r": "reject",
    "s": "split",
    "n": "next",
    "q": "quit",
}


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
    import sys
    from datetime import UTC, datetime

    from willing.errors import UsageError, WillingError
    from willing.reading._queue import Queue

    waiting = Queue(queue)
    decided = len(waiting.decisions())
    if as_json:
        emit(_state(waiting))
        return
    if not by:
        raise UsageError("found no reviewer; expected --by NAME (or WILLING_REVIEWER)")
    out = console()
    loaded = _loaded(case)
    skipped: set[str] = set()
    publishers: dict[str, str] = {}
    while True:
        waiting_now = waiting.pending()
        pending = [q for q in waiting_now if q.key not in skipped]
        if not pending:
            break
        item = pending[0]
        document = waiting.document(item.document)
        done = len(waiting.decisions())
        place = f"{len(waiting_now)} waiting, {done} decided"
        _show(out, item, document, place, loaded)
        key = _key()
        at = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            if key == "q":
                break
            if key == "n":
                skipped.add(item.key)
            elif key == "r":
                reason = typer.prompt(_REASON, default="", show_default=False)
                waiting.decide(item.key, "reject", by, at, item.candidate, reason)
            elif key == "e":
                _edit(waiting, item, document, by, at)
            elif key == "s":
                _split(waiting, item, document, by, at)
            elif key == "a":
                ids = _accept(waiting, item, document, by, at, case, loaded, publisher, publishers)
                if ids:
                    out.print(f"In the case as {', '.join(ids)}.", style="green", markup=False)
                loaded = _loaded(case)
            elif key.strip():
                out.print(f"{key!r} is no key here.", style="red", markup=False)
        except WillingError as error:
            out.print(str(error), style="red", markup=False)
        except (typer.Abort, EOFError):
            if not sys.stdin.isatty():
                raise
            out.print("\nNothing recorded.", style="yellow")
    left = len(waiting.pending())
    out.print(
        f"{left} candidate{'' if left == 1 else 's'} left; the log is in "
        f"{waiting.folder / 'reviews.jsonl'}",
        markup=False,
    )
    if case is not None and len(waiting.decisions()) > decided:
        out.print(f"Next: willing check {case}", markup=False)


def _loaded(case: str | None) -> Case | None:
    if case is None:
        return None
    from willing.case import load

    return load(case)


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


def _show(out: Console, item: Queued, document: Document, place: str, case: Case | None) -> None:
    """The paragraph with the span marked, the fields by number, what it may repeat, the keys."""
    from rich.table import Table
    from rich.text import Text

    from willing.cli._candidates import GUESS, KIND, holders, stance
    from willing.reading._review import EDITABLE, excerpt

    row = item.candidate.as_dict()
    out.print()
    out.rule(place, align="left")
    title = document.title or document.source or document.sha256[:12]
    out.print(Text(f"{title}, {document.published or 'no publication date'}", style="dim"))
    part = excerpt(document, item.candidate.span)
    text = Text(" ".join(part.before.split()) + " " * bool(part.before.strip()))
    text.append(" ".join(part.span.split()), style="bold reverse")
    text.append(" " * part.after[:1].isspace() + " ".join(part.after.split()))
    out.print()
    out.print(text)
    out.print()
    table = Table.grid(padding=(0, 2))
    for number, name in enumerate(EDITABLE, 1):
        value: Any = {
            "actor": holders(row["actor"]),
            "stance": stance(row),
            "kind": f"{row['kind']} ({KIND[row['kind']]})",
        }.get(name, row.get(name))
        if name in {"start", "end"}:
            start, length = row["span"]
            value = str(start if name == "start" else start + length)
        sure = row["field_confidence"].get("holder" if name == "actor" else name)
        note = "a guess" if sure is not None and sure < GUESS else ""
        table.add_row(
            Text(str(number), style="dim"), name, value or "-", Text(note, style="yellow")
        )
    for name in ("said_at", "due"):
        detail = row[f"{name}_detail"]
        if detail:
            value = row[name] or "not placed: no publication date"
            table.add_row("", name.replace("_at", " on"), f"{value} (“{detail['text']}”)", "")
    out.print(table)
    if case is not None:
        _repeats(out, item, document, case)
    keys = Text()
    for key, label in _KEYS.items():
        keys.append(key, style="bold")
        keys.append(f" {label}   ", style="dim")
    out.print()
    out.print(keys)


def _repeats(out: Console, item: Queued, document: Document, case: Case) -> None:
    """Statements of the record that this one may report again, in words."""
    from willing.reading._duplicates import duplicates

    known = {s.id: s for s in case.statements}
    for one in duplicates(item.candidate, document, case.statements)[:3]:
        there = known[one.statement]
        line = f"may repeat {one.statement} ({one.score:.2f}), {there.date}: {there.summary}"
        out.print(line, style="yellow", markup=False)


def _edit(waiting: Queue, item: Queued, document: Document, by: str, at: str) -> None:
    from willing.reading._review import EDITABLE, choices, edited

    asked = typer.prompt("Number or name of the field").strip()
    name = (
        EDITABLE[int(asked) - 1] if asked.isdigit() and 0 < int(asked) <= len(EDITABLE) else asked
    )
    valid = choices(name)
    value = typer.prompt(
        f"New {name}" + (f" ({', '.join(valid)})" if valid else ""), default="", show_default=False
    )
    changed = edited(item.candidate, {name: value}, document)
    reason = typer.prompt(_REASON, default="", show_default=False)
    waiting.decide(item.key, "edit", by, at, changed, reason)


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
    loaded: Case | None,
    publisher: str | None,
    publishers: dict[str, str],
) -> list[str]:
    """Accept a candidate. Return the ids of its statements in the case, none without a case."""
    ids: list[str] = []
    if case is not None and loaded is not None:
        loaded = _with_holders(item.candidate.actor, case, loaded)
    reason = typer.prompt(_REASON, default="", show_default=False)
    if case is not None and loaded is not None:
        from willing.case import append_statements

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
    extra = {"case": loaded.id, "statements": ids} if loaded is not None else {}
    waiting.decide(item.key, "accept", by, at, item.candidate, reason, extra=extra)
    return ids


def _with_holders(holders: Sequence[str], case: str, loaded: Case) -> Case:
    """Return the case with all who hold the position in it, asked before anything else is."""
    from willing.case import append_actors
    from willing.case.folder import actor
    from willing.cli._candidates import holders as named
    from willing.data.reading import called
    from willing.errors import UsageError

    for holder in holders:
        if holder in {a.id for a in loaded.actors}:
            continue
        typer.echo(f"{named([holder])} is not in the case's actors.csv.")
        said = typer.prompt(
            "Add it as c candidate (may take part), s stakeholder (has a say), or Enter: not now",
            default="",
            show_default=False,
        )
        role = _PARTS.get(said.strip().lower()[:1])
        if role is None:
            raise UsageError(
                f"nothing recorded: {holder} is not in the case; n leaves it for later"
            )
        loaded = append_actors(case, [actor(holder, role, called(holder))])
    return loaded


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
