"""The compiled kernel is held to the plain one, number by number."""

from dataclasses import fields

import numpy as np
import pytest

from tests.forecast.small import ingredients, small_case
from willing.forecast import kernel, reference
from willing.forecast.build import build
from willing.forecast.simulate import simulate, with_forced


@pytest.mark.parametrize("draws", [64, 100, 130])
def test_kernel_is_the_reference(draws):
    case = small_case()
    model = build(case, ingredients(case), reports=(0, 26, 52))
    plain = simulate(model, draws, 7, kernel=reference.simulate_chunk)
    fast = simulate(model, draws, 7, kernel=kernel.simulate_chunk, chunk=70)
    for f in fields(plain):
        np.testing.assert_array_equal(getattr(plain, f.name), getattr(fast, f.name), f.name)


def test_kernel_is_the_reference_with_covered_conditions_votes_and_last():
    case = small_case(
        routes=[
            {
                "id": "coalition",
                "label": "Coalition",
                "opens": "host_consent and (covered(land) >= 0.8 or vote(council)) "
                "and not last(ceasefire)",
                "days": {"low": 1, "likely": 20, "high": 60, "reason": "test"},
            }
        ]
    )
    model = build(case, ingredients(case), reports=(0, 52))
    model = with_forced(model, "ceasefire", week=30)
    plain = simulate(model, 128, 3, kernel=reference.simulate_chunk)
    fast = simulate(model, 128, 3, kernel=kernel.simulate_chunk)
    for f in fields(plain):
        np.testing.assert_array_equal(getattr(plain, f.name), getattr(fast, f.name), f.name)
