"""The assessment on a terminal: the answer first, then what it rests on."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from willing.briefing._account import Account, account
from willing.briefing.words import day, fact_name, listing, percent, points, rounded, span
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
    bullets = Table.grid(padding=(0, 1))
    bullets.add_column(no_wrap=True)
    bullets.add_column()
    for finding in said.key:
        bullets.add_row("•", finding.text)
    console.print(bullets)
    console.print()
    _milestones(said, console)
    _routes(a, said, console)
    _willing(said, console)
    _levers(a, document, console)
    reference = document["reference_class"]
    console.print(
        f"Past proposals that stood where this one stands: {percent(reference['probability'])} "
        f"({span(reference['low'], reference['high'])}) arrived within a year. Nearest: "
        f"{'; '.join(n['name'] for n in reference['analogues'][:3])}."
    )
    console.print(
        said.unknown[0].replace(
            "they are listed below with their reasons and", "the briefing lists them; they"
        )
    )


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for k, name in enumerate(names):
        table.add_column(name, justify="right" if k else "left")
    return table


def _milestones(said: Account, console: Console) -> None:
    table = _table("Milestone, % by", *(c["date"] for c in said.milestones[0]["cells"]))
    for m in said.milestones:
        cells = (
            f"{c['cell']} ({c['span'].removesuffix(' %')})" if c["cell"] != "<1" else "<1"
            for c in m["cells"]
        )
        table.add_row(m["label"], *cells)
    console.print(table)
    console.print()


def _routes(a: Assessment, said: Account, console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("Route")
    table.add_column(f"open by\n{a.by}", justify="right")
    table.add_column("who alone can block it")
    for r in said.routes:
        singles = [said.names.get(x, x) for x in r["singles"]]
        likely = r["likely_blockers"]
        rest = len(singles) - len(likely)
        if likely and rest:
            who = f"likely {listing(likely, 'or')}; {rest} more could"
        elif likely:
            who = f"likely {listing(likely, 'or')}"
        elif 0 < len(singles) <= 4:
            who = f"{listing(singles, 'or')} could; none is likely to"
        else:
            who = f"any of {len(singles)}; none is likely to" if singles else "nobody"
        table.add_row(r["label"], r["p_by"], who)
    console.print(table)
    console.print()


def _willing(said: Account, console: Console) -> None:
    willing = [w for w in said.willing if w["p_willing"] not in {"0 %", "under 1 %"}]
    listed = ", ".join(f"{said.names[w['actor']]} {w['p_willing']}" for w in willing[:12])
    more = f" and {len(willing) - 12} more" if len(willing) > 12 else ""
    console.print(f"Willing, conditions aside: {listed}{more}")
    console.print()


def _levers(a: Assessment, document: dict[str, Any], console: Console) -> None:
    levers = document["levers"]
    if not levers:
        return
    given = next((e["once"]["condition"] for e in levers if e["once"]), None)
    heads = ["Lever, points", "milestone", "change (5th to 95th)"]
    table = _table(*heads, *([f"with\n{fact_name(given, document)}"] if given else []))
    table.columns[1].justify = "left"
    for e in levers:
        change = points(e["change"]).removesuffix(" points").replace("no measurable change", "0")
        once = rounded(e["once"]["change"]) if e["once"] else ""
        table.add_row(
            e["label"],
            e["milestone"].replace("_", " "),
            f"{change} ({rounded(e['low'])} to {rounded(e['high'])})",
            *([once] if given else []),
        )
    console.print(table)
    console.print()
