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


def test_what_is_asked_of_every_candidate_is_told_apart_from_what_was_chosen() -> None:
    def asked(actor: str, by: str, y: int) -> dict:
        about = {"domain": "any", "target": "commit", "by": by, "actor": actor}
        return {"kind": "stance_at_least", "probability": 0.5, "persistence": 0.5, **about} | {
            "outcome": y
        }

    alike = [asked(a, "2000-01-01", 0) for a in ("FRA", "GBR", "DEU", "ITA", "ESP")]
    d = pooled([{"case": "a", "questions": [*alike, asked("FRA", "2000-02-01", 1)]}])
    assert {k: p["n"] for k, p in d["by_kind"].items()} == {
        "stance_of_every_candidate": 5,
        "stance_at_least": 1,
    }


def test_open_questions_are_left_out() -> None:
    assert pooled([document("a", [None, None], 0.5)])["n"] == 0
    assert pooled([document("a", [None, 1], 0.5)])["n"] == 1
