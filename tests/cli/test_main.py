"""The entry of the command line: what happens before a command is known."""

from __future__ import annotations

import subprocess
import sys

import pytest

# a finder that is asked for every module: the signal arrives while `willing.cli` is imported
INTERRUPTED = """
import os, signal, sys
signal.signal(signal.SIGINT, {handler})
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "willing.cli.{module}":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder)
from willing.__main__ import main
sys.argv = ["willing", "version"]
main()
"""


def run(handler: str, module: str) -> subprocess.CompletedProcess[str]:
    code = INTERRUPTED.format(handler=handler, module=module)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


@pytest.mark.parametrize("module", ["_shell", "serve"])
def test_an_interruption_while_importing_is_one_sentence(module: str) -> None:
    done = run("signal.default_int_handler", module)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "willing: interrupted\n")


def test_an_interruption_before_the_command_begins_is_one_sentence() -> None:
    """While the options of all commands are put together."""
    code = (
        "import os, signal, sys, typer.main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "typer.main.get_command = lambda app: os.kill(os.getpid(), signal.SIGINT)\n"
        "from willing.__main__ import main\n"
        "sys.argv = ['willing', 'version']\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "willing: interrupted\n")


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    done = run("signal.SIG_IGN", "serve")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("willing ")
