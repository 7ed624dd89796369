"""Ids of the shipped forum rules, for `rule` of a forum in a case."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from willing.data import forums

__all__ = ["forum_rules"]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def forum_rules() -> frozenset[str]:
    """Return every id under which a forum rule is shipped (`unsc`, `eu:cfsp`, `consent`)."""
    found: set[str] = set()
    for name in forums.names():
        content = yaml.load(forums.read(name), Loader=_LOADER)  # noqa: S506 (a safe loader)
        for rule in content.get("rules", []):
            found |= {content["id"], f"{content['id']}:{rule['id']}"}
            found |= {rule["alias"]} if rule.get("alias") else set()
    return frozenset(found)
