"""`willing watch`: feeds into a review queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from willing.cli._shell import Json, console, emit

if TYPE_CHECKING:
    from willing.reading._feed import Entry
    from willing.reading._types import Document


def watch(
    feeds: Annotated[list[str], typer.Argument(help="Addresses (or files) of RSS or Atom feeds.")],
    queue: Annotated[str, typer.Option(help="Folder of the review queue.")] = "willing-queue",
    once: Annotated[bool, typer.Option("--once", help="Poll what is due once and stop.")] = False,
    every: Annotated[
        float, typer.Option(min=60, help="Seconds between polls of one feed, at least.")
    ] = 900.0,
    pages: Annotated[
        bool, typer.Option("--pages", help="Fetch the page of each entry, not its summary alone.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Poll now, due or not.")] = False,
    extractor: Annotated[str, typer.Option(help="auto, spacy, plain or a spaCy model.")] = "auto",
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Let addresses be private (an own intranet).")
    ] = False,
    as_json: Json = False,
) -> None:
    """Poll feeds and queue new candidates for review.

    Asks with ETag and Last-Modified, waits as servers ask, backs off on errors, and resumes after
    a crash without loss or repeats. With --json one document is printed at the end.
    Exit status: 0 done, 1 a feed failed, 2 bad usage.
    """
    import time
    from collections.abc import Mapping
    from dataclasses import asdict
    from pathlib import Path

    from willing.cli._reading import guard, made_extractor
    from willing.errors import WillingError
    from willing.reading._fetch import fetch
    from willing.reading._load import document_from_bytes
    from willing.reading._queue import Queue
    from willing.reading._watch import Watcher, local_feed

    gate = guard(allow_private)

    def get(address: str, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        if "://" not in address[:12]:
            return local_feed(Path(address))
        answer = fetch(address, most=10_000_000, guard=gate, headers=headers)
        return answer.status, answer.headers, answer.body

    def page(entry: Entry) -> Document | None:
        if not entry.link.startswith(("http://", "https://")):
            return None
        try:
            answer = fetch(entry.link, most=10_000_000, guard=gate)
            return document_from_bytes(
                answer.body, answer.url, answer.content_type, entry.published
            )
        except WillingError:
            return None  # the summary is read instead

    watcher = Watcher(
        Queue(queue), made_extractor(extractor), get, time.time, every, page if pages else None
    )
    out = console()
    polls = []
    first = True
    try:
        while True:
            for poll in watcher.poll(feeds, force=force and first):
                polls.append(poll)
                if not as_json and poll.status != "not due":
                    note = poll.error or f"{poll.entries} entries, {poll.candidates} candidates"
                    out.print(f"{poll.feed}: {poll.status}: {note}", markup=False)
            first = False
            if once:
                break
            time.sleep(min(60.0, max(1.0, watcher.wait(feeds))))
    except KeyboardInterrupt:  # what is queued stays queued
        pass
    if as_json:
        emit({"queue": queue, "polls": [asdict(p) for p in polls]})
    if any(p.status == "failed" for p in polls):
        raise typer.Exit(1)
