from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from willing.data.missions import ProposedMission
from willing.errors import UsageError
from willing.history import SIGNS, TwoStageModel, arrival_by, fit_two_stage
from willing.history.features import feature_matrix, feature_row
from willing.history.two_stage import HORIZONS

Missions = tuple[ProposedMission, ...]
WEEKS = {"within_91": 13, "within_183": 26, "within_365": 52, "ever": 261}


def test_averaged_over_the_reference_class_the_composition_returns_the_base_rate(
    missions: Missions, model: TwoStageModel
) -> None:
    trained = [m for m in missions if m.id in model.mission_ids]
    features, _ = feature_matrix(trained)
    composed = np.mean(
        [arrival_by(model, f, list(WEEKS.values())).mean(axis=0) for f in features], axis=0
    )
    observed = np.array([model.base_rates[name] for name in WEEKS])
    assert composed == pytest.approx(observed, abs=0.035)
    assert composed[2] == pytest.approx(observed[2], abs=0.01)
    direct = np.mean(
        [model.reference.probability(feature_row(f, model.reference.names)) for f in features],
        axis=(0, 1),
    )
    assert direct == pytest.approx(observed, abs=0.035)


def test_signs_hold_in_every_draw_of_both_stages(model: TwoStageModel) -> None:
    for stage in (model.authorisation, model.arrival):
        beta = stage.coefficients[:, stage.n_bins :]
        for j, name in enumerate(stage.names):
            assert (SIGNS[name] * beta[:, j] >= 0).all()


def test_the_form_the_simulation_reads(model: TwoStageModel) -> None:
    for stage in (model.authorisation, model.arrival):
        size = stage.n_bins + len(stage.names)
        assert stage.coefficients.shape == (300, size)
        assert len(stage.edges_weeks) == stage.n_bins + 1
        assert stage.edges_weeks[0] == 0


def test_nothing_of_the_case_or_after_the_day_trains(model: TwoStageModel) -> None:
    assert model.trained_until <= model.as_of
    assert not [i for i in model.mission_ids if i.startswith("UKR_") or "SMM" in i]
    assert "THA_KHM_2025" not in model.mission_ids


def test_a_planted_row_of_the_future_cannot_leak(missions: Missions) -> None:
    day = date(2010, 1, 1)

    def coefficients(table: Missions) -> np.ndarray:
        m = fit_two_stage(table, as_of=day, n_draws=20, rng=np.random.default_rng(5))
        return np.hstack([m.authorisation.coefficients, m.arrival.coefficients, m.reference.beta])

    planted = replace(
        missions[0],
        id="PLANTED",
        proposed=date(2012, 1, 1),
        authorised=date(2012, 1, 2),
        arrived=date(2012, 1, 3),
    )
    # and one proposed before the day whose outcome came after it: the outcome must not matter
    early = replace(missions[0], id="EARLY", proposed=date(2009, 12, 1), authorised=None)
    sent = replace(early, arrived=date(2010, 6, 1), realised="yes")
    never = replace(early, arrived=None, realised="no")
    base = coefficients((*missions, never))
    assert (base == coefficients((*missions, sent))).all()
    assert (base == coefficients((*missions, never, planted))).all()
    # the test can fail: an outcome before the day does matter
    known = replace(sent, arrived=date(2009, 12, 20))
    assert not (base == coefficients((*missions, known))).all()


def test_composition_is_the_convolution_of_the_stages(
    missions: Missions, model: TwoStageModel
) -> None:
    features, _ = feature_matrix(missions[:1])
    x = feature_row(features[0], model.arrival.names)
    first, second = model.authorisation.events_by_week(x), model.arrival.events_by_week(x)
    whole = np.array([np.convolve(a, b)[:30].sum() for a, b in zip(first, second, strict=True)])
    assert arrival_by(model, features[0], [30])[:, 0] == pytest.approx(whole)
    by_week = arrival_by(model, features[0], [1, 10, 100, 261])
    assert (np.diff(by_week, axis=1) >= 0).all()


def test_too_few_missions_is_said(missions: Missions) -> None:
    with pytest.raises(UsageError, match="too few"):
        fit_two_stage(missions, as_of=date(1985, 1, 1), n_draws=5, rng=np.random.default_rng(0))


def test_horizons_are_those_of_the_contract() -> None:
    assert list(HORIZONS) == ["within_91", "within_183", "within_365", "ever"]
