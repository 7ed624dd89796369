"""History and joining: how good on missions kept out of training, and what fitting costs.

`python benchmarks/bench_history.py` runs `willing backtest` and says each score beside the figure
to beat; the tables that others own are read where they are. `pytest benchmarks/bench_history.py`
measures the fit.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from benchmarks.report import answer, cost, curve, figure, shared, skip
from willing.data.missions import load_missions
from willing.history import analogues, fit_two_stage

ON = date(2025, 4, 5)
#: (backtest, target, score): what is said, the goal, what the plain model gives
GOALS = {
    ("Missions", "within_365", "brier"): ("missions, deployed in 365 days, Brier", "<= 0.188"),
    ("Missions", "within_91", "brier"): ("missions, deployed in 91 days, Brier", "<= 0.205"),
    ("Missions", "ever", "brier"): ("missions, ever deployed, Brier", "<= 0.185"),
    ("Joining: new UN missions", "joins", "auc"): ("joining UN missions, AUC", ">= 0.875"),
    ("Joining: new UN missions", "joins", "brier"): ("joining UN missions, Brier", "<= 0.049"),
    ("Joining: NATO and partner states, the hard case", "joins", "brier"): (
        "joining near a hostile power, Brier",
        "<= 0.235",
    ),
    ("Joining: coalitions", "joins", "brier"): ("joining coalitions, Brier", ""),
    ("Vetoes", "veto", "brier"): ("vetoes by year and topic, Brier", ""),
    ("Speed: mandates from 2000 on", "t50", "crps"): (
        "months to half strength, mandates from 2000, CRPS",
        "<= 2.60",
    ),
    ("Speed: each from those before it", "t50", "crps"): (
        "months to half strength, forward in time, CRPS",
        "",
    ),
    ("Conflict endings", "within_24m", "brier"): ("a mission after a conflict's end, Brier", ""),
    ("Conflict endings: five random folds, as published", "within_24m", "auc"): (
        "the same in five random folds, AUC",
        ">= 0.728",
    ),
    ("Conflict endings: five random folds, as published", "within_24m", "brier"): (
        "the same in five random folds, Brier",
        "<= 0.138",
    ),
}


def fitted(n: int) -> Any:
    missions = sorted(load_missions(), key=lambda m: m.proposed)[-n:]
    return fit_two_stage(missions, as_of=ON, n_draws=200, rng=np.random.default_rng(0))


def test_the_fit(benchmark: Any) -> None:
    assert benchmark(fitted, 80).arrival.coefficients.shape[0] == 200


def scores() -> None:
    data = shared()
    where = ["--data", str(data)] if data else []
    if not data:
        skip("joining, vetoes, speed", "the tables of their owners are not beside this copy")
    found = {b["title"]: b for b in answer("backtest", *where)["backtests"]}
    for (title, target, score), (what, goal) in GOALS.items():
        if title not in found:
            continue
        one = found[title]["scores"][target]
        rivals = one.get("baselines", {})
        plain = rivals.get("logit") or rivals.get("lognormal") or {}
        base = one.get("baselines", {}).get("base_rate") or {}
        note = f"n {one['n']}, {one['clusters']} left out in turn"
        if score in plain:
            note += f"; plain model {plain[score]:.3f}"
        if score in base and score != "auc":
            note += f"; base rate {base[score]:.3f}"
        figure(what, one[score], "", goal=goal, note=note)


def main() -> None:
    scores()
    sizes = (20, 40, 80)
    figure("both stages fitted, 200 draws", cost(lambda: fitted(80)), "s", note="80 missions")
    missions = load_missions()
    model = fitted(80)
    features = dict.fromkeys(model.arrival.names, 0.5)
    near = cost(lambda: analogues(features, missions, 6, as_of=ON)) * 1e3
    figure("six nearest missions of the past", near, "ms")
    curve("both stages fitted", "missions", sizes, [cost(lambda n=n: fitted(n)) for n in sizes])


if __name__ == "__main__":
    main()
