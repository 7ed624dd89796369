"""Charts drawn by a process of its own, while this one goes on working.

Drawing takes a second or two and holds the interpreter's lock; a machine with a second core can do
it beside a simulation. What is drawn is the same either way, and when the other process cannot be
had the charts are drawn here.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any

from willing.briefing._ids import settled

__all__ = ["Drawing", "place"]

_PAINTER = Path(__file__).with_name("_painter.py")
#: the Vega-Lite whose grammar the charts are written in
VERSION = "6.4"


def place(name: str) -> str:
    """Return the mark on a page where a chart goes."""
    return f"<!-- chart: {name} -->"


Specifications = Mapping[str, dict[str, Any] | None]


class Drawing:
    """Draws in the background from the moment it is made; a context that ends the process."""

    def __init__(self) -> None:
        self._line = ThreadPoolExecutor(max_workers=1)
        self._drawn: list[Future[dict[str, str]]] = []
        self._process: subprocess.Popen[bytes] | None = None
        with contextlib.suppress(OSError):  # drawn here, then
            self._process = subprocess.Popen(  # noqa: S603 (our own file)
                [sys.executable, str(_PAINTER), VERSION],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )

    def begin(self, brought: Future[Specifications]) -> None:
        """Draw what is brought, by name, once it is there; None stands for nothing to show."""
        self._drawn.append(self._line.submit(self._draw, brought))

    def drawn(self) -> dict[str, str]:
        """Return every chart that was begun, as SVG text, when all are drawn."""
        return {name: text for part in self._drawn for name, text in part.result().items()}

    def fill(self, page: str) -> str:
        """Return a page with every chart in its place (see `place`), when all are drawn."""
        for name, text in self.drawn().items():
            page = page.replace(place(name), text)
        return page

    def _draw(self, brought: Future[Specifications]) -> dict[str, str]:
        return {
            name: settled(self._ask(one)) if one is not None else ""
            for name, one in brought.result().items()
        }

    def _ask(self, specification: dict[str, Any]) -> str:
        process = self._process
        if process and process.stdin and process.stdout:
            try:
                process.stdin.write(json.dumps(specification).encode() + b"\n")
                process.stdin.flush()
                answer = json.loads(process.stdout.readline())
                if "svg" in answer:
                    return str(answer["svg"])
            except (OSError, ValueError):
                self._process = None
        import vl_convert

        return str(vl_convert.vegalite_to_svg(specification, vl_version=VERSION))

    def __enter__(self) -> Drawing:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._line.shutdown(wait=kind is None, cancel_futures=True)
        if self._process:
            self._process.kill()
            self._process.communicate()
