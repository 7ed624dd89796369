"""The Spatial Model of Politics in plain NumPy, one draw at a time: the oracle of the kernel.

Written for reading, in the order of docs/theory/smp.md. Positions and saliences are in [0, 1].
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from willing.bargaining._options import SmpOptions

Array = NDArray[np.float64]

TOLERANCE = 1e-3  # positions nearer than this are one position
_FLOOR = 1e-8  # strength every coalition has, so that no contest is 0 : 0
_PRINCIPALS = 1e-10
_WORTHWHILE = 1e-5  # an expected gain below this starts no challenge
_TIE = 1e-12  # values nearer than this tie, and the first wins: no choice hangs on rounding
_BINARY = 1.1  # strength ratio that decides a contest under the Binary model
_VIEW = {"Full": 1.0, "TwoThirds": 2 / 3, "Half": 0.5, "OneThird": 1 / 3, "None": 0.0}


@dataclass(frozen=True, slots=True)
class Bargain:
    """What initiator and receiver would adopt, and what the initiator expects to gain."""

    initiator: int
    receiver: int
    initiator_position: Array
    receiver_position: Array
    gain: float


@dataclass(frozen=True, slots=True)
class Step:
    """One turn: (n, ...) arrays by actor; `chance[k]` follows `queue[k]`, status quo first."""

    positions: Array
    risk: Array
    probability: Array
    victory: Array
    gain: Array
    bargains: list[Bargain]
    queue: list[list[int]]
    chance: list[Array]
    chosen: list[int]


def distance(ideal: Array, position: Array, salience: Array) -> Array:
    """Return (n, m) distances from each ideal to each position, in the owner's saliences."""
    weight = salience**2
    total = weight.sum(axis=1, keepdims=True)
    # Who cares about nothing finds every position as good as his own.
    share = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    gap = ideal[:, None, :] - position[None, :, :]
    return np.asarray(np.sqrt((share[:, None, :] * gap**2).sum(axis=2)))


def utility(d: Array, risk: Array) -> Array:
    """Utility at distance `d` for risk attitude `risk` (broadcast)."""
    return np.where(d <= 1, (1 - d) * (1 + d * risk), (1 - d) * (1 + risk))


def vote(rule: str, weight: Array, difference: Array) -> Array:
    """Votes cast by actors of this weight over a difference of utilities."""
    # A difference that is only rounding must not be blown up into a vote.
    binary = np.where(np.abs(difference) < _TIE, 0.0, np.clip(difference / 1e-8, -1, 1))
    response = {
        "Prop": difference,
        "Binary": binary,
        "PropBin": 0.8 * difference + 0.2 * binary,
        "PropCbc": 0.5 * difference + 0.5 * difference**3,
        "Cubic": difference**3,
        "ASymProsp": np.where(difference > 0, 2 * difference / 3, difference),
    }[rule]
    return np.asarray(weight * response)


def coalitions(rule: str, weight: Array, u: Array) -> Array:
    """C[i, j]: strength for option i against option j; `u` is (actors, options)."""
    votes = vote(rule, weight[:, None, None], u[:, :, None] - u[:, None, :])
    # KTAB counts each vote once, cast over i against j with i > j: it matters for ASymProsp.
    lower = np.tril(np.ones(votes.shape[1:], bool), -1)
    support = np.where(lower, np.maximum(votes, 0).sum(axis=0), 0)
    against = np.where(lower, np.maximum(-votes, 0).sum(axis=0), 0)
    return np.asarray(support + against.T + _FLOOR)


def beats(model: str, c: Array) -> Array:
    """P[i, j]: probability that option i beats option j, given coalition strengths."""
    if model == "Binary":
        ahead = np.clip(((c / (c + c.T)) * (_BINARY + 1) - 1) / (_BINARY - 1), 0, 1)
        sure = 1 / (1 + 1e-6)
        p = np.where(c >= _BINARY * c.T, sure, np.where(_BINARY * c <= c.T, 1 - sure, ahead))
    elif model == "Linear":
        p = c / (c + c.T)
    else:
        power = {"Square": 2, "Quartic": 4, "Octic": 8}[model]
        p = 1 / (1 + (c.T / c) ** power)
    np.fill_diagonal(p, 0.5)
    return np.asarray(p)


def election(options: SmpOptions, c: Array) -> Array:
    """Probability of each option in an election by pairwise contests."""
    p = beats(options.victory, c)
    n = len(p)
    if options.election == "Conditional":
        with np.errstate(divide="ignore"):
            logs = np.log(p).sum(axis=1)
        top = logs.max()
        if not np.isfinite(top):
            return np.full(n, 1 / n)
        won = np.exp(logs - top)
        return np.asarray(won / won.sum())
    if options.election == "MarkovUniform":
        challenge, tolerance = np.full((n, n), 1 / n), 1e-6
    else:
        incentive = c * p + 1e-10 * np.eye(n)
        challenge, tolerance = incentive / incentive.sum(axis=0), 1e-8
    now = np.full(n, 1 / n)
    for _ in range(1000):
        meets = now[:, None] * challenge.T  # i holds the floor and j challenges it
        following = (p * (meets + meets.T)).sum(axis=1)
        change = np.abs(following - now).max()
        now = (now + following) / 2
        if change <= tolerance:
            break
    return now


