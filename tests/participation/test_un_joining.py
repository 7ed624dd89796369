from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from willing.data.loaders.benchmark_panels import PanelRow, load_un_panel
from willing.errors import UsageError
from willing.participation.backtest import backtest_un_panel
from willing.participation.un_joining import COVARIATES, RANKED, design, fit_un_joining
from willing.statistics.track_record import document


def panel(missions: int = 4, states: int = 60) -> list[PanelRow]:
    rng = np.random.default_rng(4)
    rows = []
    for m in range(missions):
        for s in range(states):
            values = dict(zip(COVARIATES, rng.normal(size=len(COVARIATES)), strict=True))
            values["lprevtroops"] = float(max(0.0, rng.normal(1.0, 2.0)))
            values["samecont"] = float(s % 2)
            values["samereg"] = float(s % 6 == 0)
            joined = rng.random() < (0.5 if values["lprevtroops"] > 2 else 0.03)
            where = (f"M{m}:S{s}", f"M{m}", 2000 + m, s, f"S{s}", "UN")
            rows.append(PanelRow(*where, values, joined, len(rows)))
    return rows


def test_ranks_are_shares_among_the_states_before_one_mission() -> None:
    rows = panel(2, 30)
    x = design(rows, [])
    assert x.shape == (60, len(COVARIATES) + len(RANKED) + 1)
    ranks = x[:30, len(COVARIATES) + RANKED.index("ldist")]
    distances = [r.covariates["ldist"] for r in rows[:30]]
    assert np.argsort(ranks).tolist() == np.argsort(distances).tolist()
    assert (ranks.min(), ranks.max()) == (pytest.approx(1 / 30), pytest.approx(1.0))


def test_a_state_alone_is_ranked_among_the_training_rows() -> None:
    rows = panel()
    pool = [np.sort([r.covariates[name] for r in rows]) for name in RANKED]
    median = {name: float(np.median(pool[RANKED.index(name)])) for name in RANKED}
    one = replace(rows[0], covariates={**rows[0].covariates, **median})
    ranks = design([one], pool)[0, len(COVARIATES) : -1]
    assert ranks == pytest.approx(0.5, abs=0.15)
    m = fit_un_joining(rows, rng=np.random.default_rng(0))
    alone, all_of_them = m.probability([rows[0]])[0], m.probability(rows[:60])[0]
    assert alone == pytest.approx(all_of_them, abs=0.15)


def test_a_record_of_troops_is_learned() -> None:
    rows = panel()
    m = fit_un_joining(rows, rng=np.random.default_rng(0))
    asked = [replace(r, joined=None) for r in rows if r.mission == "M0"]
    p = m.probability(asked)
    busy = np.array([r.covariates["lprevtroops"] > 2 for r in asked])
    assert p[busy].mean() > 4 * p[~busy].mean()
    assert ((p > 0) & (p < 1)).all()


def test_a_missing_distance_is_filled_from_the_region() -> None:
    rows = panel()
    for i, r in enumerate(rows):
        near = r.covariates["samereg"]
        rows[i] = replace(r, covariates={**r.covariates, "ldist": 5.0 if near else 9.0})
    m = fit_un_joining(rows, rng=np.random.default_rng(0))
    blank = [replace(r, covariates={**r.covariates, "ldist": float("nan")}) for r in rows[:60]]
    assert m.probability(blank) == pytest.approx(m.probability(rows[:60]), abs=0.03)


def test_little_to_learn_from_still_gives_a_forecast_and_nothing_is_said() -> None:
    one = fit_un_joining(panel(1), rng=np.random.default_rng(0))
    nobody = [replace(r, joined=False) for r in panel(1)]
    never = fit_un_joining(nobody, rng=np.random.default_rng(0))
    for p in (one.probability(panel(2)), never.probability(panel(2))):
        assert ((p > 0.005) & (p < 0.995)).all()
    with pytest.raises(UsageError, match="too few"):
        fit_un_joining(panel(1)[:9], rng=np.random.default_rng(0))


def test_test_outcomes_and_later_missions_cannot_leak() -> None:
    rows = panel()
    test = [r for r in rows if r.mission == "M3"]
    ours = [f.probability for f in backtest_un_panel(rows, test).forecasts]
    blank = [replace(r, joined=None) for r in test]
    assert ours == [f.probability for f in backtest_un_panel(rows, blank).forecasts]
    assert "scores" not in document(backtest_un_panel(rows, blank))
    planted = [replace(r, mission="PLANTED", start=2020, joined=True) for r in test]
    day = date(2015, 1, 1)
    early = [f.probability for f in backtest_un_panel(rows, test, until=day).forecasts]
    record = backtest_un_panel([*rows, *planted], test, until=day)
    assert early == [f.probability for f in record.forecasts]
    assert record.trained_until <= day
    assert ours != [f.probability for f in backtest_un_panel([*rows, *planted], test).forecasts]


def test_new_un_missions_left_out_one_at_a_time(shared_data: Path) -> None:
    rows = load_un_panel(shared_data / "benchmark-panels/un_tcc_panel.csv.gz")
    scores = document(backtest_un_panel(rows, rows))["scores"]["joins"]
    assert scores["auc"] >= 0.875
    assert scores["brier"] <= 0.0490
    assert scores["baselines"]["logit"]["auc"] == pytest.approx(0.864, abs=0.002)
    assert scores["baselines"]["logit"]["brier"] == pytest.approx(0.0502, abs=2e-4)
    assert scores["gains"]["logit"]["brier"]["low"] > 0
