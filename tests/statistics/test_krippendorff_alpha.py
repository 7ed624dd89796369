"""Krippendorff's alpha against the worked example of his 2011 paper, and its properties."""

import numpy as np
import pytest

from willing.statistics.krippendorff_alpha import krippendorff_alpha

# four observers, twelve units (Krippendorff 2011, section C; None where an observer was silent)
ROWS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
UNITS = [{str(k): r[u] for k, r in enumerate(ROWS) if r[u] is not None} for u in range(12)]


def test_the_published_example() -> None:
    assert krippendorff_alpha(UNITS, [1, 2, 3, 4, 5], "nominal") == pytest.approx(0.743, abs=5e-4)
    assert krippendorff_alpha(UNITS, [1, 2, 3, 4, 5], "ordinal") == pytest.approx(0.815, abs=5e-4)


def test_perfect_agreement_chance_and_nothing_to_say() -> None:
    same = [{"a": v, "b": v} for v in (1, 2, 3, 2)]
    assert krippendorff_alpha(same, [1, 2, 3]) == pytest.approx(1)
    assert krippendorff_alpha([{"a": 1, "b": 1}], [1, 2]) is None
    assert krippendorff_alpha([{"a": 1}], [1, 2]) is None
    rng = np.random.default_rng(1)
    noise = [{"a": int(a), "b": int(b)} for a, b in rng.integers(0, 5, (4000, 2))]
    alpha = krippendorff_alpha(noise, list(range(5)))
    assert alpha is not None
    assert abs(alpha) < 0.05


def test_near_misses_count_for_less_only_where_order_counts() -> None:
    near = [{"a": v, "b": min(v + 1, 5)} for v in (1, 2, 3, 4, 5)]
    ordinal, nominal = (
        krippendorff_alpha(near, [1, 2, 3, 4, 5], m) for m in ("ordinal", "nominal")
    )  # type: ignore[arg-type]
    assert ordinal is not None
    assert nominal is not None
    assert ordinal > nominal
