"""Who pressed whom, toward what, and with what strength."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from willing.bargaining._negotiation import Course, Pressure

_LEAST = 1e-12  # points: rounding, not pressure
OFFERING = ("smp", "scholz", "exchange")


def explain(course: Course, most: int | None = None) -> dict[str, list[Pressure]]:
    """For each actor the pressure on it, strongest first; `most` keeps so many.

    Models with offers (`smp`, `scholz`, `exchange`) give the offers. For the others pressure is
    the pull of every other actor on the weighted mean: share of weight times distance, in points
    of the scale; the pulls on an actor add up to the way from it to the mean.
    """
    found = course.pressures if course.model in OFFERING else pulls(course, most)
    out: dict[str, list[Pressure]] = {name: [] for name in course.negotiation.actors}
    for p in found:
        out[p.pressed].append(p)
    for name, each in out.items():
        each.sort(key=lambda p: (not p.accepted, -abs(p.strength), p.turn))
        out[name] = each[:most]
    return out


def pulls(course: Course, most: int | None = None) -> tuple[Pressure, ...]:
    """The pull of each actor on each other at the stated positions, means over draws.

    `most` keeps the strongest on each actor.
    """
    n = course.negotiation
    x, w = n.positions, n.weights()
    ways = (w * x).mean(axis=0) - np.einsum("djk,dik->ijk", w, x) / n.draws
    size = np.linalg.norm(ways, axis=2)
    np.fill_diagonal(size, 0.0)  # nobody pulls itself, not even by rounding
    stated = x.mean(axis=0)
    moved = np.linalg.norm(course.positions[-1].mean(axis=0) - stated, axis=1)
    places = [tuple(row) for row in stated.tolist()]
    return tuple(
        Pressure(
            0,
            n.actors[j],
            n.actors[i],
            places[j],
            float(size[i, j]),
            "pull: share of weight times distance (points)",
            bool(moved[i] > 0),
            float(moved[i]),
        )
        for i in range(len(n.actors))
        for j in np.argsort(-size[i], kind="stable")[:most].tolist()
        if size[i, j] > _LEAST
    )


def as_document(pressures: dict[str, list[Pressure]]) -> dict[str, list[dict[str, Any]]]:
    """Return explanations as JSON-ready mappings."""
    return {name: [asdict(p) for p in each] for name, each in pressures.items()}
