"""A sweep: scenarios cut into parts, done on whatever there is, put together in order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from willing.case import load
from willing.scale.parts import Part, run_parts
from willing.scale.scenario import Scenario, run_scenarios

__all__ = ["Row", "sweep"]

Row = dict[str, Any]
#: scenarios in a part: what is lost when a worker dies, against the cost of a file and a message
PART = 8


def sweep(
    scenarios: Sequence[Scenario],
    folder: Path,
    *,
    workers: int = 2,
    cluster: str | None = None,
    progress: Callable[[float, str], None] | None = None,
    part: int = PART,
) -> list[Row]:
    """Forecast every scenario and return a row each, in their order.

    The rows are the same from one process, a pool and a cluster. Finished parts are kept in
    `folder` under a hash of their scenarios and of the case as it is now: a rerun does what is
    missing, and a case that was edited is done again.

    Parameters
    ----------
    workers, cluster, progress
        See `run_parts`.
    """
    hashes = {id: _case_hash(id) for id in {s.case for s in scenarios}}
    parts = []
    for at in range(0, len(scenarios), part):
        some = scenarios[at : at + part]
        parts.append(
            Part([s.as_dict() for s in some], ",".join(sorted({hashes[s.case] for s in some})))
        )
    found = run_parts(
        parts, run_scenarios, folder, workers=workers, cluster=cluster, progress=progress
    )
    return [row for rows in found for row in rows]


def _case_hash(case: str) -> str:
    text = load(case).model_dump_json(by_alias=True)
    return hashlib.sha256(text.encode()).hexdigest()
