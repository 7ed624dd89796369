"""What can be said of a route today: who opens it, who blocks it, on whom it hangs, how long.

Sets of actors are those of the binary question "does it go along": a member of a forum that goes
along votes yes, one that does not votes no. Facts no single actor commands (a ceasefire, a force
that covers the requirement) are taken to hold and are listed as what the route needs besides; a
fact that would stand in for an actor's assent counts only where it holds today. Probabilities come
from actors' positions; see `docs/theory/minimal_cut_sets.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from willing.case import Case, Event, Range
from willing.case.expressions import AtLeast, Call, Expr, Name, parse, walk
from willing.forums._diagrams import (
    Belief,
    Facts,
    Merged,
    facts_only,
    graded,
    merged,
    taken_to_hold,
)
from willing.forums._rule import Forum
from willing.forums.birnbaum import Pivot
from willing.forums.critical_path import PastMission, Step, critical_path, reference_days
from willing.forums.expansion import Expansion
from willing.forums.gates import Way, parts_of, ways_of
from willing.forums.minimal_cut_sets import MinimalSets, minimal_solutions
from willing.forums.monotone import Function

__all__ = ["Belief", "RouteAnalysis", "analyse_routes", "minimal_sets", "path_of"]

_TINY = 1e-12


@dataclass(frozen=True)
class RouteAnalysis:
    """A route as it stands.

    Attributes
    ----------
    probability
        That the actors in whose hands it lies would open it today, the facts it needs given.
    opened_by, blocked_by
        Minimal sets of actors (see :class:`MinimalSets`).
    pivots
        What hangs on each actor, largest gain first.
    goes_along
        Probability that each actor goes along with what the route asks of it.
    facts
        Minimal sets of facts the route needs besides, any one of them.
    ways
        The gates, for people: any one way is enough, and it needs all its gates.
    """

    id: str
    label: str
    probability: float
    opened_by: MinimalSets
    blocked_by: MinimalSets
    pivots: tuple[Pivot, ...]
    goes_along: Mapping[str, float]
    facts: tuple[tuple[str, ...], ...]
    ways: tuple[Way, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the contract's keys (but `p_open`) and more."""
        leaning = [p for p in self.pivots if p.decisive > _TINY]
        return {
            "id": self.id,
            "label": self.label,
            "p_actors": self.probability,
            **_sets("opened_by", self.opened_by),
            **_sets("blocked_by", self.blocked_by),
            "pivotal": [p.actor for p in leaning[:10]],
            "pivots": [
                {
                    "actor": p.actor,
                    "p_goes_along": self.goes_along[p.actor],
                    "p_if_yes": p.if_yes,
                    "p_if_no": p.if_no,
                    "gain": p.gain,
                    "decisive": p.decisive,
                }
                for p in leaning
            ],
            "stands": "never"
            if not self.opened_by.by_size
            else "always"
            if not self.blocked_by.by_size
            else "open_to_actors",
            "facts": sorted({name for one in self.facts for name in one}),
            "fact_sets": [list(one) for one in self.facts],
            "ways": [way.as_dict() for way in self.ways],
        }


def _sets(name: str, sets: MinimalSets) -> dict[str, Any]:
    return {
        name: [list(s) for s in sets.sets if s],
        f"{name}_more": {str(size): n for size, n in sets.more().items()},
        f"{name}_total": sets.total,
    }


def minimal_sets(
    function: Function,
    system: Mapping[str, Function] | None = None,
    *,
    facts: Facts = True,
    most: int = 50,
    up_to: int = 6,
    goes_along: Mapping[str, float] | None = None,
) -> tuple[MinimalSets, MinimalSets]:
    """Return the minimal sets of actors that open, and that block, a monotone function.

    Algorithm: Rauzy (1993) on a binary decision diagram (see `minimal_cut_sets`).

    Parameters
    ----------
    function, system
        The function, and the definitions its references need.
    facts
        Which facts no actor commands hold: all, none, or those named.
    most, up_to
        Sets of one member are always listed in full; then at most `most`, up to that size.
    goes_along
        Probability that each actor goes along; lists the likeliest sets of a size first.
    """
    built = merged(function, system or {}, facts)
    return _both_sets(built, goes_along or {}, most, up_to)


def _both_sets(
    built: Merged, chance: Mapping[str, float], most: int, up_to: int
) -> tuple[MinimalSets, MinimalSets]:
    diagram, root = built.diagram, built.root

    def opens(actor: Any) -> float:
        return log(max(chance.get(str(actor), 1.0), _TINY)) if chance else 0.0

    def blocks(actor: Any) -> float:
        return log(max(1.0 - chance.get(str(actor), 0.0), _TINY)) if chance else 0.0

    return (
        minimal_solutions(diagram, root, most=most, up_to=up_to, score=opens),
        minimal_solutions(diagram, diagram.dual(root), most=most, up_to=up_to, score=blocks),
    )


