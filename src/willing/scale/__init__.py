"""Scale: many forecasts at once, over a process pool or a cluster, with nothing done twice."""

from willing.scale.parameters import pin, ranges
from willing.scale.parts import Part, run_parts
from willing.scale.plans import by_case, by_day, by_lever, sampled, tornado
from willing.scale.scenario import Scenario, run_scenarios
from willing.scale.sweep import Row, sweep

__all__ = [
    "Part",
    "Row",
    "Scenario",
    "by_case",
    "by_day",
    "by_lever",
    "pin",
    "ranges",
    "run_parts",
    "run_scenarios",
    "sampled",
    "sweep",
    "tornado",
]
