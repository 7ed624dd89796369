"""The simulation compiled: 64 draws side by side in the bits of one machine word.

Held to `reference` by the tests. Truth values are words, so the condition program is solved for
64 draws at once with and, or and not; counting members is done with bit-sliced adders. Positions,
clocks and coverage are floating point, lane by lane. Chunks run in threads (the kernel lets go of
the interpreter's lock); results are whole numbers, so their order does not matter.
"""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray

from willing.case.ladder import CUTS
from willing.forecast.kernel_logic import Scratch, atoms, cover, solve, votes
from willing.forecast.kernel_numbers import ALL, COMPILED, ONE, ZERO, jit, packed, popcount
from willing.forecast.kernel_step import (
    approvals,
    chances,
    events,
    milestones,
    move,
    routes,
    stances,
    voting_homes,
)
from willing.forecast.model import DOMAINS, Model, Never
from willing.forecast.outcome import PARTS, Outcome
from willing.forecast.pack import Dice, Packed, pack, pack_world, repack
from willing.forecast.world import draw_world, drawn_from, positions_from

__all__ = ["Worlds", "simulate_chunk"]

_D = len(DOMAINS)
_NEVER = Never
_LANES = 64
_Words = NDArray[np.uint64]
#: what positions, and the comparisons and votes that read them, depend on besides their draws
_READ_OF_MODEL = (
    *("actors", "home", "own", "step"),
    *("other_owner", "other_alone", "other_common", "other_home"),
    *("other_own", "other_sd", "other_step"),
    *("meeting_week", "meeting_start", "meeting_latent", "meeting_weight", "meeting_yield"),
    *("atom_cut", "vote_start", "vote_latent", "vote_cut", "vote_blocks"),
    *("alt_start", "criterion_start", "quota", "weight_start", "weight_yes", "weight_abstain"),
)
#: first draw, draws, draws that share a parameter set, seed
_Chunk = tuple[int, int, int, int]
_PLAIN, _WRITE, _READ = 0, 1, 2
_NO_TAPE: _Words = np.zeros((0, 0, 0), dtype=np.uint64)


