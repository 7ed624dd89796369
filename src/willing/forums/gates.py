"""The gates of a route, said so that anyone can read them.

A route is one or more ways; a way is a row of gates that must all open. A gate is a vote, a
consent, a number of members, an approval or a fact. Its state comes from its probability: open
from 0.8, shut up to 0.2, uncertain between (bands are a reading aid, not a model).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from willing.case import Case, Consent
from willing.case.expressions import And, AtLeast, Call, Expr, Name, Or, parse, unparse
from willing.forums._diagrams import Graded, Merged, all_atoms, merged
from willing.forums._rule import Forum
from willing.forums.binary_decision_diagram import ALWAYS
from willing.forums.expansion import Expansion
from willing.forums.monotone import Function

OPEN_FROM, SHUT_TO = 0.8, 0.2
Kind = Literal["vote", "consent", "members", "approval", "fact", "any_of"]
State = Literal["open", "uncertain", "shut", "fact"]
_DOMAIN = {"air_defence": "air defence", "any": "any domain"}


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate: what it is, whether it stands open, and who stands in it.

    `p` is None for a fact that no actor commands. `stopped_by` names those who can shut it alone,
    likeliest first, with the probability that they do; `crowd` says how many would have to refuse
    together where nobody can alone. `or_fact` names facts any of which would open it without them.
    """

    kind: Kind
    label: str
    detail: str
    p: float | None
    state: State
    stopped_by: tuple[tuple[str, float], ...] = ()
    crowd: int = 0
    or_fact: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the gate as a JSON-ready mapping."""
        return {
            **asdict(self),
            "stopped_by": [{"actor": a, "p_refuses": p} for a, p in self.stopped_by],
        }


@dataclass(frozen=True, slots=True)
class Way:
    """Gates that must all open."""

    gates: tuple[Gate, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the way as a JSON-ready mapping."""
        return {"gates": [g.as_dict() for g in self.gates]}


def ways_of(expansion: Expansion, split: Graded, by_actor: Merged, id: str) -> tuple[Way, ...]:
    """Return the ways of a route: its top-level alternatives, each with its top-level gates."""
    route = next(r for r in expansion.case.routes if r.id == id)
    return tuple(
        Way(tuple(_gate(expansion, split, by_actor, part) for part in _parts(way)))
        for way in _alternatives(parse(route.opens))
    )


def parts_of(opens: str) -> tuple[Expr, ...]:
    """Return the gates of all ways of a route, as expressions."""
    return tuple(part for way in _alternatives(parse(opens)) for part in _parts(way))


def _alternatives(expr: Expr) -> tuple[Expr, ...]:
    return expr.args if isinstance(expr, Or) else (expr,)


def _parts(expr: Expr) -> tuple[Expr, ...]:
    return expr.args if isinstance(expr, And) else (expr,)


def _gate(expansion: Expansion, split: Graded, by_actor: Merged, expr: Expr) -> Gate:
    kind, label, detail = _words(expansion.case, expansion.forums, expr)
    function = expansion.of(expr)
    part = split.part(function, expansion.system)
    if not part.used:
        return Gate("fact", label, detail, None, "fact")
    p = part.probability()
    diagram = by_actor.diagram
    refusals = diagram.dual(by_actor.part(function))
    alone = [(str(who), 1.0 - part.goes_along(str(who))) for who in diagram.alone(refusals)]
    state: State = "open" if p >= OPEN_FROM else "shut" if p <= SHUT_TO else "uncertain"
    ranked = tuple(sorted(alone, key=lambda item: (-item[1], item[0])))
    crowd = diagram.fewest(refusals) or 0
    instead = _instead(expansion, function, by_actor)
    return Gate(kind, label, detail, p, state, ranked, crowd, instead)


def _instead(expansion: Expansion, function: Function, by_actor: Merged) -> tuple[str, ...]:
    """Facts not taken to hold, any of which would open a gate whatever its actors do."""
    own = {a.who for a in all_atoms(function, expansion.system) if a.fact}
    known = own if by_actor.facts is True else by_actor.facts or set()
    away = sorted(own.difference(known))
    return tuple(
        f for f in away if merged(function, expansion.system, own - set(away) | {f}).root == ALWAYS
    )


def _words(case: Case, forums: Mapping[str, Forum], expr: Expr) -> tuple[Kind, str, str]:
    """Return the kind of a gate, its label and the rule in words."""
    names = {a.id: a.name for a in case.actors}
    match expr:
        case Call("vote", (forum,)):
            use = next(f for f in case.forums if f.id == forum)
            return "vote", use.label or forums[forum].label, forums[forum].rule.label
        case Call("consent", (actor,)):
            return "consent", f"{names.get(actor, actor)} consents", "consent of one actor"
        case Call("approval", (actor,)):
            bodies = [a.body for a in case.approvals if a.actor == actor]
            return "approval", f"{names.get(actor, actor)} approves", ", ".join(bodies)
        case Call("joins", args):
            where = _DOMAIN.get(args[1], args[1]) if len(args) > 1 else "any domain"
            return "members", f"{names.get(args[0], args[0])} takes part", where
        case AtLeast(Call("members", args), threshold):
            where = _DOMAIN.get(args[0], args[0]) if args else "any domain"
            return "members", f"{float(threshold):g} or more take part", where
        case AtLeast(Call("stance", args), threshold):
            return (
                "consent",
                f"{names.get(args[0], args[0])}: {str(threshold).replace('_', ' ')} or more",
                args[1] if len(args) > 1 else "any domain",
            )
        case Name(id):
            for condition in case.conditions:
                if condition.id == id:
                    kind: Kind = "consent" if isinstance(condition, Consent) else "any_of"
                    return kind, condition.label, condition.note
            for route in case.routes:
                if route.id == id:
                    return "any_of", route.label, unparse(parse(route.opens))
            return "fact", id.replace("_", " "), ""
        case Or(args):
            return "any_of", " or ".join(_words(case, forums, a)[1] for a in args), unparse(expr)
        case _:
            return "fact", unparse(expr), ""
