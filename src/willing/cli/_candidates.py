"""How candidate statements look in a terminal: the same in `willing read` and `willing review`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

__all__ = [
    "GUESS",
    "KIND",
    "card",
    "facts",
    "holders",
    "stance",
    "summary",
    "unresolved",
    "words",
]

#: below this a value is a guess that a reader should not lean on
GUESS = 0.5
KIND = {"actor": "said", "ascribed": "ascribed by the author", "forecast": "the author's forecast"}
_STYLE = {
    "threaten": "bold red",
    "oppose": "red",
    "decline": "dark_orange3",
    "support_no_troops": "cyan",
    "undecided": "bright_black",
    "consider": "yellow",
    "conditional": "green3",
    "commit": "bold green",
    "lead": "bold blue",
}
_MARKS = re.compile(r"\*{1,3}|(?<!\w)_{1,2}(?=\w)|(?<=\w)_{1,2}(?!\w)")


def words(text: str) -> str:
    """Words of a text on one line, without marks of emphasis."""
    return " ".join(_MARKS.sub("", text).split())


def holders(codes: Sequence[str]) -> str:
    """`Italy (ITA), NATO`: who is meant, and what to write in an edit or a case."""
    from willing.data.reading import called

    named = [(called(code), code) for code in codes]
    return ", ".join(name if name == code else f"{name} ({code})" for name, code in named)


def _day(iso: str) -> str:
    """`2025-04-04/2025-04-30` as `4 Apr to 30 Apr 2025`; anything else as it stands."""
    try:
        days = [date.fromisoformat(part) for part in iso.split("/")]
    except ValueError:
        return iso
    first, last = days[0], days[-1]
    end = f"{last.day} {last:%b %Y}"
    if first == last:
        return end
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {first:%b}{year} to {end}"


def facts(row: Mapping[str, Any]) -> list[str]:
    """What else is known of a statement: speaker, condition, dates, in words."""
    out: list[str] = []
    if row["speaker"]:
        out.append(words(row["speaker"]))
    if row["condition"]:
        text = words(row["condition_text"] or row["condition"])
        ids = f" [{row['condition']}]" if row["condition"] != row["condition_text"] else ""
        out.append(f"condition: {text}{ids}")
    for name, label in (("said_at", "said"), ("due", "due")):
        detail = row.get(f"{name}_detail")
        if row[name]:
            out.append(f"{label} {_day(row[name])}")
        elif detail:
            out.append(f"{label} “{detail['text']}”, not placed")
    if row["inferred_from"]:
        out.append(f"copied from {row['inferred_from']}")
    return out


def card(row: Mapping[str, Any], text: str, *, wrap: bool = True) -> RenderableType:
    """A candidate in a few lines: who, which way, in what, the words.

    `wrap` indents what is wrapped; in a pipe, where nothing is, lines stay whole without it.
    """
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    start, length = row["span"]
    head = Text(f"{row['id']:>5}  ", style="dim")
    head.append(holders(row["actor"]) or "holder unknown", style="not dim bold")
    head.append("  ")
    head.append_text(stance(row))
    if row["domain"] != "any":
        head.append(f"  {row['domain'].replace('_', ' ')}", style="not dim")
    about = "" if row["issue"] == "participation" else f", on {_issue(row['issue'])}"
    head.append(f"  {KIND[row['kind']]}{about}")
    body: list[Text] = []
    known = facts(row)
    if known:
        body.append(Text("; ".join(known), style="cyan"))
    for repeat in row.get("duplicates", [])[:1]:
        body.append(Text(f"may repeat {repeat['statement']}", style="yellow"))
    body.append(Text(words(text[start : start + length])))
    if not wrap:
        return Text("\n").join([head, *(Text(" " * 7).append_text(part) for part in body)])
    return Group(head, *(Padding(part, (0, 0, 0, 7)) for part in body))


def stance(row: Mapping[str, Any]) -> Text:
    """The stance in its colour; a question mark where it is a guess."""
    from rich.text import Text

    out = Text(row["stance"].replace("_", " "), style=f"not dim {_STYLE[row['stance']]}")
    if row["field_confidence"]["stance"] < GUESS:
        out.append("?", style="not dim bold yellow")
    return out


def _issue(issue: str) -> str:
    return {"mission": "the mission", "mandate": "the mandate", "talks": "the talks"}.get(
        issue, "other matters"
    )


def summary(rows: Sequence[Mapping[str, Any]]) -> str:
    """How many candidates, of how many actors, of which kinds."""
    if not rows:
        return "No candidate statements found."
    kinds = Counter(row["kind"] for row in rows)
    actors = {actor for row in rows for actor in row["actor"]}
    parts = [f"{kinds[kind]} {label}" for kind, label in KIND.items() if kinds[kind]]
    many = "s" if len(rows) > 1 else ""
    return (
        f"{len(rows)} candidate statement{many} of {len(actors)} actor"
        f"{'' if len(actors) == 1 else 's'}: {', '.join(parts)}"
    )


def unresolved(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What reading left open, each with the candidates it concerns."""
    lines: list[str] = []

    def add(label: str, ids: list[str]) -> None:
        if ids:
            more = f" and {len(ids) - 8} more" if len(ids) > 8 else ""
            lines.append(f"{label}: {', '.join(ids[:8])}{more}")

    def unplaced(name: str) -> list[str]:
        return [r["id"] for r in rows if r[f"{name}_detail"] and not r[name]]

    add("whose position it is is unknown", [r["id"] for r in rows if not r["actor"]])
    add("the holder is inferred from the text around", _inherited(rows))
    add("the stance is a guess (?)", [r["id"] for r in rows if _guess(r)])
    add("a date in words could not be placed", sorted({*unplaced("said_at"), *unplaced("due")}))
    return lines


def _guess(row: Mapping[str, Any]) -> bool:
    return bool(row["field_confidence"]["stance"] < GUESS)


def _inherited(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [r["id"] for r in rows if r["via"] == "inherited" and r["actor"]]
