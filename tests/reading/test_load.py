import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from willing.errors import UnreadableError
from willing.reading._load import Limits, document_from_bytes, load

HTML = b"""<html><head><title>On the force</title>
<meta property="article:published_time" content="2025-03-06T10:00:00Z"></head>
<body><nav>Home | News | Sport</nav><article><h1>On the force</h1>
<p>The Spanish defence minister said on Thursday that it was too early to talk about sending troops
to Ukraine, a decision she called long and complex.</p>
<p>She added that the mission, its flag and its mandate had to be known before any decision.</p>
</article><footer>Copyright and cookies</footer><script>alert(1)</script></body></html>"""


def docx(*paragraphs: str) -> bytes:
    module = pytest.importorskip("docx")
    document = module.Document()
    for words in paragraphs:
        document.add_paragraph(words)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf(words: str) -> bytes:
    """A minimal PDF of one page, written by hand."""
    stream = f"BT /F1 12 Tf 50 700 Td ({words}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    out += b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start
    return bytes(out)


def test_html_without_its_boilerplate() -> None:
    document = document_from_bytes(HTML, "page.html")
    assert "too early to talk" in document.text
    assert "Copyright" not in document.text
    assert "alert" not in document.text
    assert document.published == date(2025, 3, 6)
    assert document.title == "On the force"


def test_docx_and_pdf() -> None:
    words = "Poland will not send troops, the minister said."
    assert document_from_bytes(docx(words, "More."), "x.docx").text == words + "\n\nMore."
    assert words in document_from_bytes(pdf(words), "x.pdf").text


def test_a_feed() -> None:
    feed = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>
    <entry><id>1</id><title>One</title>
    <summary>&lt;p&gt;France will lead.&lt;/p&gt;</summary></entry></feed>"""
    assert document_from_bytes(feed, "x").text == "One\n\nFrance will lead."


@pytest.mark.parametrize(("days", "stated"), [("44", date(2025, 4, 4)), ("45", None)])
def test_a_feed_is_dated_where_its_entries_share_a_day(days: str, stated: date | None) -> None:
    items = "".join(
        f"<item><title>T{k}</title><pubDate>{day} Apr 2025 09:00:00 GMT</pubDate></item>"
        for k, day in enumerate(days)
    )
    feed = f'<rss version="2.0"><channel><title>F</title>{items}</channel></rss>'
    assert document_from_bytes(feed.encode(), "x").published == stated


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32"])
def test_encodings(encoding: str) -> None:
    words = "Président Macron a déclaré: “Nous sommes prêts”, wie der Außenminister sagte." * 3
    assert document_from_bytes(words.encode(encoding), "x.txt").text == words


def test_a_declared_charset_is_believed_when_it_fits() -> None:
    data = "Президент сказал нет войне".encode("koi8-r")
    assert document_from_bytes(data, "x", "text/plain; charset=koi8-r").text.startswith("Президент")


def test_line_ends_are_kept_so_that_offsets_hold() -> None:
    assert document_from_bytes(b"a\r\nb\r\n", "x.txt").text == "a\r\nb\r\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no text"),
        (b"   \n", "no text"),
        (bytes(range(32)) * 30, "binary"),
        (b"PK\x03\x04nothing", "DOCX"),
        (b"%PDF-1.7\nnothing", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "image"),
        (b"\x1f\x8b\x08....", "gzip"),
        (b"\xff\xfeabc", "utf-16"),
        (b"{\\rtf1 text}", "RTF"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        document_from_bytes(data, "x")


def test_size_is_limited() -> None:
    with pytest.raises(UnreadableError, match="larger"):
        document_from_bytes(b"x" * 101, "x", limits=Limits(bytes=100))


def test_time_is_limited() -> None:
    with pytest.raises(UnreadableError, match="not read within"):
        document_from_bytes(HTML, "x.html", limits=Limits(seconds=0.001))


def test_a_zip_bomb_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b"0" * 130_000_000)
    with pytest.raises(UnreadableError, match="unpacks"):
        document_from_bytes(out.getvalue(), "bomb.docx")


def test_entities_in_a_docx_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')
    with pytest.raises(UnreadableError, match="document type"):
        document_from_bytes(out.getvalue(), "x.docx")


def test_entities_in_a_feed_are_refused() -> None:
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa">]><rss><channel>&a;</channel></rss>'
    )
    with pytest.raises(UnreadableError, match="entities"):
        document_from_bytes(bomb, "x")


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="No such file"):
        load(tmp_path / "none.txt")
    with pytest.raises(UnreadableError, match="folder"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Title\n\nPublished: 5 March 2025\n\nText.", date(2025, 3, 5)),
        ("House of Commons\nMonday 3 March 2025\n\nUkraine", date(2025, 3, 3)),
        ("Berlin, 11 March 2025\n\nThe government", date(2025, 3, 11)),
        ("In the spring of 2025 the war went on.\n\nOn 5 March 2025 he said so.", None),
        ("KYIV, March 4 (Agency) - He said", None),
        ("A title\n\nABUJA, 12 November 2012. " + "Leaders agreed. " * 5, date(2012, 11, 12)),
        ("NEW YORK, Nov 9, 2012 (Agency) - " + "Members met. " * 6, date(2012, 11, 9)),
        ("In Abuja, 12 November 2012 was a day of talks that " + "went on " * 9, None),
        ("Meeting in Abuja, 12 November 2012 they agreed to " + "go on " * 9, None),
    ],
)
def test_the_date_a_text_states_about_itself(text: str, day: date | None) -> None:
    assert document_from_bytes(text.encode(), "x.txt").published == day
    given = document_from_bytes(text.encode(), "x.txt", published=date(2020, 1, 1))
    assert given.published == date(2020, 1, 1)
