"""How indirect a statement is, and what the parameters imply."""

import numpy as np
import pytest

from tests.record.made import said
from willing.record import RANGES, NoiseModel, grade


@pytest.mark.parametrize(
    ("worse", "than"),
    [
        ({"rank": "opposition"}, {"rank": "head"}),
        ({"rank": "opposition"}, {"rank": "legislature"}),
        ({"rank": "legislature"}, {"rank": "minister"}),
        ({"rank": "reported"}, {"rank": "official"}),
        ({"kind": "ascribed"}, {"kind": "actor"}),
        ({"kind": "forecast"}, {"kind": "ascribed"}),
        ({"reliability": "D"}, {"reliability": "C"}),
        ({"reliability": "F"}, {"reliability": "B"}),
        ({"credibility": 5}, {"credibility": 2}),
        ({"verb": "attended"}, {"verb": "announced"}),
    ],
)
def test_less_direct_evidence_has_a_higher_grade(
    worse: dict[str, object], than: dict[str, object]
) -> None:
    assert grade(said("a", 0, **worse)) > grade(said("b", 0, **than))


def test_a_head_of_government_through_a_good_source_is_the_reference() -> None:
    assert grade(said("a", 0)) == 0.0


def test_drift_and_prior_spread_imply_the_reversion() -> None:
    model = NoiseModel(drift=3.0, prior_sd=18.0)
    x = np.random.default_rng(0).normal(0.0, 18.0, 200_000)
    later = model.phi * x + 3.0 * np.random.default_rng(1).standard_normal(200_000)
    assert later.std() == pytest.approx(18.0, rel=0.01)
    assert model.phi**model.half_life == pytest.approx(0.5)
    assert model.reversion == pytest.approx(1 - model.phi)


@pytest.mark.parametrize("name", list(RANGES))
def test_a_parameter_out_of_its_range_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} between"):
        NoiseModel(**{name: RANGES[name][1] + 1})
    with pytest.raises(ValueError, match=name):
        NoiseModel(**{name: float("nan")})
