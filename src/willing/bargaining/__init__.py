"""Bargaining: how positions move, and where a decision comes to lie.

The classic engines reproduced number by number, and `default`: a distribution fitted to real
decisions. Pure: scenarios are read from text, randomness comes from a generator passed in.
"""

from willing.bargaining._deu import Decision, Skipped, read_deu
from willing.bargaining._negotiation import RULES, Course, Negotiation, Pressure, chances
from willing.bargaining._options import OPTIONS, SmpOptions
from willing.bargaining._outlook import QUANTILES, Outlook
from willing.bargaining.compromise import compromise
from willing.bargaining.default import DefaultParameters, default, shipped
from willing.bargaining.exchange import exchange
from willing.bargaining.explain import as_document, explain, pulls
from willing.bargaining.files import (
    read_csv,
    read_scenario,
    read_scholz,
    read_xml,
    write_csv,
    write_xml,
)
from willing.bargaining.mean import mean, weighted_mean
from willing.bargaining.median import median, weighted_median
from willing.bargaining.meeting import (
    PRESSURE_WEEKS,
    RATE,
    URGENCY,
    Assumption,
    impatience,
    meeting,
    pressed,
    resistance,
)
from willing.bargaining.nash import nash
from willing.bargaining.run import MODELS, bargain
from willing.bargaining.scholz import scholz
from willing.bargaining.scoring import Score, mixture, report, score_models
from willing.bargaining.sensitivity import Reading, sensitivity
from willing.bargaining.smp import Contests, contests, smp, victory_seen_by
from willing.bargaining.uncertain import uncertain

__all__ = [
    "MODELS",
    "OPTIONS",
    "PRESSURE_WEEKS",
    "QUANTILES",
    "RATE",
    "RULES",
    "URGENCY",
    "Assumption",
    "Contests",
    "Course",
    "Decision",
    "DefaultParameters",
    "Negotiation",
    "Outlook",
    "Pressure",
    "Reading",
    "Score",
    "Skipped",
    "SmpOptions",
    "as_document",
    "bargain",
    "chances",
    "compromise",
    "contests",
    "default",
    "exchange",
    "explain",
    "impatience",
    "mean",
    "median",
    "meeting",
    "mixture",
    "nash",
    "pressed",
    "pulls",
    "read_csv",
    "read_deu",
    "read_scenario",
    "read_scholz",
    "read_xml",
    "report",
    "resistance",
    "scholz",
    "score_models",
    "sensitivity",
    "shipped",
    "smp",
    "uncertain",
    "victory_seen_by",
    "weighted_mean",
    "weighted_median",
    "write_csv",
    "write_xml",
]
