"""Inputs that are not known exactly: draws of positions, salience and influence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from willing.bargaining._negotiation import Negotiation
from willing.errors import UsageError

Array = NDArray[np.float64]


def uncertain(
    negotiation: Negotiation,
    draws: int,
    rng: np.random.Generator,
    position_sd: Array | float = 0.0,
    salience_sd: Array | float = 0.0,
    influence_error: Array | float = 0.0,
) -> Negotiation:
    """Draw the inputs around one draw's values.

    position_sd: standard deviation in points of 100 of the scale, (actors, dims) or one for all;
        positions are normal, cut off at the ends of the scale.
    salience_sd: the same for salience, on 0-1.
    influence_error: standard deviation of the logarithm of influence, (actors,) or one for all.
    """
    if negotiation.draws != 1:
        raise UsageError(f"uncertain inputs: found {negotiation.draws} draws; expected one")
    if draws < 1:
        raise UsageError(f"draws: found {draws}; expected 1 or more")
    shape = (draws, *negotiation.positions.shape[1:])
    # All three are always drawn, so that switching one error off leaves the others as they were.
    u, v = rng.random(shape), rng.random(shape)
    z = rng.standard_normal(shape[:2])
    unit = _truncated(negotiation.unit_positions, np.asarray(position_sd) / 100, u)
    return replace(
        negotiation,
        positions=np.clip(
            negotiation.from_unit(unit), negotiation.scale[:, 0], negotiation.scale[:, 1]
        ),
        salience=_truncated(negotiation.salience, np.asarray(salience_sd, float), v),
        influence=negotiation.influence * np.exp(np.asarray(influence_error) * z),
    )


def _truncated(mean: Array, sd: Array, u: Array) -> Array:
    """Normal on 0-1 around `mean` by inverting its distribution function at `u`."""
    sd = np.broadcast_to(sd, u.shape)
    mean = np.broadcast_to(mean, u.shape)
    wide = np.where(sd > 0, sd, 1.0)
    low, high = ndtr(-mean / wide), ndtr((1 - mean) / wide)
    drawn = mean + wide * ndtri(low + u * (high - low))
    return np.clip(np.where(sd > 0, drawn, mean), 0.0, 1.0)
