import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.special import ndtri

from willing.statistics.track_record import Amount, Forecast, TrackRecord, document


def record(outcomes: list[bool | None]) -> TrackRecord:
    forecasts = tuple(
        Forecast(
            id=f"m{i}",
            target="ever",
            probability=0.2 + 0.6 * i / len(outcomes),
            outcome=outcome,
            cluster=f"c{i % 3}",
            baselines={"base_rate": 0.5, "logit": 0.4},
        )
        for i, outcome in enumerate(outcomes)
    )
    return TrackRecord("missions", "test", date(2020, 1, 1), 10, forecasts)


def test_the_contract_keys_are_there() -> None:
    d = document(record([True, False, True, False]))
    assert {"n", "predictions", "scores", "calibration", "trained_until"} <= set(d)
    assert {"brier", "log_score", "auc", "base_brier"} <= set(d["scores"]["ever"])
    assert d["scores"]["ever"]["base_brier"] == 0.25
    assert d["trained_until"] == "2020-01-01"
    json.dumps(d, allow_nan=False)


def test_blank_outcomes_leave_predictions_and_no_scores() -> None:
    d = document(record([None, None, None]))
    assert len(d["predictions"]) == 3
    assert "scores" not in d
    assert "calibration" not in d
    assert all("outcome" not in p for p in d["predictions"])


def test_only_rows_with_an_outcome_are_scored() -> None:
    d = document(record([True, None, False]))
    assert d["n"] == 3
    assert d["scores"]["ever"]["n"] == 2


def points(sd: float) -> np.ndarray:
    return np.exp(1.5 + sd * ndtri((np.arange(500) + 0.5) / 500))


def test_an_amount_is_scored_by_crps_with_coverage() -> None:
    amounts = tuple(
        Amount(f"a{i}", "t50", "months", points(0.8), y, f"m{i}", {"lognormal": points(2.0)})
        for i, y in enumerate([3.0, 5.0, 60.0])
    )
    d = document(TrackRecord("speed", "test", date(2020, 1, 1), 5, (), amounts))
    scores = d["scores"]["t50"]
    assert scores["coverage"]["0.8"] == pytest.approx(2 / 3)
    assert scores["crps"] > 0
    assert "lognormal" in scores["gains"]
    first = d["predictions"][0]
    assert first["quantiles"]["0.05"] < first["quantiles"]["0.95"]
    assert 0 < first["probability"] < 1


def test_the_bootstrap_draws_units_where_they_are_named() -> None:
    plain = record([True, False, True, False])
    named = TrackRecord(
        "joining",
        "test",
        plain.trained_until,
        10,
        tuple(replace(f, unit=f.id) for f in plain.forecasts),
    )
    gains = [document(r)["scores"]["ever"]["gains"]["logit"]["brier"] for r in (plain, named)]
    assert [g["clusters"] for g in gains] == [3, 4]
    assert gains[0]["gain"] == gains[1]["gain"]
