from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from willing.reading._when import dates

DAY = date(2025, 4, 5)  # a Saturday


def one(words: str, direction: str, day: date | None = DAY) -> str | None:
    (found,) = list(dates(words, day, direction))  # type: ignore[arg-type]
    assert found.text == words
    return found.iso


@pytest.mark.parametrize(
    ("words", "iso"),
    [
        ("in about a month", "2025-04-27/2025-05-13"),
        ("in a matter of weeks, not months", "2025-04-12/2025-05-31"),
        ("weeks, not months", "2025-04-12/2025-05-31"),
        ("by the end of April", "2025-04-05/2025-04-30"),
        ("by the end of the year", "2025-04-05/2025-12-31"),
        ("within six months", "2025-04-05/2025-10-05"),
        ("in three to four weeks", "2025-04-26/2025-05-03"),
        ("next month", "2025-05-01/2025-05-31"),
        ("on Friday", "2025-04-11"),
        ("tomorrow", "2025-04-06"),
        ("in the coming weeks", "2025-04-06/2025-05-17"),
        ("by 30 April", "2025-04-05/2025-04-30"),
        ("no later than 15 May", "2025-04-05/2025-05-15"),
        ("within 72 hours", "2025-04-05/2025-04-08"),
        ("in a fortnight", "2025-04-18/2025-04-20"),
        ("in the weeks to come", "2025-04-06/2025-05-17"),
        ("on Thursday next week", "2025-04-10"),
        ("the day after tomorrow", "2025-04-07"),
        ("early next month", "2025-05-01/2025-05-11"),
        ("in the second quarter", "2025-04-01/2025-06-30"),
        ("by mid-year", "2025-04-05/2025-07-31"),
        ("in 2026", "2026-01-01/2026-12-31"),
        ("by 2026", "2025-04-05/2026-12-31"),
        ("before Christmas", "2025-04-05/2025-12-26"),
        ("at the end of the year", "2025-10-01/2025-12-31"),
    ],
)
def test_ahead(words: str, iso: str) -> None:
    assert one(words, "ahead") == iso


@pytest.mark.parametrize(
    ("words", "iso"),
    [
        ("last weekend", "2025-03-29/2025-03-30"),
        ("in mid-March", "2025-03-11/2025-03-20"),
        ("on Friday", "2025-04-04"),
        ("on Saturday", "2025-04-05"),
        ("yesterday", "2025-04-04"),
        ("two weeks ago", "2025-03-21/2025-03-23"),
        ("this week", "2025-03-31/2025-04-05"),
        ("last month", "2025-03-01/2025-03-31"),
        ("15 December", "2024-12-15"),
        ("15 December 2023", "2023-12-15"),
        ("March 5, 2025", "2025-03-05"),
        ("2025-02-17", "2025-02-17"),
    ],
)
def test_back(words: str, iso: str) -> None:
    assert one(words, "back") == iso


@pytest.mark.parametrize("day", [date(2025, 4, 7) + timedelta(n) for n in range(5)])
def test_last_weekend_within_a_week_is_the_one_just_over(day: date) -> None:
    assert one("last weekend", "back", day) == "2025-03-29/2025-03-30" or day.weekday() < 5
    assert one("last weekend", "back", date(2025, 4, 7)) == "2025-04-05/2025-04-06"


def test_a_relative_date_without_a_day_to_count_from_stays_in_its_words() -> None:
    for words in (
        "in about a month",
        "last weekend",
        "on Friday",
        "mid-March",
        "by the end of April",
    ):
        (found,) = list(dates(words, None, "ahead"))
        assert found.iso is None
        assert found.edtf is None
        assert found.text == words


def test_a_full_date_needs_none() -> None:
    assert one("3 March 2025", "back", None) == "2025-03-03"


def test_approximate_dates_are_marked_in_edtf() -> None:
    (found,) = list(dates("in about a month", DAY, "ahead"))
    assert found.edtf == "2025-04-27~/2025-05-13~"


@pytest.mark.parametrize(
    "words", ["He may go.", "They march on.", "In the long term", "a second state"]
)
def test_what_is_no_date(words: str) -> None:
    assert not list(dates(words, DAY, "back"))


@given(st.text(max_size=120), st.dates(date(2, 1, 1), date(9990, 1, 1)))
def test_anything_at_all_gives_ordered_spans_inside_the_text(text: str, day: date) -> None:
    last = 0
    for found in dates(text, day, "back"):
        assert found.span.start >= last
        last = found.span.end
        assert text[found.span.start : found.span.end] == found.text
        if found.earliest and found.latest:
            assert found.earliest <= found.latest


def test_words_around_a_date() -> None:
    """A full stop is not part of it; `not before` opens no stretch that begins today."""
    (day,) = dates("He invited them to the summit on 27 May.", DAY, "ahead")
    assert day.text == "on 27 May"
    (autumn,) = dates("not before the autumn", DAY, "ahead")
    assert autumn.iso == "2025-09-01/2025-11-30"
