"""The force of a case as the `force` document, with its charts in the house's style."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from willing.briefing.charts import force as charts
from willing.briefing.charts._theme import DOMAIN_LABELS, quickly, specification
from willing.case import Case
from willing.force import Fielding, document, field_case

__all__ = ["force_document", "named"]

#: contributors in the picture of tours, those that carry most
MOST = 15
#: pictures of the Force view, in the order in which they are shown
PICTURES: dict[str, Callable[[Fielding], Any]] = {
    "coverage": charts.coverage,
    "rotations": lambda found: charts.rotations(found, most=MOST),
    "gap": charts.gap,
    "prices": charts.prices,
}


def force_document(
    case: Case, format_id: str | None, time_limit: float, note: Callable[[float, str], None]
) -> dict[str, Any]:
    """Plan the force of a case within `time_limit` seconds; the bound is always shown.

    Returns the document of `willing force --json`, with `handling`, `as_of` and `charts`
    (Vega-Lite specifications by name, actors called by their names).
    """
    found = field_case(case, format_id, time_limit=time_limit, clock=time.perf_counter, say=note)
    names = {a.id: a.name for a in case.actors}
    pledges = {
        p.pledge: f"{names.get(p.actor, p.actor)}, {p.kind.replace('_', ' ')}" for p in found.prices
    }
    with quickly():
        drawn = {
            name: named(specification(make(found)), names | pledges)
            for name, make in PICTURES.items()
            if _worth(name, found)
        }
    return {
        **document(found),
        "handling": case.handling,
        "as_of": case.as_of.isoformat(),
        "charts": drawn,
    }


def _worth(name: str, found: Fielding) -> bool:
    """Whether a picture would show anything."""
    if name == "gap":
        return bool(found.unfilled)
    return name != "prices" or any(p.lost > 0 for p in found.prices)


def named(spec: Any, names: Mapping[str, str]) -> Any:
    """Return a specification in which actors are called by their names.

    Only whole values change, and those of the form `ACTOR domain`.
    """
    if isinstance(spec, dict):
        return {key: named(value, names) for key, value in spec.items()}
    if isinstance(spec, list):
        return [named(value, names) for value in spec]
    if not isinstance(spec, str):
        return spec
    if spec in names:
        return names[spec]
    first, _, rest = spec.partition(" ")
    return f"{names[first]}, {rest}" if first in names and rest in DOMAIN_LABELS.values() else spec
