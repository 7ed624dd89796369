"""The briefing as Word and PDF, from what a run kept: the document, the account, the charts."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import Any

__all__ = ["as_docx", "as_pdf", "pieces"]

Piece = dict[str, Any]
FIGURES = {
    "prospects": "Probability over time of each milestone. The band is parameter uncertainty.",
    "participation": "Chance in percent of willing and of taking part, by state and domain.",
    "domains": "Stances by state and domain.",
    "routes": "Each row is a way to a mandate; all its gates must open.",
    "coverage": "Mean share of the requirement covered, by domain.",
    "holding": "Share of failed futures that one condition alone would have mended.",
    "levers": "Change in the probability of each lever's milestone.",
}


def pieces(document: dict[str, Any], said: dict[str, Any], charts: dict[str, str]) -> list[Piece]:
    """Return the briefing as headings, paragraphs, lists, tables and figures, in order."""
    out: list[Piece] = [
        {"kind": "title", "text": document["title"]},
        {
            "kind": "quiet",
            "text": f"{document['handling']}. As of {document['as_of']}: nothing later is used."
            f" {document['draws']:,} futures, seed {document['seed']},"
            f" input hash {document['input_hash'][:16]}.",
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
            ["Milestone", *[c["date"] for c in cells], f"By {document['by']}"],
            [
                [m["label"], *[f"{c['p']} ({c['span']})" for c in m["cells"]], m["by"]]
                for m in said["milestones"]
            ],
        ),
        *_figure(charts, "prospects"),
        {"kind": "heading", "text": "Who is willing"},
        *_figure(charts, "participation"),
        *_figure(charts, "domains"),
        {"kind": "heading", "text": "By which route"},
        *_figure(charts, "routes"),
        _table(
            ["Route", f"Open by {document['by']}", "One alone can block", "Pivotal today"],
            [
                [r["label"], r["p_by"], ", ".join(r["singles"][:8]), ", ".join(r["pivotal"][:5])]
                for r in said["routes"]
            ],
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
                f"{s['date']}, {said['names'].get(s['actor'], s['actor'])}"
                f" ({s['speaker'] or 'unnamed'}): {s['summary']} [{s['id']}]"
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
        ),
    ]
    return out


def _statement(s: dict[str, Any], names: dict[str, str]) -> list[str]:
    return [
        s["id"],
        s["date"],
        names.get(s["actor"], s["actor"]),
        s["summary"],
        f"{s['stance']}, {s['domain']}".replace("_", " "),
        f"{s['publisher']} ({s['reliability']}{s['credibility']})",
    ]


def _table(head: list[str], rows: list[list[str]]) -> Piece:
    return {"kind": "table", "head": head, "rows": rows}


def _figure(charts: dict[str, str], name: str) -> list[Piece]:
    if not charts.get(name):
        return []
    return [{"kind": "figure", "name": name, "svg": charts[name], "text": FIGURES[name]}]


def as_docx(parts: list[Piece], handling: str) -> bytes:
    """Return the briefing as a Word file, its handling mark on every page."""
    import vl_convert
    from docx import Document
    from docx.shared import Cm, Pt

    book = Document()
    for section in book.sections:
        section.header.paragraphs[0].text = handling
        section.footer.paragraphs[0].text = handling
        section.left_margin = section.right_margin = Cm(2)
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
            case "figure":
                png = vl_convert.svg_to_png(part["svg"], scale=1.5)
                book.add_picture(io.BytesIO(png), width=Cm(16.5))
                book.add_paragraph(text).runs[0].font.size = Pt(9)
            case "table":
                _docx_table(book, part)
            case _:
                book.add_paragraph(text)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _docx_table(book: Any, part: Piece) -> None:
    from docx.shared import Pt

    table = book.add_table(rows=1, cols=len(part["head"]))
    table.style = "Light Grid Accent 1"
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
#set page(paper: "a4", margin: 2cm, header: align(right, text(8pt, d.handling)),
  footer: text(8pt)[#d.handling #h(1fr)
    #context counter(page).display("1 / 1", both: true)])
#set text(10pt, lang: "en")
#set par(justify: false)
#set table(stroke: (x, y) => (bottom: 0.4pt + luma(70%)), inset: 3pt)
#show heading.where(level: 1): set text(14pt)
#for p in d.parts {
  if p.kind == "title" { text(20pt, weight: "bold", p.text); parbreak() }
  else if p.kind == "heading" { heading(level: 1, p.text) }
  else if p.kind == "strong" { strong(p.text); parbreak() }
  else if p.kind == "quiet" { text(9pt, fill: luma(35%), p.text); parbreak() }
  else if p.kind == "list" { list(..p.items.map(i => text(i))) }
  else if p.kind == "figure" {
    figure(image(p.file, width: 100%), caption: text(8pt, p.text), supplement: none,
      numbering: none)
  }
  else if p.kind == "table" {
    set text(7.5pt)
    table(columns: p.head.len(), table.header(..p.head.map(h => strong(h))),
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
    shown = []
    for part in parts:
        one = {k: v for k, v in part.items() if k != "svg"}
        if part["kind"] == "figure":
            one["file"] = f"{part['name']}.svg"
            files[one["file"]] = part["svg"].encode()
        shown.append(one)
    data = {"title": parts[0]["text"], "handling": handling, "parts": shown}
    files["data.json"] = json.dumps(data, ensure_ascii=False).encode()
    files["main.typ"] = TEMPLATE.encode()
    with tempfile.TemporaryDirectory() as place:
        for name, content in files.items():
            (Path(place) / name).write_bytes(content)
        made: bytes = typst.compile(str(Path(place) / "main.typ"), root=place)
    return made
