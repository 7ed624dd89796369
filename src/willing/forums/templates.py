"""Routes a case can take over, as data: which forums, and when the route opens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import yaml

from willing.case.expressions import Expr, parse
from willing.data.forums import read


@dataclass(frozen=True, slots=True)
class RouteTemplate:
    """A known way to a mandate; `forums` maps the ids it uses to shipped rules."""

    id: str
    label: str
    forums: tuple[tuple[str, str], ...]
    opens: str
    note: str
    source: str

    def expression(
        self, *, host: str, opposing: str = "", lead: str = "", threshold: int = 5
    ) -> Expr:
        """Return the route's expression for a case's own actors."""
        return parse(
            self.opens.format(host=host, opposing=opposing, lead=lead, threshold=threshold)
        )


@cache
def route_templates() -> tuple[RouteTemplate, ...]:
    """Return the shipped templates, Uniting for Peace among them."""
    return tuple(
        RouteTemplate(
            id=row["id"],
            label=row["label"],
            forums=tuple(row["forums"].items()),
            opens=row["opens"],
            note=" ".join(row["note"].split()),
            source=row["source"],
        )
        for row in yaml.safe_load(read("route_templates.yml"))["templates"]
    )
