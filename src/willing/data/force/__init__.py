"""Our own tables on forces: planning figures, unit types, past missions, pledges and arrivals.

Every row keeps its source and a confidence: A read in a primary or official text, B a good
secondary text or derived from A, C a standard reference that was not read again, D a placeholder
that must show as one until it is replaced.
"""

from willing.data.force._tables import (
    AccessRule,
    DeliveryRow,
    MissionRow,
    PlanningFactor,
    UnitType,
    access_rules,
    delivery_rows,
    mission_rows,
    planning_factors,
    unit_types,
)

__all__ = [
    "AccessRule",
    "DeliveryRow",
    "MissionRow",
    "PlanningFactor",
    "UnitType",
    "access_rules",
    "delivery_rows",
    "mission_rows",
    "planning_factors",
    "unit_types",
]
