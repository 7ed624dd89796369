"""Recorded votes of the Security Council, 1946 on: what was put to the vote, and its fate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from willing.data.loaders._source import Source
from willing.data.loaders._table import Column, header, read_table
from willing.errors import Fault, FaultsError, nearest

__all__ = ["OUTCOMES_SOURCE", "VETOES_SOURCE", "CouncilVote", "load_council_votes"]

OUTCOMES_SOURCE = Source(
    "Tables of Security Council meetings 1946-2019 (Dag Hammarskjold Library), parsed from "
    "emilytong123/unsc_for_us",
    "none stated; facts from UN web pages (UN terms: non-commercial with attribution)",
    "https://github.com/emilytong123/unsc_for_us",
)
VETOES_SOURCE = Source(
    "World Politics Data Lab, vetoes in the UN Security Council 1946-2022",
    "MIT",
    "https://github.com/world-politics-datalab/vetoes-un-security-council",
)
OUTCOMES = ("adopted", "not_adopted", "vetoed", "")


@dataclass(frozen=True, slots=True)
class CouncilVote:
    """One draft put to the vote. `vetoed` is None where the outcome is blank."""

    id: str
    year: int
    topic: str
    vetoed: bool | None
    line: int


def load_council_votes(path: Path) -> list[CouncilVote]:
    """Read outcomes of votes, or a list of vetoes (recognised by its `member_veto1` column).

    Raises UnreadableError or FaultsError (columns, years, unknown outcomes).
    """
    year = Column("year", numeric=True, blank=False, low=1946, high=2100)
    if "member_veto1" in header(path):
        rows = read_table(path, [year, Column("draft"), Column("agenda_item")])
        return [
            CouncilVote(
                row["draft"] or f"line {line}",
                int(row["year"]),
                _clean(row["agenda_item"]),
                True if row["member_veto1"] else None,
                line,
            )
            for line, row in rows
        ]
    votes: list[CouncilVote] = []
    faults: list[Fault] = []
    columns = [year, Column("topic"), Column("outcome", optional=True)]
    for line, row in read_table(path, columns):
        if row["outcome"] not in OUTCOMES:
            place = list(row).index("outcome") + 1
            hint = nearest(row["outcome"], list(OUTCOMES))
            expected = "outcome: adopted, not_adopted, vetoed or blank"
            faults.append(Fault(str(path), line, place, repr(row["outcome"]), expected, hint))
            continue
        votes.append(
            CouncilVote(
                id=row.get("symbol") or f"line {line}",
                year=int(float(row["year"])),
                topic=_clean(row["topic"]),
                vetoed=row["outcome"] == "vetoed" if row["outcome"] else None,
                line=line,
            )
        )
    if faults:
        raise FaultsError(faults)
    return votes


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
