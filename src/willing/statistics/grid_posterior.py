"""Draws from a posterior of two unknowns over a grid: no chain, nothing to wait for.

Source: Gelman et al. (2013), "Bayesian Data Analysis", 3rd ed., section 3.7: the posterior is
worked out at the middle of every cell, cells are drawn by their weight, and a point is drawn evenly
within its cell.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

__all__ = ["grid_posterior"]

#: how far the prior is looked at, in its standard deviations
REACH = 5.0
#: cells a side, first over all of that, then over the part with a weight to speak of
COARSE, FINE = 32, 64
#: log of the weight, relative to the largest, below which a cell does not count
NOTHING = -16.0


def grid_posterior(
    log_likelihood: Callable[[Array], Array], *, n_draws: int, rng: np.random.Generator
) -> Array:
    """Draw from prior x likelihood, the prior being N(0, I) in two unknowns.

    `log_likelihood` takes an array of shape (n, 2) and returns (n,). Returns (n_draws, 2), in no
    order. Cells are drawn systematically, so that each comes as often as its weight says, give or
    take one.
    """
    edges = np.full((2, 2), [-REACH, REACH])
    for cells in (COARSE, FINE):
        size = (edges[:, 1] - edges[:, 0]) / cells
        first, second = (edges[k, 0] + size[k] * (np.arange(cells) + 0.5) for k in (0, 1))
        points = np.stack([g.ravel() for g in np.meshgrid(first, second, indexing="ij")], axis=1)
        level = log_likelihood(points) - 0.5 * (points**2).sum(axis=1)
        level -= level.max()
        there = points[level > NOTHING]
        edges = np.stack([there.min(axis=0) - size, there.max(axis=0) + size], axis=1)
    reached = np.cumsum(np.exp(level))
    at = (np.arange(n_draws) + rng.random()) / n_draws * reached[-1]
    cell = np.minimum(np.searchsorted(reached, at, side="right"), len(reached) - 1)
    drawn = points[cell] + size * (rng.random((n_draws, 2)) - 0.5)
    return np.asarray(rng.permutation(drawn))
