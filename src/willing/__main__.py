"""`willing` and `python -m willing` are the command line."""

import os
import signal
from typing import Never


def _stop(number: int, frame: object) -> Never:
    os.write(2, b"willing: interrupted\n")
    os._exit(128 + number)


def main() -> None:
    """Import the command line and run it.

    Importing takes a third of a second. Ctrl-C would end it in a traceback, or be lost where Python
    drops exceptions; nothing has begun that could be left half done, so the process just ends.
    """
    python = signal.getsignal(signal.SIGINT)
    if python is signal.default_int_handler:  # not where the signal is ignored on purpose
        signal.signal(signal.SIGINT, _stop)
    from willing.cli import main as command_line

    signal.signal(signal.SIGINT, python)
    try:
        command_line()
    except KeyboardInterrupt:  # before the command itself has begun to listen
        _stop(signal.SIGINT, None)


if __name__ == "__main__":
    main()
