"""The page in a real Chromium: every view on a real case, and a person's whole path."""

from __future__ import annotations

import subprocess
import tarfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from willing.workbench import create_app

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed"),
]
CASE = "/cases/ukraine-2025"
VIEWS = (
    "prospects", "who", "routes", "force", "bargaining", "change",
    "review", "record", "time", "compare", "history", "import",
)  # fmt: skip
ARTICLE = (
    "Germany's chancellor Olaf Scholz said on 4 April 2025 that Berlin would send troops to "
    "Ukraine once a ceasefire holds.\n\n"
    "Finland's president Alexander Stubb said that Finland will not send soldiers to Ukraine."
)
AXE = ("axe-core", "4.10.3")


@dataclass
class Watched:
    """A page, with everything on it that must not happen."""

    page: Any
    home: str
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.home + path, wait_until="load")

    def scroll(self) -> None:
        """Come by every chart, and wait until each is drawn."""
        for place in self.page.query_selector_all("[data-chart]"):
            place.scroll_into_view_if_needed()
        self.until(
            "[...document.querySelectorAll('[data-chart]')].every("
            "p => p.querySelector('svg, p.quiet:not(.wait)'))"
        )

    def until(self, expression: str, seconds: float = 60) -> None:
        """Wait for an expression; `wait_for_function` would need unsafe-eval."""
        for _ in range(int(seconds * 10)):
            with suppress(playwright.Error):  # a page that is just being left
                if self.page.evaluate(expression):
                    return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"never true: {expression}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = tmp_path_factory.mktemp("store") / "willing.db"
    config = uvicorn.Config(create_app(f"sqlite:///{store}"), port=0, log_level="error")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        thread.join(0.05)
        assert thread.is_alive(), "the server did not start"
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as p:
        found = p.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield found
        found.close()


def watch(browser: Any, home: str, **options: Any) -> Watched:
    page = browser.new_context(**options).new_page()
    watched = Watched(page, home)

    def asked(request: Any) -> None:
        if not request.url.startswith((home, "data:", "blob:")):
            watched.faults.append(f"left the machine: {request.url}")

    def said(message: Any) -> None:
        if message.type == "error":
            watched.faults.append(f"console: {message.text}")

    page.on("request", asked)
    page.on("console", said)
    page.on("pageerror", lambda error: watched.faults.append(f"error: {error}"))
    return watched


@pytest.fixture
def page(browser: Any, server: str) -> Iterator[Watched]:
    watched = watch(browser, server, viewport={"width": 1440, "height": 900})
    yield watched
    watched.page.context.close()


@pytest.fixture(scope="module")
def forecast(browser: Any, server: str) -> None:
    """The first forecast, made the way a person makes it: by opening the case."""
    first = watch(browser, server)
    first.open(f"{CASE}/prospects")
    assert first.page.is_visible("[data-run] progress")
    first.page.wait_for_selector("h1.answer", timeout=240_000)
    assert first.faults == []
    first.page.context.close()


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_drives_the_case(page: Watched, forecast: None, view: str) -> None:
    page.open(f"{CASE}/{view}")
    page.scroll()
    assert page.faults == []
    assert page.page.locator("h1").count() == 1
    assert page.page.locator(f'nav.views a[href="{CASE}/{view}"][aria-current=page]').count() == (
        view != "import"
    )
    assert page.page.locator(".tlp").first.inner_text().endswith("TLP:CLEAR")
    empty = page.page.evaluate(
        "[...document.querySelectorAll('[data-chart]')].filter(p => !p.querySelector('svg'))"
        ".map(p => p.dataset.chart + ': ' + p.innerText)"
    )
    assert empty == []


def test_the_page_is_light(browser: Any, server: str, forecast: None) -> None:
    """Everything the heaviest first view fetches, as it stands in memory: under 1.5 MB."""
    total: dict[str, int] = {}
    seen = watch(browser, server, viewport={"width": 1440, "height": 900})

    def measured(response: Any) -> None:
        if not response.url.endswith("/events"):
            total[response.url] = len(response.body())

    seen.page.on("response", measured)
    seen.open(f"{CASE}/who")
    seen.scroll()
    assert sum(total.values()) < 1_500_000, total
    seen.page.context.close()


