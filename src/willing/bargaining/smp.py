"""`smp`: the Spatial Model of Politics as KTAB computes it, with every option.

Each turn every actor looks for the challenge that pays best, offers a bargain, and all adopt the
bargain most likely to win in their own queue. See docs/theory/smp.md. Source: KAPSARC Toolkit for
Behavioral Analysis (Wise, Lester and Efird 2015), after Bueno de Mesquita.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from willing.bargaining import _smp_turn as kernels
from willing.bargaining._jit import in_chunks
from willing.bargaining._negotiation import Course, Negotiation, Pressure
from willing.bargaining._outlook import Outlook
from willing.errors import UsageError

Array = NDArray[np.float64]

MOST_TURNS = 100
_PARALLEL = 64  # actors from which one draw's challenges are worth sharing out


@dataclass(frozen=True, slots=True, eq=False)
class Contests:
    """Every challenge of one turn, as its initiator sees it.

    victory[i, j]: probability that i beats j; gain[i, j]: what i expects of challenging j.
    status_quo, if_won, contest, challenge: the four utilities that gain is made of.
    parties (bargains, 2), ends (bargains, 2, dims) on 0-1, chance (bargains, 2): the offers, what
    initiator and receiver would adopt, and the probability each gives the offer in its queue.
    adopted: bargain each actor adopts, -1 for none.
    """

    risk: Array
    probability: Array
    victory: Array
    gain: Array
    status_quo: Array
    if_won: Array
    contest: Array
    challenge: Array
    parties: NDArray[np.int64]
    ends: Array
    chance: Array
    adopted: NDArray[np.int64]


def smp(
    negotiation: Negotiation,
    turns: int | None = None,
    rng: np.random.Generator | None = None,
    explain: bool = True,
) -> Course:
    """Run the model for `turns` turns, or until its own stop rule.

    `rng` is needed where transitions are stochastic. With `explain` and one draw the offers of
    every turn come along as pressures.
    """
    options = negotiation.options
    own_stop = turns is None
    most = MOST_TURNS if turns is None else turns
    if most < 0:
        raise UsageError(f"turns: found {turns}; expected 0 or more")
    draws, n, dims = negotiation.positions.shape
    uniform = np.zeros((0, 0, 0))
    if options.transitions == "Stochastic":
        if rng is None:
            raise UsageError("stochastic transitions need a seed")
        uniform = rng.random((most, draws, n))
    codes = np.array(options.codes(), np.int64)
    matrix = negotiation.accommodation
    matrix = np.zeros((0, 0)) if matrix is None else np.ascontiguousarray(matrix, float)
    salience = np.ascontiguousarray(negotiation.salience, float)
    influence = np.ascontiguousarray(negotiation.influence, float)
    history = np.zeros((most + 1, draws, n, dims))
    history[0] = negotiation.unit_positions
    probability = np.zeros((most + 1, draws, n))
    lasted = np.zeros(draws, np.int64)
    if draws == 1 and n >= _PARALLEL:
        _one_large(
            codes,
            salience[0],
            influence[0],
            matrix,
            own_stop,
            uniform,
            history,
            probability,
            lasted,
        )
    else:
        in_chunks(
            lambda a, b: kernels.run(
                codes,
                salience,
                influence,
                matrix,
                most,
                own_stop,
                uniform,
                a,
                b,
                history,
                probability,
                lasted,
            ),
            draws,
        )
    last = int(lasted.max()) if own_stop else most
    history, probability = history[: last + 1], probability[: last + 1]
    return Course(
        "smp",
        negotiation,
        negotiation.from_unit(history),
        probability,
        outlooks(negotiation, negotiation.from_unit(history[-1]), probability[-1]),
        lasted,
        pressures=_pressures(negotiation, history[:, 0], uniform) if explain and draws == 1 else (),
        note="outlook: final positions, weighed by the probability that each prevails",
    )


def warm() -> None:
    """Compile the kernels, so that the first run does not have to wait; they stay on disk."""
    three = Negotiation(
        ("A", "B", "C"),
        np.array([[[0.0], [50.0], [100.0]]]),
        np.full((1, 3, 1), 0.5),
        np.ones((1, 3)),
    )
    smp(three, 1)


def outlooks(negotiation: Negotiation, positions: Array, probability: Array) -> tuple[Outlook, ...]:
    """Positions (draws, actors, dims) by probability, each place once; one a dimension."""
    share = np.empty_like(probability)
    width = np.ptp(negotiation.scale, axis=1)
    for k, x in enumerate(positions):
        unit = x / np.where(width > 0, width, 1.0)
        same = np.linalg.norm(unit[:, None] - unit[None], axis=2) < 1e-3
        share[k] = probability[k] / same.sum(axis=1)
        share[k] /= share[k].sum()
    return tuple(
        Outlook.points(positions[:, :, d], share) for d in range(len(negotiation.dimensions))
    )


def victory_seen_by(negotiation: Negotiation, observer: int) -> Array:
    """P(i beats j) at the stated positions as one actor sees it (actors, actors), one draw."""
    codes = np.array(negotiation.options.codes(), np.int64)
    x = np.ascontiguousarray(negotiation.unit_positions[0], float)
    s, w = negotiation.salience[0].astype(float), negotiation.influence[0].astype(float)
    d = kernels.distances(x, x, s)
    risk = kernels.odds(codes, x, x, s, w, d)[1]
    return np.asarray(kernels.seen_by(codes, d, risk, w * s.sum(axis=1), observer))


def contests(
    negotiation: Negotiation,
    positions: Array | None = None,
    ideal: Array | None = None,
    uniform: Array | None = None,
) -> Contests:
    """Everything one turn computes for one draw; positions (actors, dims) on 0-1."""
    codes = np.array(negotiation.options.codes(), np.int64)
    x = negotiation.unit_positions[0] if positions is None else positions
    x = np.ascontiguousarray(x, float)
    home = x if ideal is None else np.ascontiguousarray(ideal, float)
    s, w = negotiation.salience[0].astype(float), negotiation.influence[0].astype(float)
    n = len(x)
    d = kernels.distances(home, x, s)
    p, risk = kernels.odds(codes, home, x, s, w, d)
    total = s.sum(axis=1)
    victory, gain = np.full((n, n), np.nan), np.full((n, n), np.nan)
    target, seen = np.empty(n, np.int64), np.zeros(n)
    in_chunks(
        lambda a, b: kernels.challenges(
            codes, d, risk, w * total, total, a, b, True, victory, gain, target, seen
        ),
        n,
        _PARALLEL,
    )
    parties, ends = kernels.offers(codes, x, s, w * total, target, victory, seen)
    chance = np.zeros((len(parties), 2))
    drawn = np.zeros(n) if uniform is None else uniform
    _, adopted = kernels.resolve(codes, x, s, w, d, risk, parties, ends, drawn, chance)
    own = (1 - d) * (1 + np.minimum(d, 1) * risk)  # [j, i]: position j to i, in i's own view
    mine, other = np.diag(own)[:, None], own.T
    if_won = np.broadcast_to(2 * mine, (n, n)).copy()
    contest = victory * 2 * mine + (1 - victory) * 2 * other
    challenge = (1 - total) * if_won + total * contest
    return Contests(
        risk,
        p,
        victory,
        gain,
        mine + other,
        if_won,
        contest,
        challenge,
        parties,
        ends,
        chance,
        adopted,
    )


def _one_large(
    codes: NDArray[np.int64],
    s: Array,
    w: Array,
    matrix: Array,
    own_stop: bool,
    uniform: Array,
    history: Array,
    probability: Array,
    lasted: NDArray[np.int64],
) -> None:
    """One draw of many actors: the challenges of a turn are shared out among threads."""
    n, most = len(w), len(history) - 1
    total = s.sum(axis=1)
    ideal, first, t = history[0, 0].copy(), 0.0, 0
    while True:
        x = history[t, 0]
        d = kernels.distances(ideal, x, s)
        probability[t, 0], risk = kernels.odds(codes, ideal, x, s, w, d)
        if t == most:
            break
        victory, gain = np.full((n, n), np.nan), np.full((n, n), np.nan)
        target, seen = np.empty(n, np.int64), np.zeros(n)

        def some(
            a: int,
            b: int,
            d: Array = d,
            risk: Array = risk,
            victory: Array = victory,
            gain: Array = gain,
            target: NDArray[np.int64] = target,
            seen: Array = seen,
        ) -> None:
            kernels.challenges(
                codes, d, risk, w * total, total, a, b, False, victory, gain, target, seen
            )

        in_chunks(some, n, _PARALLEL // 4)
        parties, ends = kernels.offers(codes, x, s, w * total, target, victory, seen)
        drawn = uniform[t, 0] if len(uniform) else np.zeros(n)
        chance = np.zeros((len(parties), 2))
        after, _ = kernels.resolve(codes, x, s, w, d, risk, parties, ends, drawn, chance)
        moved = kernels.distance_moved(x, after)
        ideal = kernels.accommodate(matrix, ideal, after)
        t += 1
        history[t, 0] = after
        if t == 1:
            first = moved + 1e-4
        elif own_stop and moved / first < 0.02:
            d = kernels.distances(ideal, after, s)
            probability[t, 0] = kernels.odds(codes, ideal, after, s, w, d)[0]
            break
    lasted[0] = t


def _pressures(negotiation: Negotiation, history: Array, uniform: Array) -> tuple[Pressure, ...]:
    """Offers made in every turn, and what became of them."""
    out, ideal = [], history[0]
    scale = np.ptp(negotiation.scale, axis=1)
    for t in range(len(history) - 1):
        x = history[t]
        if t and negotiation.accommodation is not None:
            ideal = kernels.accommodate(negotiation.accommodation, ideal, x)
        elif t:
            ideal = x
        c = contests(negotiation, x, ideal, uniform[t, 0] if len(uniform) else None)
        for b, (i, j) in enumerate(c.parties):
            taken = bool(c.adopted[j] == b)
            out.append(
                Pressure(
                    t + 1,
                    negotiation.actors[i],
                    negotiation.actors[j],
                    tuple(negotiation.from_unit(c.ends[b, 1]).tolist()),
                    float(c.gain[i, j]),
                    "expected gain of the challenge (utility, 0-2)",
                    taken,
                    float(np.linalg.norm((history[t + 1, j] - x[j]) * scale)) if taken else 0.0,
                )
            )
    return tuple(out)
