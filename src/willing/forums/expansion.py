"""Write a case's routes out as monotone functions of what single actors do.

`vote(unsc)` becomes the forum's rule over its members, `members(land) >= 5` a count over those
who can take part, `host_consent` the position of the host, and so on down to atoms. Who takes part
may depend on who else does: such circles stay as references and are solved to their least fixed
point by :meth:`willing.forums.binary_decision_diagram.Diagram.solve`.
"""

from __future__ import annotations

from collections.abc import Mapping

from willing.case import TAKING_PART, Case, Consent, Derived, Domain, Event, Stance, cut_below
from willing.case.expressions import (
    And,
    AtLeast,
    Call,
    Const,
    Expr,
    Name,
    Not,
    Or,
    parse,
    unparse,
)
from willing.case.ladder import STANCES
from willing.errors import UsageError
from willing.forums._rule import Forum
from willing.forums.monotone import All, Any, Atom, Enough, Function, Ref, Truth, of_rule
from willing.forums.spatial_vote import vote_cuts

__all__ = ["PARTICIPATION", "Expansion", "system_of"]

PARTICIPATION = "participation"
#: ranks whose stated condition binds the actor
_BINDING = frozenset({"head", "minister", "legislature", "official"})


def system_of(case: Case, forums: Mapping[str, Forum]) -> dict[str, Function]:
    """Return the functions of a case by name: conditions, `joins:ACTOR:domain`, `route:ID`.

    Parameters
    ----------
    case
        As known at its as-of date.
    forums
        The forums the case uses, by the id the case gives them, as of that date.
    """
    return Expansion(case, forums).system


class Expansion:
    """The functions of a case (`system`), and the meaning of any further expression (`of`)."""

    def __init__(self, case: Case, forums: Mapping[str, Forum]) -> None:
        self.case = case
        self.forums = forums
        self.conditions = {c.id: c for c in case.conditions}
        self.issues = {i.id for i in case.issues}
        self.takers = tuple(
            a.id for a in case.actors if a.kind == "state" and a.role in {"lead", "candidate"}
        )
        self.cut = cut_below(case.taking_part.at_least)
        self.requires = self._requirements()
        self.system: dict[str, Function] = {}
        for condition in case.conditions:
            self.system[condition.id] = self._condition(condition)
        for actor in self.takers:
            for domain in TAKING_PART:
                self.system[f"joins:{actor}:{domain}"] = self._joins(actor, domain)
        for route in case.routes:
            self.system[f"route:{route.id}"] = self.of(parse(route.opens))

    def _requirements(self) -> dict[tuple[str, str], Expr]:
        latest: dict[tuple[str, str], str] = {}
        for s in sorted(self.case.statements, key=lambda s: (s.date, s.id)):
            said = s.issue == PARTICIPATION and s.requires and s.kind == "actor"
            if said and s.rank in _BINDING:
                latest[s.actor, s.domain] = s.requires
        return {key: parse(text) for key, text in latest.items()}

    def _joins(self, actor: str, domain: Domain) -> Function:
        needs = self.requires.get(
            (actor, domain),
            self.requires.get((actor, "any"), parse(self.case.taking_part.requires)),
        )
        return All((Atom(actor, PARTICIPATION, domain, self.cut), self.of(needs)))

    def _condition(self, condition: Event | Consent | Derived) -> Function:
        match condition:
            case Event():
                return Atom(condition.id, fact=True)
            case Derived():
                return self.of(parse(condition.holds))
            case Consent():
                own = self._stance(condition.actor, condition.issue, condition.at_least)
                return All((own, self.of(parse(condition.also)))) if condition.also else own

    def _stance(self, actor: str, where: str, stance: str) -> Function:
        if stance not in STANCES:
            raise UsageError(f"{stance!r} is no rung of the ladder")
        rung: Stance = next(s for s in STANCES if s == stance)
        cut = cut_below(rung)
        if where in self.issues and where != PARTICIPATION:
            return Atom(actor, where, "", cut)
        if where in {"any", PARTICIPATION}:
            return Any(tuple(Atom(actor, PARTICIPATION, d, cut) for d in TAKING_PART))
        return Atom(actor, PARTICIPATION, where, cut)

    def _vote(self, id: str) -> Function:
        if id not in self.forums:
            raise UsageError(f"the case names no forum {id!r}")
        use = next(f for f in self.case.forums if f.id == id)
        forum = self.forums[id]
        yes_from, no_below = vote_cuts(use.proposal, use.status_quo)
        return of_rule(
            forum.rule,
            {m: Atom(m, use.issue, "", yes_from) for m in forum.members},
            {m: Atom(m, use.issue, "", no_below) for m in forum.members},
        )

    def _count(self, domain: str, number: float) -> Function:
        whole = int(-(-number // 1))
        each = [self._takes_part(a, domain) for a in self.takers]
        return Enough(tuple(each), (1,) * len(each), whole)

    def _takes_part(self, actor: str, domain: str) -> Function:
        if actor not in self.takers:
            return Truth(False)
        domains = TAKING_PART if domain == "any" else (domain,)
        refs = tuple(Ref(f"joins:{actor}:{d}") for d in domains)
        return refs[0] if len(refs) == 1 else Any(refs)

    def of(self, expr: Expr) -> Function:
        """Write one expression out."""
        match expr:
            case Const(value):
                return Truth(value)
            case And(args):
                return All(tuple(self.of(a) for a in args))
            case Or(args):
                return Any(tuple(self.of(a) for a in args))
            case Not():
                return Atom(unparse(expr), fact=True)
            case Name(id):
                if id in self.conditions:
                    return Ref(id)
                if any(r.id == id for r in self.case.routes):
                    return Ref(f"route:{id}")
                return Atom(id, fact=True)
            case Call("joins", args):
                return self._takes_part(args[0], args[1] if len(args) > 1 else "any")
            case Call("consent", (actor,)):
                return self._stance(actor, "mission", "consider")
            case Call("vote", (forum,)):
                return self._vote(forum)
            case Call("approval", (actor,)):
                return Atom(actor, "approval", "", 50.0)
            case AtLeast(Call("stance", args), threshold):
                return self._stance(args[0], args[1] if len(args) > 1 else "any", str(threshold))
            case AtLeast(Call("members", args), threshold):
                return self._count(args[0] if args else "any", float(threshold))
            case Call("last", (name,)):
                return self.of(Name(name))
            case _:  # covered(...), after(...): facts no single actor commands
                return Atom(unparse(expr), fact=True)
