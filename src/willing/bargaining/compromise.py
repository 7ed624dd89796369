"""`compromise`: the outcome is the mean by salience times influence, and actors move to it.

Van den Bos (1991), and the best model of Thomson et al. (2006) beside costly Nash bargaining. The
outcome is that of `mean`; here the way there is modelled too: one round is one meeting at which
an actor resists by how much it cares. See docs/theory/compromise.md.
"""

from __future__ import annotations

import numpy as np

from willing.bargaining._negotiation import Course, Negotiation, chances
from willing.bargaining._outlook import Outlook
from willing.bargaining.mean import weighted_mean
from willing.bargaining.meeting import meeting

ROUNDS = 1


def compromise(negotiation: Negotiation, turns: int | None = None, rate: float = 1.0) -> Course:
    """Move for `turns` rounds (one unless told); the outlook is the mean of the stated positions.

    rate: share of the way an actor goes in a round that does not care at all.
    """
    most = ROUNDS if turns is None else turns
    s = negotiation.salience
    now = [negotiation.positions]
    for _ in range(most):
        x = np.moveaxis(now[-1], 1, 2)  # actors last
        care = np.moveaxis(s, 1, 2)
        after = meeting(x, care, negotiation.influence[:, None, :], care, rate)
        now.append(np.moveaxis(after, 2, 1))
    point = weighted_mean(negotiation)
    outlooks = tuple(Outlook.points(point[:, k]) for k in range(point.shape[1]))
    p = chances(negotiation, outlooks)
    return Course(
        "compromise",
        negotiation,
        np.stack(now),
        np.repeat(p[None], most + 1, axis=0),
        outlooks,
        np.full(negotiation.draws, most),
        note="outlook: the weighted mean of the stated positions, at every round",
    )
