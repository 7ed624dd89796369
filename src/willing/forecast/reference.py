"""The simulation in plain NumPy: weeks x draws. The oracle that faster kernels are held to.

Week by week and for many draws at once: positions drift and meet, events begin and end, the
condition program is solved to its least fixed point, routes open, milestones are reached.
Every number comes from a counter (see `streams`), so a chunk of draws can be run anywhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from willing.case.ladder import CUTS
from willing.forecast.model import DOMAINS, Model, Never
from willing.forecast.outcome import PARTS, Outcome
from willing.forecast.program import solve
from willing.forecast.streams import Stream, normals, uniforms
from willing.forecast.world import World, draw_world

__all__ = ["simulate_chunk"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_CUTS = np.array(CUTS)


def simulate_chunk(model: Model, first_draw: int, draws: int, inner: int, seed: int) -> Outcome:
    """Simulate draws `first_draw` .. `first_draw + draws - 1`.

    Parameters
    ----------
    inner
        Number of draws that share one parameter set.
    """
    return _Chunk(model, draw_world(model, first_draw, draws, inner, seed), inner, seed).run()


class _Chunk:
    def __init__(self, model: Model, world: World, inner: int, seed: int) -> None:
        self.m, self.w, self.seed = model, world, seed
        n = world.draw.size
        self.out = Outcome.empty(model, n, inner)
        self.values: Bools = np.zeros((len(model.program.names), n), dtype=bool)
        self.level, self.other = world.level, world.other
        self.on = np.array([np.full(n, e.initially) for e in model.events]).reshape(-1, n)
        self.age = np.array(
            [np.full(n, e.settle_weeks if e.initially else 0) for e in model.events]
        ).reshape(-1, n)
        self.ready_since = np.full((len(model.approvals), n), Never)
        self.agreed_since = np.full((len(model.routes), n), Never)
        self.hazard = np.zeros((len(model.milestones), n))
        self.running = np.zeros((len(model.milestones), n), dtype=np.int64)

    # the weeks ----------------------------------------------------------------------------
    def run(self) -> Outcome:
        """Run all weeks."""
        for week in range(self.m.weeks + 1):
            if week:
                self._move(week)
                self._events(week)
            self._inputs(week)
            self._solve(week)
            if self._routes(week):  # what a route brings holds in the week it opens
                solve(self.m.program, self.values, *self._facts(week))
            self._milestones(week)
            if week >= self.m.count_from:
                self._count(week)
        return self.out

    def _move(self, week: int) -> None:
        m = self.m
        z = normals(self.w.draw, week, len(m.actors), Stream.INNOVATION, self.seed)
        mood = self.w.drift * z
        home = _between(m.start.home, m.start.mean[:, 0], self.w.anchor)
        self.level = home + self.w.keep * (self.level - home) + m.start.step[:, None] * mood
        if len(m.other_owner):
            home = _between(m.other_home, m.other_mean, self.w.anchor)
            own = mood[m.other_owner]  # one mood moves all an actor's issues
            voting = m.other_common  # one draft shifts all who vote, for good
            home[voting] = home[voting] + m.other_sd[voting, None] * self.w.common
            own[voting] = self.w.alone * own[voting]
            step = m.other_step[:, None] * own
            self.other = home + self.w.keep * (self.other - home) + step
        for meeting in m.meetings:
            if meeting.week != week:
                continue
            x = self._latents(meeting.latents)
            target = (meeting.weights[:, None] * x).sum(0) / meeting.weights.sum()
            moved = x + self.w.meeting_rate * meeting.yielding[:, None] * (target - x)
            for row, latent in enumerate(meeting.latents):
                if latent < len(m.actors):
                    self.level[latent] = moved[row]
                else:
                    self.other[latent - len(m.actors)] = moved[row]

    def _latents(self, rows: NDArray[np.int64]) -> Floats:
        a = len(self.m.actors)
        return np.array([self.level[r] if r < a else self.other[r - a] for r in rows])

    def _events(self, week: int) -> None:
        m = self.m
        u = uniforms(self.w.draw, week, max(len(m.events), 1), Stream.EVENT, self.seed)
        at = 0
        for i, e in enumerate(m.events):
            rate = self.w.begin[i]
            for variable, _ in e.pushes:
                rate = np.where(self.values[variable], rate * self.w.push[at], rate)
                at += 1
            for variable, _ in e.brakes:
                mended = self.values[variable] if variable >= 0 else False
                rate = np.where(mended, rate, rate * (1 - self.w.push[at]))
                at += 1
            begins = 1 - np.exp(-rate)
            if e.possible >= 0:
                begins = np.where(self.values[e.possible], begins, 0.0)
            stays = self.w.stays[i]
            # one number for both, so that a world with more facts never has fewer events
            self.on[i] = u[i] < np.where(self.on[i], np.maximum(stays, begins), begins)
            self.age[i] = np.where(self.on[i], self.age[i] + 1, 0)

    def _inputs(self, week: int) -> None:
        m, v = self.m, self.values
        for now, earlier in m.last:
            v[now] = v[earlier]
        for i, r in enumerate(m.approvals):
            fresh = v[r.ready] & (self.ready_since[i] == Never)
            self.ready_since[i][fresh] = max(week - 1, 0)
            v[r.variable] = self.w.given[i] & (
                week >= _due(self.ready_since[i], self.w.approval_weeks[i])
            )
        for i, e in enumerate(m.events):
            v[e.variable] = self.on[i] & (self.age[i] >= e.settle_weeks)
        for variable, first in m.dates:
            v[variable] = week >= first
        a = len(m.actors)
        for atom in m.atoms:
            if atom.latent >= a:
                x = self.other[atom.latent - a]
            elif atom.domain < 0:
                x = self.level[atom.latent]
            else:
                x = self.level[atom.latent] + self.w.offset[atom.latent, atom.domain]
            v[atom.variable] = x >= (atom.cut + self.w.cut_shift if atom.joining else atom.cut)
        for vote in m.votes:
            x = self._latents(vote.latents)
            yes, no = x >= vote.yes_from, x < vote.no_below
            abstain = ~yes & ~no
            passed = np.zeros(self.w.draw.size, dtype=bool)
            for weight, halfway, quota in vote.alternatives:
                reached = weight @ yes + halfway @ abstain >= quota[:, None] - 1e-9
                passed |= reached.all(axis=0)
            v[vote.variable] = passed & ~no[vote.blocks].any(axis=0)

    def _solve(self, week: int) -> None:
        m = self.m
        forced, barred = self._facts(week)
        for variable, _, _ in m.coverage.thresholds:
            self.values[variable] = False
        solve(m.program, self.values, forced, barred)
        while m.coverage.thresholds:
            cover = self._coverage(m.fielded, self.w.size)
            changed = False
            for variable, domain, threshold in m.coverage.thresholds:
                level = cover.min(axis=0) if domain < 0 else self._domain(cover, domain)
                new = (level >= threshold - 1e-9) | self.values[variable]
                changed |= bool((new != self.values[variable]).any())
                self.values[variable] = new
            if not changed:
                return
            solve(m.program, self.values, forced, barred)

    def _facts(self, week: int) -> tuple[Bools, Bools]:
        return self.m.forced_from <= week, self.m.barred_from <= week

    def _domain(self, cover: Floats, domain: int) -> Floats:
        places = self.m.coverage.domains
        return cover[places.index(domain)] if domain in places else np.ones(self.w.draw.size)

    def _coverage(
        self, variables: tuple[int, ...], share: Floats, there: NDArray[np.int64] | None = None
    ) -> Floats:
        """Coverage of each row (see `Coverage`), shape (rows, draws).

        `there` are the weeks since the first arrival; without them cuts with a pace do not bind.
        """
        available = self.values[list(variables)] * share
        found = []
        for row in self.m.coverage.rows:
            planes = row.constant[:, None] + row.coefficient @ available
            if there is not None:
                planes = planes + row.pace[:, None] * there
            binding = planes if there is not None else planes[row.pace == 0]
            found.append(np.minimum(1.0, binding.min(axis=0, initial=1.0)))
        return np.array(found)

    def _routes(self, week: int) -> bool:
        m, v = self.m, self.values
        before = self.out.opened.copy()
        for i, r in enumerate(m.routes):
            holds = v[r.opens]
            fresh = holds & (self.agreed_since[i] == Never)
            self.agreed_since[i][fresh] = week
            opens = holds & (week >= _due(self.agreed_since[i], self.w.route_weeks[i]))
            opens |= m.forced_from[r.variable] <= week
            if m.barred_from[r.variable] <= week:
                opens[:] = False
            self.out.opened[i][opens & (self.out.opened[i] == Never)] = week
            v[r.variable] = self.out.opened[i] <= week
        return bool((self.out.opened != before).any())

    def _milestones(self, week: int) -> None:
        m, v = self.m, self.values
        for i, s in enumerate(m.milestones):
            row = self.out.first[i]
            open_ = row == Never
            if not open_.any():
                continue
            needs = v[s.needs] & open_
            if s.reached_week <= 0 or m.forced_from[s.variable] <= week:
                hit = open_
            elif m.barred_from[s.variable] <= week:
                hit = np.zeros_like(open_)
            else:
                hit = needs & self._reached(i, week, needs)
            row[hit] = week
            v[s.variable] = row <= week

    def _reached(self, i: int, week: int, needs: Bools) -> Bools:
        m, s = self.m, self.m.milestones[i]
        match s.model:
            case "route":
                return np.asarray(np.any(self.out.opened <= week, axis=0))
            case "announced":
                late = week >= self.w.due[i]
                dropped = np.where(self.w.due[i] >= Never, self.w.rate[i], 0.0)
                return np.asarray(late | self._ticked(i, dropped, needs, week))
            case "hazard":
                return self._ticked(i, self.w.rate[i], needs, week)
            case "force":
                minimum = np.array([row.minimum for row in m.coverage.rows])
                least = s.share * minimum[:, None] - 1e-9
                enough = (self._coverage(m.pledged, self.w.size) >= least).all(axis=0)
                if s.rate is None:
                    return np.asarray(enough)
                return np.asarray(enough & self._ticked(i, self.w.rate[i], needs & enough, week))
            case "arrival":
                running = needs & (week >= self._first("mandate"))
                rate = self._arrival_rate(self.running[i])
                self.running[i] += running
                return self._ticked(i, rate, running, week)
            case "ramp":
                since = week - self._first("deployed")
                size = self.w.size * self._delivered(week)
                sent = self._coverage(m.fielded, size, since).min(axis=0)
                return np.asarray((since >= self.w.ramp) & (sent >= s.share - 1e-9))
        raise ValueError(f"unknown milestone model {s.model!r}")

    def _ticked(self, i: int, rate: Floats, running: Bools, week: int) -> Bools:
        """Let a milestone's clock run where `running`; return where it has run out."""
        if week:
            self.hazard[i] += np.where(running, rate, 0.0)
        return np.asarray(self.hazard[i] >= self.w.clock[i])

    def _first(self, id: str) -> NDArray[np.int64]:
        for row, s in zip(self.out.first, self.m.milestones, strict=True):
            if s.id == id:
                return np.asarray(row, dtype=np.int64)
        return np.full(self.w.draw.size, Never)

    def _delivered(self, week: int) -> NDArray[np.float64]:
        since = week - self._first("mandate")
        return (since >= self.w.ready_week).astype(np.float64)

    def _arrival_rate(self, since: NDArray[np.int64]) -> Floats:
        """Cumulative hazard added this week: -log(1 - expit(score)) = log(1 + exp(score))."""
        arrival = self.m.arrival
        beta = self.w.arrival
        bins = np.searchsorted(np.array(arrival.edges), since, side="right")
        score = beta[np.arange(len(beta)), bins]
        for k, f in enumerate(arrival.features):
            x = np.full(self.w.draw.size, f.base)
            for variable, weight in zip(f.variables, f.weights, strict=True):
                x = x + weight * self.values[variable]
            score = score + beta[:, len(arrival.edges) + 1 + k] * x
        return np.asarray(np.logaddexp(0.0, score))

    def _count(self, week: int) -> None:
        m, v, out = self.m, self.values, self.out
        index = m.program.index
        out.holds[week] = [v[index[c]].sum() for c in m.conditions]
        out.agreed[week] = [v[r.opens].sum() for r in m.routes]
        out.votes[week] = [v[r.variable].sum() for r in m.votes]
        for a in np.flatnonzero(m.candidates):
            actor = m.actors[a]
            any_wants = np.zeros(self.w.draw.size, dtype=bool)
            for d, domain in enumerate(DOMAINS):
                out.joins[week, a, d] = v[index[f"joins:{actor}:{domain}"]].sum()
                wants = v[index[f"wants:{actor}:{domain}"]]
                out.wants[week, a, d] = wants.sum()
                any_wants |= wants
            out.joins[week, a, -1] = v[index[f"joins:{actor}"]].sum()
            out.wants[week, a, -1] = any_wants.sum()
        for kind, variables in enumerate((m.pledged, m.fielded) if week % 4 == 0 else ()):
            cover = self._coverage(variables, self.w.size)
            parts = np.rint(cover * PARTS).astype(np.int64)[: len(m.coverage.domains)]
            out.coverage[week, kind, list(m.coverage.domains)] = parts.sum(axis=1)
        if week in m.report_weeks:
            self._stances(m.report_weeks.index(week))

    def _stances(self, report: int) -> None:
        x = self.level[:, None] + self.w.offset
        x = np.concatenate([x, x.max(axis=1, keepdims=True)], axis=1)
        rungs = np.searchsorted(_CUTS, x, side="right")
        for rung in range(9):
            self.out.stance[report, :, :, rung] = (rungs == rung).sum(axis=2)


def _due(since: NDArray[np.int64], weeks: Floats) -> Floats:
    """When a wait of so many weeks ends that began in week `since`: on average in its middle.

    What holds in week 0 held on the as-of date itself.
    """
    return np.where(since > 0, since - 0.5, 0.0) + weeks


def _between(prior: Floats, own: Floats, anchor: Floats) -> Floats:
    """The level positions revert to: between an actor's prior and its own line, (rows, draws)."""
    return prior[:, None] + anchor * (own - prior)[:, None]
