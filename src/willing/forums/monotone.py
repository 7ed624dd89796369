"""Monotone functions of assents and facts: what a route is, once its forums are written out.

A function is nested from atoms by "all of", "any of" and "enough of" (weights and a quota). It has
no negation: one more assent never closes a route. `Ref` names a function defined elsewhere, so
that a system may refer to itself ("I go if five others go"); its meaning is the least fixed point.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from willing.forums._rule import LinearRule, Rule


@dataclass(frozen=True, slots=True)
class Atom:
    """Something an actor does or a fact that holds.

    `who` is the actor (or the fact) in whose hands it lies. It holds when the actor's position on
    `scale` (an issue), `where` (a domain), stands at `level` or higher. Atoms of one actor on one
    scale are nested: whoever does the more demanding thing does the lesser too (votes yes implies
    does not vote no).
    """

    who: str
    scale: str = ""
    where: str = ""
    level: float = 0.0
    fact: bool = False


@dataclass(frozen=True, slots=True)
class Truth:
    """Always, or never."""

    value: bool


@dataclass(frozen=True, slots=True)
class Ref:
    """A function defined under a name."""

    name: str


@dataclass(frozen=True, slots=True)
class All:
    """All of `args`."""

    args: tuple[Function, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Any of `args`."""

    args: tuple[Function, ...]


@dataclass(frozen=True, slots=True)
class Enough:
    """The weights of those of `args` that hold reach the quota; weights are positive integers."""

    args: tuple[Function, ...]
    weights: tuple[int, ...]
    quota: int


Function = Atom | Truth | Ref | All | Any | Enough


def atoms(function: Function) -> Iterator[Atom]:
    """Yield the atoms of a function, repeats included."""
    match function:
        case Atom():
            yield function
        case All(args) | Any(args) | Enough(args):
            for arg in args:
                yield from atoms(arg)


def of_rule(rule: Rule, votes_yes: Mapping[str, Atom], lets_pass: Mapping[str, Atom]) -> Function:
    """Write a decision rule as a function of what its members do.

    Parameters
    ----------
    votes_yes, lets_pass
        For each member, the atom that it votes yes, and that it at least does not vote no.
    """
    whole = tuple(
        _of_linear(linear, rule.members, votes_yes, lets_pass) for linear in rule.alternatives
    )
    return whole[0] if len(whole) == 1 else Any(whole)


def _of_linear(
    linear: LinearRule,
    members: tuple[str, ...],
    votes_yes: Mapping[str, Atom],
    lets_pass: Mapping[str, Atom],
) -> Function:
    parts: list[Function] = [
        lets_pass[m] for m, blocks in zip(members, linear.blocks_if_no, strict=True) if blocks
    ]
    for yes, abstain, quota, _ in linear.criteria:
        args: list[Function] = []
        weights: list[int] = []
        for member, full, half in zip(members, yes.tolist(), abstain.tolist(), strict=True):
            if full > half:
                args.append(votes_yes[member])
                weights.append(full - half)
            if half:
                args.append(lets_pass[member])
                weights.append(half)
        parts.append(Enough(tuple(args), tuple(weights), quota))
    return parts[0] if len(parts) == 1 else All(tuple(parts))
