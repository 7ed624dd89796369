"""Decision diagrams: the same truth as the function written out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from willing.errors import UsageError
from willing.forums import binary_decision_diagram as module
from willing.forums.binary_decision_diagram import ALWAYS, NEVER, Diagram
from willing.forums.monotone import All, Any, Atom, Enough, Ref, Truth

from .helpers import NAMES, functions, holds, subsets

SIX = NAMES[:6]


def value(diagram, function, true):
    while function > ALWAYS:
        goes = diagram.variables[diagram.var[function]] in true
        function = (diagram.high if goes else diagram.low)[function]
    return function == ALWAYS


@settings(max_examples=150, deadline=None)
@given(functions(SIX), st.permutations(SIX))
def test_same_truth_under_every_assignment_and_order(function, order):
    diagram = Diagram(order)
    root = diagram.build(function, lambda a: a.who, {})
    for true in subsets(SIX):
        assert value(diagram, root, true) == holds(function, true)


@settings(max_examples=80, deadline=None)
@given(functions(SIX))
def test_the_dual_holds_when_enough_refuse(function):
    diagram = Diagram(SIX)
    root = diagram.build(function, lambda a: a.who, {})
    dual = diagram.dual(root)
    for refusing in subsets(SIX):
        going = frozenset(SIX) - refusing
        assert value(diagram, dual, refusing) == (not holds(function, going))


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=8), st.data())
def test_thresholds_with_large_weights(weights, data):
    quota = data.draw(st.integers(0, sum(weights) + 1))
    names = NAMES[: len(weights)]
    diagram = Diagram(names)
    root = diagram.enough([diagram.variable(n) for n in names], weights, quota)
    for true in subsets(names):
        reached = sum(w for n, w in zip(names, weights, strict=True) if n in true)
        assert value(diagram, root, true) == (reached >= quota)


def test_equal_functions_are_the_same_number():
    diagram = Diagram("ABC")
    a, b, c = (Atom(x) for x in "ABC")
    majority = Enough((a, b, c), (1, 1, 1), 2)
    written_out = Any((All((a, b)), All((a, c)), All((b, c))))
    build = lambda f: diagram.build(f, lambda atom: atom.who, {})  # noqa: E731
    assert build(majority) == build(written_out)
    assert build(All((a, Any((a, b))))) == build(a)


def test_i_go_if_others_go_is_the_least_fixed_point():
    """A starts by itself, B follows A, C and D wait for each other and never start."""
    system = {
        "A": Atom("A"),
        "B": All((Atom("B"), Ref("A"))),
        "C": All((Atom("C"), Ref("D"))),
        "D": All((Atom("D"), Ref("C"))),
        "E": All((Atom("E"), Enough((Ref("A"), Ref("B"), Ref("C")), (1, 1, 1), 2))),
    }
    diagram = Diagram("ABCDE")
    solved = diagram.solve(system, lambda a: a.who)
    assert solved["C"] == solved["D"] == NEVER
    everyone = frozenset("ABCDE")
    assert value(diagram, solved["E"], everyone)
    assert not value(diagram, solved["E"], everyone - {"B"})


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_fixed_points_against_iteration_on_truth_values(data):
    names = NAMES[:4]

    def with_refs(function):
        return All((function, data.draw(st.sampled_from([Ref(n) for n in names] + [Truth(True)]))))

    system = {
        n: Any((with_refs(data.draw(functions(names))), with_refs(data.draw(functions(names)))))
        for n in names
    }
    diagram = Diagram(names)
    solved = diagram.solve(system, lambda a: a.who)
    for true in subsets(names):
        now = dict.fromkeys(names, False)
        while True:
            then = {n: holds(f, true, now) for n, f in system.items()}
            if then == now:
                break
            now = then
        assert {n: value(diagram, solved[n], true) for n in names} == now


def test_a_function_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(module, "_FEW", 8)
    monkeypatch.setattr(module, "_NODE_LIMIT", 20)
    diagram = Diagram(NAMES)
    with pytest.raises(UsageError, match="too large to analyse"):
        diagram.enough([diagram.variable(n) for n in NAMES], [1] * len(NAMES), 6)


def test_a_diagram_grows_without_losing_what_it_holds(monkeypatch):
    """Two quotas on large weights need thousands of nodes; built with little room, or with much."""
    names = [f"N{i:02}" for i in range(22)]
    weights = [10_000 + 917 * i * i for i in range(22)]

    def built():
        diagram = Diagram(names)
        each = [diagram.variable(n) for n in names]
        one = diagram.enough(each, weights, sum(weights) // 2)
        other = diagram.enough(each, [1] * 22, 15)
        return diagram, diagram.both(one, other), diagram.either(one, other)

    few = built()
    monkeypatch.setattr(module, "_FEW", 1 << 14)
    many = built()
    assert len(few[0].var) > 1 << 10
    rng = np.random.default_rng(1)
    for _ in range(200):
        true = frozenset(n for n in names if rng.random() < 0.6)
        heavy = sum(w for n, w in zip(names, weights, strict=True) if n in true)
        heavy = heavy >= sum(weights) // 2
        for diagram, both, either in (few, many):
            assert value(diagram, both, true) == (heavy and len(true) >= 15)
            assert value(diagram, either, true) == (heavy or len(true) >= 15)
