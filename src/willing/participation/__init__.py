"""Participation: who takes part, given stance, conditions and history.

`stance_prior` says where a state that has said nothing is likely to stand; `join_probability`
gives the answer behind it (decline, support without troops, join). `coalition_joining` and
`un_joining` forecast who joins, and are scored by `willing backtest joining`.
"""

from willing.participation.coalition_joining import (
    Candidate,
    CoalitionJoining,
    fit_coalition_joining,
)
from willing.participation.ordered_joining import ANSWERS, OrderedJoining
from willing.participation.past_coalitions import (
    PastCoalition,
    in_alliance_with_lead,
    past_coalitions,
    record_of_joining,
)
from willing.participation.stance_prior import (
    COVARIATES,
    fit_stance_prior,
    join_probability,
    stance_prior,
)

__all__ = [
    "ANSWERS",
    "COVARIATES",
    "Candidate",
    "CoalitionJoining",
    "OrderedJoining",
    "PastCoalition",
    "fit_coalition_joining",
    "fit_stance_prior",
    "in_alliance_with_lead",
    "join_probability",
    "past_coalitions",
    "record_of_joining",
    "stance_prior",
]
