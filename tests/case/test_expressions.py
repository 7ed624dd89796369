"""The condition language: what parses, what does not and where, and that it can be written back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies as own
from willing.case.expressions import (
    FUNCTIONS,
    MEANING,
    And,
    AtLeast,
    Call,
    Const,
    ExpressionError,
    Name,
    Not,
    Or,
    names,
    negated,
    parse,
    unparse,
    walk,
)

A, B, C = Name("a"), Name("b"), Name("c")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", A),
        ("  a\n", A),
        ("true", Const(True)),
        ("false", Const(False)),
        ("a and b or c", Or((And((A, B)), C))),
        ("a or b and c", Or((A, And((B, C))))),
        ("(a or b) and c", And((Or((A, B)), C))),
        ("not a and b", And((Not(A), B))),
        ("not (a and b)", Not(And((A, B)))),
        ("not not a", Not(Not(A))),
        ("a and b and c", And((A, B, C))),
        ("members() >= 5", AtLeast(Call("members", ()), 5.0)),
        ("members(land)>=5", AtLeast(Call("members", ("land",)), 5.0)),
        ("covered(air_defence)", Call("covered", ("air_defence",))),
        ("covered() >= 0.5", AtLeast(Call("covered", ()), 0.5)),
        ("stance(USA, land) >= consider", AtLeast(Call("stance", ("USA", "land")), "consider")),
        ("joins(TUR)", Call("joins", ("TUR",))),
        (
            "after(2025-05-01) or last(a)",
            Or((Call("after", ("2025-05-01",)), Call("last", ("a",)))),
        ),
        ("android", Name("android")),
        ("nothing or orbit", Or((Name("nothing"), Name("orbit")))),
    ],
)
def test_what_parses(text: str, expected: object) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "column", "found", "expected"),
    [
        ("", 1, "the end", "a condition"),
        ("   ", 4, "the end", "a condition"),
        ("a and", 6, "the end", "a condition"),
        ("and a", 1, "'and'", "a condition"),
        ("a b", 3, "'b'", "'and', 'or' or the end"),
        ("a && b", 3, "'&'", "a name"),
        ("a == b", 3, "'='", "a name"),
        ("a > 5", 3, "'>'", "a name"),
        ("a >= 5", 3, "'>='", "'and', 'or' or the end"),
        ("(a or b", 8, "the end", "')'"),
        ("a)", 2, "')'", "'and', 'or' or the end"),
        ("members", 1, "'members'", "'members(...)'"),
        ("members(land)", 14, "no threshold", "'>=' after members(...)"),
        ("members(land) >= many", 18, "'many'", "a number"),
        ("members(land, air) >= 2", 1, "2 arguments", "0 to 1 for members()"),
        ("members(land air) >= 2", 14, "'air'", "','"),
        ("joins()", 1, "0 arguments", "1 to 2 for joins()"),
        ("joins(POL) >= 2", 12, "'>='", "nothing: joins() is true or false"),
        ("stance(USA) >= 3", 16, "'3'", "a rung of the stance ladder"),
        ("stance(USA)", 12, "no threshold", "'>=' after stance(...)"),
        ("member(land) >= 2", 1, "function 'member'", "one of members, joins"),
        ("__import__(os)", 1, "function '__import__'", "one of members"),
        ("a.b", 2, "'.'", "a name"),
        ("lambda: 0", 7, "':'", "a name"),
        ("'a'", 1, '"\'"', "a name"),
        ("5", 1, "'5'", "a condition"),
        ("joins(5)", 7, "'5'", "a name or a date"),
        ("joins(not)", 7, "'not'", "a name or a date"),
        ("a or (b and)", 12, "')'", "a condition"),
    ],
)
def test_what_does_not_parse_says_where_and_why(
    text: str, column: int, found: str, expected: str
) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    error = caught.value
    assert (error.column, error.found) == (column, found)
    assert error.expected.startswith(expected)


def test_a_misspelt_function_is_recognised() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("member(land) >= 2")
    assert caught.value.hint == "members"


def test_depth_and_length_are_bounded() -> None:
    parse("(" * 39 + "a" + ")" * 39)
    for text in ("(" * 41 + "a" + ")" * 41, "not " * 50 + "a", "a or " * 500 + "a"):
        with pytest.raises(ExpressionError):
            parse(text)


@given(own.expressions())
def test_writing_and_parsing_are_inverse(expr: object) -> None:
    assert parse(unparse(expr)) == expr  # type: ignore[arg-type]


def parses_or_says_where(text: str) -> bool:
    """Parse; an error must point into the text, or right behind it."""
    try:
        expr = parse(text)
    except ExpressionError as error:
        return 1 <= error.column <= len(text) + 1 and bool(error.found and error.expected)
    return parse(unparse(expr)) == expr


@given(st.text(max_size=60))
def test_any_text_parses_or_says_why(text: str) -> None:
    assert parses_or_says_where(text)


@given(st.lists(st.sampled_from(["a", "and", "or", "not", "(", ")", "members(land)", ">=", "3"])))
def test_any_words_parse_or_say_why(words: list[str]) -> None:
    assert parses_or_says_where(" ".join(words))


def test_large_thresholds_come_back_exactly() -> None:
    for text in ("members() >= 1234567", "covered() >= 0.12345678"):
        assert parse(unparse(parse(text))) == parse(text)


def test_names_and_negations() -> None:
    expr = parse("a and not (b or last(c)) and not not members(land) >= 2")
    assert names(expr) == {"a", "b", "c"}
    assert negated(expr)[:2] == [B, Call("last", ("c",))]
    assert Call("members", ("land",)) in negated(expr)
    assert next(iter(walk(expr))) == expr


def test_every_function_has_a_meaning() -> None:
    assert set(FUNCTIONS) == set(MEANING)