def analyse_routes(
    case: Case,
    forums: Mapping[str, Forum],
    belief: Belief,
    *,
    weights: Sequence[float] = (1.0,),
    most: int = 50,
    up_to: int = 6,
) -> list[RouteAnalysis]:
    """Analyse every route of a case as of its date.

    Parameters
    ----------
    case
        As known at its as-of date.
    forums
        The forums it uses, by the id the case gives them.
    belief
        Probability of an atom, from positions; a fact is never asked for. Where something moves
        several actors at once: in each case of it, shape (cases,).
    weights
        Probabilities of those cases.
    most, up_to
        See :func:`minimal_sets`.
    """
    expansion = Expansion(case, forums)
    today = _today(case)
    analyses = []
    for route in case.routes:
        function = expansion.system[f"route:{route.id}"]
        gates = [expansion.of(part) for part in parts_of(route.opens)]
        facts = taken_to_hold(function, gates, expansion.system, today)
        split = graded(function, expansion.system, belief, facts, weights)
        found = split.pivots()
        along = {p.actor: split.goes_along(p.actor) for p in found}
        by_actor = merged(function, expansion.system, facts)
        opened, blocked = _both_sets(by_actor, along, most, up_to)
        analyses.append(
            RouteAnalysis(
                id=route.id,
                label=route.label,
                probability=split.probability(),
                opened_by=opened,
                blocked_by=blocked,
                pivots=tuple(found),
                goes_along=along,
                facts=_facts(function, expansion.system),
                ways=ways_of(expansion, split, by_actor, route.id),
            )
        )
    return analyses


def _today(case: Case) -> set[str]:
    """Return the facts that hold on the case's date, negated ones in the words of the language."""
    return {c.id if c.initially else f"not {c.id}" for c in case.conditions if isinstance(c, Event)}


def _facts(function: Function, system: Mapping[str, Function]) -> tuple[tuple[str, ...], ...]:
    """Minimal sets of facts that open the route, everybody going along."""
    diagram, root = facts_only(function, system)
    return tuple(s for s in minimal_solutions(diagram, root, most=20, up_to=8).sets if s)


def path_of(case: Case, id: str, missions: Iterable[PastMission]) -> dict[str, Any]:
    """Return the critical path of a route in days (see :func:`critical_path`).

    Votes take what the case states, or else what past missions by the same kind of forum took
    from proposal to authorisation (missions in the case's own countries left out); approvals take
    what the case says of them. A route without a vote takes the time of ad hoc coalitions and
    invitations. `reference` has the times of past missions either way, `stated` the case's own
    days for the whole route.
    """
    route = next(r for r in case.routes if r.id == id)
    past = tuple(missions)
    calls = list(_calls(case, parse(route.opens), set()))
    votes = [c.args[0] for c in calls if c.function == "vote"]
    first, references = [], []
    for forum in votes or [""]:
        use = next((f for f in case.forums if f.id == forum), None)
        rule = use.rule.split(":")[0] if use else "coalition"
        gate = forum or "coalition"
        label = (use.label or rule) if use else "coalition or invitation"
        found = reference_days(
            past, rule, as_of=case.as_of, exclude_countries=case.theatre.countries
        )
        if found:
            references.append(Step(gate, label, *found))
        stated = use.days if use else None
        if stated is not None:
            first.append(Step(gate, label, *_stated(stated)))
        elif found:
            first.append(references[-1])
    asked = {c.args[0] for c in calls if c.function == "approval"}
    then = [
        Step(a.actor, f"{a.actor}: {a.body}", *_stated(a.days))
        for a in case.approvals
        if a.actor in asked
    ]
    return {
        **critical_path(first, then),
        "reference": [step.as_dict() for step in references],
        "stated": dict(zip(("days", "low", "high"), _stated(route.days)[:3], strict=True)),
    }


def _stated(days: Range) -> tuple[float, float, float, int, str]:
    """Likely, low and high days of the case, and what they rest on."""
    return days.likely, days.low, days.high, 0, f"the case ({days.basis})"


def _calls(case: Case, expr: Expr, seen: set[str]) -> Iterable[Call]:
    """Yield the calls of an expression, through the conditions it names."""
    for part in walk(expr):
        match part:
            case Call():
                yield part
            case AtLeast(call, _):
                yield call
            case Name(id) if id not in seen:
                seen.add(id)
                for condition in case.conditions:
                    if condition.id == id and condition.kind == "derived":
                        yield from _calls(case, parse(condition.holds), seen)
                for route in case.routes:
                    if route.id == id:
                        yield from _calls(case, parse(route.opens), seen)
