"""Priors of the level: the caller's where there is one, the pool's otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from willing.record._observations import OFFSET_DOMAINS, PARTICIPATION
from willing.record.local_level import Prior, offsets
from willing.record.noise import NoiseModel

#: actor -> (mean, sd) of its level, 0-100
Priors = Mapping[str, tuple[float, float]]
#: the level on an issue other than participation, about which nothing is known (assumption: the
#: middle of the continuum, and a spread that holds both ends within two sd)
OTHER_PRIOR = (50.0, 25.0)


def prior_of(
    model: NoiseModel, actors: Sequence[str], priors: Priors | None, issue: str = PARTICIPATION
) -> Prior:
    """Return the prior of every actor on an issue.

    ValueError for a prior that is not finite or whose sd is not above 0.
    """
    own = issue == PARTICIPATION
    default = (model.prior_mean, model.prior_sd) if own else OTHER_PRIOR
    pairs = [(priors or {}).get(a, default) for a in actors]
    for actor, (mean, sd) in zip(actors, pairs, strict=True):
        if not (np.isfinite(mean) and np.isfinite(sd) and sd > 0):
            raise ValueError(f"prior of {actor}: finite mean and sd above 0, found {mean}, {sd}")
    offset_mean, offset_sd = offsets(model, len(OFFSET_DOMAINS) if own else 0)
    return Prior(
        mean=np.array([p[0] for p in pairs], dtype=np.float64),
        sd=np.array([p[1] for p in pairs], dtype=np.float64),
        offset_mean=offset_mean,
        offset_sd=offset_sd,
        informed=np.array([a in (priors or {}) for a in actors], dtype=np.bool_),
    )
