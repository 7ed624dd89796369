"""Where states stand, on a map: GeoJSON (RFC 7946), longitude before latitude."""

from __future__ import annotations

from typing import Any

from willing.case import Case
from willing.data.map import NOTICE, countries, rings
from willing.record import Record

__all__ = ["geojson"]


def geojson(case: Case, record: Record) -> dict[str, Any]:
    """Return the states of a case as features with their position on taking part.

    `position` and `sd` are on 0-100; `has_spoken` is false where only the prior speaks. A state
    that the map does not draw has a null geometry. Boundaries imply no position.
    """
    shapes = countries()
    silent = dict(zip(record.actors, record.prior_only, strict=True))
    features = []
    for actor in case.actors:
        if actor.kind != "state":
            continue
        mean, sd = record.position(actor.id, "any", "participation")
        outlines = rings(actor.id) if actor.id in shapes else []
        geometry = {"type": "MultiPolygon", "coordinates": [[ring] for ring in outlines]}
        features.append(
            {
                "type": "Feature",
                "id": actor.id,
                "geometry": geometry if outlines else None,
                "properties": {
                    "name": actor.name,
                    "role": actor.role,
                    "position": float(mean),
                    "sd": float(sd),
                    "has_spoken": not silent[actor.id],
                },
            }
        )
    return {
        "type": "FeatureCollection",
        "handling": case.handling,
        "as_of": case.as_of.isoformat(),
        "notice": NOTICE,
        "features": features,
    }
