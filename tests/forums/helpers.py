"""Random rules and functions for this room's tests, and the brute force they are checked by."""

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np
from hypothesis import strategies as st

from willing.forums import ABSTAIN, NO, YES, Criterion, LinearRule, Rule
from willing.forums.monotone import All, Any, Atom, Enough, Function, Ref, Truth

NAMES = tuple("ABCDEFGHIJKL")


@st.composite
def rules(draw: st.DrawFn, most: int = 6, alternatives: int = 2, abstention: bool = True) -> Rule:
    """Rules with one to three criteria, vetoes, and one or two alternatives."""
    m = draw(st.integers(1, most))
    linear = []
    for _ in range(draw(st.integers(1, alternatives))):
        criteria = []
        for _ in range(draw(st.integers(0, 3))):
            yes = draw(st.lists(st.integers(0, 9), min_size=m, max_size=m))
            half = [draw(st.integers(0, w)) if abstention else 0 for w in yes]
            quota = draw(st.integers(0, sum(yes) + 1))
            criteria.append(Criterion(np.array(yes), np.array(half), quota))
        blocks = np.array(draw(st.lists(st.booleans(), min_size=m, max_size=m)))
        linear.append(LinearRule(tuple(criteria), blocks))
    return Rule("random", "random", NAMES[:m], tuple(linear))


def ballots(m: int) -> np.ndarray:
    """Every way m members can vote, shape (3**m, m)."""
    return np.array(list(product((YES, ABSTAIN, NO), repeat=m)))


def functions(names: tuple[str, ...], depth: int = 3) -> st.SearchStrategy[Function]:
    """Random monotone functions of the given actors."""
    atom = st.sampled_from(names).map(Atom)
    leaf = st.one_of(atom, atom, atom, st.booleans().map(Truth))

    def grow(inner: st.SearchStrategy[Function]) -> st.SearchStrategy[Function]:
        args = st.lists(inner, min_size=1, max_size=4).map(tuple)
        enough = args.flatmap(
            lambda a: st.tuples(
                st.just(a),
                st.lists(st.integers(1, 4), min_size=len(a), max_size=len(a)).map(tuple),
                st.integers(0, 8),
            ).map(lambda t: Enough(*t))
        )
        return st.one_of(args.map(All), args.map(Any), enough)

    return st.recursive(leaf, grow, max_leaves=14)


def holds(function: Function, true: frozenset[str], named: dict[str, bool] | None = None) -> bool:
    """Say whether a function holds when exactly these actors go along."""
    match function:
        case Atom(who):
            return who in true
        case Truth(value):
            return value
        case Ref(name):
            return (named or {})[name]
        case All(args):
            return all(holds(a, true, named) for a in args)
        case Any(args):
            return any(holds(a, true, named) for a in args)
        case Enough(args, weights, quota):
            reached = sum(w for a, w in zip(args, weights, strict=True) if holds(a, true, named))
            return reached >= quota
    raise AssertionError(function)


def subsets(names: tuple[str, ...]) -> Iterator[frozenset[str]]:
    """Yield every subset, smallest first."""
    for size in range(len(names) + 1):
        for chosen in combinations(names, size):
            yield frozenset(chosen)


def minimal(names: tuple[str, ...], wins: dict[frozenset[str], bool]) -> set[frozenset[str]]:
    """Minimal winning sets by brute force."""
    return {s for s, won in wins.items() if won and not any(wins[s - {name}] for name in s)}
