"""How a benchmark measures, and how it says what it found, so that one page shows every room.

Each call prints a line for people and a line for `willing bench` (it begins with two at signs).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time
from typing import Any

__all__ = ["ROOT", "answer", "cost", "curve", "figure", "peer", "shared", "skip"]

ROOT = Path(__file__).resolve().parent.parent


def cost(call: Callable[[], Any], least: float = 0.2) -> float:
    """Processor seconds of a call, all its threads: the best of three rounds after a warm one.

    What takes longer than ten times `least` is called once.
    """
    start = process_time()
    call()
    first = process_time() - start
    if first > 10 * least:
        return first
    start = process_time()
    call()
    times = max(1, round(least / 3 / max(process_time() - start, 1e-7)))
    best = float("inf")
    for _ in range(3):
        start = process_time()
        for _ in range(times):
            call()
        best = min(best, (process_time() - start) / times)
    return best


def answer(*arguments: str) -> dict[str, Any]:
    """The JSON document of a command of Willing, run as a user runs it."""
    command = [sys.executable, "-m", "willing", *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"willing {' '.join(arguments)}: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


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
    _line(f"{what:<56} {value:>12,.4g} {unit}{said}{'   ' + note if note else ''}")


def curve(what: str, over: str, sizes: Sequence[float], seconds: Sequence[float]) -> None:
    """Say how processor seconds grow with something."""
    _say("curve", {"what": what, "over": over, "sizes": list(sizes), "seconds": list(seconds)})
    points = "  ".join(f"{n:g}: {s * 1e3:,.4g} ms" for n, s in zip(sizes, seconds, strict=True))
    _line(f"{what:<30} by {over}: {points}")


def skip(what: str, why: str) -> None:
    """Say in one sentence what was not measured here."""
    _say("skip", {"what": what, "why": why})
    _line(f"{what}: not measured, {why}")


def shared() -> Path | None:
    """Where tables that others own are: beside this copy, or at WILLING_SHARED; None without."""
    named = os.environ.get("WILLING_SHARED")
    for place in ([Path(named)] if named else []) + [ROOT.parent / "shared"]:
        if (place / "data").is_dir():
            return place / "data"
    return None


def peer(name: str, task: dict[str, Any]) -> dict[str, Any] | None:
    """What another package answers to a task, and its processor seconds; None, said, without it.

    Peers live in an environment of their own (`make peers`; see benchmarks/peers.py), so that what
    they depend on cannot touch ours.
    """
    python = Path(os.environ.get("WILLING_PEERS", ROOT / ".peers")) / "bin" / "python"
    if not python.exists():
        skip(name, "no environment of peers here (make peers)")
        return None
    done = subprocess.run(
        [str(python), str(ROOT / "benchmarks" / "peers.py"), name],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        timeout=300,
    )
    if done.returncode:
        skip(name, f"it failed ({(done.stderr.strip() or 'no reason given').splitlines()[-1]})")
        return None
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _say(kind: str, found: dict[str, object]) -> None:
    _line(f"@@{json.dumps({'kind': kind, **found})}")


def _line(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
