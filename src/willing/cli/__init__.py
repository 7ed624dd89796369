"""Every capability as a command. Commands import what they need inside, so that help is fast."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import typer

from willing import __version__
from willing.cli._shell import INTERRUPTED, report
from willing.errors import UsageError, WillingError

__all__ = ["COMMANDS", "app", "main"]

# Before NumPy is imported: our matrices are small, and threads that wait for each other over them
# made a fit four times slower. What we run in parallel are draws and processes.
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

# The order of the help: from a case to a briefing, then the single rooms, then upkeep.
COMMANDS = (
    "new",
    "check",
    "assess",
    "score",
    "read",
    "review",
    "watch",
    "positions",
    "forum",
    "routes",
    "bargain",
    "force",
    "backtest",
    "export",
    "resolve",
    "corpus",
    "sweep",
    "bench",
    "serve",
    "version",
)

app = typer.Typer(
    name="willing",
    help="Who is willing, what can they field, who can stop it, and will it happen?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(f"willing {__version__}")


def _register() -> None:
    for name in COMMANDS:
        if name == "version":
            continue
        module: Any = importlib.import_module(f"willing.cli.{name}")
        app.command(name=name.rstrip("_"))(getattr(module, name))


_register()


def main() -> None:
    """Run a command; turn every expected error into one message and an exit status."""
    as_json = "--json" in sys.argv
    try:
        app()
    except WillingError as error:
        sys.exit(report(error, as_json))
    except SystemExit as end:  # typer turns Ctrl-C into this status without a word
        if end.code == INTERRUPTED:
            sys.stderr.write("willing: interrupted\n")
            sys.stderr.flush()
            os._exit(INTERRUPTED)  # threads still at work are not waited for
        raise
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:  # a full disk, a folder that may not be written, a device that is gone
        place = error.filename or "this machine"
        sys.exit(report(UsageError(f"{place}: {error.strerror or error}"), as_json))