class Worlds:
    """What runs share, kept: what was drawn before the weeks, and what came of the positions.

    Counterfactuals share every draw with the run they are compared with; drawing it once is enough.
    Whether two models share a world is seen by the contents of all that it is drawn from.

    Positions move by chance and at meetings, whatever the facts are. Runs in which they start
    alike and are compared with the same cuts have the same truth value of every comparison and
    vote, week by week: one run writes them on a tape (one word for 64 draws), the others read it.
    Whether a run may read a tape is seen by the contents of all that its words depend on.

    Of each kind the first is kept, and the last.
    """

    def __init__(self) -> None:
        self._packed: list[tuple[Model, Packed]] = []
        self._kept: dict[_Chunk, list[tuple[Hashable, Dice]]] = {}
        self._tapes: dict[_Chunk, list[tuple[list[object], _Words]]] = {}

    def packed(self, model: Model) -> Packed:
        """Return a model's arrays."""
        for other, its in self._packed:
            if (found := repack(its, other, model)) is not None:
                return found
        new = pack(model, CUTS)
        self._packed[1:] = [(model, new)]
        return new

    def of(self, model: Model, chunk: _Chunk) -> Dice:
        """Return the world of a chunk."""
        key, kept = drawn_from(model), self._kept.setdefault(chunk, [])
        for drawn, dice in kept:
            if drawn == key:
                return dice
        dice = pack_world(draw_world(model, *chunk, COMPILED))
        kept[1:] = [(key, dice)]
        return dice

    def tape(self, model: Model, p: Packed, chunk: _Chunk) -> tuple[_Words, int]:
        """Return the tape (blocks, weeks, comparisons and votes) and whether to write or read it.

        Where stances are reported the positions themselves are needed: no tape.
        """
        if p.report_weeks.size:
            return _NO_TAPE, _PLAIN
        arrays = [np.asarray(x) for x in (p.atom[:, 1:], *(getattr(p, n) for n in _READ_OF_MODEL))]
        read = [p.weeks, positions_from(model), *((x.shape, x.tobytes()) for x in arrays)]
        kept = self._tapes.setdefault(chunk, [])
        for key, tape in kept:
            if key == read:
                return tape, _READ
        width = p.atom.shape[0] + p.vote_var.size
        tape = np.zeros((-(-chunk[1] // _LANES), p.weeks + 1, width), dtype=np.uint64)
        kept[1:] = [(read, tape)]
        return tape, _WRITE


def simulate_chunk(
    model: Model,
    first_draw: int,
    draws: int,
    inner: int,
    seed: int,
    worlds: Worlds | None = None,
) -> Outcome:
    """Simulate draws `first_draw` .. `first_draw + draws - 1`; see `reference.simulate_chunk`."""
    chunk = (first_draw, draws, inner, seed)
    shared = worlds or Worlds()
    world, p = shared.of(model, chunk), shared.packed(model)
    tape, mode = shared.tape(model, p, chunk) if worlds else (_NO_TAPE, _PLAIN)
    out = Outcome.empty(model, draws, inner)
    _run(
        p,
        world,
        tape,
        mode,
        np.uint64(seed & 0xFFFFFFFF),
        np.uint64((seed >> 32) & 0xFFFFFFFF),
        out.first,
        out.opened,
        out.holds,
        out.agreed,
        out.joins,
        out.wants,
        out.stance,
        out.votes,
        out.coverage,
    )
    return out


@jit
def _run(  # type: ignore[no-untyped-def]
    p, w, tape, mode, k0, k1, first, opened, holds, agreed, joins, wants, stance, ballots, coverage
):
    draws, rows = w.draw.size, p.actors + p.other_owner.size
    n_events, n_approvals = p.event.shape[0], p.approval.shape[0]
    n_routes, n_milestones = p.route.shape[0], p.milestone.shape[0]
    v = np.zeros(p.gates.words, dtype=np.uint64)
    planes = np.zeros(8, dtype=np.uint64)
    marks = np.zeros(_LANES, dtype=np.uint8)
    u = np.zeros((4, _LANES))
    some = np.zeros(_LANES)
    x = np.zeros((rows, _LANES))
    mood = np.zeros((p.actors, _LANES))
    homes = np.zeros((p.other_common.size, _LANES))
    on = np.zeros((n_events, _LANES), dtype=np.uint8)
    age = np.zeros((n_events, _LANES), dtype=np.int64)
    begins = np.zeros((n_events, _LANES))
    pushed = np.zeros(p.push.shape[0], dtype=np.uint64)
    asked = np.zeros(n_approvals, dtype=np.uint64)
    pending = np.zeros(n_approvals, dtype=np.uint64)
    granted = np.zeros(n_approvals, dtype=np.uint64)
    due = np.zeros((n_approvals, _LANES))
    next_due = np.zeros(n_approvals)
    open_ = np.zeros(n_routes, dtype=np.uint64)
    agreed_since = np.zeros((n_routes, _LANES), dtype=np.int64)
    done = np.zeros(n_milestones, dtype=np.uint64)
    hazard = np.zeros((n_milestones, _LANES))
    running = np.zeros((n_milestones, _LANES), dtype=np.int64)
    none = np.zeros(0, dtype=np.int64)
    offers, covers = p.pledged.size, p.cover_domain.size
    domains = int((p.cover_domain >= 0).sum())
    room = Scratch(
        np.zeros(offers, dtype=np.uint8),
        np.zeros((offers, _LANES)),
        np.zeros(_LANES),
        np.zeros((covers, _LANES)),
        np.zeros(_LANES, dtype=np.uint8),
    )
    shares = room.level
    for block in range(0, draws, _LANES):
        lanes = min(_LANES, draws - block)
        live = ALL if lanes == _LANES else (ONE << np.uint64(lanes)) - ONE
        v[:] = ZERO
        marks[:] = 0
        x[: p.actors, :lanes] = w.level[:, block : block + lanes]
        x[p.actors :, :lanes] = w.other[:, block : block + lanes]
        voting_homes(p, w, block, lanes, homes)
        for e in range(n_events):
            on[e] = p.event[e, 1]
            age[e] = p.event[e, 2] if p.event[e, 1] == 1 else 0
        pushed[:] = ALL  # as if all had held: the first look works every chance out
        chances(p, w, block, lanes, v, pushed, begins)
        for e in range(n_events):
            if p.push_start[e] == p.push_start[e + 1]:
                begins[e, :lanes] = w.begins[e, block : block + lanes]
        asked[:] = ZERO
        pending[:] = ZERO
        granted[:] = ZERO
        next_due[:] = _NEVER
        open_[:] = ZERO
        agreed_since[:] = _NEVER
        done[:] = ZERO
        hazard[:] = 0.0
        running[:] = 0
        for week in range(p.weeks + 1):
            if week > 0:
                if mode != _READ:
                    move(p, w, k0, k1, block, lanes, week, x, mood, homes, u)
                chances(p, w, block, lanes, v, pushed, begins)
                events(p, w, k0, k1, block, lanes, week, v, on, age, begins, u)
            # inputs
            for i in range(p.last.shape[0]):
                v[p.last[i, 0]] = v[p.last[i, 1]]
            approvals(p, w, block, lanes, live, week, v, asked, pending, granted, due, next_due)
            for e in range(n_events):
                mine, weeks, settle = on[e], age[e], p.event[e, 2]
                for lane in range(lanes):
                    marks[lane] = mine[lane] & np.uint8(weeks[lane] >= settle)
                v[p.event[e, 0]] = packed(marks)
            for i in range(p.dates.shape[0]):
                v[p.dates[i, 0]] = ALL if week >= p.dates[i, 1] else ZERO
            if mode == _READ:
                words = tape[block // _LANES, week]
                for i in range(p.atom.shape[0]):
                    v[p.atom[i, 0]] = words[i]
                for i in range(p.vote_var.size):
                    v[p.vote_var[i]] = words[p.atom.shape[0] + i]
            else:
                atoms(p, w, block, lanes, x, v)
                votes(p, v, x, lanes, live, marks, some)
                if mode == _WRITE:
                    words = tape[block // _LANES, week]
                    for i in range(p.atom.shape[0]):
                        words[i] = v[p.atom[i, 0]]
                    for i in range(p.vote_var.size):
                        words[p.atom.shape[0] + i] = v[p.vote_var[i]]
            for i in range(p.threshold.shape[0]):
                v[p.threshold[i, 0]] = ZERO
            solve(p, v, week, planes)
            again = p.threshold.shape[0] > 0
            while again:
                again = False
                cover(p, w, v, p.fielded, block, lanes, none, none, covers, 0.0, live, room)
                for i in range(p.threshold.shape[0]):
                    some[:] = 1.0
                    for d in range(p.cover_domain.size):
                        if p.threshold[i, 1] < 0 or p.threshold[i, 1] == p.cover_domain[d]:
                            some[:] = np.minimum(some, shares[d])
                    for lane in range(lanes):
                        marks[lane] = some[lane] >= p.threshold_share[i] - 1e-9
                    enough, target = packed(marks), p.threshold[i, 0]
                    again |= (enough & ~v[target]) != ZERO
                    v[target] |= enough
                if again:
                    solve(p, v, week, planes)
            if routes(p, w, block, lanes, live, week, v, open_, agreed_since, opened):
                solve(p, v, week, planes)  # what a route brings holds in the week it opens
            milestones(
                p, w, block, lanes, live, week, v, done, first, opened, hazard, running, room
            )
            if week < p.count_from:
                continue
            for i in range(p.condition.size):
                holds[week, i] += popcount(v[p.condition[i]] & live)
            for i in range(n_routes):
                agreed[week, i] += popcount(v[p.route[i, 1]] & live)
            for i in range(p.vote_var.size):
                ballots[week, i] += popcount(v[p.vote_var[i]] & live)
            for c in range(p.candidate.size):
                a, wanting = p.candidate[c], ZERO
                for d in range(_D):
                    joins[week, a, d] += popcount(v[p.joins[c, d]] & live)
                    wants[week, a, d] += popcount(v[p.wants[c, d]] & live)
                    wanting |= v[p.wants[c, d]]
                joins[week, a, _D] += popcount(v[p.joins[c, _D]] & live)
                wants[week, a, _D] += popcount(wanting & live)
            if week % 4 == 0:
                for kind in range(2):
                    which = p.pledged if kind == 0 else p.fielded
                    cover(p, w, v, which, block, lanes, none, none, domains, 0.0, live, room)
                    for d in range(domains):
                        whole = np.int64(0)
                        for lane in range(lanes):
                            whole += np.int64(np.rint(shares[d, lane] * PARTS))
                        coverage[week, kind, p.cover_domain[d]] += whole
            for r in range(p.report_weeks.size):
                if p.report_weeks[r] == week:
                    stances(p, w, block, lanes, x, some, stance[r])
