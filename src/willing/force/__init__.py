"""Force: requirement, pledges, package, gap, cost (an engine)."""

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
from willing.force.delivery import Mixture, delivery_mixture
from willing.force.dual_cuts import CutError, Cuts, adequacy_cuts, coverage_cuts
from willing.force.from_case import CaseForce, from_case, requirement_of

__all__ = [
    "ALWAYS",
    "THEATRE",
    "CaseForce",
    "Chain",
    "CutError",
    "Cuts",
    "Gate",
    "Line",
    "Mixture",
    "Offer",
    "Plan",
    "Requirement",
    "Rules",
    "adequacy_cuts",
    "coverage_cuts",
    "delivery_mixture",
    "from_case",
    "requirement_of",
]
