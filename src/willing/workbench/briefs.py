"""The briefing as Word and PDF, from what a run kept: the document, the account, the charts."""

from __future__ import annotations

import io
import json
import re
import tempfile
from html import escape
from pathlib import Path
from textwrap import shorten, wrap
from typing import Any

from willing.briefing.words import day

__all__ = ["as_docx", "as_pdf", "pieces", "with_mark"]

Piece = dict[str, Any]
FIGURES = {
    "map": "The likeliest stance; hatched states have said nothing on the record. Boundaries imply"
    " no position.",
    "prospects": "Probability over time of each milestone. The band is parameter uncertainty.",
    "participation": "Chance in percent of willing and of taking part, by state and domain.",
    "domains": "Stances by state and domain.",
    "routes": "Each row is a way to a mandate; all its gates must open.",
    "coverage": "Mean share of the requirement covered, by domain.",
    "holding": "Share of failed futures that one condition alone, or two together, would have"
    " mended.",
    "levers": "Change in the chance of a deployment, in points, with its interval.",
}
#: share of the text's width; the others take all of it
NARROW = {"map": 0.78, "coverage": 0.9, "levers": 0.9}
#: Traffic Light Protocol 2.0: the label's colour on black
LABELS = {"CLEAR": "ffffff", "GREEN": "33ff00", "AMBER": "ffc000", "RED": "ff2b2b"}
#: sans-serif faces that are likely to be there; the last one comes with the typesetter
FACES = ["Source Sans 3", "Segoe UI", "Arial", "DejaVu Sans", "Libertinus Serif"]


def pieces(document: dict[str, Any], said: dict[str, Any], charts: dict[str, str]) -> list[Piece]:
    """Return the briefing as headings, paragraphs, lists, tables and figures, in order."""
    out: list[Piece] = [
        {"kind": "title", "text": document["title"]},
        {
            "kind": "quiet",
            "text": f"As of {day(document['as_of'])}: nothing dated or published later is used."
            f" {document['draws']:,} futures, seed {document['seed']},"
            f" inputs {document['input_hash'][:16]}.",
        },
        {"kind": "quiet", "text": document["question"]},
        {"kind": "strong", "text": said["answer"]},
        {"kind": "list", "items": [f["text"] for f in said["key"]]},
    ]
    if document["levers_pulled"]:
        out.insert(
            3,
            {
                "kind": "strong",
                "text": "Counterfactual, taken as pulled: " + ", ".join(document["levers_pulled"]),
            },
        )
    cells = said["milestones"][0]["cells"] if said["milestones"] else []
    out += [
        {"kind": "heading", "text": "When"},
        _table(
            ["Milestone", *[day(c["date"]) for c in cells], f"By {day(document['by'])}"],
            [
                [m["label"], *[_with_span(c) for c in m["cells"]], m["by"]]
                for m in said["milestones"]
            ],
        ),
        *_figure(charts, "prospects"),
        {"kind": "heading", "text": "Who is willing"},
        *_figure(charts, "map"),
        *_beside(_figure(charts, "participation") + _figure(charts, "domains")),
        {"kind": "heading", "text": "By which route"},
        *_figure(charts, "routes"),
        _table(
            [
                "Route",
                f"Open by {day(document['by'])}",
                "One alone can block",
                "On whom it hangs most",
            ],
            [
                [
                    r["label"],
                    r["p_by"],
                    _called(r["singles"], said["names"], 6),
                    _called(r["pivotal"], said["names"], 4),
                ]
                for r in said["routes"]
            ],
            [3, 1.2, 3, 2.4],
        ),
        {"kind": "heading", "text": "With what"},
        *_figure(charts, "coverage"),
        {"kind": "heading", "text": "What holds it up"},
        *_figure(charts, "holding"),
        {"kind": "heading", "text": "What would change it"},
        *_figure(charts, "levers"),
        {"kind": "heading", "text": "Opposition and risk"},
        {
            "kind": "list",
            "items": [
                f"{day(s['date'])}, {said['names'].get(s['actor'], s['actor'])}"
                f" ({(s['speaker'] or 'unnamed').strip('()')}): {s['summary']} [{s['id']}]"
                for s in said["opposition"][:15]
            ],
        },
        {"kind": "heading", "text": "How this was reached"},
        {"kind": "list", "items": [f["text"] for f in said["method"]]},
        {"kind": "heading", "text": "What it does not know"},
        {"kind": "list", "items": list(said["unknown"])},
        {"kind": "heading", "text": "Statements"},
        _table(
            ["Id", "Date", "Who", "Said", "Coded", "Source"],
            [_statement(r["s"], said["names"]) for r in said["statements"]],
            [1, 1.35, 1.3, 4.6, 1.5, 2.2],
        ),
    ]
    return out


