"""The mode of a logit with independent normal priors, by Newton's method.

Products go through einsum: the matrices are small, the threads of a BLAS cost more than they give
on a busy machine, and the sums are the same whatever their number. Source: Rasmussen and Williams
(2006), "Gaussian processes for machine learning", section 3.4, for Newton's method on this loss.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]

__all__ = ["penalised_logit"]


def penalised_logit(
    design: Array, y: Array, mean: Array, precision: Array, start: Array | None = None
) -> tuple[Array, Array, float]:
    """Return the mode, the curvature there (minus the Hessian) and the penalised log likelihood.

    Maximises sum y . eta - log(1 + exp(eta)) - sum precision . (b - mean)^2 / 2 with
    eta = design . b. A coefficient with precision 0 is free. Steps that do not help are halved.
    """
    columns = np.ascontiguousarray(design.T)
    floor = np.diag(precision + 1e-9)

    def loss(b: Array) -> float:
        eta = np.einsum("ij,j->i", design, b)
        fit = np.sum(np.logaddexp(0.0, eta) - y * eta)
        return float(fit + 0.5 * np.sum(precision * (b - mean) ** 2))

    b = np.array(mean if start is None else start, dtype=float)
    now = loss(b)
    for _ in range(100):
        p = expit(np.einsum("ij,j->i", design, b))
        gradient = np.einsum("ji,i->j", columns, p - y) + precision * (b - mean)
        if np.abs(gradient).max() < 1e-9 * len(y):
            break
        curvature = np.einsum("ji,ki->jk", columns * (p * (1 - p)), columns) + floor
        step = np.linalg.solve(curvature, gradient)
        scale = 1.0
        while (then := loss(b - scale * step)) > now and scale > 1e-10:
            scale /= 2
        b, now = b - scale * step, then
    p = expit(np.einsum("ij,j->i", design, b))
    curvature = np.einsum("ji,ki->jk", columns * (p * (1 - p)), columns) + floor
    return b, np.asarray(curvature), -now
