"""One recorded vote as ballots under a forum's rule."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from willing.forums._rule import ABSTAIN, NO, YES, Forum

_BETWEEN = re.compile(r"\s*(?:,|;|\band\b)\s*")


def split_names(text: str) -> list[str]:
    """Split `UK and USA`, `France, UK and USA` or `FRA;GBR` into names."""
    parts = (part.strip() for part in _BETWEEN.split(text.strip()))
    return [part.removeprefix("the ") for part in parts if part]


@dataclass(frozen=True)
class Ballots:
    """Votes of the members of a forum; `tally` is (yes, no, abstaining or absent)."""

    forum: Forum
    votes: Mapping[str, int]
    vetoed: tuple[str, ...]

    def passes(self) -> bool:
        """Say what the rule gives."""
        return bool(self.forum.rule.passes(self.votes))

    @property
    def yes(self) -> int:
        """Number in favour."""
        return sum(v == YES for v in self.votes.values())

    def decided_by(self, passes: bool) -> str:
        """Say what decided: enough votes, a veto alone, or too few votes."""
        if passes:
            return "votes"
        if not self.vetoed:
            return "too_few"
        others = {m: ABSTAIN if m in self.vetoed else v for m, v in self.votes.items()}
        return "veto" if self.forum.rule.passes(others) else "too_few_and_veto"

    def explain(self) -> str:
        """Return the vote in words."""
        against = sum(v == NO for v in self.votes.values())
        words = f"{self.yes} in favour and {against} against under {self.forum.rule.label}"
        if self.vetoed:
            return f"{words}, {', '.join(self.vetoed)} voting no"
        return f"{words}, no negative vote of a permanent member known"


def actor(name: str, names: Mapping[str, str], forum: Forum) -> str:
    """Return the actor id of a name; ValueError with the name when it is no member."""
    cleaned = name.strip()
    found = cleaned if cleaned in forum.members else names.get(cleaned, "")
    if found not in forum.members:
        raise ValueError(f"{cleaned} (not a member of {forum.id} on {forum.on})")
    return found


def from_lists(
    forum: Forum,
    yes: Sequence[str],
    no: Sequence[str],
    abstain: Sequence[str],
    names: Mapping[str, str],
) -> Ballots:
    """Ballots from lists of names; a member in no list was absent."""
    votes: dict[str, int] = {}
    for value, side in ((YES, yes), (NO, no), (ABSTAIN, abstain)):
        for name in side:
            who = actor(name, names, forum)
            if who in votes:
                raise ValueError(f"{name} votes twice")
            votes[who] = value
    holders = forum.rule.vetoes()
    return Ballots(forum, votes, tuple(m for m in holders if votes.get(m) == NO))


def from_tally(
    forum: Forum,
    tally: tuple[int, int, int] | None,
    vetoes: Sequence[str],
    names: Mapping[str, str],
) -> Ballots:
    """Return the most favourable ballots a tally allows; without one all but the vetoes say yes.

    Raises ValueError when the tally has more votes than members, or fewer against than vetoes.
    """
    against = [actor(name, names, forum) for name in vetoes]
    m = len(forum.members)
    yes, no, abstain = tally if tally else (m - len(against), len(against), 0)
    if yes + no + abstain > m:
        raise ValueError(f"tally {yes}-{no}-{abstain} of {m} members")
    if no < len(against):
        raise ValueError(f"{no} against but {len(against)} vetoes")
    holders = forum.rule.vetoes()
    rest = [a for a in forum.members if a not in holders] + list(holders)
    rest = [a for a in rest if a not in against]
    more = no - len(against)
    votes = dict.fromkeys(against + rest[:more], NO)
    rest = rest[more:]
    votes |= dict.fromkeys(rest[:yes], YES)
    return Ballots(forum, votes, tuple(a for a in holders if votes.get(a) == NO))