def _with_span(found: dict[str, Any]) -> str:
    """Return a chance and its interval; none where both are next to nothing."""
    return found["p"] if found["cell"] == "<1" else f"{found['p']} ({found['span']})"


def _statement(s: dict[str, Any], names: dict[str, str]) -> list[str]:
    return [
        s["id"],
        s["date"],
        names.get(s["actor"], s["actor"]),
        s["summary"],
        f"{s['stance']}, {s['domain']}".replace("_", " "),
        f"{shorten(s['publisher'], 60, placeholder=' …')} ({s['reliability']}{s['credibility']})",
    ]


def _called(ids: list[str], names: dict[str, str], most: int) -> str:
    """Return actors by name, and how many more there are."""
    said = ", ".join(names.get(a, a) for a in ids[:most])
    return f"{said} and {len(ids) - most} more" if len(ids) > most else said


def _table(head: list[str], rows: list[list[str]], widths: list[float] | None = None) -> Piece:
    return {"kind": "table", "head": head, "rows": rows, "widths": widths or [1.0] * len(head)}


def _beside(figures: list[Piece]) -> list[Piece]:
    """Put two figures side by side."""
    return [{"kind": "row", "figures": figures}] if len(figures) == 2 else figures


def _figure(charts: dict[str, str], name: str) -> list[Piece]:
    if not charts.get(name):
        return []
    wide = NARROW.get(name, 1.0)
    return [
        {"kind": "figure", "name": name, "svg": charts[name], "text": FIGURES[name], "wide": wide}
    ]


def as_docx(parts: list[Piece], handling: str) -> bytes:
    """Return the briefing as a Word file, its handling mark on every page."""
    import vl_convert
    from docx import Document
    from docx.shared import Cm, Pt

    book = Document()
    book.styles["Normal"].font.name = "Calibri"
    book.styles["Normal"].font.size = Pt(10.5)
    for section in book.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin = section.bottom_margin = Cm(2.2)
        _marked(section.header.paragraphs[0], handling)
        _marked(section.footer.paragraphs[0], handling)
    for part in parts:
        text = _legal(part.get("text", ""))
        match part["kind"]:
            case "title":
                book.add_heading(text, 0)
            case "heading":
                book.add_heading(text, 1)
            case "strong":
                book.add_paragraph().add_run(text).bold = True
            case "list":
                for item in part["items"]:
                    book.add_paragraph(_legal(item), style="List Bullet")
            case "figure" | "row":
                figures = part.get("figures", [part])
                place = book.add_paragraph()
                place.paragraph_format.keep_with_next = True
                for one in figures:
                    png = io.BytesIO(vl_convert.svg_to_png(one["svg"], scale=2))
                    place.add_run().add_picture(png, Cm(17 * one["wide"] / len(figures) - 0.1))
                caption = book.add_paragraph()
                caption.add_run(" ".join(_legal(f["text"]) for f in figures)).font.size = Pt(9)
            case "table":
                _docx_table(book, part)
            case _:
                book.add_paragraph(text)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_mark(svg: str, words: str) -> str:
    """Return a drawn chart on white with words under it, in the picture itself."""
    found = re.search(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"', svg)
    if found is None:
        raise ValueError("found no drawing with a width and a height")
    width, below = float(found[1]), float(found[2])
    rows = wrap(words, max(int(width / 6.5), 20))
    height = below + 15 * len(rows) + 8
    text = "".join(
        f'<text x="6" y="{below + 15 * k:g}">{escape(row)}</text>' for k, row in enumerate(rows, 1)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}"'
        f' viewBox="0 0 {width:g} {height:g}"><rect width="100%" height="100%" fill="white"/>{svg}'
        f'<g font-family="DejaVu Sans, sans-serif" font-size="11" fill="#1d2733">{text}</g></svg>'
    )


def _colour(handling: str) -> str:
    return next((c for word, c in LABELS.items() if word in handling), "ffffff")


