"""The local-level model with domain offsets: prior, filter, smoother, prediction.

State of an actor: its level, then one offset a domain. The level is a stationary AR(1) around the
actor's prior mean, the offsets do not move. This is the plain NumPy form, written as the
textbooks have it (Durbin and Koopman, "Time Series Analysis by State Space Methods", 2nd ed.,
ch. 4); `_kernel` is the same filter at speed and the tests hold them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi
from typing import Final

import numpy as np
from numpy.typing import NDArray

from willing.record._observations import OFFSET_DOMAINS, Observations
from willing.record.noise import NoiseModel

Array = NDArray[np.float64]
#: expected highest of five independent standard normals (David and Nagaraja, Order Statistics)
HIGHEST_OF_FIVE: Final = 1.1629644736
#: length of the state: level and offsets
STATE: Final = 1 + len(OFFSET_DOMAINS)


@dataclass(frozen=True, slots=True)
class Prior:
    """Prior of every actor: `mean` and `sd` of the level (A,), offsets (D,) alike for all.

    `informed` (A,) is True where the prior is the actor's own and not the pool's.
    """

    mean: Array
    sd: Array
    offset_mean: Array
    offset_sd: Array
    informed: NDArray[np.bool_]

    def state(self, actor: int) -> tuple[Array, Array]:
        """Return mean (1+D,) and covariance (1+D, 1+D) of an actor's state."""
        mean = np.concatenate(([self.mean[actor]], self.offset_mean))
        return mean, np.diag(np.concatenate(([self.sd[actor]], self.offset_sd)) ** 2)


def offsets(model: NoiseModel, domains: int = len(OFFSET_DOMAINS)) -> tuple[Array, Array]:
    """Return prior mean and sd of the offsets.

    The five domains of taking part lie below the level by the expected highest of five, so that
    the level is, in expectation, the highest of them: what `any` means. Finance is no part of it.
    """
    mean = np.full(domains, -HIGHEST_OF_FIVE * model.offset)
    if domains:
        mean[-1] = 0.0
    return mean, np.full(domains, model.offset)


def transition(model: NoiseModel, weeks: float, sd: float, size: int) -> tuple[Array, Array]:
    """Return F and Q over some weeks for an actor with prior spread `sd`."""
    decay = model.phi**weeks
    F, Q = np.eye(size), np.zeros((size, size))
    F[0, 0] = decay
    Q[0, 0] = sd**2 * (1.0 - decay**2)
    return F, Q


def predict(
    model: NoiseModel, prior: Prior, actor: int, mean: Array, cov: Array, weeks: float
) -> tuple[Array, Array]:
    """Carry a state ahead by some weeks (0 or more)."""
    F, Q = transition(model, weeks, float(prior.sd[actor]), len(mean))
    centre = np.zeros_like(mean)
    centre[0] = prior.mean[actor]
    return centre + F @ (mean - centre), F @ cov @ F.T + Q


def row(place: int, size: int) -> Array:
    """Return the row of H: the level, and the offset of the domain spoken of."""
    h = np.zeros(size)
    h[0] = 1.0
    if place >= 0:
        h[1 + place] = 1.0
    return h


@dataclass(frozen=True, slots=True)
class Step:
    """One update of the filter, kept for the smoother."""

    day: float
    mean: Array
    cov: Array
    h: Array
    innovation: float
    spread: float
    gain: Array


def filter_actor(
    model: NoiseModel, prior: Prior, obs: Observations, actor: int, day: float
) -> tuple[Array, Array, float, list[Step]]:
    """Run the Kalman filter of one actor up to a day (an ordinal).

    Returns mean and covariance of the state on that day, log-likelihood, and the steps, whose
    `mean` and `cov` are those before the update.
    """
    variance = obs.variance(model)
    mean, cov = prior.state(actor)
    steps: list[Step] = []
    likelihood, now = 0.0, None
    for k in range(obs.start[actor], obs.start[actor + 1]):
        if obs.day[k] > day:
            break
        if now is not None:
            mean, cov = predict(model, prior, actor, mean, cov, (obs.day[k] - now) / 7.0)
        now = obs.day[k]
        h = row(int(obs.place[k]), len(mean))
        innovation = float(obs.value[k] - h @ mean)
        spread = float(h @ cov @ h + variance[k])
        gain = cov @ h / spread
        steps.append(Step(float(now), mean, cov, h, innovation, spread, gain))
        mean = mean + gain * innovation
        cov = cov - np.outer(gain, gain) * spread
        likelihood -= 0.5 * (log(2 * pi * spread) + innovation**2 / spread)
    if now is not None:
        mean, cov = predict(model, prior, actor, mean, cov, (day - now) / 7.0)
    return mean, cov, likelihood, steps


def before_each_day(steps: list[Step]) -> list[tuple[float, float]]:
    """Return mean and variance of each row's position as expected before its day began."""
    out: list[tuple[float, float]] = []
    for k, step in enumerate(steps):
        if k == 0 or steps[k - 1].day != step.day:
            first = step
        out.append((float(step.h @ first.mean), float(step.h @ first.cov @ step.h)))
    return out


def smooth_actor(
    model: NoiseModel, prior: Prior, obs: Observations, actor: int, day: float
) -> tuple[Array, Array]:
    """Return the state of one actor on a day given all its rows, later ones too.

    Backward recursion without an inverse (de Jong 1989; Durbin and Koopman, section 4.4).
    """
    mean, cov, _, _ = filter_actor(model, prior, obs, actor, day)
    later = np.arange(obs.start[actor], obs.start[actor + 1])
    later = later[obs.day[later] > day]
    if not len(later):
        return mean, cov
    variance = obs.variance(model)
    size, now = len(mean), day
    ahead_mean, ahead_cov = mean, cov
    carry = np.eye(size)  # of the state on `day` into the error of the running prediction
    r, n = np.zeros(size), np.zeros((size, size))
    for k in later:
        weeks = (obs.day[k] - now) / 7.0
        F, _ = transition(model, weeks, float(prior.sd[actor]), size)
        ahead_mean, ahead_cov = predict(model, prior, actor, ahead_mean, ahead_cov, weeks)
        carry, now = F @ carry, obs.day[k]
        h = row(int(obs.place[k]), size)
        spread = float(h @ ahead_cov @ h + variance[k])
        innovation = float(obs.value[k] - h @ ahead_mean)
        r += carry.T @ h * (innovation / spread)
        n += np.outer(carry.T @ h, carry.T @ h) / spread
        gain = ahead_cov @ h / spread
        ahead_mean = ahead_mean + gain * innovation
        ahead_cov = ahead_cov - np.outer(gain, gain) * spread
        carry = carry - np.outer(gain, h @ carry)
    return mean + cov @ r, cov - cov @ n @ cov
