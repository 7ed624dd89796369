"""`scholz`: the expected utility model as Scholz, Calbert and Smith (2011) reconstruct it.

Every actor weighs challenging and being challenged by every other, and takes the offer that moves
it least. Two slips of the code whose figures are on record are kept, so that they are reproduced;
`intended=True` follows the rules as written. See docs/theory/scholz.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from willing.bargaining._jit import kernel
from willing.bargaining._negotiation import Course, Negotiation, Pressure
from willing.bargaining._outlook import Outlook
from willing.errors import UsageError

Array = NDArray[np.float64]

ROUNDS = 10
KINDS = ("confrontation", "compromise", "capitulation")
_Q = 1.0  # chance that nothing changes without a challenge
_CHUNK = 8_000_000


class Move(NamedTuple):
    """One offer taken: by whom, which kind, to whom, both expectations, from where to where."""

    turn: int
    actor: int
    kind: str
    other: int
    own: float
    theirs: float
    start: float
    position: float


@dataclass(frozen=True, slots=True)
class _Round:
    positions: Array
    kind: NDArray[np.int64]  # place in KINDS, -1 for no move
    other: NDArray[np.int64]
    own: Array
    theirs: Array


def scholz(negotiation: Negotiation, turns: int | None = None, intended: bool = False) -> Course:
    """Play `turns` rounds (ten unless told) on each dimension by itself.

    intended: among compromises take the one that moves least, as the authors write, not the one
    with the least mixture of positions; and let the weaker capitulate, which the code on record
    never does (it asks whether a number is less than its own size).
    """
    most = ROUNDS if turns is None else turns
    if most < 0:
        raise UsageError(f"turns: found {turns}; expected 0 or more")
    draws, n, dims = negotiation.positions.shape
    history = np.empty((most + 1, draws, n, dims))
    moves: list[Move] = []
    summary: dict[str, list[float]] = {}
    for k in range(dims):
        x0 = negotiation.positions[:, :, k]
        s = negotiation.salience[:, :, k]
        width = np.ptp(x0, axis=1)
        step = max(1, _CHUNK // (n * n))
        for a in range(0, draws, step):
            rows = slice(a, a + step)
            x = x0[rows]
            history[0, rows, :, k] = x
            for t in range(1, most + 1):
                done = play(x, s[rows], negotiation.influence[rows], width[rows], intended)
                moves += _moves(t, x, done) if draws == 1 else []
                x = done.positions
                history[t, rows, :, k] = x
        name = f" {negotiation.dimensions[k]}" if dims > 1 else ""
        w = s * negotiation.influence
        summary[f"median{name}"] = [
            float(np.mean([_condorcet(p, v) for p, v in zip(h[:, :, k], w, strict=True)]))
            for h in history
        ]
        summary[f"mean{name}"] = [float(m) for m in _means(history[..., k], w)]
    shares = negotiation.weights()
    outlooks = tuple(Outlook.points(history[-1, :, :, k], shares[:, :, k]) for k in range(dims))
    return Course(
        "scholz",
        negotiation,
        history,
        np.stack([_held(h, shares) for h in history]),
        outlooks,
        np.full(draws, most),
        summary,
        tuple(_pressure(negotiation, m) for m in moves),
        tuple(_record(negotiation, m) for m in moves),
        "outlook: final positions by salience times influence; probability: that share",
    )


def play(x: Array, s: Array, c: Array, width: Array, intended: bool = False) -> _Round:
    """One round; x, s, c (draws, n), width (draws,) the range of positions at the start."""
    w = s * c
    span = np.where(width > 0, width, 1.0)[:, None, None]
    d = np.abs(x[:, :, None] - x[:, None, :]) / span
    risk = _risk(x, d, w, s)
    p = _wins(d ** risk[:, :, None], w, x)
    a = _expects(p, d, risk[:, :, None], s[:, None, :])
    b = _expects(p.transpose(0, 2, 1), d, risk[:, :, None], s[:, :, None])
    apart = x[:, :, None] != x[:, None, :]
    favoured = apart & (b > a) & (b > 0)
    confront = favoured & (a > 0)
    settle = favoured & (a < 0) & (b > np.abs(a))
    yields = favoured & (a < 0) & (b < np.abs(a)) & intended
    gap = x[:, None, :] - x[:, :, None]
    part = np.abs(a) / np.where(b > 0, b, 1.0)
    mixed = np.abs(a) * x[:, :, None] + np.abs(b) * x[:, None, :]
    mixed = mixed / np.maximum(np.abs(a) + np.abs(b), 1e-300)
    by_size = np.abs(gap)
    keys = (by_size, by_size * part if intended else mixed, by_size)
    kind = np.full(x.shape, -1)
    other = np.zeros(x.shape, np.int64)
    for place, (offer, key) in enumerate(zip((confront, settle, yields), keys, strict=True)):
        best = np.where(offer, key, np.inf).argmin(axis=2)
        takes = (kind < 0) & offer.any(axis=2)
        kind[takes], other[takes] = place, best[takes]
    at = other[:, :, None]
    own, theirs = (np.take_along_axis(v, at, axis=2)[:, :, 0] for v in (a, b))
    full, share = (np.take_along_axis(v, at, axis=2)[:, :, 0] for v in (gap, part))
    step = np.where(kind == 1, full * share, full)
    new = np.where(kind == 1, x + step, np.take_along_axis(x, other, axis=1))
    return _Round(np.where(kind < 0, x, new), kind, other, own, theirs)


def _wins(d: Array, w: Array, x: Array) -> Array:
    """P[i, j]: strength for i against j over the strength of all votes on all pairs."""
    up, total = votes(np.ascontiguousarray(d), np.ascontiguousarray(w))
    p = up / np.where(total > 0, total, 1.0)[:, None, None]
    return np.where(x[:, :, None] == x[:, None, :], 0.0, p)


@kernel
def votes(d: Array, w: Array) -> tuple[Array, Array]:
    """Sum of votes for i over j (draws, n, n), and of all votes on all ordered pairs (draws,).

    d[draw, k, i]: how far i's position is to k; w: weight of k.
    """
    draws, n = w.shape
    up, total = np.zeros((draws, n, n)), np.zeros(draws)
    for r in range(draws):
        for k in range(n):
            for i in range(n):
                for j in range(n):
                    v = w[r, k] * (d[r, k, j] - d[r, k, i])
                    up[r, i, j] += v if v > 0.0 else 0.0
        total[r] = 2.0 * up[r].sum()  # every vote for i over j is one against j over i
    return up, total


def _expects(p: Array, d: Array, r: Array, s: Array) -> Array:
    """Expected utility of challenging a target with salience `s` at distance `d`."""
    won = 2 - 4 * np.maximum(0.5 - 0.5 * d, 0.0) ** r
    lost = 2 - 4 * (0.5 + 0.5 * d) ** r
    same = 2 - 4 * 0.5**r
    return np.asarray(s * (p * won + (1 - p) * lost) + (1 - s) * won - _Q * same)


def _risk(x: Array, d: Array, w: Array, s: Array) -> Array:
    """Risk exponent of each actor, 1/2 to 2, from how much it has to fear; 1 where all alike."""
    eu = _expects(_wins(d, w, x), d, np.ones((1, 1, 1)), s[:, None, :])
    danger = eu.sum(axis=1) - np.einsum("dii->di", eu)
    low, high = danger.min(axis=1, keepdims=True), danger.max(axis=1, keepdims=True)
    flat = high - low < 1e-12
    r = np.where(flat, 0.0, (2 * danger - high - low) / np.where(flat, 1.0, high - low))
    return np.asarray((1 - r / 3) / (1 + r / 3))


def _condorcet(x: Array, w: Array) -> float:
    """Walk the distinct positions upward, keeping each that outvotes the last kept."""
    places = np.unique(x)
    kept = places[0]
    for place in places[1:]:
        if (w * (np.abs(x - kept) - np.abs(x - place))).sum() > 0:
            kept = place
    return float(kept)


def _means(history: Array, w: Array) -> Array:
    total = w.sum(axis=1, keepdims=True)
    share = np.where(total > 0, w / np.where(total > 0, total, 1), 1 / w.shape[1])
    return np.asarray((history * share).sum(axis=2).mean(axis=1))


def _held(x: Array, shares: Array) -> Array:
    """Share of weight at each actor's place, mean over dimensions."""
    same = x[:, :, None, :] == x[:, None, :, :]
    return np.asarray((same * shares[:, None, :, :]).sum(axis=2).mean(axis=2))


def _moves(turn: int, x: Array, done: _Round) -> list[Move]:
    return [
        Move(
            turn,
            int(i),
            KINDS[done.kind[0, i]],
            int(done.other[0, i]),
            float(done.own[0, i]),
            float(done.theirs[0, i]),
            float(x[0, i]),
            float(done.positions[0, i]),
        )
        for i in np.flatnonzero(done.kind[0] >= 0)
    ]


def _pressure(negotiation: Negotiation, m: Move) -> Pressure:
    return Pressure(
        m.turn,
        negotiation.actors[m.other],
        negotiation.actors[m.actor],
        (m.position,),
        m.theirs,
        f"{m.kind}: what the other expects of challenging (utility)",
        True,
        abs(m.position - m.start),
    )


def _record(negotiation: Negotiation, m: Move) -> dict[str, str | int | float]:
    return {
        "turn": m.turn,
        "actor": negotiation.actors[m.actor],
        "offer": m.kind,
        "other": negotiation.actors[m.other],
        "eu_own": m.own,
        "eu_other": m.theirs,
        "new_position": m.position,
    }
