"""How long a route takes: the longest chain of gates, with times from past missions.

A route's gates run side by side; national approvals that must precede troops follow the
collective decision they rest on. The length is that of the longest chain (Kelley and Walker,
"Critical-Path Planning and Scheduling", 1959). Reference times are days from public proposal to
authorisation of missions that were authorised by the same kind of route: they say nothing of
routes that never opened.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Protocol

import numpy as np

#: forum rule -> codes of the authorisation route in the table of past missions
CODES: Final[dict[str, tuple[str, ...]]] = {
    "unsc": ("UNSC_ch6", "UNSC_ch7"),
    "nato": ("NATO",),
    "eu": ("EU",),
    "osce": ("regional_org",),
    "au": ("regional_org",),
    "coalition": ("ad_hoc_coalition", "host_invitation"),
}
#: below this many missions the reference of all authorised missions is shown instead
FEWEST = 4


class PastMission(Protocol):
    """What a past mission must say of itself."""

    @property
    def country(self) -> str: ...  # noqa: D102
    @property
    def proposed(self) -> date: ...  # noqa: D102
    @property
    def authorised(self) -> date | None: ...  # noqa: D102
    @property
    def route(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch of the path: days at the median, 25th and 75th percentile, and on what basis."""

    gate: str
    label: str
    days: float
    low: float
    high: float
    n: int
    basis: str

    def as_dict(self) -> dict[str, Any]:
        """Return the step as a JSON-ready mapping."""
        return asdict(self)


def reference_days(
    missions: Iterable[PastMission],
    forum: str,
    *,
    as_of: date,
    exclude_countries: Collection[str] = (),
) -> tuple[float, float, float, int, str] | None:
    """Return median, 25th and 75th percentile of days from proposal to authorisation, n and basis.

    Only missions authorised by `as_of`, outside `exclude_countries`, count. Where fewer than
    `FEWEST` took this route, all authorised missions stand in, and the basis says so. None where
    there are none at all.
    """
    codes = CODES.get(forum, ())
    known = [
        (m.route, (m.authorised - m.proposed).days)
        for m in missions
        if m.authorised is not None
        and m.authorised <= as_of
        and m.country not in exclude_countries
        and m.route not in ("", "none")
    ]
    own = [days for route, days in known if route in codes]
    every = [days for _, days in known]
    if not every:
        return None
    basis = f"past missions authorised by {' or '.join(codes)}"
    if len(own) < FEWEST:
        basis = f"all authorised missions (only {len(own)} by this route)"
        own = every
    low, middle, high = np.quantile(np.array(own, dtype=float), [0.25, 0.5, 0.75])
    return float(middle), float(low), float(high), len(own), basis


def critical_path(first: Iterable[Step], then: Iterable[Step] = ()) -> dict[str, Any]:
    """Return the longest chain: `first` side by side, `then` side by side after all of `first`.

    Returns `days`, `low`, `high` (sums of the steps on the path at the median and quartiles) and
    `steps`, those on the path.
    """
    path = [max(stage, key=lambda s: s.days) for stage in (list(first), list(then)) if stage]
    return {
        "days": sum(s.days for s in path),
        "low": sum(s.low for s in path),
        "high": sum(s.high for s in path),
        "steps": [s.as_dict() for s in path],
    }
