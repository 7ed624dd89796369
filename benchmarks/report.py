"""How a benchmark says what it found, so that one page can show every room's figures.

Each call prints a line for people and a line for `willing bench` (it begins with two at signs).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

__all__ = ["curve", "figure"]


def figure(what: str, value: float, unit: str, *, goal: str = "", note: str = "") -> None:
    """Say a figure. A goal reads `<= 0.3` or `>= 1.8`, in the unit of the value."""
    met: bool | None = None
    if goal:
        sign, limit = goal.split()
        met = value <= float(limit) if sign == "<=" else value >= float(limit)
    _say(
        "figure",
        {"what": what, "value": value, "unit": unit, "goal": goal, "met": met, "note": note},
    )
    said = "" if met is None else f"   goal {goal}: {'met' if met else 'NOT met'}"
    sys.stdout.write(f"{what:<52} {value:>12,.4g} {unit}{said}{'   ' + note if note else ''}\n")


def curve(what: str, over: str, sizes: Sequence[float], seconds: Sequence[float]) -> None:
    """Say how processor seconds grow with something; the exponent is that of the last doubling."""
    _say("curve", {"what": what, "over": over, "sizes": list(sizes), "seconds": list(seconds)})
    points = "  ".join(f"{n:g}: {s * 1e3:,.4g} ms" for n, s in zip(sizes, seconds, strict=True))
    sys.stdout.write(f"{what:<30} by {over}: {points}\n")


def _say(kind: str, found: dict[str, object]) -> None:
    sys.stdout.write(f"@@{json.dumps({'kind': kind, **found})}\n")
