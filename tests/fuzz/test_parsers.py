"""Whatever is thrown at a parser: a result, or an error of ours that says where; nothing else.

Each parser gets `WILLING_FUZZ` inputs (60 when not set); half are bytes at random, half are sound
inputs with damage. `WILLING_FUZZ=1000 pytest tests/fuzz tests/workbench/test_api_fuzz.py` is what
docs/explanation/testing.md reports; the API is fuzzed there from its own description.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from willing.bargaining import Negotiation, read_deu, read_scenario, write_csv, write_xml
from willing.case import load
from willing.case.expressions import parse as parse_expression
from willing.case.folder import locate, texts
from willing.case.folder._parse import parse as parse_case
from willing.errors import WillingError
from willing.interchange import resolved
from willing.reading import Document, document_from_bytes, extract
from willing.reading._feed import entries

ROOT = Path(__file__).resolve().parents[2]
INPUTS = int(os.environ.get("WILLING_FUZZ", "60"))
budget = settings(
    max_examples=INPUTS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
CASE = texts(locate("haiti-2023"))
ARTICLE = (ROOT / "docs" / "tutorials" / "article.txt").read_text(encoding="utf-8")
TOKENS = [
    "\n",
    ",",
    '"',
    ";",
    ": ",
    "- ",
    "&a ",
    "{",
    "}",
    "<",
    "/>",
    "]]>",
    "\x00",
    "\ufeff",
    "nan",
    "-1",
    "1e999",
    "2025-02-30",
    "'",
    "(",
    ")",
    " and ",
    " not ",
    ">= ",
    "members(",
]


def damaged(sound: str) -> st.SearchStrategy[str]:
    """Return a sound text with up to four pieces cut out or put in."""
    cut = st.tuples(
        st.floats(0, 1),
        st.integers(0, 40),
        st.text(max_size=6) | st.sampled_from(TOKENS),
    )

    def apply(cuts: list[tuple[float, int, str]]) -> str:
        text = sound
        for where, length, put in cuts:
            start = int(where * len(text))
            text = text[:start] + put + text[start + length :]
        return text

    return st.lists(cut, min_size=1, max_size=4).map(apply)


def survives(parse: Callable[[], object]) -> None:
    """Run a parser; an error of ours must say something, any other goes through and fails."""
    said = ""
    try:
        parse()
    except WillingError as error:
        said = f"{error} {error.as_dict()}"
    assert said == "" or said.strip() != "{}"


@cache
def scenario() -> Negotiation:
    return Negotiation(
        actors=("AAA", "BBB", "CCC"),
        positions=np.array([[[0.0], [40.0], [100.0]]]),
        salience=np.array([[[1.0], [0.5], [0.8]]]),
        influence=np.array([[1.0, 2.0, 1.0]]),
    )


@budget
@given(
    st.text(max_size=80)
    | st.text("abceflmnorst()_ >=.,0123456789", max_size=60)
    | damaged("ceasefire and members(land) >= 5 or not last(us_backstop)")
)
@example("(" * 3000)
@example("not " * 3000 + "x")
def test_expressions(text: str) -> None:
    survives(lambda: parse_expression(text))


@budget
@given(st.sampled_from(sorted(CASE)), st.data())
def test_files_of_a_case(name: str, data: st.DataObject) -> None:
    text = data.draw(damaged(CASE[name]) | st.text(max_size=200))
    read = parse_case({**CASE, name: text})
    assert (read.case is None) == bool(read.faults)
    assert all(f.line >= 1 and f.column >= 1 and f.expected for f in read.faults)


@budget
@given(damaged("id,resolution\nQ001,yes\nQ002,ambiguous\n") | st.text(max_size=200))
def test_answers_to_questions(text: str) -> None:
    survives(lambda: resolved(load("haiti-2023"), text, "a.csv", date(2025, 1, 1)))


@budget
@given(st.sampled_from(["csv", "xml"]), st.data())
def test_scenarios_of_ktab(form: str, data: st.DataObject) -> None:
    sound = write_csv(scenario()) if form == "csv" else write_xml(scenario())
    text = data.draw(damaged(sound) | st.text(max_size=200))
    survives(lambda: read_scenario(text, f"s.{form}"))


@budget
@given(damaged("id\tproposal\tpcom\tscom\tout\nA\tB\t10\t50\t20\n") | st.text(max_size=200))
def test_tables_of_decisions(text: str) -> None:
    survives(lambda: read_deu(text, "d.tsv"))


@budget
@given(damaged(ARTICLE) | st.text(max_size=300))
def test_texts(text: str) -> None:
    document = Document.from_text(text)
    for found in extract(document, extractor=_plain()):
        assert found.span.of(document.text) == document.text[found.span.start : found.span.end]
        assert 0 <= found.span.start <= found.span.end <= len(document.text)


@cache
def _plain() -> object:
    from willing.reading import default_extractor

    return default_extractor("plain")


@budget
@given(st.binary(max_size=300) | damaged(ARTICLE).map(lambda t: t.encode("utf-16")))
@example(b"\xff\xfe")
def test_bytes_that_claim_to_be_text(data: bytes) -> None:
    survives(lambda: document_from_bytes(data, "a.txt"))


@settings(budget, max_examples=max(INPUTS // 20, 5))  # each is read in a process of its own
@given(st.sampled_from(["a.pdf", "a.docx", "a.html"]), st.data())
def test_documents(name: str, data: st.DataObject) -> None:
    pytest.importorskip("pypdf")
    start = {"a.pdf": b"%PDF-1.7\n", "a.docx": _zip(), "a.html": b"<html><body><p>"}[name]
    body = data.draw(st.binary(max_size=200))
    survives(lambda: document_from_bytes(start + body, name))


@cache
def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
    return out.getvalue()


FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>
<item><title>A</title><link>https://example.org/a</link>
<pubDate>Fri, 04 Apr 2025 10:00:00 GMT</pubDate>
<description>Finland will not send soldiers.</description></item></channel></rss>"""


@budget
@given(damaged(FEED).map(lambda t: t.encode("utf-8", "surrogatepass")) | st.binary(max_size=200))
def test_feeds(data: bytes) -> None:
    pytest.importorskip("feedparser")
    survives(lambda: entries(data, "feed"))


@budget
@given(st.binary(max_size=200) | st.data())
def test_archives(data: object) -> None:
    archives = pytest.importorskip("willing.workbench.archives")
    if not isinstance(data, bytes):
        sound = archives.pack("haiti-2023", {"case.yaml": CASE["case.yaml"][:500]})
        place = data.draw(st.integers(0, len(sound) - 1))
        sound = bytearray(sound)
        sound[place : place + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
        data = bytes(sound)
    survives(lambda: archives.unpack(data))
