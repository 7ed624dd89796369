"""What a force can keep up once it is there: the package in steady state, as a linear programme.

A pledge is a presence, the share of its units in the field at any time. Rotation and longest stay
limit it, and so do the enablers, the lift of reliefs, the budget, and how burdens are shared. There
are no months in the programme: when a pledge is ready and whether it comes at all is for others to
say (`docs/theory/steady_state.md`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from willing.errors import UsageError
from willing.force._milp import INF, Highs, Milp
from willing.force._nouns import Offer, Requirement, Rules
from willing.force._schedule import places
from willing.force.evaluate import counts_for

Array = NDArray[np.float64]
WEEKS_A_MONTH = 365.25 / 7 / 12


def presence(offer: Offer, kept: int) -> float:
    """Return the share of an offer's units that can be in the field at any time (0-1).

    Parameters
    ----------
    kept : months for which the force must be kept; a pledge that may stay half of them counts half.
    """
    return min(1.0, 1.0 / max(offer.rotation, 1e-9), offer.max_months / max(1, kept))


def quantities(requirement: Requirement) -> Array:
    """Return the highest month's need of each line, shape (lines,)."""
    return np.array([max(line.required, default=0.0) for line in requirement.lines])


class SteadyState:
    """The programme of one judgement: the least over domains of coverage / least.

    Parameters
    ----------
    judged : what share of each domain counts as all of it, above 0.
    kept : months for which the force must be kept.
    most : by offer, the largest size it is asked about (1 as stated); only the yes-or-no rules,
        which are relaxed, need it.
    """

    def __init__(
        self,
        requirement: Requirement,
        offers: Sequence[Offer],
        rules: Rules,
        judged: Mapping[str, float],
        *,
        kept: int,
        most: Array,
    ) -> None:
        self.requirement, self.offers, self.rules = requirement, tuple(offers), rules
        self.milp, self.need = Milp(), quantities(requirement)
        self.present = np.array([presence(o, kept) for o in offers])
        #: columns of each offer: (sector, column); a column is a share of the offer's units
        self.placed = [
            [(sector, self.milp.column()) for sector in places(o, requirement)] for o in offers
        ]
        self.covered = {
            row: self.milp.column(1.0)
            for row, line in enumerate(requirement.lines)
            if line.domain in judged and line.weight > 0 and self.need[row] > 0
        }
        self._limits: list[tuple[int, int]] = []
        for o, columns in enumerate(self.placed):
            if columns and offers[o].number:
                self._limits.append((o, self.milp.row([(c, 1.0) for _, c in columns], 0.0)))
            for _, column in [] if offers[o].number else columns:
                self.milp.upper[column] = 0.0
        self._supply()
        self._gates()
        self._buildup = self._movement()
        self._shared()
        self._sectors(self.present * most)
        level = self.milp.column(1.0, gain=1.0)
        for domain, least in judged.items():
            rows = [row for row in self.covered if requirement.lines[row].domain == domain]
            total = float(self.need[rows].sum())
            if total > 0:
                terms = [(self.covered[row], -self.need[row] / total) for row in rows]
                self.milp.row([(level, least), *terms], 0.0)
        self._highs: Highs | None = None

    def solve(self, avail: Array, weeks: float = INF) -> tuple[float, Array, float, float]:
        """Return the level, and the plane through it: slope by offer, constant, gain per week.

        Parameters
        ----------
        avail : what comes of each offer, as a share of its number.
        weeks : weeks of lift the build-up has had.
        """
        highs = self._highs = self._highs or Highs(self.milp, relax=True)
        for o, row in self._limits:
            highs.limit_row(row, -INF, float(avail[o] * self.present[o]))
        if self._buildup is not None:
            highs.limit_row(self._buildup, -INF, weeks)
        found = highs.run()
        if found.x is None or found.row_dual is None:
            raise UsageError(f"the steady state could not be solved: {found.status}")
        price = np.maximum(found.row_dual, 0.0)
        slope = np.zeros(len(self.offers))
        for o, row in self._limits:
            slope[o] = price[row] * self.present[o]
        slope[slope < 1e-9] = 0.0
        pace = 0.0 if self._buildup is None or weeks == INF else float(price[self._buildup])
        rest = found.gain - float(slope @ avail) - (pace * weeks if pace else 0.0)
        return found.gain, slope, max(0.0, rest), pace

    def _terms(self, value: Sequence[float]) -> list[tuple[int, float]]:
        """One term for every place of every offer whose value is not 0."""
        return [(c, v) for v, columns in zip(value, self.placed, strict=True) if v
                for _, c in columns]  # fmt: skip

    def _field(self, row: int) -> list[tuple[int, float]]:
        """What counts for a line, in its quantity."""
        found = []
        for offer, columns in zip(self.offers, self.placed, strict=True):
            for sector, column in columns:
                each = float(counts_for(offer, sector, self.requirement)[row])
                if each:
                    found.append((column, each * offer.number))
        return found

    def _supply(self) -> None:
        for row, covered in self.covered.items():
            field = [(c, -v / self.need[row]) for c, v in self._field(row)]
            self.milp.row([(covered, 1.0), *field], 0.0)

    def _gates(self) -> None:
        index = {line.id: row for row, line in enumerate(self.requirement.lines)}
        for gate in self.requirement.gates:
            rows = [index[name] for name in gate.gated]
            total = float(self.need[rows].sum())
            counted = [(self.covered[r], self.need[r] / total) for r in rows if r in self.covered]
            if counted:
                field = [(c, -v / gate.ratio / total) for c, v in self._field(index[gate.enabler])]
                self.milp.row([*counted, *field], gate.organic)

    def _persons(self) -> list[float]:
        return [(o.persons or 0.0) * o.number for o in self.offers]

    def _movement(self) -> int | None:
        """Reliefs every tour, and the row that limits what the build-up can have brought."""
        persons = self._persons()
        tours = [max(1, min(o.tour_months, o.max_months)) for o in self.offers]
        for limit in (self.rules.lift_in, self.rules.lift_out):
            if limit is not None:
                each = [p / t / max(limit, 1e-9) for p, t in zip(persons, tours, strict=True)]
                self.milp.row(self._terms(each), 1.0)
        if self.rules.lift_in is None:
            return None
        weekly = max(self.rules.lift_in, 1e-9) / WEEKS_A_MONTH
        return self.milp.row(self._terms([p / weekly for p in persons]), INF)

    def _shared(self) -> None:
        """Budget, burden sharing and contributors' caps."""
        rules, persons = self.rules, self._persons()
        if rules.budget is not None:
            months = self.requirement.months / max(rules.budget, 1e-9)
            self.milp.row(self._terms([o.cost_month * o.number * months for o in self.offers]), 1.0)
        scale = max(sum(persons), 1.0)
        for actor in dict.fromkeys(o.actor for o in self.offers):
            own = [p if o.actor == actor else 0.0
                   for o, p in zip(self.offers, persons, strict=True)]  # fmt: skip
            if not any(own):
                continue
            if rules.burden_share is not None:
                share = rules.burden_share
                over = [(x - share * p) / scale for x, p in zip(own, persons, strict=True)]
                self.milp.row(self._terms(over), 0.0)
            if actor in rules.actor_cap:
                cap = max(rules.actor_cap[actor], 1e-9)
                self.milp.row(self._terms([x / cap for x in own]), 1.0)

    def _sectors(self, top: Array) -> None:
        """Nations per sector and framework nations, both relaxed: a share of a nation may be there.

        `top` is the largest presence of each offer.
        """
        rules, milp = self.rules, self.milp
        leads: dict[str, list[int]] = {}
        for sector in self.requirement.sectors:
            here = [(o, c) for o, columns in enumerate(self.placed) for s, c in columns
                    if s == sector and self.offers[o].number]  # fmt: skip
            actors = dict.fromkeys(self.offers[o].actor for o, _ in here)
            limit = rules.nations_per_sector
            if limit is not None and len(actors) > limit:
                present = {actor: milp.column(1.0) for actor in actors}
                for o, column in here:
                    milp.row([(column, 1.0), (present[self.offers[o].actor], -top[o])], 0.0)
                milp.row([(c, 1.0) for c in present.values()], float(limit))
            if not rules.framework:
                continue
            leaders = []
            for actor in sorted(rules.framework & set(actors)):
                led = milp.column(1.0)
                leaders.append(led)
                leads.setdefault(actor, []).append(led)
                # with no least number of persons, one unit makes a leader
                least = rules.framework_minimum
                sent = [(c, -(self.offers[o].number * ((self.offers[o].persons or 0.0) if least
                        else 1.0)) / (least or 1.0))
                        for o, c in here if self.offers[o].actor == actor]  # fmt: skip
                milp.row([(led, 1.0), *sent], 0.0)
            milp.row([(c, 1.0) for c in leaders], 1.0)
            for row, covered in self.covered.items():
                if self.requirement.lines[row].sector == sector:
                    milp.row([(covered, 1.0), *((c, -1.0) for c in leaders)], 0.0)
        for own in leads.values():
            milp.row([(c, 1.0) for c in own], 1.0)
