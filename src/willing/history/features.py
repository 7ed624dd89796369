"""The state of a proposed mission, as numbers: what was known on the day it was proposed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from willing.data.missions import ProposedMission
from willing.errors import UsageError, nearest

Array = NDArray[np.float64]

__all__ = [
    "FEATURES",
    "SIGNS",
    "check_features",
    "feature_matrix",
    "feature_row",
    "known_by",
    "mission_features",
    "with_interactions",
]

# What a caller gives. Units: 0 or 1, except parties_consent (0, 0.5, 1; half when some main
# parties consent), host_consent (0.5 when partial) and us_support (-1 opposed, 0 neutral, 1).
FEATURES = (
    "host_consent",
    "parties_consent",
    "ceasefire",
    "p5_opposed",
    "neighbour_opposed",
    "us_support",
    "high_risk",
    "no_land",
)

# +1: theory says it never lowers the chance; -1: never raises it; 0: the data decide.
SIGNS: Mapping[str, int] = {
    "host_consent": 1,
    "parties_consent": 1,
    "ceasefire": 1,
    "ceasefire_and_consent": 1,
    "ceasefire_without_consent": 0,
    "p5_opposed": -1,
    "neighbour_opposed": -1,
    "us_support": 1,
    "high_risk": -1,
    "no_land": 0,
}

_CONSENT = {"yes": 1.0, "partial": 0.5, "no": 0.0}
_CEASEFIRE = {"yes": 1.0, "no": 0.0}
# To lead is a role, not a warmer attitude than to support: both stand at 1.
_US = {"lead": 1.0, "support": 1.0, "neutral": 0.0, "oppose": -1.0}
_HIGH_RISK = {"high": 1.0, "med": 0.0, "low": 0.0}


def mission_features(mission: ProposedMission) -> dict[str, float]:
    """Return the features of a coded mission; NaN where the code is missing."""
    missing = float("nan")
    return {
        "host_consent": _CONSENT.get(mission.host_consent, missing),
        "parties_consent": _CONSENT.get(mission.parties_consent, missing),
        "ceasefire": _CEASEFIRE.get(mission.ceasefire, missing),
        "p5_opposed": missing if mission.p5_opposed is None else float(bool(mission.p5_opposed)),
        "neighbour_opposed": missing
        if mission.neighbour_opposed is None
        else float(bool(mission.neighbour_opposed)),
        "us_support": _US.get(mission.us_support, missing),
        "high_risk": _HIGH_RISK.get(mission.casualty_risk, missing),
        "no_land": float("land" not in mission.domains) if mission.domains else missing,
    }


def check_features(features: Mapping[str, float]) -> dict[str, float]:
    """Return the features in their order. Raises UsageError for an unknown or missing one."""
    for name in features:
        if name not in FEATURES and name not in SIGNS:
            hint = nearest(name, list(FEATURES))
            raise UsageError(f"unknown feature {name!r}" + (f", near {hint!r}" if hint else ""))
    absent = [name for name in FEATURES if name not in features]
    if absent:
        raise UsageError(f"features missing: {', '.join(absent)}")
    return {name: float(features[name]) for name in FEATURES}


def with_interactions(features: Mapping[str, float]) -> dict[str, float]:
    """Add ceasefire with, and ceasefire without, the consent of all main parties.

    A truce that all have accepted a mission for is one thing; a frozen conflict in which a
    party refuses the mission is another, and the table holds many of these. Between partial
    (0.5) and full consent the one passes into the other.
    """
    row = dict(features)
    together = min(1.0, max(0.0, 2.0 * row["parties_consent"] - 1.0))
    row["ceasefire_and_consent"] = row["ceasefire"] * together
    row["ceasefire_without_consent"] = row["ceasefire"] * (1.0 - together)
    return row


def feature_row(features: Mapping[str, float], names: Iterable[str]) -> Array:
    """Return the features in the order of a model's `names`, shape (len(names),)."""
    row = with_interactions(check_features(features))
    return np.array([row[name] for name in names])


def feature_matrix(
    missions: Iterable[ProposedMission], means: Mapping[str, float] | None = None
) -> tuple[list[dict[str, float]], dict[str, float]]:
    """Return the missions' features with missing codes filled by the means, and the means.

    The means are those of the given missions unless `means` (from training) are passed.
    """
    rows = [mission_features(mission) for mission in missions]
    if means is None:
        means = {}
        for name in FEATURES:
            seen = [row[name] for row in rows if row[name] == row[name]]
            means[name] = float(np.mean(seen)) if seen else 0.5
    filled = [{n: row[n] if row[n] == row[n] else means[n] for n in FEATURES} for row in rows]
    return filled, dict(means)


def known_by(
    missions: Iterable[ProposedMission],
    as_of: date,
    exclude_countries: Collection[str] = (),
    exclude_ids: Collection[str] = (),
) -> list[ProposedMission]:
    """Return the missions as they stood on a day: later acts are blanked, open cases dropped.

    A mission proposed and still without an arrival on `as_of` stays as a censored row: that it
    had not arrived was known. Missions with an open or undated outcome are left out.
    """
    return [
        _as_it_stood(mission, as_of)
        for mission in missions
        if mission.resolved
        and mission.proposed <= as_of
        and mission.country not in exclude_countries
        and mission.id not in exclude_ids
    ]


def _as_it_stood(mission: ProposedMission, as_of: date) -> ProposedMission:
    authorised = mission.authorised
    if authorised and authorised > as_of:
        authorised = None
    full = mission.full_strength
    if full and full[1] > as_of:
        full = None
    if mission.arrived and mission.arrived > as_of:
        return replace(
            mission, authorised=authorised, arrived=None, full_strength=None, realised=""
        )
    return replace(mission, authorised=authorised, full_strength=full)