def test_the_table_sorts_by_keyboard(page: Watched) -> None:
    page.open(f"{CASE}/who")
    head = page.page.locator("#actors th button").first
    head.focus()
    page.page.keyboard.press("Enter")
    names = page.page.locator("#actors tbody th").all_inner_texts()
    assert names == sorted(names)
    assert page.page.locator("#actors th").first.get_attribute("aria-sort") == "ascending"


def test_the_skip_link_leads_to_the_content(page: Watched) -> None:
    page.open(f"{CASE}/who")
    page.page.keyboard.press("Tab")
    assert page.page.evaluate("document.activeElement.className") == "skip"
    page.page.keyboard.press("Enter")
    assert page.page.evaluate("document.activeElement.id") == "content"


def test_from_the_cases_to_a_sentence_without_a_mouse(page: Watched, forecast: None) -> None:
    """The skip link, a case, its actors, one of them, its latest sentence: keys alone."""
    keys = page.page.keyboard

    def tab_to(address: str) -> None:
        for _ in range(80):
            keys.press("Tab")
            if page.page.evaluate("document.activeElement?.getAttribute('href')") == address:
                seen = page.page.evaluate(
                    "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
                )
                assert seen, f"no focus to be seen on {address}"
                keys.press("Enter")
                return
        raise AssertionError(f"{address} was never reached")

    page.open("/")
    for address in (f"{CASE}/prospects", f"{CASE}/who", f"{CASE}/who/FRA"):
        tab_to(address)
        page.until(f"location.pathname === '{address}' && document.readyState === 'complete'")
    latest = page.page.locator(".statements > li").first.get_attribute("id")
    tab_to(f"{CASE}/statements/{str(latest).removeprefix('s-')}")
    page.until("document.querySelector('blockquote.said') !== null")
    assert page.faults == []


def test_what_it_would_take_and_what_moved_it(page: Watched, forecast: None) -> None:
    page.open(f"{CASE}/change")
    page.page.fill("form[data-take] [name=target]", "20")
    page.page.click("form[data-take] button.primary")
    page.until("document.querySelector('[data-taken] .big') !== null", 180)
    assert page.page.locator("[data-taken] ol li").count() >= 1
    page.open(f"{CASE}/time")
    days = page.page.locator("[data-moved] [name=earlier] option")
    day = days.nth(days.count() - 2).get_attribute("value")
    page.page.select_option("[data-moved] [name=earlier]", day)
    page.page.click("[data-moved] button.primary")
    page.until("document.querySelector('[data-moved-rows] table') !== null", 180)
    assert "The passing of time" in page.page.locator("[data-moved-rows]").inner_text()
    assert page.faults == []


def test_a_change_is_undone_and_a_conflict_shown(page: Watched, server: str) -> None:
    home = "/cases/haiti-2023"
    page.open(f"{home}/who")
    link = page.page.locator("#actors .last a").first.get_attribute("href") or ""
    page.open(link)
    page.page.click("details:has([data-edit]) > summary")
    said = page.page.request.get(f"{server}/api{link}").json()
    version = said.pop("version")
    said.pop("revision")
    theirs = {"version": version, "statement": said | {"summary": "Theirs."}, "why": "first"}
    assert page.page.request.put(f"{server}/api{link}", data=theirs).ok
    page.page.fill("[data-edit] [name=summary]", "Mine.")
    page.page.fill("[data-edit] [name=why]", "second")
    page.page.click("[data-edit] button.primary")
    page.page.wait_for_selector("[data-conflict]:not([hidden])")
    shown = page.page.locator("[data-conflict]").inner_text()
    assert "Theirs." in shown
    assert "Mine." in shown
    page.page.click("[data-conflict] button.primary")
    page.until("document.querySelector('blockquote.said p')?.innerText === 'Mine.'")
    page.open(f"{home}/history")
    before = page.page.locator("[data-reopen]").count()
    page.page.locator("[data-reopen]").first.click()
    page.until(f"document.querySelectorAll('[data-reopen]').length === {before + 1}")
    assert page.page.request.get(f"{server}/api{link}").json()["summary"] == "Theirs."
    assert [f for f in page.faults if "409" not in f] == []


