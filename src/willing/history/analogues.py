"""The nearest past missions, by name: what they shared, what differed, how they ended.

Distance is Gower's (1971), "A general coefficient of similarity": the weighted mean over the
features of the absolute difference divided by the feature's range, features that are missing left
out. A feature weighs as much as it moved past missions (the posterior mean of its coefficient's
size, over its range). The kind of war and the task, which no probability rests on, weigh together
as much as all of these: a reader asks first whether it was that kind of mission.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from willing.data.missions import ProposedMission
from willing.history.features import FEATURES, check_features, known_by, mission_features

__all__ = ["Analogue", "analogues"]

# A case's features may be probabilities: nearer than this they count as the same code.
SAME = 0.05
# Share of the distance that the kind of war and the task have between them (assumption, range
# 0.3-0.6: below it missions of another kind come first, above it consent hardly counts).
SETTING_SHARE = 0.5
_RANGE = {name: 2.0 if name == "us_support" else 1.0 for name in FEATURES}


@dataclass(frozen=True, slots=True)
class Analogue:
    """One past mission beside the case.

    `distance` is 0 (same codes) to 1. `shared` and `differed` name features, `war` and `task`
    among them, the latter with the mission's value and the case's. `missing` names features not
    coded for the mission.
    """

    id: str
    name: str
    year: int
    country: str
    distance: float
    shared: tuple[str, ...]
    differed: Mapping[str, tuple[float | str, float | str]]
    missing: tuple[str, ...]
    outcome: str
    days_to_arrival: int | None
    note: str
    url: str
    urls: tuple[str, ...]
    confidence: str


def analogues(
    features: Mapping[str, float],
    missions: Iterable[ProposedMission],
    k: int = 5,
    *,
    as_of: date | None = None,
    exclude_countries: Collection[str] = (),
    weights: Mapping[str, float] | None = None,
    setting: Mapping[str, str] | None = None,
) -> list[Analogue]:
    """Return the `k` nearest missions with a known end, nearest first, then the latest.

    With `as_of`, only what had happened by that day counts. The case's own country belongs in
    `exclude_countries`. `weights` of the features (equal if not given) come from
    `feature_weights`; `setting` is the case's `war` and `task`, either of which may be blank.
    """
    case = check_features(features)
    weigh = dict.fromkeys(FEATURES, 1.0) if weights is None else weights
    known = known_by(missions, as_of or date.max, exclude_countries)
    told = {name: value for name, value in (setting or {}).items() if value}
    found = [_compare(case, told, weigh, mission) for mission in known if mission.realised]
    return sorted(found, key=lambda a: (round(a.distance, 9), -a.year, a.id))[:k]


def _compare(
    case: Mapping[str, float],
    setting: Mapping[str, str],
    weights: Mapping[str, float],
    mission: ProposedMission,
) -> Analogue:
    codes = mission_features(mission)
    present = [name for name in FEATURES if codes[name] == codes[name]]
    gaps = {name: abs(case[name] - codes[name]) / _RANGE[name] for name in present}
    whole = sum(weights[name] for name in present)
    distance = sum(weights[n] * gap for n, gap in gaps.items()) / whole if whole else 1.0
    differed: dict[str, tuple[float | str, float | str]] = {
        name: (codes[name], case[name]) for name in present if gaps[name] >= SAME
    }
    shared = [name for name in present if gaps[name] < SAME]
    own = {"war": mission.war, "task": mission.task}
    known = [name for name in setting if own[name]]
    if known:
        alike = [own[name] == setting[name] for name in known]
        share = SETTING_SHARE * len(known) / len(own)
        distance = (1 - share) * distance + share * (1 - sum(alike) / len(alike))
        shared = [name for name in known if own[name] == setting[name]] + shared
        differed |= {n: (own[n], setting[n]) for n in known if own[n] != setting[n]}
    return Analogue(
        id=mission.id,
        name=mission.name,
        year=mission.proposed.year,
        country=mission.country,
        distance=distance,
        shared=tuple(shared),
        differed=differed,
        missing=tuple(name for name in FEATURES if name not in present),
        outcome=_outcome(mission),
        days_to_arrival=mission.days_to_arrival(),
        note=mission.notes,
        url=mission.source_urls[0] if mission.source_urls else "",
        urls=mission.source_urls,
        confidence=mission.confidence,
    )


def _outcome(mission: ProposedMission) -> str:
    days = mission.days_to_arrival()
    if days is None:
        return "authorised, never sent" if mission.authorised else "never sent"
    from_memory = " (dates from memory)" if mission.placeholder else ""
    word = "deployed" if mission.realised == "yes" else "deployed in part"
    return f"{word}, first arrival {days} days after the proposal{from_memory}"
