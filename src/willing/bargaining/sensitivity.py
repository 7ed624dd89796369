"""How far a forecast hangs on rounds, options and errors in the inputs.

Analysts are shown one run; this shows the others they could have made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from willing.bargaining._negotiation import Negotiation
from willing.bargaining._options import OPTIONS
from willing.bargaining.run import bargain
from willing.bargaining.uncertain import uncertain

MODELS = ("default", "mean", "median", "compromise", "nash", "smp", "scholz")
ERRORS = (0.0, 2.5, 5.0, 10.0, 20.0)
ROUNDS = (0, 1, 2, 3, 5, 10)
GIVEN = "as given"  # the options of the scenario, nothing changed


@dataclass(frozen=True, slots=True)
class Reading:
    """One forecast under one setting, on one dimension.

    what: rounds, option or error. low, high: 5th and 95th percentile of the outlook.
    """

    model: str
    what: str
    setting: str
    value: float
    dimension: str
    mean: float
    median: float
    low: float
    high: float


def sensitivity(
    negotiation: Negotiation,
    rng: np.random.Generator,
    models: Iterable[str] = MODELS,
    rounds: Iterable[int] = ROUNDS,
    errors: Iterable[float] = ERRORS,
    draws: int = 200,
) -> list[Reading]:
    """Run models over numbers of rounds, the options of smp one at a time, and input errors.

    errors: standard deviation of positions in points of 100; salience errs by as many hundredths,
    the logarithm of influence by as many twentieths. The same random numbers serve every model.
    """
    one = negotiation.one(0)
    seed = int(rng.integers(2**63))
    out: list[Reading] = []
    for model in models:
        if model in ("smp", "scholz"):
            for t in rounds:
                out += _read(one, model, "rounds", str(t), float(t), t, seed)
        if model == "smp":
            out += _read(one, model, "rounds", "own stop", -1.0, None, seed)
            out += _read(one, model, "option", GIVEN, 0.0, None, seed)
            for ktab, (name, valid) in OPTIONS.items():
                for value in valid:
                    if value == getattr(one.options, name):
                        continue
                    other = replace(one.options, **{name: value})  # type: ignore[arg-type]
                    changed = replace(one, options=other)
                    out += _read(changed, model, "option", f"{ktab}={value}", 0.0, None, seed)
        for error in errors:
            drawn = uncertain(
                one,
                draws,
                np.random.default_rng(seed),
                position_sd=error,
                salience_sd=error / 100,
                influence_error=error / 20,
            )
            turns = 10 if model == "smp" else None
            out += _read(drawn, model, "error", f"sd {error:g}", error, turns, seed)
    return out


def _read(
    n: Negotiation, model: str, what: str, setting: str, value: float, turns: int | None, seed: int
) -> list[Reading]:
    course = bargain(n, model, turns, np.random.default_rng(seed))
    return [
        Reading(
            model,
            what,
            setting,
            value,
            name,
            o.mean,
            o.median,
            o.quantile(0.05),
            o.quantile(0.95),
        )
        for name, o in zip(n.dimensions, course.outlooks, strict=True)
    ]
