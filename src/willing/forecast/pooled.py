"""The scores of several cases together, against a base rate that none of them could see.

A case's own base rate (the share of yes among its other questions) knows how the case ended. Here
it is the share of yes among the questions of the same kind in the *other* cases, with one yes and
one no added (Laplace), which an analyst could have known. Gains are resampled over whole cases.

Questions on stances are of two kinds. Those that somebody chose to ask were asked mostly of states
that moved, for whoever chose knew the ending; those asked alike of every candidate were not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from willing.statistics.scores import brier, log_scores, paired_bootstrap

Array = NDArray[np.float64]

__all__ = ["pooled"]

SEED = 20250405
#: A question on a stance that is asked alike of so many states is asked of all, not of some chosen.
ALIKE = 5
ASKED_OF_ALL = "stance_of_every_candidate"


def pooled(scored: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return n, scores, baselines and gains over the resolved questions of all cases.

    `scored` are documents of `score_case`. Raises nothing: without a resolved question n is 0.
    """
    rows = [(d["case"], q) for d in scored for q in d["questions"] if q["outcome"] is not None]
    if not rows:
        return {"n": 0, "baselines": {}, "gains": {}, "by_kind": {}}
    kinds = _kinds(rows)
    cases = [case for case, _ in rows]
    y = np.array([float(q["outcome"]) for _, q in rows])
    said = {
        "ours": np.array([q["probability"] for _, q in rows]),
        "persistence": np.array([q["persistence"] for _, q in rows]),
        "base_rate": np.array([_elsewhere(y, kinds, cases, i) for i in range(len(rows))]),
    }
    ours = said.pop("ours")
    gains = {
        name: asdict(
            paired_bootstrap(brier(ours, y), brier(p, y), cases, rng=np.random.default_rng(SEED))
        )
        for name, p in said.items()
    }
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


def _kinds(rows: Sequence[tuple[str, Mapping[str, Any]]]) -> NDArray[np.str_]:
    """Return what each question asks; those asked of every candidate are a kind of their own."""
    asked: defaultdict[tuple[Any, ...], set[str]] = defaultdict(set)
    alike = [(case, *(q.get(k) for k in ("kind", "domain", "target", "by"))) for case, q in rows]
    for key, (_, q) in zip(alike, rows, strict=True):
        if q.get("actor"):
            asked[key].add(q["actor"])
    return np.array(
        [
            ASKED_OF_ALL if len(asked[key]) >= ALIKE else q["kind"]
            for key, (_, q) in zip(alike, rows, strict=True)
        ]
    )


def _elsewhere(y: Array, kinds: NDArray[np.str_], cases: Sequence[str], i: int) -> float:
    same = y[(kinds == kinds[i]) & (np.array(cases) != cases[i])]
    return float((same.sum() + 1) / (len(same) + 2))


def _scores(p: Array, y: Array) -> dict[str, float]:
    return {"brier": float(brier(p, y).mean()), "log_score": float(log_scores(p, y).mean())}