def _marked(paragraph: Any, handling: str) -> None:
    """Write the handling mark as the protocol asks: at the right, bold, its colour on black."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(f" {handling} ")
    run.font.size, run.font.bold = Pt(12), True
    run.font.color.rgb = RGBColor.from_string(_colour(handling).upper())
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), "000000")
    run._r.get_or_add_rPr().append(shade)


def _docx_table(book: Any, part: Piece) -> None:
    from docx.shared import Cm, Pt

    table = book.add_table(rows=1, cols=len(part["head"]))
    table.style = "Light List Accent 1"
    table.autofit = False
    whole = sum(part["widths"])
    for column, share in zip(table.columns, part["widths"], strict=True):
        column.width = Cm(17 * share / whole)
    for cell, name in zip(table.rows[0].cells, part["head"], strict=True):
        cell.text = _legal(name)
    for row in part["rows"]:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = _legal(value)
    for row in table.rows:
        for cell in row.cells:
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(8)


def _legal(text: str) -> str:
    """Return a text without the characters XML forbids."""
    return "".join(c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff"))


TEMPLATE = """
#let d = json("data.json")
#set document(title: d.title)
#let mark = box(fill: black, inset: (x: 5pt, y: 3pt), text(12pt, weight: "bold",
  fill: rgb(d.colour), d.handling))
#set page(paper: "a4", margin: (x: 2cm, top: 2.3cm, bottom: 2.2cm), header: align(right, mark),
  footer: grid(columns: (1fr, auto), align: horizon,
    text(8.5pt, fill: luma(35%))[#context counter(page).display("1 / 1", both: true)], mark))
#set text(9.4pt, lang: "en", font: d.faces, fallback: true)
#set par(justify: false, leading: 0.62em)
#set list(spacing: 0.75em)
#set table(stroke: (x, y) => (bottom: 0.4pt + luma(75%)), inset: (x: 3pt, y: 3.5pt))
#show heading.where(level: 1): it => block(above: 1.5em, below: 0.7em, text(14pt, it.body))
#show figure: set block(breakable: false)
#for p in d.parts {
  if p.kind == "title" { text(20pt, weight: "bold", p.text); parbreak() }
  else if p.kind == "heading" { heading(level: 1, p.text) }
  else if p.kind == "strong" { block(above: 1.1em, below: 1em, text(12pt, strong(p.text))) }
  else if p.kind == "quiet" { text(9pt, fill: luma(35%), p.text); parbreak() }
  else if p.kind == "list" { list(..p.items.map(i => text(i))) }
  else if p.kind == "figure" {
    figure(image(p.file, width: p.wide * 100%), caption: text(8.5pt, fill: luma(30%), p.text),
      supplement: none, numbering: none)
  }
  else if p.kind == "row" {
    grid(columns: 2, gutter: 8pt, ..p.figures.map(f => figure(image(f.file, width: 100%),
      caption: text(8.5pt, fill: luma(30%), f.text), supplement: none, numbering: none)))
  }
  else if p.kind == "table" {
    set text(7.4pt)
    table(columns: p.widths.map(w => w * 1fr), table.header(..p.head.map(h => strong(h))),
      ..p.rows.flatten().map(c => text(c)))
  }
}
"""


def as_pdf(parts: list[Piece], handling: str) -> bytes:
    """Return the briefing as PDF, its handling mark on every page.

    Texts reach the typesetter as data, never as markup: what a statement says is not run.
    """
    import typst

    files: dict[str, bytes] = {}

    def filed(part: Piece) -> Piece:
        one = {k: v for k, v in part.items() if k != "svg"}
        if part["kind"] == "figure":
            one["file"] = f"{part['name']}.svg"
            files[one["file"]] = part["svg"].encode()
        if part["kind"] == "row":
            one["figures"] = [filed(f) for f in part["figures"]]
        return one

    shown = [filed(part) for part in parts]
    data = {
        "title": parts[0]["text"],
        "handling": handling,
        "colour": f"#{_colour(handling)}",
        "faces": FACES,
        "parts": shown,
    }
    files["data.json"] = json.dumps(data, ensure_ascii=False).encode()
    files["main.typ"] = TEMPLATE.encode()
    with tempfile.TemporaryDirectory() as place:
        for name, content in files.items():
            (Path(place) / name).write_bytes(content)
        made: bytes = typst.compile(str(Path(place) / "main.typ"), root=place)
    return made
