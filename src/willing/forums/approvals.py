"""National approvals: whose consent a state needs to send troops, and whether before or after.

Rules are data (`data/forums/approvals.csv`), each row with its source; states without a row are
not covered, which is not the same as needing no approval. `timing` and `parliament` are our coding
of the rule in words.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from willing.data.forums import read


@dataclass(frozen=True, slots=True)
class NationalApproval:
    """One rule of one state.

    `timing`: `before` (troops wait for it), `after` (the government may start), `none` (the
    executive decides). `parliament`: `vote`, `debate`, `consulted`, `informed`, `none`.
    `limit_days`: how long a start without a vote, or one mandate, may last.
    """

    actor: str
    body: str
    timing: str
    parliament: str
    limit_days: int | None
    instrument: str
    requirement: str
    exception: str
    note: str
    source_url: str
    publisher: str
    reliability: str


@cache
def national_approvals() -> dict[str, tuple[NationalApproval, ...]]:
    """Return the rules on sending troops abroad by actor."""
    found: dict[str, list[NationalApproval]] = {}
    for row in csv.DictReader(io.StringIO(read("approvals.csv"))):
        found.setdefault(row["actor"], []).append(
            NationalApproval(
                actor=row["actor"],
                body=row["body"],
                timing=row["timing"],
                parliament=row["parliament"],
                limit_days=int(row["limit_days"]) if row["limit_days"] else None,
                instrument=row["instrument"],
                requirement=row["requirement"],
                exception=row["exception"],
                note=row["note"],
                source_url=row["source_url"],
                publisher=row["publisher"],
                reliability=row["reliability"],
            )
        )
    return {actor: tuple(rows) for actor, rows in found.items()}


def not_covered(actors: Collection[str]) -> list[str]:
    """Return the actors whose rule we do not know."""
    return sorted(set(actors) - set(national_approvals()))
