"""What becomes of a pledge: nothing, something late, or all of it (a mixture, not a bell curve).

Two shares are estimated from past pledges: that nothing comes, and, where something comes, that it
is late or in part. Each is shrunk from all pledges to the kind of unit (enablers fail more often)
to the nation's own record: a Beta whose prior is the level above, worth `strength` pledges. See
`docs/theory/delivery.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from willing.case.values import Positive, Share
from willing.data.force import DeliveryRow, delivery_rows, unit_types

Array = NDArray[np.float64]

#: capabilities without which others do not count
ENABLERS = frozenset(
    {
        "headquarters",
        "engineers",
        "eod",
        "signals",
        "logistics",
        "medical_level1",
        "medical_level2",
        "medical_level3",
        "helicopters",
        "transport_air",
        "air_picture",
        "tankers",
        "surveillance",
        "surveillance_air",
    }
)
#: how many pledges the level above is worth: an assumption (see the theory page)
STRENGTH = (2.0, 4.0, 10.0)
#: months a late pledge is late: Poland in Chad was at 24 % after four months and 75 % after seven
DELAY_MONTHS = Positive(
    low=2,
    likely=4,
    high=9,
    unit="months",
    basis="assumption",
    reason="One dated case only: Poland in Chad had 24 % there after 4 months and 75 % after 7.",
)


@dataclass(frozen=True, slots=True)
class Mixture:
    """Chances that a pledge brings nothing, comes late or in part, or comes in full.

    `late_share` is the share that is there when it is late; `delay_months` how late the rest is.
    `evidence` are the rows it rests on. The three likely chances sum to 1.
    """

    p_zero: Share
    p_late: Share
    p_full: Share
    late_share: Share
    delay_months: Positive
    evidence: tuple[DeliveryRow, ...]

    def draw(self, rng: np.random.Generator, draws: int) -> tuple[Array, Array]:
        """Draw delivered shares and delays in months, each of shape (draws,).

        The delay is that of the rest of a late pledge, 0 for the others.
        """
        u = rng.random(draws)
        part = rng.triangular(
            self.late_share.low, self.late_share.likely, self.late_share.high, draws
        )
        wait = rng.triangular(
            self.delay_months.low, self.delay_months.likely, self.delay_months.high, draws
        )
        late = (u >= self.p_zero.likely) & (u < self.p_zero.likely + self.p_late.likely)
        share = np.where(u < self.p_zero.likely, 0.0, np.where(late, part, 1.0))
        return share, np.where(late, wait, 0.0)


def group_of(unit_kind: str) -> str:
    """Return `enabler` or `combat` for a unit of the catalogue or a capability."""
    unit = unit_types().get(unit_kind)
    return "enabler" if (unit.capability if unit else unit_kind) in ENABLERS else "combat"


def delivery_mixture(
    unit_kind: str,
    nation_record: str | Sequence[float] = (),
    *,
    evidence: Sequence[DeliveryRow] | None = None,
    reliability: float | None = None,
) -> Mixture:
    """Return the mixture for a kind of unit and a nation.

    Parameters
    ----------
    unit_kind : id of the unit catalogue, or a capability.
    nation_record : an actor's id (its own rows of the evidence are its record), or shares
        delivered of earlier pledges (0 nothing, 1 all).
    evidence : past pledges; the shipped table by default. Leave out what was not yet known.
    reliability : chance of full delivery on time where the analyst states one; what is left is
        split between nothing and late as estimated.
    """
    rows = tuple(delivery_rows() if evidence is None else evidence)
    if isinstance(nation_record, str):
        own = [r for r in rows if r.actor == nation_record]
        others = [r for r in rows if r.actor != nation_record]
        nothing = [r.outcome == "zero" for r in own]
        partly = [r.outcome == "late" for r in own if r.outcome in ("late", "full")]
    else:
        own, others = [], list(rows)
        nothing = [share < 0.05 for share in nation_record]
        partly = [share < 0.9 for share in nation_record if share >= 0.05]
    group = group_of(unit_kind)
    base, same = ([r for r in others if r.group != group], [r for r in others if r.group == group])
    zero = _levels(
        [[r.outcome == "zero" for r in base], [r.outcome == "zero" for r in same], nothing]
    )
    late = _levels(
        [
            [r.outcome == "late" for r in base if r.outcome in ("late", "full")],
            [r.outcome == "late" for r in same if r.outcome in ("late", "full")],
            partly,
        ]
    )
    shares = sorted(r.share for r in rows if r.outcome == "late" and r.share is not None)
    return _mixture(zero, late, shares, (*same, *own), reliability)


def _levels(levels: list[list[bool]]) -> tuple[float, float, float]:
    """Shrink from level to level: 5 %, mean and 95 % of the last level's share.

    The interval is the widest over the assumed strengths of the prior.
    """
    found = []
    for strength in STRENGTH:
        # all pledges of other kinds under a Jeffreys prior, then the kind, then the nation
        hits, misses = 0.5, 0.5
        for place, seen in enumerate(levels):
            if place == 2 and not seen:
                break  # no record of its own: what is known of the kind of unit stands
            if place:
                mean = hits / (hits + misses)
                hits, misses = strength * mean, strength * (1 - mean)
            hits += sum(seen)
            misses += len(seen) - sum(seen)
        low, high = betaincinv(hits, misses, [0.05, 0.95])
        found.append((float(low), hits / (hits + misses), float(high)))
    return (
        min(f[0] for f in found),
        found[1][1],
        max(f[2] for f in found),
    )


def _mixture(
    zero: tuple[float, float, float],
    late: tuple[float, float, float],
    shares: list[float],
    evidence: tuple[DeliveryRow, ...],
    reliability: float | None,
) -> Mixture:
    source = "delivery table: " + ", ".join(sorted({r.mission for r in evidence}) or ["no rows"])

    def share(low: float, likely: float, high: float) -> Share:
        low, high = min(low, likely), max(high, likely)
        return Share(low=low, likely=likely, high=high, basis="history", source=source)

    p_late = (1 - zero[1]) * late[1]
    p_full = (1 - zero[1]) * (1 - late[1])
    ranges = [
        zero,
        ((1 - zero[2]) * late[0], p_late, (1 - zero[0]) * late[2]),
        ((1 - zero[2]) * (1 - late[2]), p_full, (1 - zero[0]) * (1 - late[0])),
    ]
    if reliability is not None:
        rest = 1.0 - reliability
        fail = zero[1] / max(1e-12, zero[1] + p_late)
        ranges = [(rest * fail,) * 3, (rest * (1 - fail),) * 3, (reliability,) * 3]
    if not shares:
        shares = [0.5]
    part = share(*(float(q) for q in np.quantile(shares, [0.1, 0.5, 0.9])))
    nothing, partly, fully = (share(*r) for r in ranges)
    return Mixture(nothing, partly, fully, part, DELAY_MONTHS, evidence)
