"""Run the console blocks of a page as a reader would, in one folder, in order.

A line that begins with `$ ` is run; the lines after it are what must be printed, where `...` stands
for anything in a line, and by itself for any number of lines. No shell is started: what a block may
use is `willing`, a text piped in by `echo`, and `>` to a file.
"""

from __future__ import annotations

import io
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^ *```console\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
#: what a page may show and this does not run; each is run or built by a test or check of its own
ELSEWHERE = re.compile(
    r"^(?:[A-Z_]+=\S+ )*(make|pip|python|pytest|git|docker|podman|cd|uv|willing serve)\b"
)


@dataclass(frozen=True)
class Step:
    """One command of a page and what should come of it."""

    command: str
    expected: str
    line: int


def steps(text: str) -> Iterator[Step]:
    """Yield every command of a page's console blocks."""
    for block in _BLOCK.finditer(text):
        first = text[: block.start(1)].count("\n") + 1
        command, printed, at = "", [], 0
        for offset, line in enumerate(block.group(1).splitlines()):
            if line.lstrip().startswith("$ "):
                if command:
                    yield Step(command, "\n".join(printed), at)
                command, printed = line.lstrip()[2:].split("   #")[0].strip(), []
                at = first + offset
            else:
                printed.append(line)
        if command:
            yield Step(command, "\n".join(printed), at)


def run(command: str, folder: Path, keys: str = "") -> tuple[int, str, str]:
    """Run one command in a folder; return its status, output and errors."""
    piped, _, rest = command.rpartition(" | ")
    words = shlex.split(rest or command)
    into = ""
    if ">" in words:
        place = words.index(">")
        into, words = words[place + 1], words[:place]
    if piped:
        echo = shlex.split(piped)
        assert echo[0] == "echo", command
        keys = " ".join(echo[1:]) + "\n"
    assert words[0] == "willing", f"{command!r} is neither run here nor known to be run elsewhere"
    status, out, err = _willing(words[1:], folder, keys)
    if into:
        (folder / into).write_text(out, encoding="utf-8")
        out = ""
    return status, out, err


def _willing(arguments: list[str], folder: Path, keys: str) -> tuple[int, str, str]:
    from willing.cli import main

    out, err = io.StringIO(), io.StringIO()
    before = sys.argv, sys.stdin
    sys.argv = ["willing", *arguments]
    sys.stdin = io.TextIOWrapper(io.BytesIO(keys.encode()), encoding="utf-8")
    status = 0
    try:
        with chdir(folder), redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.argv, sys.stdin = before
    return status, out.getvalue(), err.getvalue()


def matches(expected: str, printed: str) -> bool:
    """Whether the output is as shown, `...` standing for anything."""
    if not expected.strip():
        return True
    pattern = ""
    for line in _tidy(expected).splitlines():
        parts = map(re.escape, line.split("..."))
        pattern += r"(?:.*\n)*" if line.strip() == "..." else ".*".join(parts) + r"\n"
    return re.fullmatch(pattern, _tidy(printed) + "\n") is not None


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def follow(
    text: str, folder: Path, keys: Callable[[str, Path], str] = lambda command, folder: ""
) -> int:
    """Run every command of a page; return how many were run."""
    done = 0
    for step in steps(text):
        if ELSEWHERE.match(step.command):
            continue
        status, out, err = run(step.command, folder, keys(step.command, folder))
        assert status == 0, f"line {step.line}: {step.command}\nstatus {status}\n{out}{err}"
        assert matches(step.expected, out), (
            f"line {step.line}: {step.command}\nexpected\n{step.expected}\nprinted\n{out}"
        )
        done += 1
    return done
