"""Scale: many forecasts at once, over a process pool or a cluster, with nothing done twice."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from willing.scale._sweep import Row, sweep
    from willing.scale.corpus import read_corpus
    from willing.scale.parameters import pin, ranges
    from willing.scale.parts import Part, run_parts
    from willing.scale.plans import by_case, by_day, by_lever, sampled, tornado
    from willing.scale.scenario import Scenario, run_scenarios

__all__ = [
    "Part",
    "Row",
    "Scenario",
    "by_case",
    "by_day",
    "by_lever",
    "pin",
    "ranges",
    "read_corpus",
    "run_parts",
    "run_scenarios",
    "sampled",
    "sweep",
    "tornado",
]
# looked up when asked for: every process of a pool imports this, and few need all of it
_HOMES = {
    "corpus": ("read_corpus",),
    "parameters": ("pin", "ranges"),
    "parts": ("Part", "run_parts"),
    "plans": ("by_case", "by_day", "by_lever", "sampled", "tornado"),
    "scenario": ("Scenario", "run_scenarios"),
    "_sweep": ("Row", "sweep"),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"willing.scale.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
