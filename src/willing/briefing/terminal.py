"""The assessment on a terminal: the answer first, then what it rests on."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from willing.briefing.account import account
from willing.briefing.words import day, percent, points, span
from willing.forecast import Assessment

__all__ = ["text"]


def text(a: Assessment, document: dict[str, Any], console: Console) -> None:
    """Print an assessment."""
    said = account(a, document)
    console.print(f"[bold]{a.case.title}[/bold]  ({a.case.handling}, as of {day(a.case.as_of)})")
    console.print(a.case.question, style="dim")
    console.print()
    console.print(said.answer, style="bold")
    console.print()
    for finding in said.key:
        console.print(f"• {finding.text}")
    console.print()
    table = Table(box=None, pad_edge=False, title_justify="left", header_style="dim")
    table.add_column("Milestone")
    for cell in said.milestones[0]["cells"]:
        table.add_column(cell["date"], justify="right")
    for m in said.milestones:
        table.add_row(m["label"], *(f"{c['p']} ({c['span']})" for c in m["cells"]))
    console.print(table)
    console.print()
    routes = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("Route", f"open by {a.by}", "blocked by one alone", "pivotal"):
        routes.add_column(name)
    for r in said.routes:
        more = f" +{len(r['singles']) - 5}" if len(r["singles"]) > 5 else ""
        routes.add_row(
            r["label"],
            r["p_by"],
            ", ".join(r["singles"][:5]) + more or "nobody",
            ", ".join(r["pivotal"][:5]),
        )
    console.print(routes)
    console.print()
    willing = [w for w in said.willing if w["p_willing"] not in {"0 %", "under 1 %"}]
    console.print(
        "Willing, conditions aside: "
        + ", ".join(f"{w['actor']} {w['p_willing']}" for w in willing[:16])
        + (f" and {len(willing) - 16} more" if len(willing) > 16 else "")
    )
    if document["levers"]:
        console.print()
        levers = Table(box=None, pad_edge=False, header_style="dim")
        for name in ("Lever", "milestone", "change", "range"):
            levers.add_column(name)
        for e in document["levers"]:
            levers.add_row(
                e["label"],
                e["milestone"].replace("_", " "),
                points(e["change"]),
                f"{100 * e['low']:+.0f} to {100 * e['high']:+.0f}",
            )
        console.print(levers)
    console.print()
    reference = document["reference_class"]
    console.print(
        f"Past proposals in the same state: {percent(reference['probability'])} "
        f"({span(reference['low'], reference['high'])}) arrived within a year. "
        f"Nearest: {', '.join(n['name'] for n in reference['analogues'][:3])}."
    )
    console.print(f"{said.unknown[0]}", style="dim")
