"""The record at scale: statements to positions, and the filter alone, beside plain NumPy.

`pytest benchmarks/bench_record.py` measures; `python benchmarks/bench_record.py` prints one table
of ratios in one run. Statements are made up: 200 actors over four years.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import pytest

from benchmarks.report import answer, cost, curve, figure
from willing.case import DOMAINS, STANCES, Statement
from willing.record import NoiseModel, fit, positions
from willing.record._kernel import run
from willing.record._observations import observe
from willing.record._priors import prior_of
from willing.record.local_level import filter_actor

FIRST, DAYS, ACTORS = dt.date(2020, 1, 1), 1_500, 200
AS_OF = FIRST + dt.timedelta(days=DAYS)
END = float(AS_OF.toordinal())
MODEL = NoiseModel()


@cache
def made(n: int) -> list[Statement]:
    rng = np.random.default_rng(0)
    ranks, reliability = ("head", "minister", "official"), "ABCD"
    columns = zip(
        rng.integers(0, DAYS, n).tolist(),
        rng.integers(0, ACTORS, n).tolist(),
        rng.integers(0, len(STANCES), n).tolist(),
        rng.integers(0, len(DOMAINS), n).tolist(),
        rng.integers(0, 12, n).tolist(),
        strict=True,
    )
    return [
        Statement.model_construct(
            id=f"S{k}",
            date=FIRST + dt.timedelta(days=day),
            published=None,
            actor=f"A{actor:03d}",
            rank=ranks[grade % 3],
            verb="said",
            issue="participation",
            event="",
            stance=STANCES[stance],
            domain=DOMAINS[domain],
            kind="actor",
            reliability=reliability[grade % 4],
            credibility=2,
        )
        for k, (day, actor, stance, domain, grade) in enumerate(columns)
    ]


def kernel(n: int) -> float:
    obs = observe(made(n), as_of=AS_OF)
    prior = prior_of(MODEL, obs.actors, None)
    return run(MODEL, prior, obs, END).loglik


def plain(n: int) -> float:
    obs = observe(made(n), as_of=AS_OF)
    prior = prior_of(MODEL, obs.actors, None)
    return sum(filter_actor(MODEL, prior, obs, a, END)[2] for a in range(len(obs.actors)))


@pytest.mark.parametrize("n", [1_000, 10_000, 100_000])
def test_statements_to_positions(benchmark, n: int) -> None:  # type: ignore[no-untyped-def]
    rows = made(n)
    positions(rows[:50], as_of=AS_OF, model=MODEL)
    record = benchmark(positions, rows, as_of=AS_OF, model=MODEL)
    assert record.mean.shape == (len(record.actors), 7)


def test_the_filter_alone(benchmark) -> None:  # type: ignore[no-untyped-def]
    obs = observe(made(100_000), as_of=AS_OF)
    prior = prior_of(MODEL, obs.actors, None)
    benchmark(run, MODEL, prior, obs, END)


def test_the_fit(benchmark) -> None:  # type: ignore[no-untyped-def]
    found = benchmark(fit, made(1_000), as_of=AS_OF)
    assert found.n == 1_000


def rolling_origin() -> None:
    """Forecasts of every actor's next stated stance in the shipped case, week by week."""
    found = answer("backtest", "statements", "ukraine-2025")
    for score in ("log_score", "brier"):
        best = min(found["baselines"].values(), key=lambda one: one[score])[score]
        figure(
            f"next stated stance, {score.replace('_', ' ')}",
            found[score],
            "",
            goal=f"<= {best:.4f}",
            note=f"n {found['n']}; the goal is the better of persistence and the marginal",
        )


def main() -> None:
    kernel(100)
    sizes, whole, alone = (1_000, 10_000, 100_000), [], []
    for n in sizes:
        rows = made(n)
        obs = observe(rows, as_of=AS_OF)
        prior = prior_of(MODEL, obs.actors, None)
        whole.append(cost(lambda rows=rows: positions(rows, as_of=AS_OF, model=MODEL)))
        alone.append(cost(lambda obs=obs, prior=prior: run(MODEL, prior, obs, END)))
    figure("100,000 statements of 200 actors, the filter", alone[-1], "s", goal="<= 1")
    figure("the same from statement objects to positions", whole[-1], "s", goal="<= 1")
    obs = observe(made(10_000), as_of=AS_OF)
    prior = prior_of(MODEL, obs.actors, None)
    fast = cost(lambda: run(MODEL, prior, obs, END))
    slow = cost(lambda: plain(10_000))
    assert np.isclose(kernel(10_000), plain(10_000))
    figure("plain NumPy over the compiled filter", slow / fast, "times", note="10,000 statements")
    rolling_origin()
    curve("statements to positions", "statements", sizes, whole)
    curve("the filter alone", "statements", sizes, alone)


if __name__ == "__main__":
    main()
