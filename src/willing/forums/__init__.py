"""Forums: decision rules, mandate routes, who can open them and who can block them."""

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
from willing.forums.approvals import NationalApproval, national_approvals, not_covered
from willing.forums.birnbaum import Pivot
from willing.forums.critical_path import critical_path, reference_days
from willing.forums.expansion import system_of
from willing.forums.minimal_cut_sets import MinimalSets
from willing.forums.monotone import All, Any, Atom, Enough, Function, Ref, Truth, of_rule
from willing.forums.poisson_binomial import passing_probability
from willing.forums.power import banzhaf, banzhaf_absolute, power_indices, shapley_shubik, swings
from willing.forums.replay import Disagreement, Replay, replay
from willing.forums.routes import Belief, RouteAnalysis, analyse_routes, minimal_sets, path_of
from willing.forums.spatial_vote import vote_cuts, vote_probabilities
from willing.forums.templates import RouteTemplate, route_templates

__all__ = [
    "ABSENT",
    "ABSTAIN",
    "NO",
    "YES",
    "All",
    "Any",
    "Atom",
    "Belief",
    "Criterion",
    "Disagreement",
    "Enough",
    "Forum",
    "Function",
    "LinearRule",
    "MinimalSets",
    "NationalApproval",
    "Pivot",
    "Ref",
    "Replay",
    "RouteAnalysis",
    "RouteTemplate",
    "Rule",
    "Truth",
    "analyse_routes",
    "banzhaf",
    "banzhaf_absolute",
    "critical_path",
    "forum_ids",
    "load_forum",
    "minimal_sets",
    "national_approvals",
    "not_covered",
    "of_rule",
    "passing_probability",
    "path_of",
    "power_indices",
    "reference_days",
    "replay",
    "route_templates",
    "shapley_shubik",
    "swings",
    "system_of",
    "vote_cuts",
    "vote_probabilities",
    "weighted_rule",
]
