import pytest
from hypothesis import given
from hypothesis import strategies as st

from willing.errors import FaultsError
from willing.reading.score import Coded, coding, iou, match, report


def coded(start: int, length: int, actor: str = "FRA", stance: str = "lead") -> Coded:
    return Coded("x", start, length, frozenset([actor]), stance, "any", "actor", True)


def test_iou_by_hand() -> None:
    assert iou(coded(0, 10), coded(5, 10)) == pytest.approx(5 / 15)
    assert iou(coded(0, 10), coded(10, 5)) == 0.0
    assert iou(coded(3, 4), coded(3, 4)) == 1.0


def test_matching_is_one_to_one_and_takes_the_larger_total() -> None:
    # The first prediction overlaps both; giving it to the first coded one frees the second.
    predicted = [coded(0, 100), coded(0, 60)]
    gold = [coded(0, 90), coded(0, 55)]
    found = match(predicted, gold)
    assert [(p.length, c.length) for p, c in found.pairs] == [(100, 90), (60, 55)]


def test_two_predictions_on_one_statement_count_once() -> None:
    found = match([coded(0, 100), coded(0, 98)], [coded(0, 100)])
    assert len(found.pairs) == 1
    assert len(found.spurious) == 1


def test_half_is_enough_and_less_is_not() -> None:
    assert len(match([coded(0, 50)], [coded(0, 100)]).pairs) == 1
    assert not match([coded(0, 49)], [coded(0, 100)]).pairs


def test_report_by_hand() -> None:
    gold = [coded(0, 10), coded(20, 10, "DEU", "decline"), coded(40, 10, "POL", "decline")]
    found = match([coded(0, 10), coded(20, 10, "POL", "decline"), coded(80, 5)], gold)
    out = report([found])
    assert out["precision"] == pytest.approx(2 / 3)
    assert out["recall"] == pytest.approx(2 / 3)
    assert out["holder"] == 0.5
    assert out["stance"] == 1.0
    assert out["baseline"]["stance"] == 0.5


def test_nothing_found_scores_without_dividing_by_zero() -> None:
    out = report([match([], [coded(0, 10)])])
    assert out["recall"] == 0.0
    assert out["precision"] is None


def test_a_coding_by_quotation_finds_the_named_occurrence() -> None:
    row = {"id": "S1", "quote": "we will", "occurrence": 2, "actor": ["FRA"], "stance": "commit"}
    row |= {"domain": "any", "kind": "actor"}
    (only,) = coding({"statements": [row]}, "we will, we will")
    assert (only.start, only.length) == (9, 7)


def test_words_that_are_not_in_the_text_are_faults() -> None:
    row = {"id": "S1", "quote": "nowhere", "actor": [], "stance": "lead"}
    row |= {"domain": "any", "kind": "actor"}
    with pytest.raises(FaultsError, match="S1"):
        coding({"statements": [row]}, "here")


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=8))
def test_a_coding_matches_itself(spans: list[tuple[int, int]]) -> None:
    gold = [coded(s, n) for s, n in sorted(set(spans))]
    assert len(match(gold, gold).pairs) == len(gold)
