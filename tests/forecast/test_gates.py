"""Gates are the condition program, value by value."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from willing.case.expressions import And, Name, Not, Or
from willing.forecast.gates import Gate, gates_of
from willing.forecast.program import ProgramBuilder, solve

INPUTS = ("a", "b", "c", "d", "e")
TARGETS = ("p", "q", "r", "s", "t")


def plainly(gates, values):
    """The gates by the book: one truth value at a time."""
    words = np.zeros(gates.words, dtype=bool)
    words[: len(values)] = values
    words[gates.result] = False
    for first, last, circle in gates.stretch:
        again = True
        while again:
            again = False
            for g in range(first, last):
                span = slice(gates.start[g], gates.start[g + 1])
                found = words[gates.input[span]] ^ (gates.inverted[span] != 0)
                kind, target = gates.kind[g], gates.result[g]
                new = bool(
                    found.all()
                    if kind == Gate.AND
                    else found.any()
                    if kind == Gate.OR
                    else found.sum() >= gates.least[g]
                )
                if gates.final[g]:
                    new |= bool(words[target])
                    again |= bool(gates.watched[g] and circle and new != words[target])
                words[target] = new
    return words[: len(values)]


@st.composite
def programs(draw):
    build = ProgramBuilder(lambda expr: expr.id if isinstance(expr, Name) else "?")
    for name in (*INPUTS, *TARGETS):
        build.variable(name)
    known = st.sampled_from([Name(n) for n in (*INPUTS, *TARGETS)])
    outside = st.sampled_from([Name(n) for n in INPUTS])
    counts = st.builds(
        lambda names, least: build.count(names, least),
        st.lists(st.sampled_from((*INPUTS, *TARGETS)), min_size=1, max_size=6),
        st.integers(0, 7),
    )
    plain = st.recursive(
        outside,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.lists(inner, max_size=3).map(lambda a: And(tuple(a))),
            st.lists(inner, max_size=3).map(lambda a: Or(tuple(a))),
        ),
        max_leaves=6,
    )
    whole = st.recursive(
        st.one_of(known, counts, plain),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4).map(lambda a: And(tuple(a))),
            st.lists(inner, max_size=4).map(lambda a: Or(tuple(a))),
        ),
        max_leaves=8,
    )
    for target in TARGETS:
        build.define(target, draw(whole))
    return build.build()


@given(programs(), st.integers(0, 31))
def test_gates_find_the_same_least_fixed_point(program, bits):
    values = np.zeros((len(program.names), 1), dtype=bool)
    for k, name in enumerate(INPUTS):
        values[program.index[name], 0] = bool(bits >> k & 1)
    expected = solve(program, values.copy())[:, 0]
    np.testing.assert_array_equal(plainly(gates_of(program), values[:, 0]), expected)


def test_an_and_within_an_and_is_one_gate():
    build = ProgramBuilder(lambda expr: expr.id)
    build.define("p", And((Name("a"), And((Name("b"), Not(Or((Name("c"), Name("d")))))))))
    gates = gates_of(build.build())
    assert gates.kind.tolist() == [Gate.AND]
    assert [bool(x) for x in gates.inverted] == [False, False, True, True]
