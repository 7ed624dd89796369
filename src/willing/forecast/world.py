"""What is drawn once per parameter set and once per draw, before the weeks begin."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from willing.forecast.model import Model, Never
from willing.forecast.spread import Spread
from willing.forecast.streams import PLAIN, Source, Stream

__all__ = ["World", "draw_world", "drawn_from", "positions_from"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class World:
    """One chunk of futures, up to what happens week by week. Last axis: draws.

    Attributes
    ----------
    draw
        Numbers of the draws.
    level, offset, other
        Latents at the as-of date: (actors, n), (actors, domains, n), (others, n).
    common, alone
        What shifts all voting members' attitudes, in their sds, and the factor left for what moves
        each alone (n,).
    drift, keep, anchor, cut_shift, meeting_rate
        (n,) factors on innovations, share kept per week, share of its own line that an actor
        keeps, shift of the joining cut, rate at which a meeting draws its participants together.
    begin, end, begins, stays, push
        Weekly rates of events, and the chances that they stand for when nothing pushes or brakes
        (events, n); factors of pushes then brakes, event by event (factors, n).
    given, approval_weeks
        (approvals, n).
    route_weeks
        (routes, n).
    clock, due, rate
        Exponential clocks, weeks in which announced milestones come, weekly rates (milestones, n).
    size, ready_week
        Relative size and weeks until delivery of each offer (offers, n); `Never` when nothing.
    ramp
        Weeks from first arrival to full strength (n,).
    arrival
        Coefficients of the arrival hazard (n, bins + features).
    """

    draw: NDArray[np.int64]
    level: Floats
    offset: Floats
    other: Floats
    common: Floats
    alone: Floats
    drift: Floats
    keep: Floats
    anchor: Floats
    cut_shift: Floats
    meeting_rate: Floats
    begin: Floats
    end: Floats
    begins: Floats
    stays: Floats
    push: Floats
    given: NDArray[np.bool_]
    approval_weeks: Floats
    route_weeks: Floats
    clock: Floats
    due: Floats
    rate: Floats
    size: Floats
    ready_week: Floats
    ramp: Floats
    arrival: Floats


def draw_world(
    model: Model, first_draw: int, draws: int, inner: int, seed: int, source: Source = PLAIN
) -> World:
    """Draw everything that does not change from week to week.

    Parameters
    ----------
    inner
        Number of consecutive draws that share one parameter set.
    source
        What makes the numbers: plain NumPy, or the kernel's own, which makes the same ones.
    """
    draw = np.arange(first_draw, first_draw + draws)
    sets, of_set = np.unique(draw // inner, return_inverse=True)
    parameter = _Parameters(model, sets, seed, source)
    cut_shift = parameter.normal() * parameter.of(model.cut_spread)
    meeting_rate = parameter.of(model.meeting_rate)
    anchor = parameter.of(model.start.anchor)
    begin, end, push = [], [], []
    for e in model.events:
        begin.append(parameter.of(e.begin))
        end.append(parameter.of(e.end))
        for _, spread in e.pushes:  # what hastens never slows
            push.append(np.maximum(parameter.of(spread), 1.0))
        for _, spread in e.brakes:
            push.append(parameter.of(spread))
    given = [parameter.of(a.given) for a in model.approvals]
    rate = [parameter.of(m.rate) for m in model.milestones]
    never = [parameter.of(m.never) for m in model.milestones]
    shared = parameter.of(model.shared)[of_set]

    def spread_out(rows: list[Floats]) -> Floats:
        return np.array(rows).reshape(len(rows), sets.size)[:, of_set]

    def z(count: int, stream: Stream, week: int = 0) -> Floats:
        return source.quantile(source.uniforms(draw, week, count, stream, seed))

    def u(count: int, stream: Stream, week: int = 0) -> Floats:
        return source.uniforms(draw, week, count, stream, seed)

    a, k = model.start.mean.shape
    start = z(a * k, Stream.START).reshape(a, k, draws)
    both = model.start.mean[:, :, None] + np.einsum("aij,ajn->ain", model.start.chol, start)
    others = z(len(model.other_owner), Stream.START, 1)
    common, alone = np.sqrt(shared) * z(1, Stream.DRAFT)[0], np.sqrt(1.0 - shared)
    others[model.other_common] = alone * others[model.other_common] + common
    group = (draw // inner) % model.start.drift.size
    due, milestones = [], len(model.milestones)
    slip_z, slip_u = z(milestones, Stream.SLIP), u(milestones, Stream.SLIP, 1)
    dropped = spread_out(never)
    for i, m in enumerate(model.milestones):
        when = np.full(draws, float(Never))
        if m.model == "announced" and m.slip and m.due_week < Never:
            when = m.announced_week + (m.due_week - m.announced_week) * m.slip.at(slip_z[i])
            when[slip_u[i] < dropped[i]] = Never
        due.append(when)
    offer_u = u(len(model.offers), Stream.OFFER)
    ready = [
        np.where(
            offer_u[i] < o.p_zero,
            Never,
            o.ready_weeks + np.where(offer_u[i] < o.p_zero + o.p_late, o.late_weeks, 0),
        )
        for i, o in enumerate(model.offers)
    ]

    def each(spreads: list[Spread], stream: Stream, week: int) -> Floats:
        numbers = z(len(spreads), stream, week)
        return _stack([s.at(numbers[i]) for i, s in enumerate(spreads)], draws)

    begin_rate, end_rate = spread_out(begin), spread_out(end)
    return World(
        draw=draw,
        level=both[:, 0].copy(),
        offset=both[:, 1:].copy(),
        other=model.other_mean[:, None] + model.other_sd[:, None] * others,
        common=common,
        alone=alone,
        drift=model.start.drift[group],
        keep=model.start.reversion[group],
        anchor=anchor[of_set],
        cut_shift=cut_shift[of_set],
        meeting_rate=meeting_rate[of_set],
        begin=begin_rate,
        end=end_rate,
        begins=1 - np.exp(-begin_rate),
        stays=np.exp(-end_rate),
        push=spread_out(push),
        given=u(len(given), Stream.APPROVAL) < spread_out(given),
        approval_weeks=each([r.days for r in model.approvals], Stream.APPROVAL, 1) / 7,
        route_weeks=each([r.days for r in model.routes], Stream.ROUTE, 0) / 7,
        clock=-np.log(u(milestones, Stream.MILESTONE)),
        due=_stack(due, draws),
        rate=spread_out(rate),
        size=each([o.size for o in model.offers], Stream.OFFER, 1),
        ready_week=_stack(ready, draws),
        ramp=model.arrival.ramp_weeks[draw % len(model.arrival.ramp_weeks)],
        arrival=model.arrival.coefficients[group % len(model.arrival.coefficients)],
    )


def positions_from(model: Model) -> tuple[Hashable, ...]:
    """Return all of a model that its positions in a world are drawn from: equal, so are they."""
    start = model.start
    return (
        *(part.tobytes() for part in (start.mean, start.chol, start.drift, start.reversion)),
        *(part.tobytes() for part in (model.other_owner, model.other_mean, model.other_sd)),
        model.other_common.tobytes(),
        (start.anchor, model.cut_spread, model.meeting_rate, model.shared),
    )


def drawn_from(model: Model) -> tuple[Hashable, ...]:
    """Return all of a model that `draw_world` reads: equal, so are the worlds."""
    return (
        positions_from(model),
        tuple((e.begin, e.end, e.pushes, e.brakes) for e in model.events),
        tuple((a.given, a.days) for a in model.approvals),
        tuple(r.days for r in model.routes),
        tuple(
            (m.rate, m.never, m.model, m.slip, m.due_week, m.announced_week)
            for m in model.milestones
        ),
        tuple((o.p_zero, o.p_late, o.ready_weeks, o.late_weeks, o.size) for o in model.offers),
        model.arrival.ramp_weeks.tobytes(),
        model.arrival.coefficients.tobytes(),
    )


def _stack(rows: list[Floats], draws: int) -> Floats:
    return np.array(rows, dtype=np.float64).reshape(len(rows), draws)


class _Parameters:
    """Hands out the next standard normal number of every parameter set."""

    def __init__(self, model: Model, sets: NDArray[np.int64], seed: int, source: Source) -> None:
        count = 5 + len(model.approvals) + 2 * len(model.milestones)
        count += sum(2 + len(e.pushes) + len(e.brakes) for e in model.events)
        u = source.uniforms(sets, 0, count, Stream.PARAMETER, seed)
        self._numbers: Callable[[], Floats] = iter(source.quantile(u)).__next__
        self._zero = np.zeros(sets.size)

    def normal(self) -> Floats:
        return self._numbers()

    def of(self, spread: Spread | None) -> Floats:
        """Values of a spread by set; zero where there is none."""
        number = self._numbers()
        return self._zero if spread is None else spread.at(number)
