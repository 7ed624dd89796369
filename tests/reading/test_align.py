import time

from hypothesis import given
from hypothesis import strategies as st

from willing.reading import Span
from willing.reading.align import align

TEXT = (
    "The minister said:\n\n“We  will send 500 **engineers** to the mission,\n"
    "once it has a mandate.”\n\nThe end."
)


def test_exact() -> None:
    found = align("will send 500", TEXT)
    assert found is not None
    assert (found.how, found.span.of(TEXT)) == ("exact", "We  will send 500"[4:])


def test_spaces_quotes_and_emphasis_do_not_matter() -> None:
    found = align('"we will send 500 engineers to the mission, once it has a mandate."', TEXT)
    assert found is not None
    assert found.how == "normalised"
    assert found.span.of(TEXT).startswith("We  will send")
    assert found.span.of(TEXT).endswith("mandate.")


def test_a_slip_of_the_pen_is_found_nearly() -> None:
    found = align("We will send 500 enginers to the mission, once it has a mandate", TEXT)
    assert found is not None
    assert found.how == "fuzzy"
    assert found.score >= 95


def test_what_is_not_there_is_not_found() -> None:
    assert align("We will never send anyone anywhere at all", TEXT) is None
    assert align("", TEXT) is None
    assert align("x" * 5000, TEXT) is None


def test_a_short_quotation_is_never_found_nearly() -> None:
    assert align("enginers", TEXT) is None


def test_near_limits_the_search() -> None:
    text = "We will go. They say: we will go."
    found = align("we will go", text, Span(12, 21))
    assert found is not None
    assert found.span.start > 12


def test_it_stops_when_time_is_up() -> None:
    text = "\n\n".join("lorem ipsum dolor sit amet " * 40 for _ in range(200))
    start = time.monotonic()
    assert (
        align("something that stands nowhere in the whole text", text, None, lambda: True) is None
    )
    assert time.monotonic() - start < 5


@given(st.text(min_size=3, max_size=200), st.data())
def test_any_part_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    a = data.draw(st.integers(0, len(text) - 1))
    b = data.draw(st.integers(a + 1, len(text)))
    quote = text[a:b]
    found = align(quote, text)
    if quote.strip():
        assert found is not None
        assert found.span.of(text) == quote.strip()
