import pytest

from willing.errors import UsageError
from willing.history import CAVEATS, FEATURES, TwoStageModel, prior_shift, reference_class

EASY = {
    "host_consent": 1.0,
    "parties_consent": 1.0,
    "ceasefire": 1.0,
    "p5_opposed": 0.0,
    "neighbour_opposed": 0.0,
    "us_support": 1.0,
    "high_risk": 0.0,
    "no_land": 0.0,
}
HARD = dict.fromkeys(FEATURES, 0.0) | {
    "p5_opposed": 1.0,
    "neighbour_opposed": 1.0,
    "us_support": -1.0,
    "high_risk": 1.0,
}


def test_probabilities_are_coherent_and_inside_their_interval(model: TwoStageModel) -> None:
    for features in (EASY, HARD):
        rows = list(reference_class(features, model).values())
        p = [row.probability for row in rows]
        assert p == sorted(p)
        assert all(row.low <= row.probability <= row.high for row in rows)
        assert all(0 < row.probability < 1 for row in rows)


def test_consent_and_support_separate_what_goes_from_what_does_not(model: TwoStageModel) -> None:
    easy, hard = reference_class(EASY, model)["ever"], reference_class(HARD, model)["ever"]
    assert easy.probability > 0.8
    assert hard.probability < 0.2
    assert easy.two_stage > hard.two_stage


def test_prior_shift_lowers_and_returns(model: TwoStageModel) -> None:
    row = reference_class(EASY, model)["within_365"]
    shifted = list(row.shifted.values())
    assert row.probability > shifted[0] > shifted[1] > shifted[2]
    assert prior_shift(prior_shift(0.7, 0.5, 0.2), 0.2, 0.5) == pytest.approx(0.7)
    assert prior_shift(0.5, 0.5, 0.2) == pytest.approx(0.2)


def test_an_impossible_base_rate_is_refused() -> None:
    with pytest.raises(UsageError):
        prior_shift(0.5, 1.0, 0.2)


def test_the_caveats_name_hindsight_and_over_recording() -> None:
    text = " ".join(CAVEATS)
    assert "knew the outcomes" in text
    assert "over-recorded" in text
