"""Forums: decision rules, mandate routes, and who can block each."""

from willing.forums._load import forum_ids, load_forum
from willing.forums._rule import (
    ABSENT,
    ABSTAIN,
    NO,
    YES,
    Criterion,
    Forum,
    LinearRule,
    Rule,
    weighted_rule,
)
from willing.forums.poisson_binomial import passing_probability
from willing.forums.spatial_vote import vote_probabilities

__all__ = [
    "ABSENT",
    "ABSTAIN",
    "NO",
    "YES",
    "Criterion",
    "Forum",
    "LinearRule",
    "Rule",
    "forum_ids",
    "load_forum",
    "passing_probability",
    "vote_probabilities",
    "weighted_rule",
]
