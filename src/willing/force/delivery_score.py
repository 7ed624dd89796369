"""The delivery model scored on missions it has not seen, beside trust and ignorance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from willing.data.force import DeliveryRow, delivery_rows
from willing.errors import UsageError
from willing.force.delivery import Mixture, delivery_mixture

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NothingCame:
    """Brier scores, 0-1, of the chance that nothing comes, over all pledges of a mission.

    Of some pledges it is known that something came, not how much: they count here, while a score
    over all three outcomes must leave them out and so sees failures too often. `as_pledged`
    gives every pledge no chance to fail, `even` one in two.
    """

    pledges: int
    brier: float
    as_pledged: float
    even: float


@dataclass(frozen=True, slots=True)
class DeliveryScore:
    """The delivery model on a mission it has not seen, against two baselines.

    `nothing` scores the chance that nothing comes. `brier` and `log_score` are over the three
    outcomes (zero, late, full), lower is better; `crps` is that of the mission's total delivered
    share. Baselines: `as_pledged` (everything comes, with 0.97 on it for the log) and `even` (a
    third each).
    """

    mission: str
    nothing: NothingCame
    pledges: int
    brier: float
    log_score: float
    crps: float
    predicted: tuple[float, float, float]
    arrived: float
    baselines: dict[str, dict[str, float]]


def score_delivery(
    mission: str,
    *,
    rng: np.random.Generator,
    draws: int = 4_000,
    evidence: Sequence[DeliveryRow] | None = None,
) -> DeliveryScore:
    """Predict a mission's pledges from all other missions and score the prediction.

    `predicted` is P10, mean and P90 of the total delivered share, `arrived` what it was.
    """
    rows = tuple(delivery_rows() if evidence is None else evidence)
    test = [r for r in rows if r.mission == mission and r.outcome in ("zero", "late", "full")]
    if not test:
        raise UsageError(f"no pledges with an outcome for mission {mission!r}")
    train = [r for r in rows if r.mission != mission]
    order = ("zero", "late", "full")

    def predicted(row: DeliveryRow) -> Mixture:
        kind = "helicopters" if row.group == "enabler" else "presence"
        return delivery_mixture(kind, row.actor, evidence=train)

    known = [r for r in rows if r.mission == mission and r.outcome in (*order, "some")]
    nothing = np.array([r.outcome == "zero" for r in known], dtype=float)
    guess = np.array([predicted(r).p_zero.likely for r in known])
    hit = np.array([[r.outcome == o for o in order] for r in test], dtype=float)
    chance = np.zeros_like(hit)
    sized = [i for i, r in enumerate(test) if r.pledged and r.unit == "persons"]
    weight = np.array([test[i].pledged or 0.0 for i in sized])
    total = np.zeros(draws)
    for i, row in enumerate(test):
        mixture = predicted(row)
        chance[i] = [mixture.p_zero.likely, mixture.p_late.likely, mixture.p_full.likely]
        if i in sized:
            total += (row.pledged or 0.0) * mixture.draw(rng, draws)[0]
    total /= max(1e-9, float(weight.sum()))
    arrived = sum(test[i].delivered or 0.0 for i in sized) / max(1e-9, float(weight.sum()))
    sure = np.tile([0.01, 0.02, 0.97], (len(test), 1))
    even = np.full_like(hit, 1 / 3)
    low, high = np.quantile(total, [0.1, 0.9])
    return DeliveryScore(
        mission,
        NothingCame(
            len(known),
            float(((guess - nothing) ** 2).mean()),
            float((nothing**2).mean()),
            float(((0.5 - nothing) ** 2).mean()),
        ),
        len(test),
        _brier(chance, hit),
        _log(chance, hit),
        _crps(total, arrived),
        (float(low), float(total.mean()), float(high)),
        arrived,
        {
            "as_pledged": {
                "brier": _brier(sure, hit),
                "log_score": _log(sure, hit),
                "crps": abs(1 - arrived),
            },
            "even": {
                "brier": _brier(even, hit),
                "log_score": _log(even, hit),
                "crps": _crps(np.linspace(0, 1, 201), arrived),
            },
        },
    )


def _brier(chance: Array, hit: Array) -> float:
    return float(((chance - hit) ** 2).sum(axis=1).mean())


def _log(chance: Array, hit: Array) -> float:
    return float(-np.log((chance * hit).sum(axis=1)).mean())


def _crps(sample: Array, truth: float) -> float:
    """Continuous ranked probability score of a sample (Gneiting and Raftery 2007)."""
    ordered = np.sort(sample)
    n = len(ordered)
    pairs = float((ordered * (2 * np.arange(1, n + 1) - n - 1)).sum()) / n**2
    return float(np.abs(sample - truth).mean()) - pairs
