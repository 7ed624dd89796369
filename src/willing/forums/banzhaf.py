"""Banzhaf index: in how many coalitions a member's yes or no decides.

Sources: Penrose, "The Elementary Statistics of Majority Voting", J. Royal Statistical Society 109
(1946); Banzhaf, "Weighted Voting Doesn't Work", Rutgers Law Review 19 (1965). The absolute index
is the share of the 2^(n-1) coalitions of the others; the normalised one sums to 1.
"""

from __future__ import annotations

from fractions import Fraction

from willing.forums._counting import Counts, count_winning
from willing.forums._rule import Rule


def swings(rule: Rule, counts: Counts | None = None) -> dict[str, int]:
    """Return the number of coalitions of the others that each member turns from lost to won."""
    found = (counts or count_winning(rule)).swings()
    return {member: sum(own) for member, own in zip(rule.members, found, strict=True)}


def banzhaf_absolute(rule: Rule, counts: Counts | None = None) -> dict[str, float]:
    """Return each member's chance to decide when all others toss a coin (Penrose)."""
    coalitions = 2 ** max(len(rule.members) - 1, 0)
    return {m: float(Fraction(own, coalitions)) for m, own in swings(rule, counts).items()}


def banzhaf(rule: Rule, counts: Counts | None = None) -> dict[str, float]:
    """Return each member's share of all swings; 0 for all where nobody ever decides."""
    found = swings(rule, counts)
    whole = sum(found.values())
    return {m: float(Fraction(own, whole)) if whole else 0.0 for m, own in found.items()}
