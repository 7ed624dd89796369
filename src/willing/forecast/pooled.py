"""The scores of several cases together, against a base rate that none of them could see.

A case's own base rate (the share of yes among its other questions) knows how the case ended. Here
it is the share of yes among the questions of the same kind in the *other* cases, with one yes and
one no added (Laplace), which an analyst could have known. Gains are resampled over whole cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from willing.statistics.scores import brier, log_scores, paired_bootstrap

Array = NDArray[np.float64]

__all__ = ["pooled"]

SEED = 20250405


def pooled(scored: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return n, scores, baselines and gains over the resolved questions of all cases.

    `scored` are documents of `score_case`. Raises nothing: without a resolved question n is 0.
    """
    rows = [(d["case"], q) for d in scored for q in d["questions"] if q["outcome"] is not None]
    if not rows:
        return {"n": 0, "baselines": {}, "gains": {}, "by_kind": {}}
    cases = [case for case, _ in rows]
    y = np.array([float(q["outcome"]) for _, q in rows])
    said = {
        "ours": np.array([q["probability"] for _, q in rows]),
        "persistence": np.array([q["persistence"] for _, q in rows]),
        "base_rate": np.array([_elsewhere(rows, case, q["kind"]) for case, q in rows]),
    }
    ours = said.pop("ours")
    gains = {
        name: asdict(
            paired_bootstrap(brier(ours, y), brier(p, y), cases, rng=np.random.default_rng(SEED))
        )
        for name, p in said.items()
    }
    kinds = np.array([q["kind"] for _, q in rows])
    return {
        **_together(ours, said, y),
        "gains": gains,
        "by_kind": {
            kind: _together(ours[at], {name: p[at] for name, p in said.items()}, y[at])
            for kind in dict.fromkeys(kinds)
            for at in [kinds == kind]
        },
    }


def _together(ours: Array, said: Mapping[str, Array], y: Array) -> dict[str, Any]:
    return {
        "n": len(y),
        "yes": int(y.sum()),
        **_scores(ours, y),
        "baselines": {name: _scores(p, y) for name, p in said.items()},
    }


def _elsewhere(rows: Sequence[tuple[str, Mapping[str, Any]]], case: str, kind: str) -> float:
    same = [q["outcome"] for other, q in rows if other != case and q["kind"] == kind]
    return float((sum(same) + 1) / (len(same) + 2))


def _scores(p: Array, y: Array) -> dict[str, float]:
    return {"brier": float(brier(p, y).mean()), "log_score": float(log_scores(p, y).mean())}
