"""What every command shares: printing, JSON, progress, errors and exit status."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from willing.errors import UsageError, WillingError

if TYPE_CHECKING:
    from rich.console import Console

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Advance = Callable[[float, str], None]


def console() -> Console:
    """Return a console on standard output; plain in a pipe."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def emit(document: Any) -> None:
    """Print one JSON document. NaN and infinity are refused: they are not JSON."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def report(error: WillingError, as_json: bool) -> int:
    """Print an error to standard error and return the exit status."""
    if as_json:
        sys.stderr.write(json.dumps(error.as_dict(), ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(f"willing: {error}\n")
    return error.status


def write(path: Path, content: str | bytes) -> None:
    """Write a file beside its place and move it there: a fault leaves the old one or the new.

    Raises
    ------
    UsageError
        Where it cannot be written: the place, and why.
    """
    data = content.encode() if isinstance(content, str) else content
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise UsageError(f"{path}: cannot be written ({error.strerror or error})") from None


@contextmanager
def progress(title: str, quiet: bool = False) -> Iterator[Advance]:
    """Show progress on a terminal, stay silent in a pipe.

    Yields a function of (fraction done 0-1, what is being done).
    """
    if quiet or not sys.stderr.isatty():
        yield lambda fraction, note: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[note]}"),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(title, total=1.0, note="")
        yield lambda fraction, note: bar.update(task, completed=fraction, note=note)
