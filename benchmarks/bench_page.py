"""How fast the page answers a slider, and what a first view weighs.

Drives a real Chromium against a running server: `willing serve --port 8467`, then
`python benchmarks/bench_page.py http://127.0.0.1:8467`. Slider to redrawn is timed in the page,
from the input event to the frame after the chart was drawn again.
"""

from __future__ import annotations

import sys
import time

from playwright.sync_api import sync_playwright

CASE = "/cases/ukraine-2025"
TIMED = """async () => {
  const desk = document.querySelector('[data-change]');
  const slider = document.querySelector('[data-rate="ceasefire"]');
  const frame = () => new Promise(requestAnimationFrame);
  const found = [];
  for (let k = 0; k < 40; k++) {
    slider.value = (k % 13) * 0.5 - 3;
    const before = Number(desk.dataset.turn), begun = performance.now();
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    while (Number(desk.dataset.turn) <= before) await frame();
    await frame();
    found.push(performance.now() - begun);
  }
  return found;
}"""


def main(home: str) -> None:
    with sync_playwright() as p:
        browser = p.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        sizes: dict[str, tuple[int, int]] = {}

        def measured(response: object) -> None:
            body = len(response.body())  # type: ignore[attr-defined]
            wire = response.request.sizes()["responseBodySize"]  # type: ignore[attr-defined]
            sizes[response.url] = (body, wire)  # type: ignore[attr-defined]

        def finished(request: object) -> None:
            measured(request.response())  # type: ignore[attr-defined]

        page.on("requestfinished", finished)
        begun = time.perf_counter()
        page.goto(f"{home}{CASE}/prospects")
        page.wait_for_selector("[data-chart] svg", timeout=120_000)
        drawn = time.perf_counter() - begun
        page.wait_for_timeout(500)
        body, wire = (sum(s[k] for s in sizes.values()) for k in (0, 1))
        print(f"first view {drawn:.2f} s, {body / 1e6:.2f} MB ({wire / 1e6:.2f} MB on the wire)")
        page.remove_listener("requestfinished", finished)
        page.goto(f"{home}{CASE}/change")
        page.wait_for_selector("[data-change][data-turn]", timeout=60_000)
        found = sorted(page.evaluate(TIMED))
        middle, late = found[len(found) // 2], found[int(0.95 * len(found))]
        print(f"slider to redrawn: median {middle:.0f} ms, p95 {late:.0f} ms, n = {len(found)}")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8467")
