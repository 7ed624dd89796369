"""A decision rule in linear form, and the forum that decides by it.

A linear rule passes a proposal iff for every criterion the weights of those in favour, plus the
weights abstainers still lend, reach the quota, and nobody flagged `blocks_if_no` votes against.
A rule is one linear rule or several, any of which is enough. Weights and quotas are integers, so
that every count downstream is exact. After Taylor and Zwicker, *Simple Games* (1999), with
abstention as in Felsenthal and Machover, *The Measurement of Voting Power* (1998), ch. 8.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

YES, ABSTAIN, NO = 1, 0, -1
#: a member that does not vote; counts as abstention in every shipped rule
ABSENT = ABSTAIN


class Criterion(NamedTuple):
    """`sum(yes of those in favour) + sum(abstain of those abstaining) >= quota`."""

    yes: Ints
    abstain: Ints
    quota: int
    label: str = ""


@dataclass(frozen=True, eq=False)
class LinearRule:
    """Criteria that must all hold, and who stops the proposal by voting against.

    `blocks_if_no` has shape (m,). Shapes of `yes` and `abstain` in each criterion: (m,).
    """

    criteria: tuple[Criterion, ...]
    blocks_if_no: Flags

    def passes(self, votes: NDArray[Any]) -> Flags:
        """Return whether each vote carries; `votes` has shape (..., m) with 1, 0 and -1."""
        ballots = np.asarray(votes)
        carried: Flags = ~np.any((ballots == NO) & self.blocks_if_no, axis=-1)
        for yes, abstain, quota, _ in self.criteria:
            total = np.where(ballots == YES, yes, 0) + np.where(ballots == ABSTAIN, abstain, 0)
            carried = carried & (total.sum(axis=-1) >= quota)
        return carried


@dataclass(frozen=True, eq=False)
class Rule:
    """A decision rule over an ordered list of members: any of `alternatives` is enough."""

    id: str
    label: str
    members: tuple[str, ...]
    alternatives: tuple[LinearRule, ...]
    note: str = ""
    sources: tuple[Mapping[str, str], ...] = ()

    def linear(self) -> tuple[LinearRule, ...]:
        """Return the linear rules; the proposal passes iff at least one of them does."""
        return self.alternatives

    def passes(self, votes: NDArray[Any] | Mapping[str, int]) -> Any:
        """Say whether votes carry.

        `votes` is an array of shape (..., m) with 1 (yes), 0 (abstains or is absent) and -1 (no),
        in the order of `members`, or a mapping from member to vote in which a missing member is
        absent. Returns a bool for a mapping or a single vote, an array otherwise.
        """
        if isinstance(votes, Mapping):
            ballots = np.array([votes.get(member, ABSENT) for member in self.members])
        else:
            ballots = np.asarray(votes)
        carried = np.zeros(ballots.shape[:-1], dtype=bool)
        for linear in self.alternatives:
            carried = carried | linear.passes(ballots)
        return bool(carried) if carried.ndim == 0 else carried

    def vetoes(self) -> tuple[str, ...]:
        """Return the members whose vote against always stops the proposal."""
        everywhere = np.all([linear.blocks_if_no for linear in self.alternatives], axis=0)
        return tuple(m for m, blocks in zip(self.members, everywhere, strict=True) if blocks)

    def describe(self) -> dict[str, Any]:
        """Return the rule as a JSON-ready mapping."""
        return {
            "id": self.id,
            "label": self.label,
            "vetoes": list(self.vetoes()),
            "alternatives": [
                {
                    "criteria": [
                        {
                            "weights": criterion.label,
                            "quota": criterion.quota,
                            "of": int(criterion.yes.sum()),
                        }
                        for criterion in linear.criteria
                    ]
                }
                for linear in self.alternatives
            ],
            "note": self.note,
            "sources": [dict(source) for source in self.sources],
        }


@dataclass(frozen=True, eq=False)
class Forum:
    """A body that decides: its members on a date and the rule it decides by."""

    id: str
    label: str
    on: date
    members: tuple[str, ...]
    rule: Rule
    seats: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[Mapping[str, str], ...] = ()


def weighted_rule(
    members: Iterable[str],
    weights: Iterable[int],
    quota: int,
    vetoes: Iterable[str] = (),
    id: str = "weighted",
    label: str = "",
) -> Rule:
    """Return the weighted rule `[quota; weights]` with vetoes; an abstainer lends no weight."""
    names = tuple(members)
    yes = np.array(list(weights), dtype=np.int64)
    blocks = np.isin(np.array(names), np.array(list(vetoes), dtype=str))
    criterion = Criterion(yes, np.zeros_like(yes), int(quota), "weight")
    return Rule(id, label or f"{quota} of {yes.sum()}", names, (LinearRule((criterion,), blocks),))
