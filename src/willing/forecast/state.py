"""Where 64 draws stand: room for the compiled kernel, made once for a chunk and filled anew."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from willing.forecast.pack import Packed
from willing.forecast.worlds import LANES

__all__ = ["Scratch", "State", "state_of"]

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Words = NDArray[np.uint64]


class Scratch(NamedTuple):
    """Room for what comes of each offer in a block, filled when first asked for, and coverage."""

    asked: Bytes  # (offers,)
    comes: Floats  # (offers, lanes)
    total: Floats  # (lanes,)
    level: Floats  # (rows, lanes)
    marks: Bytes  # (lanes,)
    since: Ints  # (lanes,)
    there: Ints  # (lanes,)


class State(NamedTuple):
    """One block: truth values by variable, positions, and what runs or waits, by lane."""

    v: Words  # (variables and results of gates,)
    planes: Words  # (8,)
    marks: Bytes  # (lanes,)
    u: Floats  # (4, lanes)
    some: Floats  # (lanes,)
    x: Floats  # (actors and others, lanes)
    mood: Floats  # (actors, lanes)
    homes: Floats  # (voting members, lanes)
    on: Bytes  # (events, lanes)
    age: Ints  # (events, lanes)
    begins: Floats  # (events, lanes)
    pushed: Words  # (pushes,)
    asked: Words  # (approvals,)
    pending: Words  # (approvals,)
    granted: Words  # (approvals,)
    due: Floats  # (approvals, lanes)
    next_due: Floats  # (approvals,)
    open: Words  # (routes,)
    agreed_since: Ints  # (routes, lanes)
    done: Words  # (milestones,)
    hazard: Floats  # (milestones, lanes)
    running: Ints  # (milestones, lanes)
    room: Scratch


def state_of(p: Packed) -> State:
    """Return room for a model."""
    events, approvals = p.event.shape[0], p.approval.shape[0]
    routes, milestones = p.route.shape[0], p.milestone.shape[0]
    offers, covers = p.pledged.size, p.cover_domain.size

    def words(count: int) -> Words:
        return np.zeros(count, dtype=np.uint64)

    def marks(*shape: int) -> Bytes:
        return np.zeros((*shape, LANES), dtype=np.uint8)

    def floats(*shape: int) -> Floats:
        return np.zeros((*shape, LANES))

    def ints(*shape: int) -> Ints:
        return np.zeros((*shape, LANES), dtype=np.int64)

    return State(
        v=words(p.gates.words),
        planes=words(8),
        marks=marks(),
        u=floats(4),
        some=floats(),
        x=floats(p.actors + p.other_owner.size),
        mood=floats(p.actors),
        homes=floats(p.other_common.size),
        on=marks(events),
        age=ints(events),
        begins=floats(events),
        pushed=words(p.push.shape[0]),
        asked=words(approvals),
        pending=words(approvals),
        granted=words(approvals),
        due=floats(approvals),
        next_due=np.zeros(approvals),
        open=words(routes),
        agreed_since=ints(routes),
        done=words(milestones),
        hazard=floats(milestones),
        running=ints(milestones),
        room=Scratch(
            asked=np.zeros(offers, dtype=np.uint8),
            comes=floats(offers),
            total=floats(),
            level=floats(covers),
            marks=marks(),
            since=ints(),
            there=ints(),
        ),
    )
