"""How fast the page answers a slider, and what a first view weighs.

Starts a server of its own on a free port with a store of its own, and drives a real Chromium
against it; `python benchmarks/bench_page.py http://127.0.0.1:8420` measures one that runs already.
Slider to redrawn is timed in the page, from the input event to the frame after the chart was drawn
again.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from benchmarks.report import figure, skip

CASE = "/cases/ukraine-2025"
#: how long a server may take to answer for the first time (seconds)
PATIENCE = 120
TIMED = """async (times) => {
  const desk = document.querySelector('[data-change]');
  const slider = document.querySelector('[data-rate="ceasefire"]');
  const frame = () => new Promise(requestAnimationFrame);
  const found = [];
  for (let k = 0; k < times; k++) {
    slider.value = (k % 13) * 0.5 - 3;
    const before = Number(desk.dataset.turn), begun = performance.now();
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    while (Number(desk.dataset.turn) <= before) await frame();
    await frame();
    found.push(performance.now() - begun);
  }
  return found;
}"""


def chromium() -> str | None:
    """Where the system's Chromium is, if there is one."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


def lacking() -> str | None:
    """What keeps the page from being measured here, in words."""
    for name in ("playwright", "uvicorn"):
        if find_spec(name) is None:
            return f"{name} is not installed"
    return None if chromium() else "there is no Chromium on this system"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def served() -> Iterator[str]:
    """Address of a server with an empty store, stopped afterwards."""
    port = _free_port()
    home = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "willing", "serve", "--port", str(port)]
        command += ["--store", f"sqlite:///{folder}/bench.db"]
        with (Path(folder) / "log").open("w+") as log:
            server = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=folder, env={**os.environ, "HOME": folder}
            )
            try:
                _wait(server, home, log)
                yield home
            finally:
                server.terminate()
                try:
                    server.wait(20)
                except subprocess.TimeoutExpired:
                    server.kill()
                    server.wait()


def _wait(server: subprocess.Popen[bytes], home: str, log: Any) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            log.seek(0)
            raise RuntimeError(f"the server stopped: {log.read()}")
        try:
            urllib.request.urlopen(f"{home}/healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"no answer at {home} within {PATIENCE} s")


def drawn(page: Any, home: str) -> float:
    """Seconds until the chart of the first view stands."""
    begun = time.perf_counter()
    page.goto(f"{home}{CASE}/prospects")
    page.wait_for_selector("[data-chart] svg", timeout=240_000)
    return time.perf_counter() - begun


def first_view(page: Any, home: str) -> tuple[float, float, float]:
    """Seconds until it stands, megabytes, and megabytes on the wire: of a forecast that is kept."""
    sizes: dict[str, tuple[int, int]] = {}

    def finished(request: Any) -> None:
        body = len(request.response().body())
        sizes[request.url] = (body, request.sizes()["responseBodySize"])

    page.on("requestfinished", finished)
    seconds = drawn(page, home)
    page.wait_for_timeout(500)
    page.remove_listener("requestfinished", finished)
    body, wire = (sum(s[k] for s in sizes.values()) / 1e6 for k in (0, 1))
    return seconds, body, wire


def slider(page: Any, home: str, times: int = 40) -> list[float]:
    """Milliseconds from moving a slider to the chart redrawn, in order of size."""
    page.goto(f"{home}{CASE}/change")
    page.wait_for_selector("[data-change][data-turn]", timeout=60_000)
    return sorted(page.evaluate(TIMED, times))


@contextmanager
def opened() -> Iterator[Any]:
    """Yield a page of a fresh browser at desktop size."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        finally:
            browser.close()


@pytest.mark.skipif(lacking() is not None, reason=lacking() or "")
def test_the_page_answers(benchmark: Any) -> None:
    with served() as home, opened() as page:
        assert drawn(page, home) > 0
        assert len(benchmark.pedantic(slider, (page, home, 2), rounds=1)) == 2


def measure(home: str) -> None:
    with opened() as page:
        note = "the forecast is made for the first reader and kept"
        figure("first view after the server began, wall", drawn(page, home), "s", note=note)
    with opened() as page:  # nothing cached by the browser
        seconds, body, wire = first_view(page, home)
        figure("first view, wall", seconds, "s", goal="<= 2")
        figure("its weight", body, "MB", goal="<= 1.5", note=f"{wire:.2f} MB on the wire")
        found = slider(page, home)
        middle, late = found[len(found) // 2], found[int(0.95 * len(found))]
        note = f"{len(found)} moves"
        figure("slider to redrawn, median", middle, "ms", goal="<= 200", note=note)
        figure("slider to redrawn, 95th percentile", late, "ms", goal="<= 400", note=note)


def main() -> None:
    why = lacking()
    if why:
        skip("the page in a browser", why)
    elif len(sys.argv) > 1:
        measure(sys.argv[1])
    else:
        with served() as home:
            measure(home)


if __name__ == "__main__":
    main()
