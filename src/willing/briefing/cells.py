"""Tables of coloured cells: who is willing, who takes part, who stands where, by domain.

In the page they are tables and not pictures: each state's row leads to what it said, a reader's
software can read them, and they cost nothing to draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from willing.briefing.labels import DOMAIN_LABELS, STANCE_COLOURS, STANCE_LABELS
from willing.briefing.words import cell
from willing.case import STANCES, TAKING_PART
from willing.forecast import Assessment

__all__ = ["DOMAINS_SHOWN", "columns", "stance_cells", "willing_cells"]

_DOMAINS = (*TAKING_PART, "any")
#: heads of the columns
DOMAINS_SHOWN = tuple(DOMAIN_LABELS[d].replace(" domain", "") for d in _DOMAINS)
#: a chance of 0, one half and 1
_SCALE = ((244, 241, 234), (140, 192, 207), (10, 74, 102))


def _colour(p: float) -> str:
    low, high = (_SCALE[0], _SCALE[1]) if p < 0.5 else (_SCALE[1], _SCALE[2])
    share = 2 * p if p < 0.5 else 2 * p - 1
    parts = (round(a + share * (b - a)) for a, b in zip(low, high, strict=True))
    return "#" + "".join(f"{x:02x}" for x in parts)


def willing_cells(a: Assessment, document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a row a state, the most willing first: chances that it is willing, and takes part."""
    asked = a.day(a.by_week).isoformat()
    found = {(r["actor"], r["domain"]): r for r in document["participation"] if r["date"] == asked}
    actors = sorted({actor for actor, _ in found}, key=lambda x: (-found[x, "any"]["p_willing"], x))
    return [
        {
            "actor": actor,
            **{
                key: [
                    {"text": cell(p), "colour": _colour(p), "dark": p > 0.55}
                    for p in (found[actor, d][key] for d in _DOMAINS)
                ]
                for key in ("p_willing", "p_join")
            },
        }
        for actor in actors
    ]


def stance_cells(a: Assessment) -> list[dict[str, Any]]:
    """Return a row a state that has spoken: its likeliest stance and its level, by domain."""
    record = a.gathered.record
    actors = [x for x, only in zip(record.actors, record.prior_only, strict=True) if not only]
    actors.sort(key=lambda x: (-record.position(x)[0], x))
    rows = []
    for actor in actors:
        cells = []
        for domain in _DOMAINS:
            p = record.stance(actor, domain)
            mean, sd = record.position(actor, domain)
            level = f"level {mean:.0f} ± {sd:.0f}"
            stance = STANCES[int(p.argmax())]
            cells.append(
                {
                    "text": f"{mean:.0f}",
                    "title": f"{STANCE_LABELS[stance]} ({p.max():.0%}), {level}",
                    "colour": STANCE_COLOURS[stance],
                    "dark": stance in ("threaten", "oppose", "decline", "commit", "lead"),
                }
            )
        rows.append({"actor": actor, "cells": cells})
    return rows


def columns(milestone: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a milestone on the dates of a table: a quarter, half a year, two years on, as asked.

    The date asked for takes the place of any that is within two months of it.
    """
    asked = milestone["by"]
    day = date.fromisoformat(asked["date"])
    kept = [
        {k: milestone[k][w] for k in ("probability", "low", "high")}
        | {"date": milestone["dates"][w]}
        for w in (13, 26, 104)
        if w < len(milestone["dates"])
        and abs((date.fromisoformat(milestone["dates"][w]) - day).days) > 60
    ]
    return sorted([*kept, asked], key=lambda at: str(at["date"]))
