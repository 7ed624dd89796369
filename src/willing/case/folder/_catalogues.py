"""What the shipped tables offer by name: forum rules, units, planning factors, access rules."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from willing.data import force, forums

__all__ = ["catalogues"]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def catalogues() -> dict[str, frozenset[str]]:
    """Return the ids of shipped forum rules (`unsc`, `eu:cfsp`), units, factors and access."""
    return {
        "rules": _forum_rules(),
        "units": frozenset(force.unit_types()) | {"persons", "aircraft", "ships", "batteries"},
        "factors": frozenset(force.planning_factors()),
        "access": frozenset(rule.id for rule in force.access_rules()),
    }


def _forum_rules() -> frozenset[str]:
    found: set[str] = set()
    for name in forums.names():
        content = yaml.load(forums.read(name), Loader=_LOADER)  # noqa: S506 (a safe loader)
        for rule in content.get("rules", []):
            found |= {content["id"], f"{content['id']}:{rule['id']}"}
            found |= {rule["alias"]} if rule.get("alias") else set()
    return frozenset(found)
