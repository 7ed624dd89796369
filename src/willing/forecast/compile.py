"""Compile a case's conditions, routes and taking-part rules into one program with its inputs."""

from __future__ import annotations

from datetime import date

import numpy as np

from willing.case import (
    Case,
    Consent,
    Derived,
    Event,
    Stance,
    Statement,
    cut_below,
)
from willing.case.expressions import And, AtLeast, Call, Const, Expr, Name, Or, names, parse
from willing.case.ladder import STANCES
from willing.force import access_of, openings_of
from willing.forecast.model import DOMAINS, Atom
from willing.forecast.program import Program, ProgramBuilder

__all__ = ["Compiled", "compile_case", "stated_requirements"]

#: whose word states an actor's condition, weightiest first: a later word of lesser weight does
#: not undo it, and what others say of an actor is not its condition
BINDING = (frozenset({"head", "minister"}), frozenset({"legislature", "official"}))


def stated_requirements(statements: tuple[Statement, ...]) -> dict[tuple[str, str], Statement]:
    """Return each actor's latest stated condition by (actor, domain), `any` included.

    Only statements on participation by somebody who can bind the actor count, and only those
    whose condition could be said in the condition language.
    """
    latest: dict[tuple[str, str], Statement] = {}
    said = [
        s
        for s in sorted(statements, key=lambda s: (s.date, s.id))
        if s.issue == "participation" and s.requires and s.kind == "actor"
    ]
    for ranks in reversed(BINDING):
        latest.update({(s.actor, s.domain): s for s in said if s.rank in ranks})
    return latest


