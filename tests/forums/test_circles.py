"""Definitions are solved in the order of need; only circles iterate."""

from willing.forums._circles import circles
from willing.forums.binary_decision_diagram import ALWAYS, NEVER, Diagram
from willing.forums.monotone import All, Any, Atom, Ref


def atom(who):
    return Atom(who=who, scale="mission", where="", level=50.0, fact=False)


SYSTEM = {
    "route": All((Ref("a"), Ref("c"))),
    "a": Any((Ref("b"), atom("X"))),
    "b": All((Ref("a"), atom("Y"))),
    "c": Any((atom("Z"), Ref("alone"), Ref("not defined here"))),
    "alone": Ref("alone"),
}


def test_what_is_needed_comes_first_and_circles_stand_together():
    found = circles(SYSTEM)
    names = [set(group) for group, _ in found]
    assert {"a", "b"} in names
    assert {min(g): c for g, c in found} == {
        "a": True,
        "alone": True,
        "c": False,
        "route": False,
    }
    assert names.index({"route"}) == len(names) - 1
    assert names.index({"alone"}) < names.index({"c"})


def test_the_fixed_point_is_that_of_iterating_everything():
    system = {**SYSTEM, "c": Any((atom("Z"), Ref("alone")))}
    diagram = Diagram(["X", "Y", "Z"])

    def key_of(one):
        return one.who

    plain = dict.fromkeys(system, NEVER)
    while True:
        then = {n: diagram.build(f, key_of, plain) for n, f in system.items()}
        if then == plain:
            break
        plain = then
    assert diagram.solve(system, key_of) == plain
    assert plain["alone"] == NEVER
    assert plain["route"] not in (NEVER, ALWAYS)
