"""What works beside a command: another process that shares its imports, or a thread."""

import os
import signal
import subprocess
import sys
import time

import pytest

from willing.cli import _beside
from willing.cli._beside import beside

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux only")


@LINUX
def test_it_works_in_a_process_of_its_own_and_ends_with_the_block():
    with beside() as other:
        pid = other.submit(os.getpid).result()
        assert pid != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@LINUX
def test_idle_comes_after_the_first_thing_asked_for(tmp_path):
    log = tmp_path / "log"

    def note(word):
        with log.open("a") as out:
            out.write(word + " ")

    _beside.note = note  # found by name in the process that was forked from this one
    try:
        with beside(_idle) as other:
            other.submit(_noted, "first").result()
            other.submit(_noted, "second").result()
    finally:
        del _beside.note
    assert log.read_text() == "first idle second "


def _idle():
    _beside.note("idle")


def _noted(word):
    _beside.note(word)


def test_an_error_is_that_of_the_work():
    with beside() as other, pytest.raises(ZeroDivisionError):
        other.submit(divmod, 1, 0).result()


def test_no_process_no_matter(monkeypatch):
    def refused(idle, first):
        raise OSError("no more processes")

    monkeypatch.setattr(_beside, "_Pool", refused)
    with beside() as other:
        assert other.submit(os.getpid).result() == os.getpid()


@LINUX
def test_it_does_not_outlive_a_command_that_is_killed():
    code = (
        "import os, time\n"
        "from willing.cli._beside import beside\n"
        "with beside() as other:\n"
        "    print(other.submit(os.getpid).result(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as command:
        pid = int(command.stdout.readline())
        os.kill(pid, 0)
        command.send_signal(signal.SIGKILL)
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("the process beside goes on")