class Compiled:
    """A program, and what fills its inputs.

    Attributes
    ----------
    program
        The finished :class:`Program`.
    atoms
        Threshold inputs on latents.
    others
        Latents beside participation: (actor, issue) pairs in order.
    pledged, fielded
        For each pledge, the variable that says it is pledged, and that it can be sent.
    thresholds
        Coverage inputs: (variable, place in DOMAINS or -1 for all, share).
    """

    def __init__(self, case: Case, actors: tuple[str, ...], forums: dict[str, tuple[str, ...]]):
        self.case = case
        self.actors = actors
        self.place = {a: i for i, a in enumerate(actors)}
        self.forums = forums
        self.ids = {c.id for c in case.conditions}
        self.route_ids = {r.id for r in case.routes}
        self.milestone_ids = {m.id for m in case.milestones}
        self.issue_ids = {i.id for i in case.issues}
        self.takers = tuple(
            a.id for a in case.actors if a.kind == "state" and a.role in {"lead", "candidate"}
        )
        self.others: dict[tuple[str, str], int] = {}
        self.dates: dict[str, date] = {}
        self.lasts: set[str] = set()
        self.thresholds: dict[str, tuple[int, float]] = {}
        self._atoms: dict[str, tuple[int, int, float, bool]] = {}
        self.builder = ProgramBuilder(self._meaning)
        self._requirements = stated_requirements(case.statements)
        self._default = parse(case.taking_part.requires)
        self._taking_part()
        self._conditions()
        self._pledges()
        for route in case.routes:
            self.builder.define(f"opens:{route.id}", parse(route.opens))
        for m in case.milestones:
            self.builder.define(f"needs:{m.id}", parse(m.needs) if m.needs else Const(True))
        for id in (*sorted(self.milestone_ids), *sorted(self.route_ids)):
            self.builder.variable(id)
        for forum in forums:
            self.builder.variable(f"vote:{forum}")
        self._arrival_facts()
        for members in forums.values():
            for member in members:
                self.latent(member, "mission")
        for entry in case.calendar:
            if entry.issue in self.issue_ids - {"participation", "other"}:
                for actor in entry.actors:
                    if actor in self.place:
                        self.latent(actor, entry.issue)
        for name in sorted(self.lasts):
            self.builder.variable(name)
        self.program: Program = self.builder.build()
        self.atoms = tuple(
            Atom(self.program.index[name], latent, domain, cut, joining)
            for name, (latent, domain, cut, joining) in self._atoms.items()
        )

    def var(self, name: str) -> int:
        """Return a variable's number, or -1 when the program has no such variable."""
        return self.program.index.get(name, -1)

    def latent(self, actor: str, issue: str) -> int:
        """Return the number of an actor's latent on an issue."""
        if issue == "participation":
            return self.place[actor]
        key = (actor, issue)
        return len(self.actors) + self.others.setdefault(key, len(self.others))

    def _atom(self, name: str, latent: int, domain: int, cut: float, joining: bool = False) -> str:
        self._atoms.setdefault(name, (latent, domain, cut, joining))
        self.builder.variable(name)
        return name

    def _stance(self, actor: str, where: str, stance: str) -> str | Expr:
        if stance not in STANCES:
            raise ValueError(f"{stance!r} is no rung of the ladder")
        rung: Stance = next(s for s in STANCES if s == stance)
        cut = cut_below(rung)
        if where in self.issue_ids and where != "participation":
            name = f"stance:{actor}:{where}:{stance}"
            return self._atom(name, self.latent(actor, where), -1, cut)
        domains = DOMAINS if where in {"any", "participation"} else (where,)
        names = [
            self._atom(f"stance:{actor}:{d}:{stance}", self.place[actor], DOMAINS.index(d), cut)
            for d in domains
        ]
        return names[0] if len(names) == 1 else Or(tuple(Name(n) for n in names))

    def _meaning(self, atom: Name | Call | AtLeast) -> str | Expr:
        """Turn an atom of the condition language into a variable or a further expression."""
        match atom:
            case Name(id):
                return id
            case Call("joins", (actor,)):
                return f"joins:{actor}"
            case Call("joins", (actor, domain)):
                return f"joins:{actor}" if domain == "any" else f"joins:{actor}:{domain}"
            case Call("consent", (actor,)):
                return self._stance(actor, "mission", "consider")
            case Call("vote", (forum,)):
                return f"vote:{forum}"
            case Call("approval", (actor,)):
                return f"approval:{actor}"
            case Call("last", (name,)):
                self.lasts.add(name)
                return f"last:{name}"
            case Call("after", (day,)):
                self.dates[f"after:{day}"] = date.fromisoformat(day)
                return f"after:{day}"
            case Call("covered", args):
                return self._covered(args, 1.0)
            case AtLeast(Call("covered", args), threshold):
                return self._covered(args, float(threshold))
            case AtLeast(Call("stance", args), threshold):
                return self._stance(args[0], args[1] if len(args) > 1 else "any", str(threshold))
            case AtLeast(Call("members", args), threshold):
                suffix = "" if not args or args[0] == "any" else f":{args[0]}"
                return self.builder.count(
                    [f"joins:{a}{suffix}" for a in self.takers], float(threshold)
                )
        raise ValueError(f"cannot compile {atom}")

    def _covered(self, args: tuple[str, ...], share: float) -> str:
        domain = args[0] if args else "any"
        name = f"covered:{domain}:{share:g}"
        place = -1 if domain == "any" else DOMAINS.index(domain)
        self.thresholds[name] = (place, share)
        self.builder.variable(name)
        return name

    def requirement(self, actor: str, domain: str) -> Expr:
        """Return what an actor's taking part in a domain hangs on, besides its willingness.

        What it asked for soldiers it asks for ships and aircraft too, until it says otherwise.
        """
        own = {d: s for (a, d), s in self._requirements.items() if a == actor}
        said = [own[d] for d in (domain, "any") if d in own] or list(own.values())
        if not said:
            return self._default
        return parse(max(said, key=lambda s: (s.date, s.id)).requires)

    def _taking_part(self) -> None:
        cut = cut_below(self.case.taking_part.at_least)
        approvals = {a.actor for a in self.case.approvals if a.when == "before"}
        for actor in self.takers:
            for d, domain in enumerate(DOMAINS):
                wants = self._atom(f"wants:{actor}:{domain}", self.place[actor], d, cut, True)
                self.builder.define(
                    f"ready:{actor}:{domain}",
                    And((Name(wants), self.requirement(actor, domain))),
                )
                parts = [f"ready:{actor}:{domain}"]
                if actor in approvals:
                    self.builder.variable(f"approval:{actor}")
                    parts.append(f"approval:{actor}")
                self.builder.define_all(f"joins:{actor}:{domain}", parts)
            self.builder.define_any(f"ready:{actor}", [f"ready:{actor}:{d}" for d in DOMAINS])
            self.builder.define_any(f"joins:{actor}", [f"joins:{actor}:{d}" for d in DOMAINS])

    def _conditions(self) -> None:
        for c in self.case.conditions:
            match c:
                case Event():
                    self.builder.variable(c.id)
                    if c.possible:
                        self.builder.define(f"while:{c.id}", parse(c.possible))
                    for k, push in enumerate(c.hastened_by):
                        self.builder.define(f"push:{c.id}:{k}", parse(push.when))
                case Consent():
                    stance = self._stance(c.actor, c.issue, c.at_least)
                    first: Expr = Name(stance) if isinstance(stance, str) else stance
                    self.builder.define(c.id, And((first, parse(c.also))) if c.also else first)
                case Derived():
                    self.builder.define(c.id, parse(c.holds))
        for track in self.case.tracks:
            if track.mended_by:
                self.builder.define(f"mended:{track.id}", parse(track.mended_by))

    def _pledges(self) -> None:
        self.pledged_names: list[str] = []
        self.fielded_names: list[str] = []
        access = access_of(self.case)
        for p in self.case.pledges:
            pledged, fielded = f"wants:{p.actor}:{p.domain}", f"joins:{p.actor}:{p.domain}"
            if p.actor not in self.takers:
                raise ValueError(f"pledge {p.id}: {p.actor} is not a candidate to take part")
            asked = parse(p.requires) if p.requires else None
            said = names(asked) if asked else set()
            # where the way is closed, not before it opens; a way of which the case says nothing is
            # taken to be open, as in the force engine
            ways = [c for c in openings_of(p, access, self.ids) if c in self.ids - said]
            if asked or ways:
                self.builder.define_all(f"sends:{p.id}", [fielded, *ways], asked)
                fielded = f"sends:{p.id}"
            self.pledged_names.append(pledged)
            self.fielded_names.append(fielded)

    def _arrival_facts(self) -> None:
        """Facts that history's second stage reads, under names of its own."""
        permanent = [a for a in ("CHN", "FRA", "GBR", "RUS", "USA") if a in self.place]
        self.builder.define(
            "fact:p5_not_opposed", And(tuple(self._not_opposed(a) for a in permanent))
        )
        near = [a for a in opposing_states(self.case) if a in self.place]
        self.builder.define(
            "fact:neighbour_not_opposed", And(tuple(self._not_opposed(a) for a in near))
        )
        stops: list[str] = [c for c in ("ceasefire", "peace_agreement") if c in self.ids]
        self.builder.define_any("fact:ceasefire", stops)
        consent = "parties_consent" if "parties_consent" in self.ids else "host_consent"
        self.builder.define("fact:parties", Name(consent) if consent in self.ids else Const(False))
        self.builder.define_all("fact:ceasefire_and_consent", ["fact:ceasefire", "fact:parties"])
        self.builder.define(
            "fact:host", Name("host_consent") if "host_consent" in self.ids else Const(False)
        )
        for rung in ("undecided", "consider"):
            us: Expr = Const(False)
            if "USA" in self.place:
                us = Name(str(self._stance("USA", "mission", rung)))
                if rung == "consider" and "us_backstop" in self.ids:
                    us = Or((us, Name("us_backstop")))
            self.builder.define(f"fact:us_{rung}", us)

    def _not_opposed(self, actor: str) -> Expr:
        return Name(str(self._stance(actor, "mission", "undecided")))


def opposing_states(case: Case) -> tuple[str, ...]:
    """The opposing parties that are states: as history codes it, rebels are no power nearby."""
    states = {a.id for a in case.actors if a.kind == "state"}
    return tuple(a for a in case.parties.opposing if a in states)


def compile_case(
    case: Case, actors: tuple[str, ...], forums: dict[str, tuple[str, ...]]
) -> Compiled:
    """Compile a case's logic.

    Parameters
    ----------
    case
        As known at its as-of date.
    actors
        All actors with a latent, forum members that the case does not list included.
    forums
        Members of each forum the case uses, by forum id.
    """
    return Compiled(case, actors, forums)


def week_of(day: date, as_of: date) -> int:
    """Return the first week (1 is seven days after the as-of date) that ends on or after `day`."""
    return max(0, int(np.ceil((day - as_of).days / 7)))