def risk_attitudes(which: str, p: Array) -> Array:
    """Risk attitude of each actor from the probability of his position; 0 where all are alike."""
    low, high = p.min(), p.max()
    if high - low < 1e-12:
        return np.zeros_like(p)
    share = (p - low) / (high - low)
    return np.asarray({"Min": share, "Mid": 1.5 * share - 0.5, "Max": 2 * share - 1}[which])


def contest(
    options: SmpOptions, u: Array, weight: Array, salience: Array, i: int, j: int, affected: int
) -> tuple[float, float]:
    """P(i beats j), and the affected actor's expected gain, where `u` is one observer's view."""
    rule = options.voting
    own = [
        float(vote(rule, weight[k], np.asarray(u[k, i] - u[k, j])))  # the principals
        for k in (i, j)
    ]
    a = _PRINCIPALS + sum(max(0.0, v) for v in own)
    b = _PRINCIPALS + sum(max(0.0, -v) for v in own)
    strength, opposed = a, b
    if options.commitment == "SemiCommit":  # under the two others a third party's votes cancel
        for n in range(len(u)):
            if n in (i, j):
                continue
            first = float(vote(rule, weight[n], np.asarray(u[n, i] - u[n, j])))
            with_i, with_j = a + max(0.0, first), b + max(0.0, -first)
            q = with_i / (with_i + with_j)
            if_i = q * (2 * u[n, i] + u[n, n]) + (1 - q) * 3 * u[n, j]
            if_j = q * 3 * u[n, i] + (1 - q) * (2 * u[n, j] + u[n, n])
            v = float(vote(rule, weight[n], np.asarray(if_i - if_j)))
            strength += max(0.0, v)
            opposed += max(0.0, -v)
    p = strength / (strength + opposed)
    k = affected
    won, lost = 2 * u[k, i], 2 * u[k, j]
    challenge = (1 - salience[j]) * won + salience[j] * (p * won + (1 - p) * lost)
    return p, float(challenge - (u[k, i] + u[k, j]))


def meet(
    options: SmpOptions, xi: Array, xj: Array, si: Array, sj: Array, p: float
) -> tuple[Array, Array]:
    """Positions that i and j would adopt in a bargain where i thinks to win with probability p."""
    small = 1e-6
    if options.interpolation == "S2PMax":
        yield_i, yield_j = max(0.0, 1 - 2 * p), max(0.0, 2 * p - 1)
        ti = yield_i * sj**2 / (yield_i * sj**2 + small + (1 - yield_i) * si**2)
        tj = yield_j * si**2 / (yield_j * si**2 + small + (1 - yield_j) * sj**2)
        return xi + ti * (xj - xi), xj + tj * (xi - xj)
    power = 2 if options.interpolation == "S2P2" else 1
    wi, wj = (si * p) ** power, (sj * (1 - p)) ** power
    total = wi + wj + small
    # Only a negative "probability" (see SmpOptions.receiver_probability) can bring this to nothing.
    total = np.where(np.abs(total) < small, small, total)
    new_i = ((wi + small) * xi + wj * xj) / total
    new_j = (wi * xi + (wj + small) * xj) / total
    return round4(new_i), round4(new_j)


def round4(x: Array) -> Array:
    """Round half up to four decimals and stay on the scale."""
    return np.asarray(np.clip(np.floor(0.5 + x * 10000.0) / 10000.0, 0, 1))


def distinct(positions: Array) -> tuple[list[int], list[int]]:
    """First holders of each distinct position, and for each actor the place in that list."""
    first: list[int] = []
    group: list[int] = []
    for i, x in enumerate(positions):
        same = [g for g, k in enumerate(first) if np.linalg.norm(x - positions[k]) < TOLERANCE]
        if not same:
            first.append(i)
        # KTAB looks a position up among the distinct ones and keeps the last that fits.
        group.append(same[-1] if same else len(first) - 1)
    return first, group


def position_probability(
    options: SmpOptions, ideal: Array, positions: Array, salience: Array, weight: Array
) -> tuple[Array, Array]:
    """Probability that each actor's position wins, shared by all who hold it; risk attitudes."""
    d = distance(ideal, positions, salience)
    neutral = coalitions(options.voting, weight, utility(d, np.zeros((1, 1))))
    risk = risk_attitudes(options.risk_range, election(options, neutral))
    first, group = distinct(positions)
    own_view = utility(d, risk[:, None])[:, first]
    p = election(options, coalitions(options.voting, weight, own_view))
    return p[group], risk


