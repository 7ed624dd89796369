import pytest

from willing.forecast.pooled import pooled


def document(case: str, outcomes: list[int | None], p: float) -> dict:
    return {
        "case": case,
        "questions": [
            {"kind": "milestone", "probability": p, "persistence": 0.15, "outcome": y}
            for y in outcomes
        ],
    }


def test_the_base_rate_comes_from_other_cases_alone() -> None:
    d = pooled([document("a", [1, 1, 1], 0.9), document("b", [0, 0, 0], 0.1)])
    assert d["n"] == d["by_kind"]["milestone"]["n"] == 6
    assert d["by_kind"]["milestone"]["yes"] == 3
    assert d["brier"] == pytest.approx(0.01)
    # case a sees three noes: (0 + 1) / (3 + 2); case b three yeses
    assert d["baselines"]["base_rate"]["brier"] == pytest.approx(0.8**2)
    assert d["gains"]["base_rate"]["clusters"] == 2
    assert d["gains"]["persistence"]["gain"] == pytest.approx((0.85**2 + 0.15**2) / 2 - 0.01)


def test_open_questions_are_left_out() -> None:
    assert pooled([document("a", [None, None], 0.5)])["n"] == 0
    assert pooled([document("a", [None, 1], 0.5)])["n"] == 1
