"""Replay recorded votes under the rule of their day, and say where the record differs.

Three layouts are read: tallies (`yes`, `no`, `abstain` as numbers, `vetoed_by`, `outcome`), lists
of failed drafts by member (`In Favor`, `Abstain`, `Against`, `Members`), and our own (`id`,
`date`, `outcome`, then `yes`, `no`, `abstain`, `absent` as actor ids separated by semicolons).

A tally does not say who voted how. It is replayed with the most favourable ballots it allows:
recorded vetoes are negative votes of those members, the other negative votes go to members
without a veto first. So a tally tests the quota, and a veto only against its own record; votes
by member test both.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from willing.errors import Fault, FaultsError, nearest
from willing.forums._ballots import (
    Ballots,
    from_lists,
    from_tally,
    split_names,
)
from willing.forums._rule import Forum

__all__ = ["Disagreement", "Replay", "replay"]

ForumOn = Callable[[date], Forum]
Row = Mapping[str, str]
_LISTED = {"In Favor", "Abstain", "Against", "Members"}


@dataclass(frozen=True)
class Disagreement:
    """A vote whose recorded outcome is not what the rule gives."""

    id: str
    line: int
    recorded: str
    rule_says: str
    why: str
    known: str = ""
    explained: bool = False


@dataclass
class Replay:
    """What came of replaying a file."""

    votes: int = 0
    agree: int = 0
    disagreements: list[Disagreement] = field(default_factory=list)
    not_replayed: list[dict[str, Any]] = field(default_factory=list)
    decided_by: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:
        """Return the contract's keys and what the replay does and does not test."""
        open_ones = [d for d in self.disagreements if not d.explained]
        return {
            "votes": self.votes,
            "agree": self.agree,
            "disagreements": [vars(d) for d in self.disagreements],
            "agree_after_corrections": self.votes - len(open_ones),
            "not_replayed": self.not_replayed,
            "decided_by": dict(sorted(self.decided_by.items())),
            "tests": (
                "A tally tests the number of votes needed. A veto in a tally is taken from the "
                "record, so it tests only that a vetoed draft had the votes and fell by the veto "
                "alone (decided_by.veto). Votes by member test both."
            ),
        }


def replay(
    rows: Sequence[Row],
    forum_on: ForumOn,
    names: Mapping[str, str],
    errata: Sequence[Row] = (),
    file: str = "votes",
    first_line: int = 2,
) -> Replay:
    """Replay recorded votes.

    Parameters
    ----------
    rows
        Rows of one of the three layouts, in file order.
    forum_on
        The forum as it stood on a date.
    names
        Names of states as tables write them -> actor ids; actor ids are understood as they are.
    errata
        Known faults of the source: `id`, `date`, the corrected tally and why.
    file, first_line
        Where the rows come from, for faults.

    Raises
    ------
    FaultsError
        Every unreadable row at once: unknown members, numbers that are not, impossible dates.
    """
    result, faults = Replay(), list[Fault]()
    if rows and not (set(rows[0]) >= _LISTED or {"yes", "no", "abstain"} <= set(rows[0])):
        found = ", ".join(rows[0])
        expected = "columns yes, no, abstain (and outcome), or In Favor, Abstain, Against, Members"
        raise FaultsError([Fault(file, 1, 1, found, expected)])
    for line, row in enumerate(rows, first_line):
        try:
            recorded = _recorded(row)
            ballots = _ballots(row, forum_on, names)
        except ValueError as error:
            word = str(error)
            known = sorted(names)
            faults.append(Fault(file, line, 1, word, "a recorded vote", nearest(word, known)))
            continue
        if isinstance(ballots, str):
            result.not_replayed.append({"id": _id(row), "line": line, "why": ballots})
            continue
        _judge(result, ballots, recorded, row, line, errata)
    if faults:
        raise FaultsError(faults)
    return result


def _id(row: Row) -> str:
    for key in ("id", "symbol", "Voting On", "draft"):
        if row.get(key, "").strip():
            return row[key].strip()
    return ""


def _day(row: Row) -> date:
    for key in ("date", "Date"):
        text = row.get(key, "").strip()
        if len(text) == 10 and text[4] == "-":
            return date.fromisoformat(text)
    year = (row.get("year") or row.get("Year") or "").strip()
    if not year:
        raise ValueError("no date and no year")
    return date(int(float(year)), 7, 1)


def _ballots(row: Row, forum_on: ForumOn, names: Mapping[str, str]) -> Ballots | str:
    forum = forum_on(_day(row))
    if set(row) >= _LISTED:
        sides = {key: ast.literal_eval(row[key]) for key in ("In Favor", "Against", "Abstain")}
        return from_lists(forum, sides["In Favor"], sides["Against"], sides["Abstain"], names)
    cells = [row.get(key, "").strip() for key in ("yes", "no", "abstain")]
    if any(c and not c.replace(".", "", 1).isdigit() for c in cells):
        yes, no, abstain = (split_names(c) for c in cells)
        return from_lists(forum, yes, no, abstain, names)
    vetoes = split_names(row.get("vetoed_by", ""))
    if not any(cells):
        said = row.get("raw", "").lower()
        if vetoes:
            return from_tally(forum, None, vetoes, names)
        if "unanim" in said:
            return from_tally(forum, (len(forum.members), 0, 0), [], names)
        if "without vote" in said or "consensus" in said:
            return "adopted without a vote"
        return "no tally recorded"
    tally = [int(float(c or 0)) for c in cells]
    return from_tally(forum, (tally[0], tally[1], tally[2]), vetoes, names)


def _recorded(row: Row) -> str:
    if set(row) >= _LISTED:
        return "not_adopted"
    said = row.get("outcome", "").strip().lower()
    if said in {"adopted", "passed", "yes", "1"}:
        return "adopted"
    if said in {"not_adopted", "vetoed", "rejected", "failed", "no", "0"}:
        return "not_adopted"
    raise ValueError(f"outcome {said!r} (adopted, not_adopted or vetoed)")


def _judge(
    result: Replay, ballots: Ballots, recorded: str, row: Row, line: int, errata: Sequence[Row]
) -> None:
    passes = ballots.passes()
    says = "adopted" if passes else "not_adopted"
    result.votes += 1
    result.decided_by[ballots.decided_by(passes)] += 1
    if says == recorded:
        result.agree += 1
        return
    why = f"{ballots.explain()}: the rule gives {says}, the record says {recorded}"
    known, explained = "", False
    for erratum in errata:
        if erratum["id"] == _id(row) and erratum["date"][:4] == _day(row).isoformat()[:4]:
            known = (
                f"known error of the source ({erratum['kind']}): {erratum['why']} "
                f"[{erratum['publisher']}, {erratum['source_url']}]"
            )
            tally = (int(erratum["yes"]), int(erratum["no"]), int(erratum["abstain"]))
            vetoes = split_names(erratum["vetoed_by"])
            mended = from_tally(ballots.forum, tally, vetoes, _PERMANENT)
            explained = mended.passes() == (recorded == "adopted")
            why = f"{why}; {known}"
    result.disagreements.append(Disagreement(_id(row), line, recorded, says, why, known, explained))


_PERMANENT = {"USSR": "RUS"}
