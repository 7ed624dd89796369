from hypothesis import given
from hypothesis import strategies as st

from willing.reading._blocks import blocks
from willing.reading._sentences import quotations, sentences
from willing.reading._view import fold, view_of


def test_emphasis_goes_and_offsets_lead_back() -> None:
    text = "Zelenskyy **announced** it."
    view = view_of(text)
    assert view.text == "Zelenskyy announced it."
    start = view.text.index("announced")
    assert view.span(start, start + 9).of(text) == "announced"


def test_bidirectional_and_invisible_characters_go() -> None:
    text = "We \u202ewill\u202c not\u200b send\u00ad troops"
    assert view_of(text).text == "We will not send troops"


def test_links_keep_their_words() -> None:
    assert view_of("see [the plan](https://example.org/a_b) now").text == "see the plan now"


def test_curly_quotes_and_odd_spaces() -> None:
    assert view_of("“Yes”,\u00a0he said — ‘no’").text == "\"Yes\", he said — 'no'"


@given(st.text(max_size=300))
def test_every_character_of_a_view_has_a_place(text: str) -> None:
    view = view_of(text, 7)
    assert len(view.text) == len(view.offsets)
    assert list(view.offsets) == sorted(view.offsets)
    assert all(7 <= o < 7 + len(text) for o in view.offsets)


@given(st.text(alphabet=st.sampled_from("ab A.\n:\"'-*1"), max_size=400))
def test_blocks_are_in_order_and_inside(text: str) -> None:
    last = 0
    for block in blocks(text):
        assert last <= block.start <= block.body <= block.end <= len(text)
        last = block.end


def test_a_line_of_a_million_characters_is_cut() -> None:
    assert max(b.end - b.start for b in blocks("word " * 200_000)) <= 6000
    assert max(b.end - b.start for b in blocks("x" * 1_000_000)) <= 6000


def test_a_paragraph_broken_in_mid_sentence_is_joined() -> None:
    text = (
        "He promised to bring peace to the country within a rather short\n\nterm. And so on and on."
    )
    assert len(list(blocks(text))) == 1


def test_abbreviations_do_not_end_a_sentence() -> None:
    text = "The U.S. President met Gen. Smith at 5 p.m. on Friday. They agreed. No. 10 confirmed."
    found = [text[a:b] for a, b in sentences(text)]
    assert found[-2:] == ["They agreed.", "No. 10 confirmed."]


def test_quotations_nest_and_may_stay_open() -> None:
    text = '“He said “no” twice,” she added. "And then'
    view = view_of(text)
    ranges, is_open = quotations(view)
    assert [view.text[a:b] for a, b in ranges] == ['"He said "no" twice,"', '"And then']
    assert is_open


def test_single_quotes_of_several_words_are_quotations_and_apostrophes_are_not() -> None:
    view = view_of("'We are ready to go', he said. The allies' plan isn't theirs.")
    ranges, _ = quotations(view)
    assert [view.text[a:b] for a, b in ranges] == ["'We are ready to go'"]


def test_speakers_open_turns() -> None:
    text = (
        "Q: Will you go?\nA: We will.\nMr. NEBENZYA (Russian Federation): No.\nMacron said: yes.\n"
    )
    assert [(b.kind, b.label) for b in blocks(text)] == [
        ("question", "Q"),
        ("turn", "A"),
        ("turn", "Mr. NEBENZYA (Russian Federation)"),
    ]


def test_fold() -> None:
    assert (
        fold("Türkiye, Erdoğan, Støre, Tusk, Błaszczak")
        == "turkiye, erdogan, store, tusk, blaszczak"
    )
