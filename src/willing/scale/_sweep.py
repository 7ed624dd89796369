"""A sweep: scenarios cut into parts, done on whatever there is, put together in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from willing.case import load
from willing.scale.parts import Part, run_parts
from willing.scale.scenario import Scenario, ask_once, content_of, run_part

__all__ = ["Row", "sweep"]

Row = dict[str, Any]
#: scenarios in a part, at most: what is lost when a worker dies, against the cost of a file and a
#: message; from `MANY` scenarios on parts grow, so that a folder holds no more than so many files
PART, MANY = 8, 32_000
#: parts that a small sweep is cut into, so that several workers end together
PARTS = 16


def sweep(
    scenarios: Sequence[Scenario],
    folder: Path,
    *,
    workers: int = 2,
    cluster: str | None = None,
    progress: Callable[[float, str], None] | None = None,
    part: int | None = None,
) -> list[Row]:
    """Forecast every scenario and return a row each, in their order.

    The rows are the same from one process, a pool and a cluster. Finished parts are kept in
    `folder` under a hash of their scenarios and of the case as it is now: a rerun does what is
    missing, and a case that was edited is done again.

    Parameters
    ----------
    workers, cluster, progress
        See `run_parts`.
    part
        Scenarios in a part; by default it follows from how many there are.
    """
    content = {id: content_of(load(id)) for id in {s.case for s in scenarios}}
    part = part or _size(len(scenarios))
    parts = []
    for at in range(0, len(scenarios), part):
        some = scenarios[at : at + part]
        own = {s.case: content[s.case] for s in some}
        parts.append(Part({"scenarios": [s.as_dict() for s in some], "content": own}))
    found = run_parts(
        parts,
        run_part,
        folder,
        workers=workers,
        cluster=cluster,
        progress=progress,
        prepare=ask_once,
    )
    return [row for rows in found for row in rows]


def _size(scenarios: int) -> int:
    """Scenarios in a part: a function of how many there are, never of who does them."""
    small = min(PART, -(-scenarios // PARTS))
    return max(1, small, -(-scenarios * PART // MANY))
