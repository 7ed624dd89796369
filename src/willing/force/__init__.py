"""Force: requirement, pledges, package, gap, cost (an engine)."""

from willing.force._demands import Cover, Use
from willing.force._nouns import (
    ALWAYS,
    THEATRE,
    Chain,
    Gate,
    Line,
    Offer,
    Plan,
    Requirement,
    Rules,
)
from willing.force.adequacy import Bound, adequacy_cuts
from willing.force.checker import Breach, check_plan
from willing.force.conflict import Conflict, explain, idle
from willing.force.cost import BASES, Cost, costs
from willing.force.delivery import Mixture, delivery_mixture
from willing.force.delivery_score import score_delivery
from willing.force.dual_cuts import CutError, Cuts, coverage_cuts
from willing.force.export import tables, to_csv, to_excel
from willing.force.fielding import Fielding, field_case, field_force
from willing.force.from_case import (
    CaseForce,
    access_of,
    format_of,
    from_case,
    openings_of,
    requirement_of,
)
from willing.force.package import Effort, package
from willing.force.past_missions import MISSIONS, PastMission, past_mission
from willing.force.planning_factors import Buildup, Need, buildup, needs
from willing.force.prices import Price, Want, prices
from willing.force.report import document, month_rows, past_document, rotation_rows
from willing.force.shortfall import Unfilled, unfilled

__all__ = [
    "ALWAYS",
    "BASES",
    "MISSIONS",
    "THEATRE",
    "Bound",
    "Breach",
    "Buildup",
    "CaseForce",
    "Chain",
    "Conflict",
    "Cost",
    "Cover",
    "CutError",
    "Cuts",
    "Effort",
    "Fielding",
    "Gate",
    "Line",
    "Mixture",
    "Need",
    "Offer",
    "PastMission",
    "Plan",
    "Price",
    "Requirement",
    "Rules",
    "Unfilled",
    "Use",
    "Want",
    "access_of",
    "adequacy_cuts",
    "buildup",
    "check_plan",
    "costs",
    "coverage_cuts",
    "delivery_mixture",
    "document",
    "explain",
    "field_case",
    "field_force",
    "format_of",
    "from_case",
    "idle",
    "month_rows",
    "needs",
    "openings_of",
    "package",
    "past_document",
    "past_mission",
    "prices",
    "requirement_of",
    "rotation_rows",
    "score_delivery",
    "tables",
    "to_csv",
    "to_excel",
    "unfilled",
]