def test_a_slider_is_answered(page: Watched, forecast: None) -> None:
    page.open(f"{CASE}/change")
    page.until("document.querySelector('[data-change]').dataset.turn === '1'")
    mandate = page.page.locator('tr[data-m="mandate"] td')
    before = mandate.nth(1).inner_text()
    slider = page.page.locator('[data-rate="ceasefire"]')
    slider.focus()
    for _ in range(4):
        page.page.keyboard.press("ArrowRight")
    page.until("document.querySelector('[data-change]').dataset.turn >= 2")
    page.until("document.querySelector('tr[data-m=mandate] td.up') !== null")
    assert mandate.nth(1).inner_text() != before
    assert "rate=ceasefire" in page.page.url
    page.page.reload()
    page.until("document.querySelector('tr[data-m=mandate] td.up') !== null")
    assert page.faults == []


def test_words_in_a_statement_stay_words(page: Watched, server: str) -> None:
    """Markup in what somebody said is text on the page."""
    evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    made = page.page.request.post(
        f"{server}/api/cases/iraq-2003/statements",
        data={
            "statements": [
                {
                    "id": "EVIL-1", "date": "2003-03-01", "actor": "GBR", "speaker": evil,
                    "rank": "head", "issue": "participation", "stance": "commit",
                    "domain": "land", "kind": "actor", "reliability": "B", "credibility": 2,
                    "summary": evil, "publisher": evil,
                }
            ],
            "why": evil,
        },
    )  # fmt: skip
    assert made.ok, made.text()
    for path in ("who", "who/GBR", "statements/EVIL-1", "prospects"):
        page.open(f"/cases/iraq-2003/{path}")
        assert page.page.title() not in ("1", "2")
        assert page.page.locator("main img").count() == 0
    page.open("/cases/iraq-2003/statements/EVIL-1")
    assert evil in page.page.locator("blockquote").inner_text()
    page.page.goto("about:blank")