def step(
    options: SmpOptions,
    ideal: Array,
    positions: Array,
    salience: Array,
    weight: Array,
    uniform: Array | None = None,
) -> Step:
    """One turn: everyone picks a target, makes an offer and adopts a bargain.

    `uniform` (n,) in [0, 1) draws the bargain of each actor where transitions are stochastic.
    """
    n = len(positions)
    probability, risk = position_probability(options, ideal, positions, salience, weight)
    d = distance(ideal, positions, salience)
    share = _VIEW[options.risk_view]
    total = salience.sum(axis=1)
    views = [utility(d, ((1 - share) * risk[h] + share * risk)[:, None]) for h in range(n)]

    victory, gain = np.full((n, n), 0.5), np.zeros((n, n))
    bargains: list[Bargain] = []
    queue: list[list[int]] = [[] for _ in range(n)]
    for i in range(n):
        for j in range(n):
            if i != j:
                victory[i, j], gain[i, j] = contest(
                    options, views[i], weight * total, total, i, j, i
                )
        j = first_largest(np.where(np.arange(n) == i, -1.0, gain[i]))
        if j == i or gain[i, j] <= _WORTHWHILE:
            continue
        mine = meet(options, positions[i], positions[j], salience[i], salience[j], victory[i, j])
        offers = [mine]
        if options.offers != "InitOnlyInterp":
            p, g = contest(options, views[j], weight * total, total, i, j, i)
            seen = p if options.receiver_probability else g
            theirs = meet(options, positions[i], positions[j], salience[i], salience[j], seen)
            if options.offers == "InitRcvrInterp":
                offers = [mine, theirs]
            else:
                wi, wj = weight[i] * total[i], weight[j] * total[j]
                t = wj / (wi + wj) if wi + wj > 0 else 0.5
                offers = [((1 - t) * mine[0] + t * theirs[0], (1 - t) * mine[1] + t * theirs[1])]
        for xi, xj in offers:
            for k in (i, j):
                queue[k].append(len(bargains))
            bargains.append(Bargain(i, j, xi, xj, float(gain[i, j])))

    own = utility(d, risk[:, None])
    chance: list[Array] = []
    chosen: list[int] = []
    moved = positions.copy()
    for k in range(n):
        u = np.empty((n, 1 + len(queue[k])))
        u[:, 0] = own.sum(axis=1)
        for m, b in enumerate(queue[k], start=1):
            deal = bargains[b]
            ends = np.stack([deal.initiator_position, deal.receiver_position])
            # Bargains are measured from where an actor stands, not from his ideal.
            after = utility(distance(positions, ends, salience), risk[:, None]).sum(axis=1)
            before = own[:, deal.initiator] + own[:, deal.receiver]
            u[:, m] = u[:, 0] - before + after
        odds = election(options, coalitions(options.voting, weight, u / n))
        pick = first_largest(odds)
        if options.transitions == "Stochastic":
            if uniform is None:
                raise ValueError("stochastic transitions need `uniform`")
            reached = odds.cumsum()
            pick = min(int(np.searchsorted(reached, uniform[k], side="right")), len(odds) - 1)
        chance.append(odds)
        chosen.append(pick)
        if pick:
            deal = bargains[queue[k][pick - 1]]
            mine_now = deal.initiator == k
            moved[k] = deal.initiator_position if mine_now else deal.receiver_position
    return Step(moved, risk, probability, victory, gain, bargains, queue, chance, chosen)


def first_largest(values: Array) -> int:
    """Place of the first value that no later one exceeds by more than a tie."""
    best = 0
    for k in range(1, len(values)):
        if values[k] > values[best] + _TIE:
            best = k
    return best


def accommodate(matrix: Array, ideal: Array, positions: Array) -> Array:
    """Ideals after a turn: drawn to positions by the matrix, the rest stays with the old ideal."""
    lag = np.clip(1 - matrix.sum(axis=1), 0, 1)
    return np.asarray(matrix @ positions + lag[:, None] * ideal)


def simulate(
    options: SmpOptions,
    positions: Array,
    salience: Array,
    weight: Array,
    matrix: Array | None = None,
    turns: int | None = None,
    uniform: Array | None = None,
) -> tuple[Array, Array]:
    """Positions (turns + 1, n, dims) and probabilities (turns + 1, n) up to the stop rule.

    With `turns` that many turns are run instead; `uniform` is (turns, n).
    """
    ideal = positions
    history = [positions]
    for turn in range(100 if turns is None else turns):
        drawn = None if uniform is None else uniform[turn]
        after = step(options, ideal, history[-1], salience, weight, drawn).positions
        ideal = after if matrix is None else accommodate(matrix, ideal, after)
        history.append(after)
        if turns is None and turn >= 1 and _quiet(history):
            break
    ideal, odds = positions, []
    for turn, now in enumerate(history):
        if turn:
            ideal = now if matrix is None else accommodate(matrix, ideal, now)
        odds.append(position_probability(options, ideal, now, salience, weight)[0])
    return np.stack(history), np.stack(odds)


def _quiet(history: list[Array]) -> bool:
    moved = [np.linalg.norm(b - a, axis=1).sum() for a, b in pairwise(history)]
    return bool(moved[-1] / (moved[0] + 1e-4) < 0.02)
