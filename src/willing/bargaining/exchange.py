"""`exchange`: actors trade positions on pairs of issues they care about differently.

Stokman and Van Oosten (1994). Two actors on opposite sides of the expected outcome of two issues
each give way on the issue that matters less to them, at the rate at which both gain alike. See
docs/theory/exchange.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from willing.bargaining._negotiation import Course, Negotiation, Pressure, chances
from willing.bargaining._outlook import Outlook
from willing.errors import UsageError

Array = NDArray[np.float64]

_LEAST = 1e-6  # gain (scale units times salience) below which nobody trades


@dataclass(frozen=True, slots=True)
class Trade:
    """`first` gives way on issue `gives`, `second` on `takes`; both gain `gain`."""

    first: int
    second: int
    gives: int
    takes: int
    first_to: float
    second_to: float
    gain: float


def exchange(negotiation: Negotiation, turns: int | None = None) -> Course:
    """Carry out up to `turns` trades, best first; as many as pay unless told.

    An actor trades its position on an issue once. Needs two dimensions or more.
    """
    draws, n, dims = negotiation.positions.shape
    if dims < 2:
        raise UsageError("exchange: found one issue; expected two or more to trade between")
    most = n * dims if turns is None else turns
    paths, all_trades = [], []
    for draw in range(draws):
        path, trades = _trade(
            negotiation.positions[draw],
            negotiation.salience[draw],
            negotiation.influence[draw],
            most,
        )
        paths.append(path)
        all_trades.append(trades)
    lasted = np.array([len(t) for t in all_trades])
    length = int(lasted.max()) if turns is None else most
    history = np.stack([np.stack(p + [p[-1]] * (length + 1 - len(p))) for p in paths], axis=1)
    point = (negotiation.weights() * history[-1]).sum(axis=1)
    outlooks = tuple(Outlook.points(point[:, k]) for k in range(dims))
    p = chances(negotiation, outlooks)
    return Course(
        "exchange",
        negotiation,
        history,
        np.repeat(p[None], length + 1, axis=0),
        outlooks,
        lasted,
        pressures=_pressures(negotiation, all_trades[0], paths[0]) if draws == 1 else (),
        note="outlook: the weighted mean of positions after the trades",
    )


def _trade(x: Array, s: Array, c: Array, most: int) -> tuple[list[Array], list[Trade]]:
    """Trade greedily; return positions after each trade and the trades."""
    power = s * c[:, None]
    total = power.sum(axis=0)
    share = power / np.where(total > 0, total, 1.0)
    free = np.ones(x.shape, bool) & (total > 0)
    path: list[Array] = [x]
    trades: list[Trade] = []
    while len(trades) < most:
        best = _best(path[-1], s, share, free)
        if best is None:
            break
        now = path[-1].copy()
        now[best.first, best.gives] = best.first_to
        now[best.second, best.takes] = best.second_to
        free[best.first, best.gives] = free[best.second, best.takes] = False
        path.append(now)
        trades.append(best)
    return path, trades


def _best(x: Array, s: Array, share: Array, free: NDArray[np.bool_]) -> Trade | None:
    """Trade with the greatest gain to each party, first in order of actors and issues on ties."""
    dims = x.shape[1]
    side = np.sign(x - (share * x).sum(axis=0))
    best: tuple[float, int, int, int, int, float, float] | None = None
    for p in range(dims):
        for q in range(dims):
            if p == q:
                continue
            # i gives way on p, j on q: i cares relatively less about p than j does.
            able = (
                (side[:, None, p] * side[None, :, p] < 0)
                & (side[:, None, q] * side[None, :, q] < 0)
                & (s[:, None, p] * s[None, :, q] < s[None, :, p] * s[:, None, q])
                & free[:, None, p]
                & free[None, :, q]
            )
            if not able.any():
                continue
            # Equal gain: outcome shifts a on p and b on q with a (sip + sjp) = b (siq + sjq).
            on_p, on_q = s[:, None, p] + s[None, :, p], s[:, None, q] + s[None, :, q]
            most_p = share[:, None, p] * np.abs(x[:, None, p] - x[None, :, p])
            most_q = share[None, :, q] * np.abs(x[:, None, q] - x[None, :, q])
            ratio = np.divide(on_p, on_q, out=np.zeros_like(on_p), where=on_q > 0)
            a = np.minimum(
                most_p, np.divide(most_q, ratio, out=np.zeros_like(ratio), where=ratio > 0)
            )
            b = a * ratio
            gain = np.where(able, s[:, None, q] * b - s[:, None, p] * a, -np.inf)
            i, j = np.unravel_index(int(gain.argmax()), gain.shape)
            if gain[i, j] > max(_LEAST, best[0] + 1e-12 if best else 0.0):
                part_p = a[i, j] / most_p[i, j] if most_p[i, j] > 0 else 0.0
                part_q = b[i, j] / most_q[i, j] if most_q[i, j] > 0 else 0.0
                best = (
                    float(gain[i, j]),
                    int(i),
                    int(j),
                    p,
                    q,
                    float(x[i, p] + part_p * (x[j, p] - x[i, p])),
                    float(x[j, q] + part_q * (x[i, q] - x[j, q])),
                )
    if best is None:
        return None
    gain_, first, second, gives, takes, first_to, second_to = best
    return Trade(first, second, gives, takes, first_to, second_to, gain_)


def _pressures(
    negotiation: Negotiation, trades: list[Trade], path: list[Array]
) -> tuple[Pressure, ...]:
    names, issues = negotiation.actors, negotiation.dimensions
    out = []
    for turn, t in enumerate(trades, start=1):
        for mover, other, issue, paid_on in (
            (t.first, t.second, t.gives, t.takes),
            (t.second, t.first, t.takes, t.gives),
        ):
            out.append(
                Pressure(
                    turn,
                    names[other],
                    names[mover],
                    tuple(path[turn][mover].tolist()),
                    t.gain,
                    f"trade: gives way on {issues[issue]} for {issues[paid_on]} (gain to each)",
                    True,
                    float(abs(path[turn][mover, issue] - path[turn - 1][mover, issue])),
                )
            )
    return tuple(out)