def test_a_persons_whole_path(page: Watched, forecast: None) -> None:
    """Paste, review, accept, see the forecast move, pull a lever, take the PDF home."""
    page.open(f"{CASE}/prospects")
    before = page.page.locator("footer code").inner_text()
    page.open(f"{CASE}/review")
    page.page.fill("[data-read] [name=text]", ARTICLE)
    page.page.fill("[data-read] [name=published]", "2025-04-04")
    page.page.fill("[data-read] [name=publisher]", "Test wire")
    page.page.click("[data-read] button.primary")
    page.page.wait_for_selector("[data-review]:not([hidden])", timeout=60_000)
    waiting = page.page.locator("[data-list] button")
    count = waiting.count()
    assert count >= 1
    marked = page.page.locator("[data-doc] mark").inner_text()
    assert marked in ARTICLE
    page.page.fill("[data-form] [name=actor]", "DEU")
    page.page.select_option("[data-form] [name=stance]", "conditional")
    page.page.select_option("[data-form] [name=domain]", "land")
    page.page.select_option("[data-form] [name=issue]", "participation")
    page.page.fill("[data-form] [name=summary]", "Would send troops once a ceasefire holds.")
    page.page.keyboard.press("Escape")
    page.page.keyboard.press("a")
    page.until("document.querySelector('[data-said]').textContent.startsWith('Saved')")
    page.until(f"document.querySelectorAll('[data-list] button').length === {count - 1}")
    if count > 1:
        page.page.fill("[data-form] [name=why]", "not about taking part")
        page.page.click('[data-do="reject"]')
        page.until(f"document.querySelectorAll('[data-list] button').length === {count - 2}")
    page.open(f"{CASE}/who/DEU")
    said = page.page.locator(".statements").inner_text()
    assert "Would send troops once a ceasefire holds." in said
    page.open(f"{CASE}/prospects")
    page.page.wait_for_selector("h1.answer", timeout=240_000)
    assert page.page.locator("footer code").inner_text() != before
    assert "accepted from a text" in page.page.locator(".news").inner_text()
    page.open(f"{CASE}/change")
    page.page.check('[name=lever][value="deploy_before_ceasefire"]')
    page.until("document.querySelector('tr[data-m=deployed] td.up') !== null")
    page.open(f"{CASE}/prospects")
    with page.page.expect_download() as download:
        page.page.get_by_role("link", name="PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    assert page.faults == []


def test_two_levers_side_by_side(page: Watched, forecast: None) -> None:
    page.open(f"{CASE}/compare")
    page.until("document.querySelectorAll('[data-out] svg').length === 2")
    page.page.select_option('[data-side="right"] [name=lever]', "deploy_before_ceasefire")
    page.page.click("[data-compare] button.primary")
    page.until("document.querySelector('[data-out=right] td.up') !== null")
    assert page.faults == []


def test_an_earlier_day_knows_less(page: Watched) -> None:
    page.open(f"{CASE}/who/DEU")
    now = page.page.locator(".statements > li").count()
    page.open(f"{CASE}/who/DEU?as_of=2025-02-20")
    assert 0 < page.page.locator(".statements > li").count() < now
    assert page.page.locator(".earlier").is_visible()
    days = page.page.locator(".statements time").evaluate_all("t => t.map(x => x.dateTime)")
    assert max(days) <= "2025-02-20"
    assert page.faults == []


def test_a_spreadsheet_comes_in_with_its_columns_mapped(page: Watched) -> None:
    page.open("/cases/chad-2007/import")
    table = "When,Who,Position,What,Paper\n2007-09-20,POL,consider,Weighs a company,A paper\n"
    file = {"name": "s.csv", "mimeType": "text/csv", "buffer": table.encode()}
    page.page.set_input_files("[data-sheet] [name=file]", file)
    page.page.click("[data-sheet] button")
    page.page.wait_for_selector("[data-map]:not([hidden])")
    for column, name in (
        ("When", "date"), ("Who", "actor"), ("Position", "stance"),
        ("What", "summary"), ("Paper", "publisher"),
    ):  # fmt: skip
        page.page.select_option(f'[data-column="{column}"]', name)
    page.page.click("[data-map] button.primary")
    page.until("document.querySelectorAll('[data-faults] li').length > 0")  # id, rank ... missing
    fixed = {
        "id": "SHEET-1", "rank": "head", "issue": "participation", "domain": "land",
        "kind": "actor", "reliability": "B", "credibility": "2",
    }  # fmt: skip
    for name, value in fixed.items():
        page.page.fill(f"[data-fixed] [name={name}]", value)
    page.page.click("[data-map] button.primary")
    page.until("document.querySelector('[data-map]').hidden")
    page.open("/cases/chad-2007/statements/SHEET-1")
    assert "Weighs a company" in page.page.locator("blockquote").inner_text()


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core (MPL-2.0), for tests alone: fetched, never shipped."""
    folder = tmp_path_factory.mktemp("axe")
    try:
        subprocess.run(
            ["npm", "pack", "@".join(AXE), "--silent"],
            cwd=folder, check=True, capture_output=True, timeout=60,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        pytest.skip("axe-core could not be fetched through npm")
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        member = archive.extractfile("package/axe.min.js")
        assert member is not None
        return member.read().decode()


@pytest.mark.parametrize(("width", "scheme"), [(1024, "light"), (390, "dark")])
@pytest.mark.parametrize("view", [*VIEWS, "who/FRA", "statements/ST-001", "/", "/reference"])
def test_everyone_can_use_it(
    browser: Any, server: str, forecast: None, axe: str, view: str, width: int, scheme: str
) -> None:
    """Nothing against WCAG 2.2 AA (axe-core), in light and on a dark phone; nothing runs off."""
    seen = watch(
        browser, server, viewport={"width": width, "height": 844},
        color_scheme=scheme, reduced_motion="reduce",
    )  # fmt: skip
    seen.open(view if view.startswith("/") else f"{CASE}/{view}")
    seen.scroll()
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.faults == []
    for summary in seen.page.query_selector_all("main details:not([open]) > summary"):
        summary.click()
    seen.page.evaluate("scrollTo(0, 0)")
    seen.page.evaluate(axe)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = seen.page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags
    )
    faults = [(v["id"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found["violations"]]
    assert faults == []
    seen.page.context.close()
