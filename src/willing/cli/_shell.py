"""What every command shares: printing, JSON, progress, errors and exit status."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from willing.errors import UsageError, WillingError

if TYPE_CHECKING:
    from rich.console import Console

#: exit status after Ctrl-C
INTERRUPTED = 130
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
def interruptible(grace: float = 0.5) -> Iterator[None]:
    """End the process soon after Ctrl-C, wherever it is: threads and compilers are not waited for.

    Python turns the signal into an exception between two steps of the main thread. A step may take
    a minute (a kernel being compiled), the exception may fall into a callback that swallows it,
    and the end of the process waits for its threads. A thread that hears of the signal at once
    gives all of that `grace` seconds. Files are written whole or not at all (`write`): nothing is
    lost.
    """
    if threading.current_thread() is not threading.main_thread() or os.name == "nt":
        yield
        return
    heard, told = os.pipe()
    os.set_blocking(told, False)
    try:
        before = signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    except ValueError:
        os.close(heard)
        os.close(told)
        yield
        return

    def watch() -> None:
        while number := os.read(heard, 1):
            if number[0] == signal.SIGINT:
                time.sleep(grace)
                os.write(2, b"willing: interrupted\n")
                os._exit(INTERRUPTED)
        os.close(heard)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    except KeyboardInterrupt:
        raise  # the watch goes on until the process has ended
    except BaseException:
        signal.set_wakeup_fd(before)
        os.close(told)
        raise
    else:
        signal.set_wakeup_fd(before)
        os.close(told)


@contextmanager
def uncollected() -> Iterator[None]:
    """Leave the collector of circular garbage out: a command ends before it would pay."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


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
