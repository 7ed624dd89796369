"""The briefing: one self-contained page that says the same as the document."""

import re
from html.parser import HTMLParser

import pytest

from willing.briefing import account, html
from willing.case import load
from willing.data.missions import load_missions
from willing.forecast import assess, document


@pytest.fixture(scope="module")
def assessment():
    return assess(load("ukraine-2025"), tuple(load_missions()), draws=200, seed=1)


@pytest.fixture(scope="module")
def page(assessment):
    return html(assessment, document(assessment))


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.ids, self.hrefs, self.loads = set(), [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids |= {given["id"]} if "id" in given else set()
        if tag == "a" and "href" in given:
            self.hrefs.append(given["href"])
        if tag in {"script", "img", "link", "iframe"}:
            self.loads.append((tag, given.get("src") or given.get("href")))


@pytest.fixture(scope="module")
def links(page):
    parser = _Links()
    parser.feed(page)
    return parser


def test_it_needs_no_network_and_runs_no_script(links):
    assert links.loads == []


def test_every_reference_leads_somewhere(links):
    inside = {h[1:] for h in links.hrefs if h.startswith("#")}
    assert inside
    assert inside <= links.ids


def test_every_statement_is_listed_with_its_source(assessment, page, links):
    for s in assessment.case.statements:
        assert f"s-{s.id}" in links.ids
        if s.source_url.startswith("http"):
            assert s.source_url in [h.replace("&amp;", "&") for h in links.hrefs]


def test_the_answer_comes_first_and_says_the_figure(assessment, page):
    said = account(assessment, document(assessment))
    text = re.sub(r"<[^>]+>", " ", page)
    assert said.answer in " ".join(text.split())
    assert page.index('class="answer"') < page.index('id="when"')


def test_a_figure_and_its_percent_sign_stay_on_one_line(page):
    assert "\N{NO-BREAK SPACE}%" in page
    assert not re.search(r"\d %", page)


def test_assumptions_that_are_ours_say_so(assessment, page):
    said = account(assessment, document(assessment))
    ours = [x for x in said.assumptions if x.basis == "assumption"]
    assert len(ours) > 20
    assert all(x.why for x in ours)
    assert page.count(">ours<") == len(ours)


def test_threats_are_shown_and_author_forecasts_are_marked(page):
    assert "legitimate target" in page or "lawful targets" in page
    assert "forecast by the author" in page


def test_text_from_sources_cannot_become_markup(assessment):
    case = assessment.case
    first = case.statements[0].model_copy(update={"summary": "<script>alert(1)</script>"})
    from dataclasses import replace

    bad = replace(
        assessment,
        case=case.model_copy(update={"statements": (first, *case.statements[1:])}),
    )
    assert "<script>alert" not in html(bad, document(bad))


def test_no_module_hides_a_name_of_the_facade() -> None:
    """A module of the same name would take its place as soon as somebody imports it."""
    from pathlib import Path

    import willing.briefing as room

    modules = {p.stem for p in Path(room.__file__ or "").parent.glob("*.py")}
    assert not modules & set(room.__all__)
