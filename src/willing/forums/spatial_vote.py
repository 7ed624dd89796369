"""Spatial model of voting with abstention from indifference.

A member with ideal point x prefers the proposal P to the status quo Q by an amount that, for
quadratic losses, is linear in its distance beyond the midpoint, s (x - (P + Q) / 2) with
s = sign(P - Q). It votes yes when that distance plus noise exceeds `to_yes`, no when it lies
below `-to_no`, and abstains in between. With x and the noise normal the three are exact:

    yes = Phi((d - to_yes) / t),  no = Phi((-d - to_no) / t),  t = sqrt(sd^2 + noise^2)

where d = s (mean - midpoint). Sources: Enelow and Hinich, *The Spatial Theory of Voting* (1984),
chapters 2 and 5 (abstention from indifference); Clinton, Jackman and Rivers, "The Statistical
Analysis of Roll Call Data", APSR 98 (2004), for the random utility. See
`docs/theory/spatial_vote.md` for the parameters, which are assumptions with ranges.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from willing.case import Share
from willing.errors import UsageError

#: half-widths of the zone of indifference and the noise, in points of a 0-100 issue: assumptions.
#: With a proposal at 75 and the status quo at 25 a member votes yes from the rung "consider" on
#: and no from "decline" down; "support, no troops" and "undecided" abstain. Plausible ranges:
#: to_yes 0-20, to_no 5-45, noise 5-30 (what recorded votes say: docs/theory/spatial_vote.md).
TO_YES: Final = 6.25
TO_NO: Final = 18.75
NOISE: Final = 10.0
#: share of the variance of members' attitudes to one draft that is common to them: sponsors do not
#: table what will fail, and a draft liked by one is liked by most. Estimated by maximum likelihood
#: (one-factor ordered probit) from recorded tallies: docs/theory/spatial_vote.md.
SHARED: Final = Share(
    low=0.2,
    likely=0.35,
    high=0.5,
    reason="Tallies of 2,392 votes of the Security Council 1946-2014: 0.35; by era 0.23 to 0.47.",
)


def vote_probabilities(
    mean: ArrayLike,
    sd: ArrayLike,
    proposal: float,
    status_quo: float,
    *,
    to_yes: ArrayLike = TO_YES,
    to_no: ArrayLike = TO_NO,
    noise: float = NOISE,
) -> NDArray[np.float64]:
    """Return P(yes), P(abstains), P(no) of each member.

    Parameters
    ----------
    mean, sd
        Members' positions on the issue (0-100) and their uncertainty; shape (m,) or broadcastable.
    proposal, status_quo
        Where the proposal and the status quo stand on the issue; they must differ.
    to_yes, to_no
        How far beyond the midpoint a member must stand to vote yes or no rather than abstain, in
        points; a scalar or one per member. `to_yes + to_no >= 0`.
    noise
        Standard deviation of what moves a vote besides the position, in points.

    Returns
    -------
    Array of shape (m, 3), rows summing to 1, columns yes, abstains, no.
    """
    if proposal == status_quo:
        raise UsageError("the proposal and the status quo stand at the same point: nothing to vote")
    middle = (proposal + status_quo) / 2.0
    beyond = np.sign(proposal - status_quo) * (np.asarray(mean, dtype=float) - middle)
    beyond, up, down, spread = np.broadcast_arrays(
        beyond,
        np.asarray(to_yes, dtype=float),
        np.asarray(to_no, dtype=float),
        np.hypot(np.asarray(sd, dtype=float), noise),
    )
    if np.any(up + down < 0):
        raise UsageError("to_yes + to_no must not be negative: a vote cannot be both yes and no")
    with np.errstate(divide="ignore", invalid="ignore"):
        yes = np.where(spread > 0, ndtr((beyond - up) / spread), beyond > up)
        no = np.where(spread > 0, ndtr((-beyond - down) / spread), -beyond > down)
    between = np.clip(1.0 - yes - no, 0.0, 1.0)
    return np.stack([yes, between, no], axis=-1)


def vote_cuts(
    proposal: float, status_quo: float, *, to_yes: float = TO_YES, to_no: float = TO_NO
) -> tuple[float, float]:
    """Return the positions (yes from, no below) at which a member's vote changes.

    For a simulation that draws positions itself; the proposal must stand above the status quo.
    """
    if proposal <= status_quo:
        raise UsageError("the proposal must stand above the status quo for cuts to be ordered")
    middle = (proposal + status_quo) / 2.0
    return middle + to_yes, middle - to_no
